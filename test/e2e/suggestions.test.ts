import { afterEach, expect, test } from 'vitest';
import { Repository } from '../github/repository.ts';
import { type ActionRun, pullPayload, runAction } from '../github/run-action.ts';
import { type Server, startServer } from '../github/server.ts';
import { State } from '../github/state.ts';

/** Every suggestion that is posted, applied as the button on GitHub applies it, and the pull request reviewed again. */

const open: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const CONFIG = { '.github/kms-policy-review.yml': 'account: "111122223333"\n' };
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const DOCUMENT =
  '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}';

const SPLIT = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Keys",
      "Effect": "Allow",
      "Action": [
        "kms:ListAliases",
        "kms:Decrypt"
      ],
      "Resource": "*"
    },
    { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }
  ]
}
`;
const TEMPLATE = `Resources:
  Role:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          # What the workers need
          - Sid: Work
            Effect: Allow
            Action:
              - kms:Decrypt
            Resource: "*" # every key
          - Effect: Allow
            Action: kms:Encrypt
            Resource:
              - !GetAtt Key.Arn
              - !Sub arn:aws:kms:us-east-1:\${AWS::AccountId}:alias/app
            Condition:
              ForAllValues:StringEquals:
                kms:ResourceAliases: alias/app
  Key:
    Type: AWS::KMS::Key
    Properties:
      Description: orders
`;
const FILES: Record<string, string> = {
  'policies/split.json': SPLIT,
  'policies/crlf.json': SPLIT.replaceAll('\n', '\r\n'),
  'policies/string.json': `{\n  "policy":\n    ${JSON.stringify(DOCUMENT)}\n}\n`,
  'policies/end.yaml':
    'Version: "2012-10-17"\nStatement:\n  - Effect: Allow\n    Action: kms:Decrypt\n    Resource: "*"',
  'template.yaml': TEMPLATE,
  'crlf.yaml': TEMPLATE.replaceAll('\n', '\r\n'),
  'sub.yaml': `Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument: !Sub |\n        {\n          "Version": "2012-10-17",\n          "Statement": ${DOCUMENT.slice(DOCUMENT.indexOf('['), -1)}\n        }\n`,
  'app/main.tf': `data "aws_caller_identity" "current" {}

resource "aws_kms_key" "orders" {
  description = "orders \`\`\`\`"
}

data "aws_iam_policy_document" "app" {
  statement {
    actions   = ["kms:Decrypt", "kms:ListKeys"]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "app" {
  policy = data.aws_iam_policy_document.app.json
}

resource "aws_iam_policy" "text" {
  policy = <<-EOT
    ${DOCUMENT}
  EOT
}
`,
  'json/main.tf.json': `{\n "resource": {"aws_iam_policy": {"p": {\n  "policy": ${JSON.stringify(DOCUMENT)}\n}}}}\n`,
};

async function review(
  files: Record<string, string>,
  base: Record<string, string> = {},
): Promise<{ github: Server; run: ActionRun }> {
  const repository = new Repository();
  const first = repository.commit({ ...CONFIG, ...base });
  repository.git('checkout', '-q', '-b', 'topic');
  const github = await startServer(new State(repository, first, repository.commit(files)));
  open.push(github, { close: () => repository.dispose() });
  const run = await runAction(github, { payload: pullPayload(github.state) });
  return { github, run };
}

interface Suggestion {
  path: string;
  first: number;
  last: number;
  lines: string[];
}

function suggestionsOf({ state }: Server): Suggestion[] {
  return state.comments.flatMap(({ path, line, startLine, body }): Suggestion[] => {
    const [, , text] = /^(`{3,})suggestion\n([\s\S]*?)^\1$/m.exec(body) ?? [];
    if (text === undefined || line === null) return [];
    return [{ path, first: startLine ?? line, last: line, lines: text.split('\n').slice(0, -1) }];
  });
}

/** The head's file with some of its lines replaced; from the last line on, so that the numbers hold. */
function applied(text: string, suggestions: readonly Suggestion[], lineBreak: string): string {
  const lines = text.split(/(?<=\n)/);
  for (const { first, last, lines: by } of suggestions.toSorted((a, b) => b.first - a.first)) {
    const isEnd = last === lines.length && !lines.at(-1)?.endsWith('\n');
    const written = by.map((line, index) => (isEnd && index === by.length - 1 ? line : `${line}${lineBreak}`));
    lines.splice(first - 1, last - first + 1, ...written);
  }
  return lines.join('');
}

const reported = (run: ActionRun): string[] =>
  run.annotations.map(({ properties }) => `${properties['file']} ${properties['title']}`).sort();

test('every suggestion mends what its comment says, and the files can be read', async () => {
  const { github, run } = await review(FILES);
  expect(github.violations).toEqual([]);
  const suggestions = suggestionsOf(github);
  expect(new Set(suggestions.map(({ path }) => path))).toEqual(new Set(Object.keys(FILES)));
  expect(reported(run)).toContain('app/main.tf key-rotation');
  // Whether GitHub writes the file's line ends or its own: both are read.
  for (const lineBreak of ['\n', '\r\n']) {
    const mended = Object.fromEntries(
      Object.entries(FILES).map(([path, text]) => {
        const own = suggestions.filter((one) => one.path === path);
        const isCrlf = text.includes('\r\n');
        return [path, applied(text, own, isCrlf ? lineBreak : '\n')];
      }),
    );
    const second = await review(mended);
    expect(reported(second.run)).toEqual([]);
    expect(second.run.outputs).toMatchObject({ incomplete: 'false', findings: '0' });
    expect(second.github.state.comments).toEqual([]);
  }
});

test('pushed, they close their own threads', async () => {
  const { github } = await review({ 'policies/split.json': SPLIT });
  const [comment] = github.state.comments;
  expect(comment).toMatchObject({ path: 'policies/split.json', startLine: 8, line: 12 });
  expect(comment?.body).toContain('**Fix:** Allow it only on keys of this account.\n\n```suggestion\n');
  github.state.push({ 'policies/split.json': applied(SPLIT, suggestionsOf(github), '\n') });
  const run = await runAction(github, { payload: pullPayload(github.state) });
  expect(run.code).toBe(0);
  expect(github.state.comments).toHaveLength(1);
  expect(github.state.comments[0]?.body).toMatch(/^Fixed in /);
  expect(github.violations).toEqual([]);
});

test('one statement, several findings: one comment, one suggestion that mends them together', async () => {
  const { github } = await review({ 'template.yaml': TEMPLATE });
  const [comment, ...more] = github.state.comments.filter(({ body }) => body.includes('alias-as-key'));
  expect(more).toEqual([]);
  expect(comment?.body).toContain('weak-condition');
  const [suggestion] = suggestionsOf(github).filter(({ first }) => first === comment?.startLine);
  expect(suggestion?.lines).toEqual([
    '            Condition:',
    '              ForAllValues:StringEquals:',
    '                kms:ResourceAliases: alias/app',
    '              "Null":',
    '                kms:ResourceAliases: "false"',
  ]);
});

test('a fix of lines that the change does not touch is no suggestion, and the comment is there all the same', async () => {
  const filler = Array.from({ length: 12 }, (_, index) => `        "kms:Verify", "kms:VerifyMac", "s3:Get${index}",`);
  const text = (action: string): string =>
    SPLIT.replace('"kms:ListAliases",\n', `"kms:ListAliases",\n${filler.join('\n')}\n`).replace(
      '"kms:Decrypt"',
      action,
    );
  const before = text('"kms:DescribeKey"').replace('"Resource": "*"\n    },', `"Resource": "${KEY}"\n    },`);
  const after = text('"kms:DescribeKey"');
  const { github } = await review({ 'policies/a.json': after }, { 'policies/a.json': before });
  const [comment, ...more] = github.state.comments;
  expect(more).toEqual([]);
  expect(comment?.line).toBe(after.split('\n').findIndex((line) => line.includes('"Resource": "*"')) + 1);
  expect(comment?.body).toContain('wildcard-resource');
  expect(comment?.body).not.toContain('suggestion');
});

test('two statements on one line: one button, which mends both', async () => {
  const statement = '{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}';
  const text = `{"Version": "2012-10-17", "Statement": [${statement}, ${statement.replace('Decrypt', 'Sign')}]}\n`;
  const { github } = await review({ 'policies/a.json': text });
  expect(github.state.comments).toHaveLength(2);
  const suggestions = suggestionsOf(github);
  expect(suggestions).toHaveLength(1);
  github.state.push({ 'policies/a.json': applied(text, suggestions, '\n') });
  const run = await runAction(github, { payload: pullPayload(github.state) });
  expect(run.code).toBe(0);
  expect(github.state.comments.every(({ body }) => body.startsWith('Fixed in '))).toBe(true);
});
