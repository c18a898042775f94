import { expect, test } from 'vitest';
import type { AccessDiff, AccessRow } from '../../src/access/diff.ts';
import type { ChangedFile, Changes } from '../../src/changes/changes.ts';
import { type Config, DEFAULT_CONFIG } from '../../src/policy/config.ts';
import { actionsOf, resourcesOf, signOf, whoOf } from '../../src/report/access.ts';
import { runReview } from '../../src/run.ts';
import { folderOf } from '../../src/source/path.ts';
import { OPTIONS } from '../review-of.ts';

type Files = Record<string, string>;

/** Two versions of some files, as a change. */
function changesOf(base: Files, head: Files, moved: Record<string, string> = {}): Changes {
  const sides = { base, head };
  const old = new Set(Object.values(moved));
  const files: ChangedFile[] = [...new Set([...Object.keys(head), ...Object.keys(base)])].flatMap(
    (path): ChangedFile[] => {
      const previousPath = moved[path];
      if (previousPath !== undefined) return [{ path, previousPath, status: 'renamed' }];
      if (old.has(path) || base[path] === head[path]) return [];
      return [{ path, status: !(path in base) ? 'added' : !(path in head) ? 'removed' : 'modified' }];
    },
  );
  const pick = (side: Files, wanted: (path: string) => boolean) =>
    new Map(Object.entries(side).flatMap(([path, text]) => (wanted(path) ? [[path, { text }] as const] : [])));
  return {
    description: 'two versions',
    hasBase: true,
    list: async () => ({ files, incomplete: [] }),
    read: async (side, paths) => pick(sides[side], (path) => paths.includes(path)),
    paths: async (side) => ({ paths: Object.keys(sides[side]), readable: 1000 }),
    modules: async (side, folders) =>
      pick(sides[side], (path) => path.endsWith('.tf') && folders.includes(folderOf(path))),
  };
}

async function accessOf(
  base: Files,
  head: Files,
  { moved = {}, ...config }: Partial<Config> & { moved?: Record<string, string> } = {},
): Promise<AccessDiff> {
  const review = await runReview(
    changesOf(base, head, moved),
    { ...DEFAULT_CONFIG, ...config },
    { ...OPTIONS, scope: 'new', maxComments: 0, digest: (text) => text },
  );
  if (review.access === null) throw new Error('there are two sides');
  return review.access;
}

const line = (row: AccessRow): string =>
  [signOf(row), whoOf(row), actionsOf(row), resourcesOf(row)].join(' ').replaceAll('`', '').trim();
const lines = ({ added, removed, unknown }: AccessDiff): string[] => [...added, ...removed, ...unknown].map(line);

const K1 = 'arn:aws:kms:us-east-1:111122223333:key/1111';
const K2 = 'arn:aws:kms:us-east-1:111122223333:key/2222';
const use = (resource: string, action = 'kms:Decrypt'): object => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
});
const document = (...statements: object[]): object => ({ Version: '2012-10-17', Statement: statements });
const template = (resources: object, rest: object = {}): string => JSON.stringify({ ...rest, Resources: resources });
const role = (...documents: object[]): object => ({
  Type: 'AWS::IAM::Role',
  Properties: { Policies: documents.map((one, index) => ({ PolicyName: `p${index}`, PolicyDocument: one })) },
});
const managed = (one: object, ...roles: string[]): object => ({
  Type: 'AWS::IAM::ManagedPolicy',
  Properties: { PolicyDocument: one, Roles: roles.map((Ref) => ({ Ref })) },
});

test('nothing that is about KMS changed: nothing is said', async () => {
  const bucket = (action: string): object => ({
    Type: 'AWS::S3::BucketPolicy',
    Properties: { PolicyDocument: document({ ...use('*', action), Principal: '*' }) },
  });
  const before = template({ R: role(document(use(K1), use('*', 's3:GetObject'))), B: bucket('kms:Decrypt') });
  const after = template({ R: role(document(use(K1), use('*', 's3:*'))), B: bucket('kms:*') });
  expect(await accessOf({ 'a.json': before }, { 'a.json': after })).toEqual({
    newAccess: false,
    added: [],
    removed: [],
    unknown: [],
    compared: 0,
  });
});

test('a second key', async () => {
  const access = await accessOf(
    { 'a.json': template({ App: role(document(use(K1))) }) },
    { 'a.json': template({ App: role(document(use(K1), use(K2))) }) },
  );
  expect(access.newAccess).toBe(true);
  expect(lines(access)).toEqual([`+ App kms:Decrypt ${K2}`]);
  expect(access.added[0]?.causes).toEqual([{ path: 'a.json', line: 1, side: 'head', why: 'allowed' }]);
  expect(access.added[0]?.example).toEqual({ action: 'kms:Decrypt', resource: K2, context: {} });
});

test('a statement that moves to another policy of the role is nothing new', async () => {
  const access = await accessOf(
    { 'a.json': template({ App: role(document(use(K1)), document(use(K2))) }) },
    { 'a.json': template({ App: role(document(use(K2))), P: managed(document(use(K1)), 'App') }) },
  );
  expect(access).toMatchObject({ newAccess: false, added: [], removed: [], unknown: [] });
});

test('a policy that gets a second role is new for that role only', async () => {
  const access = await accessOf(
    { 'a.json': template({ P: managed(document(use(K1)), 'App'), App: role(), Web: role() }) },
    { 'a.json': template({ P: managed(document(use(K1)), 'App', 'Web'), App: role(), Web: role() }) },
  );
  expect(lines(access)).toEqual([`+ Web kms:Decrypt ${K1}`]);
});

test('what is new for two roles is said once', async () => {
  const access = await accessOf(
    {},
    { 'a.json': template({ P: managed(document(use(K1)), 'App', 'Web'), App: role(), Web: role() }) },
  );
  expect(lines(access)).toEqual([`+ App, Web kms:Decrypt ${K1}`]);
});

test('another name, another path, another place in a list', async () => {
  const access = await accessOf(
    {
      'a.json': template({ Old: role(document(use(K1), use(K2, 'kms:Encrypt'))) }),
      'b.json': JSON.stringify([document(use(K1, 'kms:Sign')), document(use(K2, 'kms:Verify'))]),
      'c.json': JSON.stringify(document(use(K2))),
    },
    {
      'a.json': template({ New: role(document(use(K1), use(K2, 'kms:Encrypt'))) }),
      'b.json': JSON.stringify([document(use(K2, 'kms:Verify')), document(use(K1, 'kms:Sign'))]),
      'd.json': JSON.stringify(document(use(K2))),
    },
    { moved: { 'd.json': 'c.json' } },
  );
  expect(access).toMatchObject({ newAccess: false, added: [], removed: [], unknown: [] });
});

test('a removed file', async () => {
  const access = await accessOf({ 'a.json': JSON.stringify(document(use(K1))) }, {});
  expect(access.newAccess).toBe(false);
  expect(lines(access)).toEqual([`- a.json kms:Decrypt ${K1}`]);
  expect(access.removed[0]?.causes).toEqual([{ path: 'a.json', line: 1, side: 'base', why: 'allow-removed' }]);
});

test('a Deny that is gone', async () => {
  const deny = { Effect: 'Deny', Action: 'kms:ScheduleKeyDeletion', Resource: '*' };
  const access = await accessOf(
    { 'a.json': JSON.stringify(document(use(K1, 'kms:*'), deny), null, 1) },
    { 'a.json': JSON.stringify(document(use(K1, 'kms:*')), null, 1) },
  );
  expect(lines(access)).toEqual([`+ a.json kms:ScheduleKeyDeletion ${K1}`]);
  expect(access.added[0]?.causes).toEqual([{ path: 'a.json', line: 9, side: 'base', why: 'denial-removed' }]);
});

const parameters = { Parameters: { Document: { Type: 'String' } } };

test('a document that cannot be read leaves it open', async () => {
  const other = role(document(use('*', 's3:*')));
  const literal = template({ App: managed(document(use(K1)), 'R'), other }, parameters);
  const reference = template({ App: managed({ Ref: 'Document' }, 'R'), other }, parameters);
  const there = await accessOf({ 'a.json': literal }, { 'a.json': reference });
  expect(there).toMatchObject({ newAccess: 'unknown', added: [], removed: [] });
  const back = await accessOf({ 'a.json': reference }, { 'a.json': literal });
  expect(back).toMatchObject({ newAccess: 'unknown', added: [], removed: [] });
  expect(lines(back)).toEqual([`? R kms:Decrypt ${K1}`]);
  expect(await accessOf({ 'a.json': reference }, { 'a.json': `${reference}\n` })).toMatchObject({ newAccess: false });
});

test('a trust policy that cannot be read is not about KMS', async () => {
  const trust = (name: string): string =>
    template({ R: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Ref: name } } } }, parameters);
  expect((await accessOf({ 'a.json': trust('Other') }, { 'a.json': trust('Document') })).newAccess).toBe(false);
});

test('a file with errors is not compared, and that is said', async () => {
  const whole = JSON.stringify(document(use(K1)));
  for (const [one, other] of [
    [whole, whole.slice(0, -3)],
    [whole.slice(0, -3), whole],
  ] as const) {
    const access = await accessOf({ 'a.json': one }, { 'a.json': other });
    expect(access).toMatchObject({ newAccess: 'unknown', added: [], removed: [] });
    expect(access.unknown[0]?.reasons).toEqual(['`a.json` has errors, so its policies are not compared']);
  }
});

test('a key policy: delegation, a role, everybody', async () => {
  const key = (...statements: object[]): string =>
    template({ AppKey: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: document(...statements) } } });
  const to = (Principal: unknown, action: string): object => ({ ...use('*', action), Principal });
  const root = to({ AWS: 'arn:aws:iam::111122223333:root' }, 'kms:*');
  const app = 'arn:aws:iam::111122223333:role/app';
  const of = async (...more: object[]) =>
    lines(await accessOf({ 'k.json': key(root) }, { 'k.json': key(root, ...more) }));
  expect(await of(to({ AWS: app }, 'kms:Decrypt'))).toEqual([
    `+ ${app}, by the key policy alone kms:Decrypt the key of AppKey`,
  ]);
  expect(await of(to({ AWS: '444455556666' }, 'kms:Decrypt'))).toEqual([
    '+ account 444455556666, together with an IAM policy kms:Decrypt the key of AppKey',
  ]);
  expect(await of(to('*', 'kms:Decrypt'))).toEqual(['+ everybody kms:Decrypt the key of AppKey']);
  expect(lines(await accessOf({}, { 'k.json': key(root) }))).toEqual([
    '+ account 111122223333, together with an IAM policy kms:* the key of AppKey',
  ]);
});

test('the configured account is the own one', async () => {
  const of = (resource: object | string): Files => ({
    'a.json': template({ App: managed(document({ ...use(''), Resource: resource }), 'R') }),
  });
  const own = of({ 'Fn::Sub': 'arn:aws:kms:us-east-1:${AWS::AccountId}:key/*' });
  const literal = of('arn:aws:kms:us-east-1:111122223333:key/*');
  expect((await accessOf(literal, own)).newAccess).toBe('unknown');
  expect((await accessOf(literal, own, { account: '111122223333' })).newAccess).toBe(false);
  expect((await accessOf(literal, own, { account: '444455556666' })).newAccess).toBe(true);
});

const hcl = (name: string, resource: string): string => `
resource "aws_iam_role_policy" "${name}" {
  role   = aws_iam_role.app.id
  policy = data.aws_iam_policy_document.${name}.json
}
data "aws_iam_policy_document" "${name}" {
  statement {
    actions   = ["kms:Decrypt"]
    resources = ["${resource}"]
  }
}
`;

test('Terraform: policies of one role, in whichever file they stand', async () => {
  const keys = 'resource "aws_kms_key" "k" {}\n';
  const one = { 'm/keys.tf': keys, 'm/a.tf': hcl('one', K1) };
  // A new file beside others makes nothing of theirs new.
  expect(lines(await accessOf(one, { ...one, 'm/b.tf': hcl('two', K2) }))).toEqual([
    `+ aws_iam_role.app kms:Decrypt ${K2}`,
  ]);
  // What moves to another file, and into another policy of the role, is not new either.
  expect(await accessOf(one, { 'm/keys.tf': keys, 'm/b.tf': hcl('two', K1) })).toMatchObject({
    newAccess: false,
    added: [],
    removed: [],
    unknown: [],
  });
  expect(lines(await accessOf(one, { 'm/keys.tf': keys }))).toEqual([`- aws_iam_role.app kms:Decrypt ${K1}`]);
  expect(lines(await accessOf(one, { ...one, 'm/a.tf': hcl('one', '${aws_kms_key.k.arn}') }))).toEqual([
    '+ aws_iam_role.app kms:Decrypt ${aws_kms_key.k.arn}',
    `- aws_iam_role.app kms:Decrypt ${K1}`,
  ]);
});

test('service control policies and endpoint policies are called what they are', async () => {
  const scp = (...statements: object[]): Files => ({ 'scp.json': JSON.stringify(document(...statements)) });
  const deny = { Effect: 'Deny', Action: 'kms:ScheduleKeyDeletion', Resource: '*' };
  expect(lines(await accessOf(scp(use('*', '*'), deny), scp(use('*', '*'))))).toEqual([
    '+ the service control policy scp.json kms:ScheduleKeyDeletion *',
  ]);
  const endpoint = (resource: string): Files => ({
    'e.json': template({
      E: {
        Type: 'AWS::EC2::VPCEndpoint',
        Properties: { PolicyDocument: document({ ...use(resource), Principal: '*' }) },
      },
    }),
  });
  expect(lines(await accessOf(endpoint(K1), endpoint('*')))).toEqual([
    `+ everybody, by the endpoint policy of E kms:Decrypt * except ${K1}`,
  ]);
});

test('a date is said as one as far as there are dates; beyond, its seconds', async () => {
  const until = (value: string): string =>
    JSON.stringify(document({ ...use(K1), Condition: { DateLessThan: { 'aws:CurrentTime': value } } }));
  const said = async (value: string) => JSON.stringify(await accessOf({ 'p.json': '{}' }, { 'p.json': until(value) }));
  expect(await said('2027-01-01T00:00:00Z')).toContain('2027-01-01T00:00:00Z');
  expect(await said('1798761600')).toContain('2027-01-01T00:00:00Z');
  expect(await said('9000000000000')).toContain('9000000000000');
});
