import { afterEach, describe, expect, test } from 'vitest';
import { type GitHub, type GitHubOptions, gitRepo, startGitHub } from './github.ts';
import type { Files } from './repository.ts';
import { TOKEN } from './server.ts';

const open: GitHub[] = [];
afterEach(async () => {
  for (const github of open.splice(0)) await github.close();
});

const LINES = Array.from({ length: 30 }, (_, index) => `line ${index + 1}\n`);
/** Changed in lines 10 and 25: two hunks, 7-13 and 22-28 on both sides. */
const CHANGED = LINES.map((line, index) => (index === 9 || index === 24 ? `new ${line}` : line)).join('');
const TWO_HUNKS = { base: { 'a.txt': LINES.join('') }, head: { 'a.txt': CHANGED } };

async function start(
  files: { base: Files; head: Files; baseLater?: Files },
  options: Omit<GitHubOptions, 'repo'> = {},
) {
  const github = await startGitHub({ repo: gitRepo(files), ...options });
  open.push(github);
  return github;
}

const HEADERS = { authorization: `Bearer ${TOKEN}` };

/** A request under `/repos/o/r/`. */
async function rest(github: GitHub, call: string, body?: object, headers: Record<string, string> = {}) {
  const [method = '', path = ''] = call.split(' ');
  const response = await fetch(`${github.url}/repos/o/r/${path}`, {
    method,
    headers: { ...HEADERS, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
}

async function graphql(github: GitHub, query: string, variables: object = {}) {
  const url = github.url.endsWith('/api/v3') ? github.url.replace('/v3', '/graphql') : `${github.url}/graphql`;
  const response = await fetch(url, { method: 'POST', headers: HEADERS, body: JSON.stringify({ query, variables }) });
  return { status: response.status, ...JSON.parse(await response.text()) };
}

const COMMENT = { path: 'a.txt', body: 'hello', line: 10, side: 'RIGHT' };
const review = (comments: object[]) => ({ event: 'COMMENT', body: 'hi', comments });
const single = (github: GitHub, comment: object = {}) => ({ ...COMMENT, commit_id: github.state.head, ...comment });

describe('the contract', () => {
  test('a path that GitHub does not have is a violation, not only a 404', async () => {
    const github = await start(TWO_HUNKS);
    expect((await rest(github, 'GET nothing')).status).toBe(404);
    expect(github.violations).toEqual(['GET /repos/o/r/nothing: no such operation']);
  });

  test.each<[string, string, object | undefined, string]>([
    ['an unknown parameter of the query', 'GET pulls/1/files?size=3', undefined, '?size'],
    ['a value that is no number', 'GET pulls/1/files?page=x', undefined, '?page=x'],
    ['an unknown property', 'POST issues/1/comments', { body: 'x', text: 'y' }, '/text'],
    ['a missing property', 'POST issues/1/comments', {}, "'body'"],
  ])('%s is a violation', async (_name, call, body, piece) => {
    const github = await start(TWO_HUNKS);
    await rest(github, call, body);
    expect(github.violations).toHaveLength(1);
    expect(github.violations[0]).toContain(piece);
  });

  test('another repository or pull request is not there', async () => {
    const github = await start(TWO_HUNKS, { pull: { number: 7 } });
    expect((await rest(github, 'GET pulls/1/files')).status).toBe(404);
    expect((await rest(github, 'GET pulls/7/files')).status).toBe(200);
    expect((await fetch(`${github.url}/repos/o/other/pulls/7`, { headers: HEADERS })).status).toBe(404);
  });

  test('no token, no answer', async () => {
    const github = await start(TWO_HUNKS);
    expect((await fetch(`${github.url}/repos/o/r/pulls/1`)).status).toBe(401);
  });

  test("a job's token is no user", async () => {
    const github = await start(TWO_HUNKS);
    expect((await fetch(`${github.url}/user`, { headers: HEADERS })).status).toBe(403);
  });

  test('a GraphQL field that GitHub does not have, or that is not served, is a violation', async () => {
    const github = await start(TWO_HUNKS);
    const wrong = await graphql(github, '{ viewer { loginn } }');
    expect(wrong.errors[0].message).toContain('Did you mean "login"');
    await graphql(github, '{ viewer { bio } }');
    await graphql(github, 'query($n: Int!) { repository(owner: "o", name: "r") { pullRequest(number: $n) { id } } }');
    expect(github.violations).toHaveLength(3);
    expect(github.violations[1]).toContain('does not serve User.bio');
  });

  test('calls and writes are told apart, also in GraphQL', async () => {
    const github = await start(TWO_HUNKS);
    await rest(github, 'GET pulls/1');
    await rest(github, 'POST issues/1/comments', { body: 'x' });
    await graphql(github, '{ viewer { login } }');
    await graphql(github, 'mutation { resolveReviewThread(input: {threadId: "x"}) { thread { id } } }');
    expect(github.calls).toHaveLength(4);
    expect(github.writes).toEqual(['POST /repos/o/r/issues/1/comments', 'GRAPHQL mutation']);
    expect(github.violations).toEqual([]);
  });

  test('an Enterprise Server answers under its own paths only', async () => {
    const github = await start(TWO_HUNKS, { ghes: true });
    expect((await rest(github, 'GET pulls/1')).body.head.sha).toBe(github.state.head);
    expect((await graphql(github, '{ viewer { login } }')).data.viewer.login).toBe('github-actions[bot]');
    expect(github.violations).toEqual([]);
    const origin = new URL(github.url).origin;
    expect((await fetch(`${origin}/repos/o/r/pulls/1`, { headers: HEADERS })).status).toBe(404);
    expect(github.violations).toHaveLength(1);
  });
});

describe('permissions', () => {
  const READ = { contents: 'read', 'pull-requests': 'read', checks: 'read', issues: 'read' } as const;

  test('a token that can only read: 403 on every write, reads go on', async () => {
    const github = await start(TWO_HUNKS, { permissions: READ });
    const { head } = github.state;
    const writes = [
      rest(github, 'POST pulls/1/reviews', review([COMMENT])),
      rest(github, 'POST pulls/1/comments', single(github)),
      rest(github, 'POST issues/1/comments', { body: 'x' }),
      rest(github, 'POST check-runs', { name: 'x', head_sha: head }),
    ];
    for (const { status, body } of await Promise.all(writes)) {
      expect(status).toBe(403);
      expect(body.message).toBe('Resource not accessible by integration');
    }
    expect((await rest(github, 'GET pulls/1/files')).status).toBe(200);
    expect(github.state.reviews).toEqual([]);
    expect(github.violations).toEqual([]);
  });

  test("a fork's token can only read, whatever was asked for", async () => {
    const github = await start(TWO_HUNKS, { pull: { fork: true } });
    expect((await rest(github, 'POST pulls/1/reviews', review([COMMENT]))).status).toBe(403);
  });

  test('no permission, no reading', async () => {
    const github = await start(TWO_HUNKS, { permissions: { contents: 'none' } });
    const { head } = github.state;
    expect((await rest(github, `GET contents/a.txt?ref=${head}`)).status).toBe(403);
    const { status, errors } = await graphql(
      github,
      `{ repository(owner: "o", name: "r") { object(expression: "${head}:a.txt") { oid } } }`,
    );
    expect(status).toBe(200);
    expect(errors).toMatchObject([{ type: 'FORBIDDEN', path: ['repository', 'object'] }]);
    expect(github.violations).toEqual([]);
  });

  test('pull-requests: write is enough for the conversation', async () => {
    const github = await start(TWO_HUNKS, { permissions: { issues: 'none' } });
    expect((await rest(github, 'POST issues/1/comments', { body: 'x' })).status).toBe(201);
  });

  const RESOLVE = 'mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }';
  test('resolving a thread needs contents: write', async () => {
    const github = await start(TWO_HUNKS);
    const comment = github.state.addComment({ path: 'a.txt', line: 10, body: 'x' });
    const refused = await graphql(github, RESOLVE, { id: comment.threadId });
    expect(refused).toMatchObject({ status: 200, errors: [{ type: 'FORBIDDEN' }] });
    expect(github.state.threads[0]?.isResolved).toBe(false);
    github.state.permissions.contents = 'write';
    expect((await graphql(github, RESOLVE, { id: comment.threadId })).data.resolveReviewThread.thread.isResolved).toBe(
      true,
    );
    expect(github.state.threads[0]).toMatchObject({ isResolved: true, resolvedBy: 'github-actions[bot]' });
    const back = 'mutation($id: ID!) { unresolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }';
    await graphql(github, back, { id: comment.threadId });
    expect(github.state.threads[0]?.isResolved).toBe(false);
    expect(github.violations).toEqual([]);
  });
});

describe('review comments', () => {
  test.each<[string, object]>([
    ['a changed line', { line: 10 }],
    ['the first line of context', { line: 7 }],
    ['the last line of context', { line: 28 }],
    ['a removed line', { line: 10, side: 'LEFT' }],
    ['a range', { start_line: 8, line: 12, start_side: 'RIGHT' }],
  ])('%s is taken', async (_name, comment) => {
    const github = await start(TWO_HUNKS);
    const { status, body } = await rest(github, 'POST pulls/1/reviews', review([{ ...COMMENT, ...comment }]));
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'COMMENTED', user: { login: 'github-actions[bot]' } });
    expect(github.state.comments).toMatchObject([{ path: 'a.txt', body: 'hello', ...renamed(comment) }]);
    expect(github.violations).toEqual([]);
  });

  const renamed = ({
    start_line: startLine,
    start_side: _side,
    ...rest
  }: {
    start_line?: number;
    start_side?: string;
  }) => ({
    ...rest,
    ...(startLine === undefined ? {} : { startLine }),
  });

  test.each<[string, object, RegExp]>([
    ['a line outside of the hunks', { line: 14 }, /part of the diff/],
    ['a line after the file', { line: 9999 }, /part of the diff/],
    ['no line', { line: undefined }, /part of the diff/],
    ['start_line == line', { start_line: 10, start_side: 'RIGHT' }, /must precede the end line/],
    ['start_line > line', { start_line: 11, start_side: 'RIGHT' }, /must precede the end line/],
    ['ends in different hunks', { start_line: 10, line: 25 }, /same hunk/],
    ['a start outside of the hunks', { start_line: 1, line: 10 }, /same hunk/],
    ['a path that is not in the pull request', { path: 'b.txt' }, /Path could not be resolved/],
    ['a body that is too long', { body: 'x'.repeat(65_537) }, /too long \(maximum is 65536/],
    ['an empty body', { body: ' ' }, /blank/],
  ])('%s: nothing of the review is stored', async (_name, comment, message) => {
    const github = await start(TWO_HUNKS);
    const { status, body } = await rest(github, 'POST pulls/1/reviews', review([COMMENT, { ...COMMENT, ...comment }]));
    expect(status).toBe(422);
    expect(body.message).toBe('Unprocessable Entity');
    expect(body.errors).toEqual([expect.stringMatching(message)]);
    expect(github.state).toMatchObject({ comments: [], reviews: [] });
    expect((await rest(github, 'POST pulls/1/comments', single(github, comment))).status).toBe(422);
    expect(github.violations).toEqual([]);
  });

  test('subject_type is for single comments only', async () => {
    const github = await start(TWO_HUNKS);
    const comment = { path: 'a.txt', body: 'x', subject_type: 'file' };
    const refused = await rest(github, 'POST pulls/1/reviews', review([comment]));
    expect(refused).toMatchObject({ status: 422, body: { errors: ['subject_type is not a permitted key'] } });
    expect(github.violations.splice(0)).toHaveLength(1);
    const { status, body } = await rest(github, 'POST pulls/1/comments', { ...comment, commit_id: github.state.head });
    expect(status).toBe(201);
    expect(body).toMatchObject({ subject_type: 'file', line: null });
    expect(github.state.threads).toMatchObject([{ path: 'a.txt', line: null, isOutdated: false }]);
    expect(github.violations).toEqual([]);
  });

  test('a file without patch takes comments on the file only', async () => {
    const github = await start({ base: { x: 'a' }, head: { 'b.bin': Buffer.of(0, 1, 2) } });
    const comment = { path: 'b.bin', body: 'x', commit_id: github.state.head };
    expect((await rest(github, 'POST pulls/1/comments', { ...comment, line: 1 })).status).toBe(422);
    expect((await rest(github, 'POST pulls/1/comments', { ...comment, subject_type: 'file' })).status).toBe(201);
  });

  test('a commit that is not of the pull request', async () => {
    const github = await start(TWO_HUNKS);
    const refused = await rest(github, 'POST pulls/1/comments', single(github, { commit_id: github.state.base }));
    expect(refused).toMatchObject({ status: 422, body: { errors: ['Commit is not part of the pull request'] } });
  });

  test('a commit that was the head before: the lines are those of then', async () => {
    const github = await start(TWO_HUNKS);
    const before = github.state.head;
    github.push({ 'a.txt': `first\n${CHANGED}` });
    const { body } = await rest(github, 'POST pulls/1/comments', single(github, { commit_id: before }));
    expect(body).toMatchObject({ line: 11, original_line: 10 });
    expect(github.violations).toEqual([]);
  });

  test('more than 100 comments', async () => {
    const github = await start(TWO_HUNKS);
    const all = Array.from({ length: 101 }, () => COMMENT);
    expect((await rest(github, 'POST pulls/1/reviews', review(all))).status).toBe(422);
    expect((await rest(github, 'POST pulls/1/reviews', review(all.slice(1)))).status).toBe(200);
    expect(github.state.comments).toHaveLength(100);
  });

  test('a review with neither body nor comments', async () => {
    const github = await start(TWO_HUNKS);
    expect((await rest(github, 'POST pulls/1/reviews', { event: 'COMMENT' })).status).toBe(422);
    expect((await rest(github, 'POST pulls/1/reviews', { event: 'COMMENT', comments: [COMMENT] })).status).toBe(200);
  });

  test('only one pending review', async () => {
    const github = await start(TWO_HUNKS);
    expect((await rest(github, 'POST pulls/1/reviews', { body: 'x' })).body.state).toBe('PENDING');
    const refused = await rest(github, 'POST pulls/1/reviews', review([COMMENT]));
    expect(refused.body.errors).toEqual(['User can only have one pending review per pull request']);
    expect((await rest(github, 'GET pulls/1/reviews')).body).toHaveLength(1);
    expect(github.violations).toEqual([]);
  });

  test('list, answer, edit, delete', async () => {
    const github = await start(TWO_HUNKS);
    const { body: made } = await rest(github, 'POST pulls/1/comments', single(github));
    github.state.reply(made.id, 'no');
    await rest(github, 'POST pulls/1/comments', { ...single(github), body: 'yes', in_reply_to: made.id });
    expect((await rest(github, `PATCH pulls/comments/${made.id}`, { body: 'edited' })).status).toBe(200);
    const { body: all } = await rest(github, 'GET pulls/1/comments');
    expect(all).toMatchObject([
      { body: 'edited', user: { login: 'github-actions[bot]' }, line: 10 },
      { body: 'no', user: { login: 'person' }, in_reply_to_id: made.id },
      { body: 'yes', user: { login: 'github-actions[bot]' }, in_reply_to_id: made.id },
    ]);
    expect((await rest(github, `DELETE pulls/comments/${made.id}`)).status).toBe(204);
    expect((await rest(github, `PATCH pulls/comments/${made.id}`, { body: 'x' })).status).toBe(404);
    expect(github.violations).toEqual([]);
  });
});

describe('a push', () => {
  test('lines above move the comment, a change of its line outdates it', async () => {
    const github = await start(TWO_HUNKS);
    await rest(github, 'POST pulls/1/reviews', review([COMMENT, { ...COMMENT, line: 25 }]));
    github.push({ 'a.txt': `first\n${CHANGED.replace('new line 25', 'newer line 25')}` });
    expect(github.state.threads).toMatchObject([
      { line: 11, isOutdated: false },
      { line: null, isOutdated: true },
    ]);
    const { body } = await rest(github, 'GET pulls/1/comments');
    expect(body).toMatchObject([
      { line: 11, original_line: 10 },
      { line: null, original_line: 25 },
    ]);
    expect(github.violations).toEqual([]);
  });

  test('a range is outdated when either end is', async () => {
    const github = await start(TWO_HUNKS);
    await rest(github, 'POST pulls/1/reviews', review([{ ...COMMENT, start_line: 8, line: 12 }]));
    github.push({ 'a.txt': CHANGED.replace('line 8\n', 'x\n') });
    expect(github.state.comments).toMatchObject([
      { line: null, startLine: null, originalLine: 12, originalStartLine: 8 },
    ]);
  });

  test('a line that is no longer in the diff, a file that is gone', async () => {
    const github = await start({ ...TWO_HUNKS, head: { 'a.txt': CHANGED, 'b.txt': 'b\n' } });
    await rest(github, 'POST pulls/1/reviews', review([COMMENT, { ...COMMENT, path: 'b.txt', line: 1 }]));
    github.push({ 'a.txt': LINES.join(''), 'b.txt': null });
    expect(github.state.threads.map(({ isOutdated }) => isOutdated)).toEqual([true, true]);
  });

  test('a force-push, and a base that moved on', async () => {
    const github = await start(TWO_HUNKS);
    await rest(github, 'POST pulls/1/reviews', review([COMMENT]));
    const { repository, base } = github.state;
    github.state.move({ head: repository.commitOn(base, { 'a.txt': CHANGED, 'c.txt': 'c\n' }) });
    expect(github.state.threads).toMatchObject([{ line: 10 }]);
    github.state.move({ base: repository.commitOn(base, { 'other.txt': 'x\n' }) });
    expect((await rest(github, 'GET pulls/1/files')).body.map((row: { filename: string }) => row.filename)).toEqual([
      'a.txt',
      'c.txt',
    ]);
  });
});

describe('reading', () => {
  const many = (count: number): Files =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`f/${String(index).padStart(4, '0')}`, 'x\n']));

  test('the rows of a file list', async () => {
    const github = await start({
      base: { 'old.txt': LINES.join(''), 'gone.txt': 'x\n', 'a"b ü.txt': 'x\n', 'e.txt': 'x' },
      head: {
        'old.txt': null,
        'new.txt': LINES.join(''),
        'gone.txt': null,
        'a"b ü.txt': 'y\n',
        'e.txt': '-- y',
        'b.bin': Buffer.of(0),
      },
    });
    const { body } = await rest(github, 'GET pulls/1/files');
    expect(body).toMatchObject([
      { filename: 'a"b ü.txt', status: 'modified', patch: '@@ -1 +1 @@\n-x\n+y', changes: 2 },
      { filename: 'b.bin', status: 'added' },
      {
        filename: 'e.txt',
        patch: '@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+-- y\n\\ No newline at end of file',
      },
      { filename: 'gone.txt', status: 'removed', deletions: 1 },
      { filename: 'new.txt', status: 'renamed', previous_filename: 'old.txt', changes: 0 },
    ]);
    expect(body[1].patch).toBeUndefined();
    expect(body[4].patch).toBeUndefined();
    expect(body[2]).toMatchObject({ additions: 1, deletions: 1 });
    expect(github.violations).toEqual([]);
  });

  test('pages of 30, of 100 at most, with links', async () => {
    const github = await start({ base: { x: '' }, head: many(130) });
    const first = await rest(github, 'GET pulls/1/files');
    expect(first.body).toHaveLength(30);
    expect(first.headers.get('link')).toContain(`<${github.url}/repos/o/r/pulls/1/files?page=2>; rel="next"`);
    const second = await rest(github, 'GET pulls/1/files?per_page=500&page=2');
    expect(second.body).toHaveLength(30);
    expect(second.headers.get('link')).toMatch(/rel="prev"/);
    expect(second.headers.get('link')).not.toMatch(/rel="next"/);
    expect((await rest(github, 'GET pulls/1/files?per_page=100&page=3')).body).toEqual([]);
  });

  test('3000 files at most, and nothing says so', async () => {
    const github = await start({ base: { x: '' }, head: many(3001) });
    expect((await rest(github, 'GET pulls/1/files?per_page=100&page=30')).body).toHaveLength(100);
    expect((await rest(github, 'GET pulls/1/files?per_page=100&page=31')).body).toEqual([]);
  });

  test('a long patch is left out; after a full page the counts are zero too', async () => {
    const long = LINES.join('');
    const github = await start(
      { base: { x: '' }, head: { a: long, b: 'b\n', c: 'c\n', d: 'd\n' } },
      { limits: { patchLines: 20, pageLines: 4 } },
    );
    const { body } = await rest(github, 'GET pulls/1/files');
    expect(
      body.map(({ patch, changes }: { patch?: string; changes: number }) => [patch !== undefined, changes]),
    ).toEqual([
      [false, 30],
      [true, 1],
      [true, 1],
      [false, 0],
    ]);
    const { body: small } = await rest(github, 'GET pulls/1/files?per_page=1&page=4');
    expect(small).toMatchObject([{ changes: 1, patch: '@@ -0,0 +1 @@\n+d' }]);
    expect(github.violations).toEqual([]);
  });

  test('compare: the merge base, and 300 files on the first page only', async () => {
    const github = await start({ base: { x: '' }, head: many(301), baseLater: { y: '' } });
    const { base, head, mergeBase } = github.state;
    const { body } = await rest(github, `GET compare/${base}...${head}`);
    expect(body).toMatchObject({
      status: 'diverged',
      ahead_by: 1,
      behind_by: 1,
      merge_base_commit: { sha: mergeBase },
    });
    expect(mergeBase).not.toBe(base);
    expect(body.files).toHaveLength(300);
    expect((await rest(github, `GET compare/${base}...${head}?page=2`)).body.files).toEqual([]);
    expect((await rest(github, `GET compare/${base}...${'0'.repeat(40)}`)).status).toBe(404);
    expect(github.violations).toEqual([]);
  });

  test('the whole diff is refused when it is large', async () => {
    const diff = { accept: 'application/vnd.github.diff' };
    const small = await start(TWO_HUNKS);
    expect((await rest(small, 'GET pulls/1', undefined, diff)).text).toContain('+++ b/a.txt');
    const large = await start(TWO_HUNKS, { limits: { diffFiles: 0 } });
    expect((await rest(large, 'GET pulls/1', undefined, diff)).status).toBe(406);
  });

  test('contents, blobs and trees', async () => {
    const github = await start({ base: { x: 'x' }, head: { 'd/ü 1.txt': 'hello', 'd/e/f': '' } });
    const { head } = github.state;
    const path = `contents/d/${encodeURIComponent('ü 1.txt')}?ref=${head}`;
    const { body } = await rest(github, `GET ${path}`);
    expect(Buffer.from(body.content, 'base64').toString()).toBe('hello');
    expect((await rest(github, `GET ${path}`, undefined, { accept: 'application/vnd.github.raw+json' })).text).toBe(
      'hello',
    );
    expect((await rest(github, `GET contents/d?ref=${head}`)).body).toMatchObject([
      { type: 'dir' },
      { path: 'd/ü 1.txt' },
    ]);
    expect((await rest(github, `GET contents/nothing?ref=${head}`)).status).toBe(404);
    expect((await rest(github, 'GET contents/d/e/f')).status).toBe(404);
    expect((await rest(github, `GET git/blobs/${body.sha}`)).body).toMatchObject({ encoding: 'base64', size: 5 });
    const { body: tree } = await rest(github, `GET git/trees/${head}?recursive=1`);
    expect(tree.tree.map((entry: { path: string; type: string }) => `${entry.type} ${entry.path}`)).toEqual([
      'tree d',
      'tree d/e',
      'blob d/e/f',
      'blob d/ü 1.txt',
      'blob x',
    ]);
    expect((await rest(github, `GET git/trees/${head}`)).body.tree).toHaveLength(2);
    expect(github.violations).toEqual([]);
  });

  test('a large file has no content in JSON; a long tree is cut', async () => {
    const github = await start(
      { base: { x: 'x' }, head: { 'a.txt': 'hello' } },
      { limits: { jsonContents: 4, treeEntries: 1 } },
    );
    const { head } = github.state;
    expect((await rest(github, `GET contents/a.txt?ref=${head}`)).body).toMatchObject({
      encoding: 'none',
      content: '',
    });
    expect((await rest(github, `GET git/trees/${head}?recursive=1`)).body).toMatchObject({ truncated: true });
    expect(github.violations).toEqual([]);
  });
});

describe('GraphQL', () => {
  test('blobs by alias: text, binary, cut, not there, a folder', async () => {
    const github = await start(
      { base: { x: 'x' }, head: { 'a.txt': 'äöü', 'b.bin': Buffer.of(0), 'long.txt': 'x'.repeat(20) } },
      { limits: { blobText: 10 } },
    );
    const { head } = github.state;
    const fields = '... on Blob { oid byteSize isBinary isTruncated text }';
    const paths = ['a.txt', 'b.bin', 'long.txt', 'nothing'];
    const aliases = paths.map((path, index) => `e${index}: object(expression: "${head}:${path}") { ${fields} }`);
    const query = `{ repository(owner: "o", name: "r") { ${aliases.join(' ')} root: object(expression: "${head}:") { __typename } } }`;
    const { data } = await graphql(github, query);
    expect(data.repository).toMatchObject({
      e0: { text: 'äöü', byteSize: 6, isBinary: false, isTruncated: false },
      e1: { text: null, isBinary: true },
      e2: { text: 'x'.repeat(10), byteSize: 20, isTruncated: true },
      e3: null,
      root: { __typename: 'Tree' },
    });
    expect(github.violations).toEqual([]);
  });

  const THREADS = `query($n: Int!, $after: String) {
    viewer { login }
    repository(owner: "o", name: "r") { pullRequest(number: $n) { reviewThreads(first: 2, after: $after) {
      totalCount pageInfo { hasNextPage endCursor }
      nodes {
        id isResolved isOutdated viewerCanResolve viewerCanUnresolve path line originalLine
        comments(first: 10) { nodes {
          databaseId fullDatabaseId body path line originalLine isMinimized minimizedReason viewerDidAuthor author { login }
        } }
      }
    } } }
  }`;

  test('threads in pages, logins without the suffix of bots', async () => {
    const github = await start(TWO_HUNKS);
    const ours = github.state.addComment({ path: 'a.txt', line: 10, body: 'ours <!-- marker -->' });
    github.state.reply(ours.id, 'I disagree');
    github.state.addComment({ path: 'a.txt', line: 10, body: '<!-- marker -->' }, 'copycat[bot]');
    github.state.addComment({ path: 'a.txt', line: 25, body: 'x' });
    github.state.resolve(ours.id);
    const { data } = await graphql(github, THREADS, { n: 1 });
    const { reviewThreads } = data.repository.pullRequest;
    expect(data.viewer.login).toBe('github-actions[bot]');
    expect(reviewThreads).toMatchObject({
      totalCount: 3,
      pageInfo: { hasNextPage: true },
      nodes: [
        {
          isResolved: true,
          viewerCanResolve: false,
          line: 10,
          comments: {
            nodes: [
              { fullDatabaseId: String(ours.id), viewerDidAuthor: true, author: { login: 'github-actions' } },
              { body: 'I disagree', viewerDidAuthor: false, author: { login: 'person' } },
            ],
          },
        },
        { comments: { nodes: [{ viewerDidAuthor: false, author: { login: 'copycat' } }] } },
      ],
    });
    const next = await graphql(github, THREADS, { n: 1, after: reviewThreads.pageInfo.endCursor });
    expect(next.data.repository.pullRequest.reviewThreads).toMatchObject({
      pageInfo: { hasNextPage: false },
      nodes: [{ line: 25 }],
    });
    expect((await graphql(github, THREADS, { n: 9 })).errors).toMatchObject([{ type: 'NOT_FOUND' }]);
    expect(github.violations).toEqual([]);
  });

  test('a list wants to know how many, and not too many', async () => {
    const github = await start(TWO_HUNKS);
    const query = (args: string) =>
      `{ repository(owner: "o", name: "r") { pullRequest(number: 1) { reviewThreads${args} { totalCount } } } }`;
    expect((await graphql(github, query(''))).errors).toMatchObject([{ type: 'MISSING_PAGINATION_BOUNDARIES' }]);
    expect((await graphql(github, query('(first: 101)'))).errors).toMatchObject([{ type: 'EXCESSIVE_PAGINATION' }]);
  });

  test('minimizing', async () => {
    const github = await start(TWO_HUNKS);
    const comment = github.state.addComment({ path: 'a.txt', line: 10, body: 'x' });
    const query =
      'mutation($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: RESOLVED}) { minimizedComment { isMinimized minimizedReason } } }';
    const { data } = await graphql(github, query, { id: `PRRC_${comment.id}` });
    expect(data.minimizeComment.minimizedComment).toEqual({ isMinimized: true, minimizedReason: 'resolved' });
    const issueComment = github.state.addIssueComment('x');
    await graphql(github, query, { id: `IC_${issueComment.id}` });
    expect(issueComment.minimized).toBe('RESOLVED');
    github.state.permissions['pull-requests'] = 'read';
    expect((await graphql(github, query, { id: `PRRC_${comment.id}` })).errors).toMatchObject([{ type: 'FORBIDDEN' }]);
    expect(github.violations).toEqual([]);
  });

  test('a thread outside of the diff is dropped without a word', async () => {
    const github = await start(TWO_HUNKS);
    const query =
      'mutation($line: Int!) { addPullRequestReviewThread(input: {pullRequestId: "PR_1", path: "a.txt", body: "x", line: $line}) { thread { id line } } }';
    expect(await graphql(github, query, { line: 1 })).toEqual({
      status: 200,
      data: { addPullRequestReviewThread: { thread: null } },
    });
    expect(github.state).toMatchObject({ comments: [], reviews: [] });
    expect((await graphql(github, query, { line: 10 })).data.addPullRequestReviewThread.thread.line).toBe(10);
    expect(github.state.reviews).toMatchObject([{ state: 'PENDING' }]);
    expect(github.violations).toEqual([]);
  });
});

describe('check runs', () => {
  const annotation = { path: 'a.txt', start_line: 1, end_line: 1, annotation_level: 'failure', message: 'm' };
  const output = (extra: object = {}) => ({ title: 't', summary: 's', annotations: [annotation], ...extra });
  const run = (github: GitHub, extra: object = {}) => ({
    name: 'KMS policy review',
    head_sha: github.state.head,
    conclusion: 'failure',
    output: output(),
    ...extra,
  });

  test('annotations of later requests are added', async () => {
    const github = await start(TWO_HUNKS);
    const { status, body } = await rest(github, 'POST check-runs', run(github));
    expect(status).toBe(201);
    expect((await rest(github, `PATCH check-runs/${body.id}`, { output: output({ summary: 'new' }) })).status).toBe(
      200,
    );
    expect(github.state.checkRuns).toMatchObject([
      { status: 'completed', conclusion: 'failure', summary: 'new', annotations: [annotation, annotation] },
    ]);
    expect((await rest(github, `GET check-runs/${body.id}/annotations`)).body).toHaveLength(2);
    expect((await rest(github, 'PATCH check-runs/9', { output: output() })).status).toBe(404);
    expect(github.violations).toEqual([]);
  });

  test('the latest of each name are listed for a commit', async () => {
    const github = await start(TWO_HUNKS);
    for (const name of ['x', 'x', 'y']) await rest(github, 'POST check-runs', run(github, { name }));
    const path = `commits/${github.state.head}/check-runs`;
    expect((await rest(github, `GET ${path}`)).body).toMatchObject({ total_count: 2 });
    expect((await rest(github, `GET ${path}?filter=all&check_name=x`)).body).toMatchObject({ total_count: 2 });
    expect((await rest(github, `GET commits/${github.state.base}/check-runs`)).body.check_runs).toEqual([]);
    expect(github.violations).toEqual([]);
  });

  test('a run lands in the first suite of its commit, which is not its own', async () => {
    const github = await start(TWO_HUNKS);
    const suite = github.state.checkSuite(github.state.head, 'Build');
    github.state.checkSuite(github.state.head, 'KMS');
    expect((await rest(github, 'POST check-runs', run(github))).body.check_suite.id).toBe(suite.id);
  });

  test.each<[string, object, number]>([
    ['51 annotations', output({ annotations: Array.from({ length: 51 }, () => annotation) }), 1],
    ['a summary that is too long', output({ summary: 'x'.repeat(65_536) }), 1],
    ['a text that is too long', output({ text: 'x'.repeat(65_536) }), 1],
    ['columns over several lines', output({ annotations: [{ ...annotation, end_line: 2, start_column: 1 }] }), 0],
    ['a title of 256', output({ annotations: [{ ...annotation, title: 'x'.repeat(256) }] }), 0],
    ['a message over 64 KB', output({ annotations: [{ ...annotation, message: 'x'.repeat(65_537) }] }), 0],
  ])('%s: refused', async (_name, wrong, violations) => {
    const github = await start(TWO_HUNKS);
    expect((await rest(github, 'POST check-runs', run(github, { output: wrong }))).status).toBe(422);
    expect(github.state.checkRuns).toEqual([]);
    // What the schema itself forbids should never have been sent.
    expect(github.violations).toHaveLength(violations);
  });

  test('a commit that is not there', async () => {
    const github = await start(TWO_HUNKS);
    expect((await rest(github, 'POST check-runs', run(github, { head_sha: '0'.repeat(40) }))).status).toBe(422);
  });
});

test('the conversation: create, list, edit, delete, and a body that is too long', async () => {
  const github = await start(TWO_HUNKS);
  const { body: made } = await rest(github, 'POST issues/1/comments', { body: 'x' });
  github.state.addIssueComment('y', 'person');
  await rest(github, `PATCH issues/comments/${made.id}`, { body: 'edited' });
  const { body: all } = await rest(github, 'GET issues/1/comments?per_page=100');
  expect(all).toMatchObject([
    { body: 'edited', user: { login: 'github-actions[bot]', type: 'Bot' } },
    { body: 'y', user: { login: 'person', type: 'User' } },
  ]);
  expect((await rest(github, 'POST issues/1/comments', { body: 'x'.repeat(65_537) })).status).toBe(422);
  expect((await rest(github, 'POST issues/1/comments', { body: '' })).status).toBe(422);
  expect((await rest(github, `DELETE issues/comments/${made.id}`)).status).toBe(204);
  expect((await rest(github, `PATCH issues/comments/${made.id}`, { body: 'x' })).status).toBe(404);
  expect(github.state.issueComments).toHaveLength(1);
  expect(github.violations).toEqual([]);
});

describe('what goes wrong', () => {
  test('a status once, then fine; for an operation or a piece of a document', async () => {
    const github = await start(TWO_HUNKS, {
      faults: [
        { match: 'pulls/list-files', times: 1, kind: 'status', status: 503 },
        { match: 'viewer', times: 1, kind: 'status' },
      ],
    });
    expect((await rest(github, 'GET pulls/1/files')).status).toBe(503);
    expect((await rest(github, 'GET pulls/1/files')).status).toBe(200);
    const query = () => graphql(github, '{ viewer { login } }');
    expect((await query()).status).toBe(502);
    expect((await query()).status).toBe(200);
  });

  test.each(['cut', 'cut-after', 'stored'] as const)('%s: the work is done or it is not', async (kind) => {
    const github = await start(TWO_HUNKS, { faults: [{ match: 'issues/create-comment', times: 1, kind }] });
    const answer = rest(github, 'POST issues/1/comments', { body: 'x' });
    if (kind === 'stored') expect((await answer).status).toBe(502);
    else await expect(answer).rejects.toThrow();
    expect(github.state.issueComments).toHaveLength(kind === 'cut' ? 0 : 1);
  });

  test('an answer that comes late', async () => {
    const github = await start(TWO_HUNKS, { faults: [{ match: 'GET', times: 1, kind: 'slow', delay: 500 }] });
    const order: string[] = [];
    const slow = rest(github, 'GET pulls/1').then(() => order.push('slow'));
    // The fault is taken by the first request that arrives.
    while (github.calls.length === 0) await new Promise((done) => setTimeout(done, 5));
    await rest(github, 'GET pulls/1/reviews').then(() => order.push('fast'));
    await slow;
    expect(order).toEqual(['fast', 'slow']);
  });

  test.each([
    [403, 60],
    [403, undefined],
    [429, 60],
  ] as const)('the secondary limit: %s, retry-after %s', async (status, retryAfter) => {
    const limit = { writes: 2, window: 60_000, status, ...(retryAfter === undefined ? {} : { retryAfter }) };
    const github = await start(TWO_HUNKS, { secondaryLimit: limit });
    const write = () => rest(github, 'POST issues/1/comments', { body: 'x' });
    expect([(await write()).status, (await write()).status]).toEqual([201, 201]);
    const refused = await write();
    expect(refused.status).toBe(status);
    expect(refused.body.message).toContain('secondary rate limit');
    expect(refused.headers.get('retry-after')).toBe(retryAfter === undefined ? null : '60');
    expect((await rest(github, 'GET pulls/1')).status).toBe(200);
    expect(github.state.issueComments).toHaveLength(2);
  });

  test('the primary limit counts every request', async () => {
    const github = await start(TWO_HUNKS, {
      primaryLimit: { limit: 1000, remaining: 1, reset: 1_800_000_000, status: 403 },
    });
    expect((await rest(github, 'GET pulls/1')).headers.get('x-ratelimit-remaining')).toBe('0');
    const refused = await rest(github, 'GET pulls/1');
    expect(refused.status).toBe(403);
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(refused.headers.get('x-ratelimit-reset')).toBe('1800000000');
  });
});
