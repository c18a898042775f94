import { expect, test } from 'vitest';
import type { Files } from '../github/repository.ts';
import { pullPayload } from '../github/run-action.ts';
import { openScenarios } from '../github/scenario.ts';

const pullRequest = openScenarios();

const POLICY = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Use",
      "Effect": "Allow",
      "Action": "kms:Decrypt",
      "Resource": "*"
    }
  ]
}
`;
const CLEAN = POLICY.replace('"*"', '"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"');

test('a review on the right line, a check run, annotations, a summary, outputs, and a failed job', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  const run = await github.run();
  expect(github.violations).toEqual([]);
  expect(run.code).toBe(1);
  expect(github.state.comments).toMatchObject([{ path: 'policy.json', line: 8, startLine: null }]);
  expect(github.state.comments[0]?.body).toContain('wildcard-resource');
  expect(github.state.reviews).toHaveLength(1);
  expect(github.state.checkRuns).toMatchObject([
    {
      name: 'KMS policy review',
      headSha: github.state.head,
      conclusion: 'failure',
      annotations: [{ path: 'policy.json', start_line: 8, annotation_level: 'failure' }],
    },
  ]);
  expect(run.annotations).toMatchObject([
    { level: 'error', properties: { file: 'policy.json', line: '8', title: 'wildcard-resource' } },
  ]);
  expect(run.summary).toContain('wildcard-resource');
  expect(run.outputs).toMatchObject({
    conclusion: 'failure',
    findings: '1',
    errors: '1',
    warnings: '0',
    notices: '0',
    incomplete: 'false',
    'new-access': 'true',
  });
  expect(github.calls.length).toBeLessThanOrEqual(6);
});

test('a second run posts nothing new', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  await github.run();
  const before = structuredClone(github.state.comments);
  github.writes.length = 0;
  const run = await github.run();
  expect(run.code).toBe(1);
  expect(github.state.comments).toEqual(before);
  expect(github.writes).toEqual(['POST /repos/o/r/check-runs']);
  expect(run.summary).not.toContain('WARNING');
  expect(github.violations).toEqual([]);
});

const CLOUDFORMATION = `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: app
          PolicyDocument:
            Version: 2012-10-17
            Statement:
              - Effect: Allow
                Action: kms:Decrypt
                Resource: "*"
`;
const DOCUMENT = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}]}';
const FORMATS: [string, string, string, number][] = [
  ['IAM policy JSON', 'a.json', POLICY, 8],
  ['a policy as an escaped string', 'b.json', `{\n  "policy":\n    ${JSON.stringify(DOCUMENT)}\n}\n`, 3],
  [
    'YAML',
    'c.yaml',
    'policy:\n  Version: "2012-10-17"\n  Statement:\n    - Effect: Allow\n      Action: kms:Decrypt\n      Resource: "*"\n',
    6,
  ],
  ['CloudFormation YAML', 'd.yaml', CLOUDFORMATION, 12],
  [
    'CloudFormation YAML with !Sub',
    'e.yaml',
    `Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument: !Sub |\n        {"Version": "2012-10-17",\n         "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt",\n         "Resource": "arn:\${AWS::Partition}:kms:*:*:key/*"}]}\n`,
    8,
  ],
  [
    'CloudFormation JSON',
    'f.template',
    `{\n "Resources": {"P": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {\n  "PolicyDocument": ${DOCUMENT}\n}}}}\n`,
    3,
  ],
  [
    'Terraform HCL',
    'main.tf',
    'resource "aws_iam_policy" "p" {\n  policy = jsonencode({\n    Statement = [{ Effect = "Allow", Action = "kms:Decrypt",\n      Resource = "*" }]\n  })\n}\n',
    4,
  ],
  [
    'Terraform JSON',
    'main.tf.json',
    `{\n "resource": {"aws_iam_policy": {"p": {\n  "policy": ${JSON.stringify(DOCUMENT)}\n}}}}\n`,
    3,
  ],
];
test.each(FORMATS)('on the right line in %s', async (_name, path, text, line) => {
  const github = await pullRequest({}, { [path]: text });
  await github.run();
  expect(github.state.comments.map((comment) => [comment.path, comment.line])).toEqual([[path, line]]);
  expect(github.violations).toEqual([]);
});

test('only what the pull request brings: an old finding is carried, a deleted condition is found', async () => {
  const guarded = POLICY.replace(
    '"Resource": "*"',
    '"Resource": "*",\n      "Condition": { "StringEquals": { "aws:ResourceAccount": "111122223333" } }',
  );
  const github = await pullRequest(
    { 'old.json': POLICY, 'guarded.json': guarded },
    { 'old.json': `${POLICY}\n`, 'guarded.json': POLICY },
  );
  const run = await github.run();
  expect(github.state.comments.map((comment) => comment.path)).toEqual(['guarded.json']);
  expect(run.outputs).toMatchObject({ findings: '1' });
  expect(run.summary).toContain('1 finding that the base already has');
});

test('a base that moved on brings nothing of others into the review', async () => {
  const github = await pullRequest({ 'other.json': CLEAN }, { 'mine.json': CLEAN });
  github.state.repository.git('checkout', '-q', 'main');
  const moved = github.state.repository.commit({ 'other.json': POLICY });
  Object.assign(github.state, { base: moved });
  const run = await github.run();
  expect(run.outputs).toMatchObject({ findings: '0', conclusion: 'success' });
  expect(github.state.reviews).toEqual([]);
});

test('no candidate files: at most three calls, no review', async () => {
  const github = await pullRequest({}, { 'src/index.ts': 'export {};\n' });
  const run = await github.run();
  expect(run.code).toBe(0);
  expect(github.calls.length).toBeLessThanOrEqual(3);
  expect(github.state.reviews).toEqual([]);
});

test('a read-only token: everything in summary and annotations, the permission named, the gate stands', async () => {
  const github = await pullRequest(
    {},
    { 'policy.json': POLICY },
    { permissions: { 'pull-requests': 'read', checks: 'read' } },
  );
  const run = await github.run();
  expect(run.code).toBe(1);
  expect(run.summary).toContain('pull-requests: write');
  expect(run.summary).toContain('checks: write');
  expect(run.summary).toContain('wildcard-resource');
  expect(run.annotations.map(({ level }) => level).sort()).toEqual(['error', 'warning', 'warning']);
  expect(run.outputs).toMatchObject({ conclusion: 'failure' });
});

test('a fork is told that its token is read-only', async () => {
  const github = await pullRequest(
    {},
    { 'policy.json': POLICY },
    { permissions: { 'pull-requests': 'read', checks: 'read' } },
  );
  const run = await github.run({ payload: pullPayload(github.state, { fork: true }) });
  expect(run.code).toBe(1);
  expect(run.summary).toContain('pull requests from forks');
});

test('a fixed finding is marked, and comes back when the mistake does', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  await github.run();
  github.state.push({ 'policy.json': CLEAN });
  const run = await github.run({ payload: pullPayload(github.state, { action: 'synchronize' }) });
  expect(run.code).toBe(0);
  expect(github.state.comments).toHaveLength(1);
  expect(github.state.comments[0]?.body).toMatch(/^Fixed in [0-9a-f]{40}\./);
  github.state.push({ 'policy.json': POLICY });
  await github.run({ payload: pullPayload(github.state, { action: 'synchronize' }) });
  expect(github.state.comments).toHaveLength(1);
  expect(github.state.comments[0]?.body).not.toContain('Fixed in');
  expect(github.violations).toEqual([]);
});

test('a comment keeps its place in the conversation when its lines move', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  await github.run();
  github.state.push({ 'policy.json': POLICY.replace('{\n', '{\n\n\n') });
  await github.run({ payload: pullPayload(github.state, { action: 'synchronize' }) });
  expect(github.state.comments).toHaveLength(1);
  expect(github.state.comments[0]?.line).toBe(10);
});

test("somebody else's comment with our marker is not ours", async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  await github.run();
  const [ours] = github.state.comments;
  github.state.comments = [];
  github.state.addComment({ path: 'policy.json', line: 8, body: ours?.body ?? '' }, 'stranger');
  await github.run();
  expect(github.state.comments.map(({ login }) => login)).toEqual(['stranger', 'github-actions[bot]']);
});

test('a finding outside the hunks is said on the file', async () => {
  const filler = Array.from({ length: 30 }, (_, index) => `  "line${index}": 1,\n`).join('');
  const guarded = `{\n  "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt",\n  "Resource": "*",\n${filler.replaceAll('  "line', '  "Line')}  "Condition": {"StringEquals": {"aws:ResourceAccount": "111122223333"}}}]}\n`;
  const open = guarded.replace(/,\n {2}"Condition.*/, '}]}');
  const github = await pullRequest({ 'policy.json': guarded }, { 'policy.json': open });
  await github.run();
  expect(github.state.comments).toMatchObject([{ path: 'policy.json', subjectType: 'file' }]);
  expect(github.violations).toEqual([]);
});

test('a race: the diff that was listed is not the one that GitHub checks', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  let served = 0;
  github.state.alterRows = (rows) =>
    served++ === 0 ? rows : rows.map((row) => ({ ...row, patch: '@@ -1 +1 @@\n-a\n+b' }));
  const run = await github.run();
  expect(run.code).toBe(1);
  expect(github.state.comments).toMatchObject([{ path: 'policy.json', subjectType: 'file' }]);
  expect(run.summary).toContain('wildcard-resource');
});

test('server errors and cut connections are tried again', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  github.state.faults.push(
    { match: 'GET /repos/o/r/pulls', times: 1, kind: 'status', status: 502 },
    { match: 'GRAPHQL query', times: 1, kind: 'cut' },
  );
  const run = await github.run();
  expect(run.code).toBe(1);
  expect(github.state.comments).toHaveLength(1);
});

test('a review that was stored before the server error is not posted twice', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  github.state.faults.push({ match: 'POST /repos/o/r/pulls/1/reviews', times: 1, kind: 'stored' });
  const run = await github.run();
  expect(run.code).toBe(1);
  expect(github.state.comments).toHaveLength(1);
});

test('a secondary rate limit is waited for, as long as GitHub says', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  github.state.faults.push({
    match: 'POST /repos/o/r/pulls/1/reviews',
    times: 1,
    kind: 'status',
    status: 403,
    headers: { 'retry-after': '1' },
    message: 'You have exceeded a secondary rate limit',
  });
  const run = await github.run();
  expect(run.code).toBe(1);
  expect(github.state.comments).toHaveLength(1);
  expect(run.summary).not.toContain('permissions');
});

test('a rate limit that lasts does not lose anything', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  github.state.faults.push({
    match: 'POST /repos/o/r/pulls/1/reviews',
    times: 9,
    kind: 'status',
    status: 429,
    headers: { 'retry-after': '3600' },
  });
  const run = await github.run();
  expect(run.code).toBe(1);
  expect(run.summary).toContain('rate limit');
  expect(run.summary).toContain('wildcard-resource');
  expect(github.state.checkRuns).toHaveLength(1);
});

test('the configuration is that of the base, not of the head', async () => {
  const off = 'rules:\n  wildcard-resource: off\n';
  const github = await pullRequest({}, { 'policy.json': POLICY, '.github/kms-policy-review.yml': off });
  expect((await github.run()).code).toBe(1);
  const configured = await pullRequest({ '.github/kms-policy-review.yml': off }, { 'policy.json': POLICY });
  expect((await configured.run()).code).toBe(0);
});

test('a wrong configuration fails the job with file and line', async () => {
  const github = await pullRequest(
    { '.github/kms-policy-review.yml': 'paths: []\nruels: {}\n' },
    { 'policy.json': POLICY },
  );
  const run = await github.run();
  expect(run.code).toBe(1);
  expect(run.annotations).toMatchObject([
    { level: 'error', message: '.github/kms-policy-review.yml:2: unknown setting "ruels"; did you mean "rules"?' },
  ]);
});

test('more findings than comments and annotations may be', async () => {
  const files = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`p/${index}.json`, POLICY]));
  const github = await pullRequest({}, files);
  const run = await github.run();
  expect(github.state.comments).toHaveLength(25);
  expect(github.state.checkRuns[0]?.annotations).toHaveLength(60);
  expect(run.annotations).toHaveLength(10);
  expect(run.annotations[9]?.message).toContain('50 more');
  expect(run.summary.match(/\| error \|/g)).toHaveLength(60);
  expect(github.calls.length).toBeLessThanOrEqual(6 + 60 / 25);
  expect(github.violations).toEqual([]);
});

test('GitHub Enterprise Server: other paths, the same review', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY }, { ghes: true });
  const run = await github.run();
  expect(run.code).toBe(1);
  expect(github.state.comments).toHaveLength(1);
});

test('names and texts of the pull request stay text', async () => {
  const path = 'a|b <img src=x> @octocat %0A::error::x `.json';
  const action = POLICY.replace('"kms:Decrypt"', '["kms:Decrypt", "kms:`\\n::error::<!-- @octocat"]');
  const github = await pullRequest({}, { [path]: action });
  const run = await github.run();
  expect(run.annotations.map(({ properties }) => properties['title'])).toEqual(['unknown-action', 'wildcard-resource']);
  const [comment] = github.state.comments;
  expect(comment?.body.split('\n').some((line) => line.startsWith('::'))).toBe(false);
  expect(run.summary).not.toMatch(/^[^`]*<img/m);
});

test.each([
  ['no pull request in the payload', '{}', 'has no pull request'],
  ['a payload that is no JSON', '{', 'is not JSON'],
])('%s: one clear sentence', async (_name, payload, sentence) => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  const run = await github.run({ payload });
  expect(run.code).toBe(1);
  expect(run.annotations).toHaveLength(1);
  expect(run.annotations[0]?.message).toContain(sentence);
  expect(github.calls).toEqual([]);
});

test.each(['push', 'merge_group', 'workflow_dispatch', 'schedule'])(
  'the event %s: no comments, the same gate',
  async (event) => {
    const github = await pullRequest({}, { 'policy.json': POLICY });
    const { base, head } = github.state;
    const payload =
      event === 'push'
        ? { before: base, after: head }
        : event === 'merge_group'
          ? { merge_group: { base_sha: base, head_sha: head } }
          : {};
    const run = await github.run({ event, payload });
    expect(run.code).toBe(1);
    expect(run.outputs).toMatchObject({ errors: '1' });
    expect(github.state.comments).toEqual([]);
    expect(github.violations).toEqual([]);
  },
);

test('a Terraform module is read whole, the files that did not change too', async () => {
  const policy = `resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Statement = [{ Sid = "Use", Effect = "Allow", Action = "kms:Decrypt", Resource = local.keys }]
  })
}
`;
  const locals = (keys: string): string => `locals {\n  keys = "${keys}"\n}\n`;
  const github = await pullRequest(
    {
      'infra/policy.tf': policy,
      'infra/locals.tf': locals('arn:aws:kms:us-east-1:111122223333:key/*'),
      'infra/old.tf': policy.replace('"p"', '"old"').replace('local.keys', '"*"'),
    },
    { 'infra/locals.tf': locals('arn:aws:kms:us-east-1:*:key/*') },
  );
  const run = await github.run();
  expect(github.violations).toEqual([]);
  // The changed local is at fault; what another file always had is not of this pull request.
  expect(github.state.comments).toMatchObject([{ path: 'infra/locals.tf', line: 2 }]);
  expect(run.outputs).toMatchObject({ errors: '1' });
});

test('the JSON report goes where the input says; a place that cannot be written is a warning', async () => {
  const github = await pullRequest({}, { 'policy.json': CLEAN });
  const wrote = await github.run({ inputs: { 'json-file': 'report.json' } });
  expect(wrote.outputs).toMatchObject({ 'json-file': 'report.json' });
  const failed = await github.run({
    payload: pullPayload(github.state),
    inputs: { 'json-file': 'no/such/folder.json' },
  });
  expect(failed.code).toBe(0);
  expect(failed.annotations).toMatchObject([{ level: 'warning' }]);
});

test('SARIF and HTML reports go where the inputs say', async () => {
  const github = await pullRequest({}, { 'policy.json': CLEAN });
  const inputs = { 'sarif-file': 'report.sarif', 'html-file': 'report.html' };
  const run = await github.run({ inputs });
  expect(run.outputs).toMatchObject(inputs);
  expect(run.annotations).toEqual([]);
});

test('a comment that somebody deleted meanwhile costs nothing else', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  await github.run();
  github.state.push({ 'policy.json': CLEAN, 'other.json': POLICY });
  github.state.faults.push({ match: 'pulls/update-review-comment', times: 9, kind: 'status', status: 404 });
  const run = await github.run({ payload: pullPayload(github.state, { action: 'synchronize' }) });
  expect(github.state.comments.map(({ path }) => path)).toEqual(['policy.json', 'other.json']);
  expect(run.summary).not.toContain('WARNING');
});

test('a file that can no longer be read does not count as fixed', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  await github.run();
  github.state.push({ 'policy.json': Buffer.from(`\ufeff${POLICY}`, 'utf16le') });
  const run = await github.run({ payload: pullPayload(github.state, { action: 'synchronize' }) });
  expect(run.outputs).toMatchObject({ incomplete: 'true' });
  expect(github.state.comments).toHaveLength(1);
  expect(github.state.comments[0]?.body).not.toContain('Fixed in');
});

const WITHOUT_SID = POLICY.replace('      "Sid": "Use",\n', '');
const WORSE = WITHOUT_SID.replace('"kms:Decrypt"', '["kms:Decrypt", "kms:Decript"]');

test('a statement with one more mistake keeps its comment', async () => {
  const github = await pullRequest({}, { 'policy.json': WITHOUT_SID });
  await github.run();
  github.state.push({ 'policy.json': WORSE });
  await github.run({ payload: pullPayload(github.state, { action: 'synchronize' }) });
  expect(github.state.comments).toHaveLength(1);
  expect(github.state.comments[0]?.body).toContain('unknown-action');
  expect(github.state.comments[0]?.body).toContain('wildcard-resource');
});

test('a resolved thread stays resolved, and does not swallow what is new', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  await github.run();
  github.state.resolve(github.state.comments[0]?.id ?? 0);
  await github.run();
  expect(github.state.comments).toHaveLength(1);
  github.state.push({ 'policy.json': POLICY.replace('"kms:Decrypt"', '["kms:Decrypt", "kms:Decript"]') });
  for (let time = 0; time < 2; time++)
    await github.run({ payload: pullPayload(github.state, { action: 'synchronize' }) });
  expect(github.state.comments).toHaveLength(2);
  expect(github.state.comments[1]?.body).toContain('unknown-action');
  expect(github.state.comments[0]?.resolvedBy).toBe('person');
});

test('without GraphQL for threads the comments are found by REST', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  await github.run();
  github.state.faults.push({ match: 'reviewThreads', times: 9, kind: 'status', status: 502 });
  const run = await github.run();
  expect(github.state.comments).toHaveLength(1);
  expect(run.summary).not.toContain('WARNING');
});

test('a review whose connection was cut before it was stored is sent once more', async () => {
  const github = await pullRequest({}, { 'policy.json': POLICY });
  github.state.faults.push({ match: 'POST /repos/o/r/pulls/1/reviews', times: 1, kind: 'cut' });
  github.state.faults.push({ match: 'POST /repos/o/r/check-runs', times: 1, kind: 'cut' });
  const run = await github.run();
  expect(github.state.comments).toHaveLength(1);
  expect(github.state.checkRuns).toHaveLength(1);
  expect(run.summary).not.toContain('WARNING');
});

test('a report that cannot be written is said and changes nothing else', async () => {
  const github = await pullRequest({}, { 'policy.json': CLEAN });
  const inputs = { 'json-file': 'no/such/folder/report.json' };
  const run = await github.run({ inputs });
  expect(run.code).toBe(0);
  expect(run.annotations).toMatchObject([{ level: 'warning', message: expect.stringContaining('json-file') }]);
  expect(run.outputs).toMatchObject({ conclusion: 'success', 'json-file': '' });
});

test('on pull_request_target the permission of a fork can be mended', async () => {
  const permissions = { 'pull-requests': 'read', checks: 'read' } as const;
  const github = await pullRequest({}, { 'policy.json': POLICY }, { permissions });
  const payload = pullPayload(github.state, { fork: true });
  const run = await github.run({ event: 'pull_request_target', payload });
  expect(run.code).toBe(1);
  expect(run.summary).toContain('Add `permissions: pull-requests: write`');
});

test('a listed file that the head does not have makes the review incomplete', async () => {
  const github = await pullRequest({}, { 'policy.json': CLEAN });
  const payload = pullPayload(github.state);
  github.state.push({ 'later.json': POLICY });
  const run = await github.run({ payload });
  expect(run.outputs).toMatchObject({ incomplete: 'true' });
  expect(run.summary).toContain('later.json');
});

test('a configuration path may begin with `./`; one that is not there is said', async () => {
  const off = 'rules:\n  wildcard-resource: off\n';
  const github = await pullRequest({ 'kms.yml': off }, { 'policy.json': POLICY });
  const payload = pullPayload(github.state);
  expect((await github.run({ payload, inputs: { config: './kms.yml' } })).code).toBe(0);
  const run = await github.run({ payload, inputs: { config: 'mks.yml' } });
  expect(run.code).toBe(1);
  expect(run.annotations.some(({ level, message }) => level === 'warning' && message.includes('mks.yml'))).toBe(true);
});

test('a list that GitHub cuts, and rows without their patch', async () => {
  const files = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`src/${index}.ts`, 'export {};\n']));
  const github = await pullRequest({}, { 'policy.json': POLICY, ...files });
  github.state.alterRows = (rows) =>
    rows.map(({ patch: _patch, ...row }) => ({ ...row, additions: 0, deletions: 0, changes: 0 }));
  const run = await github.run();
  expect(run.outputs).toMatchObject({ incomplete: 'true', errors: '1' });
  expect(github.state.comments).toMatchObject([{ path: 'policy.json', subjectType: 'file' }]);
  expect(github.violations).toEqual([]);
});

test('a long file and one in another encoding', async () => {
  const long = `{\n  "Note": "${'x'.repeat(600_000)}",${POLICY.slice(1)}`;
  const github = await pullRequest({}, { 'long.json': long, 'utf16.json': Buffer.from(`\ufeff${POLICY}`, 'utf16le') });
  const run = await github.run();
  expect(run.outputs).toMatchObject({ incomplete: 'true', errors: '1' });
  expect(run.summary).toMatch(/`utf16\.json`: UTF\\-16/);
});

test('all files changed, each with a finding: few calls', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `p/${index}.json`);
  const of = (text: string): Files => Object.fromEntries(names.map((name) => [name, text]));
  const github = await pullRequest(of(CLEAN), of(POLICY));
  await github.run();
  expect(github.calls.length).toBeLessThanOrEqual(6 + 40 / 25);
});
