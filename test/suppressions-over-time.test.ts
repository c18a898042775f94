import { expect, test } from 'vitest';
import type { Suppression } from '../src/policy/config.ts';
import type { Review } from '../src/review/review.ts';
import { reviewOf } from './review-of.ts';

/** Suppressions are bound to what they suppressed in the base. */

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

interface Parts {
  sid?: string;
  action?: string;
  resource?: string;
  principal?: string;
  condition?: string;
  comment?: string;
}

/** A YAML statement; in front of it a comment that suppresses `wildcard-resource`. */
function statement({
  sid,
  action = '["kms:Decrypt"]',
  resource = '["*"]',
  principal,
  condition,
  comment,
}: Parts): string {
  return [
    ...(comment === undefined ? [] : [`    # kms-policy-review: ignore ${comment}`]),
    '    - Effect: Allow',
    ...(sid === undefined ? [] : [`      Sid: ${sid}`]),
    `      Action: ${action}`,
    `      Resource: ${resource}`,
    ...(principal === undefined ? [] : [`      Principal: ${principal}`]),
    ...(condition === undefined ? [] : [`      Condition: ${condition}`]),
    '',
  ].join('\n');
}

const document = (...statements: (Parts | string)[]): Record<string, string> => ({
  'policy.yaml': `policy:\n  Version: "2012-10-17"\n  Statement:\n${statements
    .map((one) => (typeof one === 'string' ? one : statement(one)))
    .join('')}`,
});

const KNOWN = 'wildcard-resource agreed';
const entry = (own: Partial<Suppression> = {}): { suppressions: Suppression[] } => ({
  suppressions: [{ rule: 'wildcard-resource', path: '**', reason: 'agreed', line: 2, ...own }],
});

/** What counts, with the sentence that says why it came back; then what is suppressed. */
function told({ findings }: Review): string[] {
  return findings
    .filter(({ rule, inScope, suppressed }) => rule === 'wildcard-resource' && (inScope || suppressed))
    .map(({ message, suppressed }) => {
      if (suppressed) return suppressed.isNew ? 'newly suppressed' : 'suppressed';
      return /(?:Line|The comment)[^.]* suppressed [^.]*/.exec(message)?.[0] ?? 'counts';
    });
}

const GREW = 'suppressed it for what the statement granted before, and it grants more now';

const CHANGES: [string, Parts, Parts, boolean][] = [
  ['another permission', {}, { action: '["kms:Decrypt", "kms:Encrypt"]' }, true],
  ['a wider pattern', {}, { action: '"kms:*"' }, true],
  ['another resource', { resource: '["*", "arn:aws:kms:us-east-1:*:key/*"]' }, { resource: '["*"]' }, false],
  ['a permission less', { action: '["kms:Decrypt", "kms:Encrypt"]' }, {}, false],
  ['names for a pattern', { action: '"kms:*"' }, { action: '["kms:Decrypt", "kms:Encrypt"]' }, false],
  ['another order', { action: '["kms:Decrypt", "kms:Encrypt"]' }, { action: '["kms:Encrypt", "kms:Decrypt"]' }, false],
  ['another letter case', {}, { action: '["KMS:decrypt"]' }, false],
  ['an action of another service', {}, { action: '["kms:Decrypt", "s3:GetObject"]' }, false],
  ['a condition less', { condition: '{StringEquals: {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}' }, {}, true],
  ['a condition more', {}, { condition: '{StringEquals: {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}' }, false],
  [
    'another value in a condition',
    { condition: '{StringEquals: {"kms:ViaService": ["s3.us-east-1.amazonaws.com"]}}' },
    { condition: '{StringEquals: {"kms:ViaService": ["s3.us-east-1.amazonaws.com", "rds.us-east-1.amazonaws.com"]}}' },
    true,
  ],
  [
    'a value less in a negated condition',
    { condition: '{StringNotLike: {"aws:PrincipalTag/team": ["a*", "b*"]}}' },
    { condition: '{StringNotLike: {"aws:PrincipalTag/team": ["a*"]}}' },
    true,
  ],
  [
    'a wider value in a negated condition',
    { condition: '{StringNotLike: {"aws:PrincipalTag/team": ["ab*"]}}' },
    { condition: '{StringNotLike: {"aws:PrincipalTag/team": ["a*"]}}' },
    false,
  ],
  [
    'another condition operator',
    { condition: '{StringEquals: {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}' },
    { condition: '{StringEqualsIfExists: {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}' },
    true,
  ],
];

test.each(CHANGES)(
  'a comment and an entry are bound to what the statement grants: %s',
  async (_what, before, after, comesBack) => {
    const comment = await reviewOf(document({ ...after, comment: KNOWN }), document({ ...before, comment: KNOWN }));
    expect(told(comment)).toEqual([
      comesBack ? `The comment in line 4 ${GREW}; to renew it, change its reason` : 'suppressed',
    ]);
    const entries: [Partial<Suppression>, string | undefined][] = [
      [{}, undefined],
      [{}, 'Use'],
      [{ sid: 'Use' }, 'Use'],
    ];
    for (const [own, sid] of entries) {
      const id = sid === undefined ? {} : { sid };
      const made = await reviewOf(document({ ...after, ...id }), document({ ...before, ...id }), entry(own));
      expect(told(made)).toEqual([comesBack ? `Line 2 of the configuration ${GREW}` : 'suppressed']);
    }
  },
);

test('a finding that comes back is new although the base has it', async () => {
  const rule = 'unlimited-create-grant';
  const grant = (resource: string): Record<string, string> =>
    document({ action: '"kms:CreateGrant"', resource, comment: `${rule} agreed` });
  const one = `["${KEY}"]`;
  const two = `["${KEY}", "${KEY.replace('us-east-1', 'eu-west-1')}"]`;
  const of = ({ findings }: Review): unknown[] =>
    findings.filter((finding) => finding.rule === rule).map(({ status, inScope }) => [status, inScope]);
  expect(of(await reviewOf(grant(one), grant(one)))).toEqual([['carried', false]]);
  expect(of(await reviewOf(grant(two), grant(one)))).toEqual([['new', true]]);
  expect(of(await reviewOf(grant(one), grant(two)))).toEqual([['carried', false]]);
});

test('less that is denied is more', async () => {
  const deny = `    - Effect: Deny\n      Action: kms:Encrypt\n      Resource: "*"\n`;
  const allow = { action: '["kms:Decrypt", "kms:Encrypt"]', comment: KNOWN };
  expect(told(await reviewOf(document(allow), document(allow, deny)))).toEqual([expect.stringContaining(GREW)]);
  expect(told(await reviewOf(document(allow, deny), document(allow)))).toEqual(['suppressed']);
  const other = deny.replace('kms:Encrypt', 's3:PutObject');
  expect(told(await reviewOf(document(allow), document(allow, other)))).toEqual(['suppressed']);
});

test('a comment of the change itself, or with other words, is a new decision', async () => {
  const grown = { action: '"kms:*"' };
  const known = document({ comment: KNOWN });
  expect(told(await reviewOf(document({ comment: KNOWN }), document({})))).toEqual(['newly suppressed']);
  expect(told(await reviewOf(document({ ...grown, comment: `${KNOWN} again` }), known))).toEqual(['newly suppressed']);
  const renewed = { ...grown, comment: 'wildcard-resource until=2030-01-01 agreed' };
  expect(told(await reviewOf(document(renewed), known))).toEqual(['newly suppressed']);
  expect(told(await reviewOf(document({ comment: KNOWN }), {}))).toEqual(['newly suppressed']);
});

test('a comment that comes to stand above another statement does not take it along', async () => {
  const base = document({ comment: KNOWN });
  const between = document({ action: '"kms:*"', comment: KNOWN }, {});
  expect(told(await reviewOf(between, base))).toEqual([expect.stringContaining(GREW)]);
  const copied = document({ comment: KNOWN }, { action: '["kms:Encrypt"]', comment: KNOWN });
  expect(told(await reviewOf(copied, base))).toEqual(['suppressed', 'newly suppressed']);
});

test('a comment in another file is named with its path', async () => {
  const of = (action: string): Record<string, string> => ({
    'a.tf': 'locals {\n  every = "*"\n}\n',
    'b.tf': `data "aws_iam_policy_document" "d" {
  # kms-policy-review: ignore ${KNOWN}
  statement {
    actions   = ["${action}"]
    resources = [local.every]
  }
}
resource "aws_iam_policy" "p" {
  policy = data.aws_iam_policy_document.d.json
}
`,
  });
  const [finding] = (await reviewOf(of('kms:*'), of('kms:Decrypt'))).findings;
  expect(finding?.path).toBe('a.tf');
  expect(finding?.message).toContain('The comment in `b.tf:2` suppressed it');
});

test('a comment that suppressed nothing in the base does not wait for a finding', async () => {
  const base = document({ resource: KEY, comment: KNOWN });
  expect(told(await reviewOf(document({ comment: KNOWN }), base))).toEqual([
    'The comment in line 4 suppressed nothing before; to renew it, change its reason',
  ]);
});

test('what was suppressed is new when its comment is taken out', async () => {
  const base = document({ comment: KNOWN });
  const [finding] = (await reviewOf(document({}), base)).findings;
  expect(finding).toMatchObject({ status: 'new', inScope: true, suppressed: null });
  expect(finding?.message).toContain('The comment that suppressed it is not there any more.');
});

test('an entry of the configuration is for what it did not suppress before, too', async () => {
  expect(told(await reviewOf(document({}), document({ resource: KEY }), entry()))).toEqual(['suppressed']);
  const added = document({ sid: 'A' }, { sid: 'B', action: '"kms:*"' });
  expect(told(await reviewOf(added, document({ sid: 'A' }), entry()))).toEqual(['suppressed', 'suppressed']);
});

test('without a base both hold', async () => {
  expect(told(await reviewOf(document({ comment: KNOWN })))).toEqual(['suppressed']);
  expect(told(await reviewOf(document({}), undefined, entry()))).toEqual(['suppressed']);
});

test('an entry with a fingerprint holds for exactly that finding', async () => {
  const [known] = (await reviewOf(document({}))).findings;
  const config = entry({ fingerprint: known?.fingerprint ?? '' });
  expect(told(await reviewOf(document({}), undefined, config))).toEqual(['suppressed']);
  const grown = await reviewOf(document({ action: '["kms:Decrypt", "kms:Encrypt"]' }), undefined, config);
  expect(told(grown)).toEqual(['counts']);
  expect(grown.idleSuppressions).toMatchObject([{ file: null, line: 2, state: 'changed' }]);
  // It is a decision about what the statement grants now, whatever it granted in the base.
  expect(told(await reviewOf(document({}), document({ resource: KEY }), config))).toEqual(['suppressed']);
});

test('what cannot be read equals only itself', async () => {
  const template = (action: string, name: string): Record<string, string> => ({
    't.yaml': `Parameters:
  A: {Type: String}
  B: {Type: String}
Resources:
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          # kms-policy-review: ignore ${KNOWN}
          - Effect: Allow
            Action: ${action}
            Resource: "*"
            Condition: {StringEquals: {"aws:PrincipalTag/team": !Ref ${name}}}
`,
  });
  const both = template('["kms:Decrypt", "kms:Encrypt"]', 'A');
  expect(told(await reviewOf(template('["kms:Encrypt", "kms:Decrypt"]', 'A'), both))).toEqual(['suppressed']);
  expect(told(await reviewOf(template('["kms:Encrypt"]', 'A'), both))).toEqual(['suppressed']);
  expect(told(await reviewOf(template('["kms:Decrypt", "kms:Encrypt"]', 'B'), both))).toEqual([
    expect.stringContaining('suppressed it for what the statement granted before, and it may grant more now'),
  ]);
});

test('many statements that one entry suppresses', async () => {
  const many = (action: string): Record<string, string> =>
    document(...Array.from({ length: 300 }, (_, index) => ({ sid: `S${index}`, action })));
  const made = await reviewOf(many('["kms:Decrypt"]'), many('["kms:Decrypt", "kms:Encrypt"]'), entry());
  expect(new Set(told(made))).toEqual(new Set(['suppressed']));
  const grown = await reviewOf(many('"kms:*"'), many('["kms:Decrypt"]'), entry({ sid: 'S7' }));
  expect(told(grown).filter((one) => one === 'suppressed')).toEqual([]);
  expect(told(grown).filter((one) => one.includes(GREW))).toHaveLength(1);
});

test('a finding about a resource comes back when it is another one', async () => {
  const grant = (more: string, reason = 'agreed'): Record<string, string> => ({
    'a.tf': `# kms-policy-review: ignore broad-grant ${reason}
resource "aws_kms_grant" "g" {
  key_id            = "k"
  grantee_principal = "arn:aws:iam::111122223333:role/r"
  operations        = ["Encrypt", "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo", "Sign", "Verify", "GetPublicKey", "DescribeKey"${more}]
}
`,
  });
  const of = ({ findings }: Review): string[] =>
    findings
      .filter(({ rule }) => rule === 'broad-grant')
      .map(({ suppressed, inScope }) => `${suppressed !== null} ${inScope}`);
  const wider = grant(', "CreateGrant"');
  expect(of(await reviewOf(wider, grant(', "CreateGrant"')))).toEqual(['true false']);
  expect(of(await reviewOf(wider, grant('')))).toEqual(['false true']);
  expect(of(await reviewOf(grant(', "CreateGrant"', 'agreed again'), grant('')))).toEqual(['true false']);
});
