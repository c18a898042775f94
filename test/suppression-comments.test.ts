import { expect, test } from 'vitest';
import type { Review } from '../src/review/review.ts';
import { reviewOf } from './review-of.ts';

const COMMENT = 'kms-policy-review: ignore wildcard-resource agreed with the owner';

/** Each finding's rule, with what suppresses it; then each idle suppression. */
function told({ findings, idleSuppressions }: Review): string[] {
  return [
    ...findings.map(({ rule, suppressed }) =>
      suppressed ? `${rule} (line ${suppressed.line}: ${suppressed.reason})` : rule,
    ),
    ...idleSuppressions.map(({ file, line, state }) => `${file}:${line} ${state}`),
  ];
}

const review = async (path: string, text: string): Promise<string[]> => told(await reviewOf({ [path]: text }));

const ROLE = (statement: string): string => `Resources:
  Role:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
${statement}`;
const DATA = (statement: string): string => `data "aws_iam_policy_document" "d" {\n${statement}\n}
resource "aws_iam_policy" "p" {\n  policy = data.aws_iam_policy_document.d.json\n}\n`;
const ENCODED = (statement: string): string => `resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
${statement}
    ]
  })
}
`;
const SUPPRESSED = (line: number): string[] => [`wildcard-resource (line ${line}: agreed with the owner)`];

const PLACES: [string, string, string, number][] = [
  [
    'YAML, above the item of a list',
    'a.yaml',
    ROLE(`          # ${COMMENT}
          - Effect: Allow
            Action: kms:Decrypt
            Resource: "*"
`),
    8,
  ],
  [
    'YAML, above a dash that stands alone',
    'a.yaml',
    ROLE(`          # ${COMMENT}
          -
            Effect: Allow
            Action: kms:Decrypt
            Resource: "*"
`),
    8,
  ],
  [
    'YAML, other comments and blank lines between',
    'a.yaml',
    ROLE(`          # ${COMMENT}

          # the break-glass role
          - Effect: Allow
            Action: kms:Decrypt
            Resource: "*"
`),
    8,
  ],
  [
    'YAML, beside the first line',
    'a.yaml',
    ROLE(`          - Effect: Allow # ${COMMENT}
            Action: kms:Decrypt
            Resource: "*"
`),
    8,
  ],
  [
    'YAML, beside the element at fault',
    'a.yaml',
    ROLE(`          - Effect: Allow
            Action: kms:Decrypt
            Resource: "*" # ${COMMENT}
`),
    10,
  ],
  [
    'YAML, above the element at fault',
    'a.yaml',
    ROLE(`          - Effect: Allow
            Action: kms:Decrypt
            # ${COMMENT}
            Resource:
              - "*"
`),
    10,
  ],
  [
    'YAML, a statement that is no list',
    'a.yaml',
    'policy:\n  Version: "2012-10-17"\n  Statement:\n    # ' +
      COMMENT +
      '\n    Effect: Allow\n    Action: kms:Decrypt\n    Resource: "*"\n',
    4,
  ],
  [
    'YAML in flow style',
    'a.yaml',
    `policy:\n  {Version: "2012-10-17", Statement: [\n  # ${COMMENT}\n  {Effect: Allow, Action: "kms:Decrypt", Resource: "*"}]}\n`,
    3,
  ],
  [
    'YAML with CRLF',
    'a.yaml',
    ROLE(
      `          # ${COMMENT}\n          - Effect: Allow\n            Action: kms:Decrypt\n            Resource: "*"\n`,
    ).replaceAll('\n', '\r\n'),
    8,
  ],
  [
    'HCL, above a block',
    'a.tf',
    DATA(`  # ${COMMENT}\n  statement {\n    actions   = ["kms:Decrypt"]\n    resources = ["*"]\n  }`),
    2,
  ],
  [
    'HCL, two slashes',
    'a.tf',
    DATA(`  // ${COMMENT}\n  statement {\n    actions   = ["kms:Decrypt"]\n    resources = ["*"]\n  }`),
    2,
  ],
  [
    'HCL, a comment of several lines',
    'a.tf',
    DATA(
      `  /* kms-policy-review: ignore wildcard-resource\n     agreed with the owner */\n  statement {\n    actions   = ["kms:Decrypt"]\n    resources = ["*"]\n  }`,
    ),
    2,
  ],
  [
    'HCL, beside the block',
    'a.tf',
    DATA(`  statement { # ${COMMENT}\n    actions   = ["kms:Decrypt"]\n    resources = ["*"]\n  }`),
    2,
  ],
  [
    'HCL, inside the block at its top',
    'a.tf',
    DATA(`  statement {\n    # ${COMMENT}\n    actions   = ["kms:Decrypt"]\n    resources = ["*"]\n  }`),
    3,
  ],
  [
    'HCL, beside the element at fault',
    'a.tf',
    DATA(`  statement {\n    actions   = ["kms:Decrypt"]\n    resources = ["*"] // ${COMMENT}\n  }`),
    4,
  ],
  [
    'HCL, in jsonencode',
    'a.tf',
    ENCODED(`      # ${COMMENT}
      {
        Effect = "Allow", Action = "kms:Decrypt", Resource = "*"
      }`),
    5,
  ],
  [
    'HCL, in jsonencode in one line',
    'a.tf',
    ENCODED(`      /* ${COMMENT} */ { Effect = "Allow", Action = "kms:Decrypt", Resource = "*" }`),
    5,
  ],
];

test.each(PLACES)('%s', async (_what, path, text, line) => {
  expect(await review(path, text)).toEqual(SUPPRESSED(line));
});

test('a comment where a value stands that is used elsewhere', async () => {
  const text = `locals {\n  # ${COMMENT}\n  every = "*"\n}\n${DATA(
    '  statement {\n    actions   = ["kms:Decrypt"]\n    resources = [local.every]\n  }',
  )}`;
  expect(await review('a.tf', text)).toEqual(SUPPRESSED(2));
});

test('a comment above a resource is for what is found of the resource, not for its statements', async () => {
  const ROTATION = 'kms-policy-review: ignore key-rotation rotated by hand';
  const key = `# ${ROTATION}\nresource "aws_kms_key" "k" {\n}\n`;
  expect(await review('a.tf', key)).toEqual(['key-rotation (line 1: rotated by hand)']);
  const template = `Resources:\n  # ${ROTATION}\n  Key:\n    Type: AWS::KMS::Key\n`;
  expect(await review('a.yaml', template)).toEqual(['key-rotation (line 2: rotated by hand)']);
  const policy = ENCODED('      { Effect = "Allow", Action = "kms:Decrypt", Resource = "*" }');
  expect(await review('a.tf', `# ${COMMENT}\n${policy}`)).toEqual(['wildcard-resource', 'a.tf:1 nowhere']);
});

test('several comments above one statement', async () => {
  const text = ROLE(`          # kms-policy-review: ignore wildcard-action one
          # kms-policy-review: ignore wildcard-resource two
          - Effect: Allow
            Action: kms:*
            Resource: "*"
`);
  const rules = await review('a.yaml', text);
  expect(rules).toContain('wildcard-action (line 8: one)');
  expect(rules).toContain('wildcard-resource (line 9: two)');
});

test.each([
  ['YAML', 'a.yaml', `note: "# ${COMMENT}"\n`],
  ['a YAML block', 'a.yaml', `note: |\n  # ${COMMENT}\n  x\n`],
  ['a plain YAML scalar', 'a.yaml', `note: a#${COMMENT.replace(': ', ':')}\n`],
  ['HCL', 'a.tf', `locals {\n  a = "# ${COMMENT}"\n}\n`],
  ['a heredoc', 'a.tf', `locals {\n  a = <<EOT\n# ${COMMENT}\nEOT\n}\n`],
  ['a comment that speaks of it', 'a.tf', `# write kms-policy-review: ignore RULE REASON\n`],
])('text that only looks like a comment is none: %s', async (_what, path, text) => {
  expect(await review(path, text)).toEqual([]);
});

const STATEMENT = '- Effect: Allow\n            Action: kms:Decrypt\n            Resource: "*"\n';
test.each([
  [
    'an unknown rule',
    'ignore wildcard-resorce agreed',
    'there is no rule of that name; did you mean `wildcard-resource`?',
  ],
  ['no reason', 'ignore wildcard-resource', 'the reason is missing; write `kms-policy-review: ignore RULE REASON`'],
  ['no reason but a day', 'ignore wildcard-resource until=2030-01-01', 'the reason is missing'],
  ['no rule', 'ignore', 'the rule is missing'],
  ['another word', 'disable wildcard-resource agreed', 'it does not say `ignore`'],
  ['no day', 'ignore wildcard-resource until=soon agreed', 'no date; write `until=YYYY-MM-DD`'],
  ['a day that there is not', 'ignore wildcard-resource until=2030-02-30 agreed', 'no date; write `until=YYYY-MM-DD`'],
])('a comment that says it wrong suppresses nothing and is named: %s', async (_what, words, problem) => {
  const made = await reviewOf({ 'a.yaml': ROLE(`          # kms-policy-review: ${words}\n          ${STATEMENT}`) });
  expect(told(made)).toEqual(['wildcard-resource', 'a.yaml:8 wrong']);
  expect(made.idleSuppressions[0]?.problem).toContain(problem);
});

const until = (day: string): string =>
  ROLE(`          # kms-policy-review: ignore wildcard-resource until=${day} agreed\n          ${STATEMENT}`);
test('a comment holds on its last day and not after', async () => {
  expect(await review('a.yaml', until('2026-01-01'))).toEqual(['wildcard-resource (line 8: agreed)']);
  const made = await reviewOf({ 'a.yaml': until('2025-12-31') });
  expect(told(made)).toEqual(['wildcard-resource', 'a.yaml:8 expired']);
  expect(made.idleSuppressions[0]?.expires).toBe('2025-12-31');
});

test('comments that do nothing', async () => {
  const narrow = STATEMENT.replace('"*"', 'arn:aws:kms:us-east-1:111122223333:key/*');
  expect(await review('a.yaml', ROLE(`          # ${COMMENT}\n          ${narrow}`))).toContain('a.yaml:8 unused');
  expect(await review('a.yaml', ROLE(`          ${STATEMENT}          # ${COMMENT}\n`))).toEqual([
    'wildcard-resource',
    'a.yaml:11 nowhere',
  ]);
});

test('comments of files that the change does not touch are not its affair', async () => {
  const idle = `# ${COMMENT}\nlocals {\n}\n`;
  const head = {
    'a.tf': DATA('  statement {\n    actions = ["kms:Decrypt"]\n    resources = ["*"]\n  }'),
    'b.tf': idle,
  };
  expect(told(await reviewOf(head, { 'b.tf': idle }))).toEqual(['wildcard-resource']);
  expect(told(await reviewOf(head, {}))).toEqual(['wildcard-resource', 'b.tf:1 nowhere']);
});
