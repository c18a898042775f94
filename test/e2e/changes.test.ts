import { expect, test } from 'vitest';
import { openScenarios } from '../github/scenario.ts';

/** Which findings are new, where they are said, and what is said where something was not reviewed. */

const pullRequest = openScenarios();

const policy = (...statements: object[]): string =>
  `${JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2)}\n`;
const USE = { Sid: 'Use', Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' };
const DENY = {
  Sid: 'Fence',
  Effect: 'Deny',
  Action: 'kms:*',
  Resource: '*',
  Condition: { StringNotEquals: { 'aws:ResourceAccount': '111122223333' } },
};
const POLICY = policy(USE);
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const CLEAN = policy({ ...USE, Resource: KEY });

test('a Deny that is taken out makes what it fenced new', async () => {
  const github = await pullRequest({ 'a.json': policy(USE, DENY) }, { 'a.json': policy(USE) });
  const run = await github.run();
  expect(run.outputs).toMatchObject({ errors: '1' });
  // The statement itself stands in the hunk's context.
  expect(github.state.comments).toMatchObject([{ path: 'a.json', line: 8 }]);
});

test('lines that only moved, and statements that changed places, are not new', async () => {
  const other = { ...USE, Sid: 'Other' };
  const github = await pullRequest(
    { 'a.json': policy(USE, other) },
    { 'a.json': `\n\n${policy(other, USE).replaceAll('  ', '\t')}` },
  );
  const run = await github.run();
  expect(run.outputs).toMatchObject({ findings: '0', conclusion: 'success' });
  expect(run.summary).toContain('2 findings that the base already has');
  expect(github.state.reviews).toEqual([]);
});

test('a renamed file brings nothing, and only what was changed on the way is new', async () => {
  const long = Array.from({ length: 20 }, (_, index) => ({ ...USE, Sid: `S${index}`, Resource: KEY }));
  const github = await pullRequest(
    { 'old/pure.json': POLICY, 'old/changed.json': policy(USE, ...long) },
    {
      'old/pure.json': null,
      'old/changed.json': null,
      'new/pure.json': POLICY,
      'new/changed.json': policy(USE, ...long, { ...USE, Sid: 'New' }),
    },
  );
  const run = await github.run();
  expect(run.outputs).toMatchObject({ findings: '1' });
  expect(github.state.comments).toMatchObject([{ path: 'new/changed.json' }]);
});

test('a file that was removed has no findings, and a copy has its own', async () => {
  const github = await pullRequest(
    { 'gone.json': policy({ ...USE, Action: 'kms:Encrypt' }), 'kept.json': POLICY },
    { 'gone.json': null, 'copy.json': POLICY },
  );
  const run = await github.run();
  expect(run.outputs).toMatchObject({ findings: '1', incomplete: 'false' });
  expect(github.state.comments).toMatchObject([{ path: 'copy.json' }]);
});

test('rows without patch and with zero counts, though they have changes', async () => {
  const github = await pullRequest(
    { 'a.json': CLEAN, 'b.json': POLICY },
    { 'a.json': POLICY, 'b.json': `${POLICY}\n` },
  );
  github.state.alterRows = (rows) =>
    rows.map(({ patch: _patch, ...row }) => ({ ...row, additions: 0, deletions: 0, changes: 0 }));
  const run = await github.run();
  expect(run.outputs).toMatchObject({ findings: '1' });
  expect(github.state.comments).toMatchObject([{ path: 'a.json', subjectType: 'file' }]);
});

test('a page whose patches are cut: the finding in the last file is said on the file', async () => {
  const long = `${'[]\n'.repeat(300)}`;
  const github = await pullRequest({ 'z.json': CLEAN }, { 'a.txt': long, 'z.json': POLICY });
  github.state.limits.pageLines = 200;
  const run = await github.run();
  expect(run.code).toBe(1);
  expect(github.state.comments).toMatchObject([{ path: 'z.json', subjectType: 'file' }]);
});

test('binary and huge files, and a wrong encoding: not reviewed, and named', async () => {
  const huge = Buffer.alloc(33 * 1024 * 1024, ' ');
  huge.write('{"Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}');
  const github = await pullRequest(
    {},
    {
      'binary.json': Buffer.from('{"Statement": "kms:*"}\0\0'),
      'latin1.json': Buffer.from('{"Statement": "kms:Decrypt \xe9"}', 'latin1'),
      'huge.json': huge,
      'good.json': POLICY,
    },
  );
  const run = await github.run();
  expect(run.outputs).toMatchObject({ errors: '1', incomplete: 'true' });
  expect(run.summary).toMatch(/^1 error in the KMS access of 1 file\. Not everything could be read; see below\.$/m);
  expect(run.summary).toMatch(/`binary\.json`: binary/);
  expect(run.summary).toMatch(/`latin1\.json`: not valid UTF/);
  expect(run.summary).toMatch(/`huge\.json`: larger than 32 MiB/);
  const clean = await pullRequest({}, { 'binary.json': Buffer.from('{"Statement": "kms:*"}\0\0') });
  expect((await clean.run()).code).toBe(0);
  expect((await clean.run({ inputs: { 'fail-on-incomplete': 'true' } })).code).toBe(1);
});

test('a file of one line, one without its last line break, one with CRLF, and names of every kind', async () => {
  const line = JSON.stringify({ Statement: [USE] });
  const files = {
    'one.json': line,
    'crlf.json': POLICY.replaceAll('\n', '\r\n'),
    'deep/ä "漢" it\'s.json': POLICY,
    'a#b?c%20d.json': POLICY,
    '-dash.json': POLICY,
  };
  const github = await pullRequest({ 'one.json': line.replace('"*"', `"${KEY}"`) }, files);
  await github.run();
  const places = github.state.comments.map(({ path, line: at }) => [path, at]);
  expect(Object.fromEntries(places)).toEqual({
    'one.json': 1,
    'crlf.json': 8,
    'deep/ä "漢" it\'s.json': 8,
    'a#b?c%20d.json': 8,
    '-dash.json': 8,
  });
});

test.each([
  [2, { subjectType: 'line', line: 5 }],
  [3, { subjectType: 'file', line: null }],
])(
  'a Deny goes, and what it fenced is after %i other statements: three lines of context take a comment',
  async (gap, placed) => {
    const others = Array.from({ length: gap }, (_, index) => ({ ...USE, Sid: `S${index}`, Resource: KEY }));
    const text = (...first: object[]): string =>
      `{"Statement": [\n${[...first, ...others, USE].map((one) => JSON.stringify(one)).join(',\n')}\n]}\n`;
    const github = await pullRequest({ 'a.json': `\n${text(DENY)}` }, { 'a.json': `\n${text()}` });
    await github.run();
    expect(github.state.comments).toMatchObject([{ path: 'a.json', ...placed }]);
  },
);

test('the worst are said first, as many as may be, and the rest is in the summary', async () => {
  const warning = (sid: string) => ({ Sid: sid, Effect: 'Allow', Action: 'kms:CreateGrant', Resource: KEY });
  const github = await pullRequest({}, { 'a.json': policy(warning('A'), warning('B')), 'b.json': policy(USE) });
  const run = await github.run({ inputs: { 'max-comments': '2' } });
  expect(github.state.comments.map(({ path }) => path).sort()).toEqual(['a.json', 'b.json']);
  expect(github.state.reviews).toMatchObject([
    { body: expect.stringMatching(/^1 error and 2 warnings .* 1 more finding is in the \[job summary\]/) },
  ]);
  expect(run.summary.match(/^\| (?:error|warning) \|/gm)).toHaveLength(3);
  const none = await pullRequest({}, { 'b.json': policy(USE) });
  await none.run({ inputs: { 'max-comments': '0' } });
  expect([none.state.comments, none.state.reviews]).toEqual([[], []]);
});

test('at most ten comments on files, each of which notifies by itself; the rest is in the summary', async () => {
  const files = Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`p/${index}.json`, POLICY]));
  const github = await pullRequest({}, files);
  github.state.alterRows = (rows) => rows.map(({ patch: _patch, ...row }) => row);
  const run = await github.run();
  expect(github.state.comments.map(({ subjectType }) => subjectType)).toEqual(Array.from({ length: 10 }, () => 'file'));
  expect(run.summary.match(/^\| error \|/gm)).toHaveLength(14);
});

test('one review a run, none where nothing is new', async () => {
  const github = await pullRequest(
    { 'old.json': POLICY },
    { 'a.json': POLICY, 'b.json': policy(USE, { ...USE, Sid: 'B' }) },
  );
  await github.run();
  expect(github.state.reviews).toHaveLength(1);
  expect(github.state.comments).toHaveLength(3);
  github.state.push({ 'README.md': 'more\n' });
  await github.run();
  expect(github.state.reviews).toHaveLength(1);
  github.state.push({ 'c.json': POLICY });
  await github.run();
  expect(github.state.reviews).toHaveLength(2);
  expect(github.state.comments).toHaveLength(4);
});
