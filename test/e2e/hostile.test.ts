import { expect, test } from 'vitest';
import { parseMarker } from '../../src/report/marker.ts';
import type { Files } from '../github/repository.ts';
import { type BuiltRun, pullPayload, runBuilt } from '../github/run-action.ts';
import { openScenarios, type Scenario } from '../github/scenario.ts';
import { HOSTILE } from '../report/fixtures.ts';

/** What a pull request may hold stays text, in everything that is posted, printed or written. */

const pullRequest = openScenarios();

const statement = (own: object): object => ({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', ...own });
const policy = (own: object): string =>
  `${JSON.stringify({ Version: '2012-10-17', Statement: [statement(own)] }, null, 2)}\n`;
const terraform = (sid: string): string =>
  `resource "aws_iam_policy" "p" {\n  policy = jsonencode({\n    Statement = [{ Sid = ${JSON.stringify(sid).replaceAll('${', '$${')}, Effect = "Allow", Action = "kms:Decrypt", Resource = "*" }]\n  })\n}\n`;
const yaml = (text: string): string =>
  `${JSON.stringify(text)}:\n  Statement:\n    - Effect: Allow\n      Action: ${JSON.stringify(`kms:${text}`)}\n      Resource: "*"\n      # ${text.replaceAll(/[\p{Cc}\u2028]/gu, ' ')}\n`;

/** Policies with a hostile text in every place that a report quotes. */
function hostileFiles(text: string): Files {
  // Git and file systems take everything but these; a runner's file names may hold the rest.
  const name = text.replaceAll(/[/\0]/g, '_').slice(0, 60);
  return {
    [`dir ${name}/policy.json`]: policy({ Sid: text }),
    'action.json': policy({ Action: ['kms:Decrypt', `kms:${text}`] }),
    'resource.json': policy({ Resource: ['*', text, `arn:aws:kms:*:*:key/${text}`] }),
    'principal.json': policy({ Principal: { AWS: ['*', text] } }),
    'condition.json': policy({ Condition: { StringLike: { [text]: '*', 'kms:ViaService': text } } }),
    'one-line.json': `{"Statement":[${JSON.stringify(statement({ Sid: text }))}],"Note":${JSON.stringify(text)}}\n`,
    'main.tf': terraform(text),
    'some.yaml': yaml(text),
    'broken.json': `{"Statement": [{"Effect": "Allow", "Action": "kms:*", ${JSON.stringify(text)} "Resource": `,
    'template.yaml': `Resources:\n  ${JSON.stringify(text)}:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Statement:\n          - {Effect: Allow, Action: kms:Decrypt, Resource: "*"}\n`,
  };
}

/** Markdown without what is certainly inert: our marker, our folding, code spans, and the links to our own pages. */
function outside(markdown: string): string {
  return markdown
    .replace(/\n\n<!-- kms-policy-review:[^\n]* -->$/, '')
    .replace(/^(`{3,})(?:suggestion)?\n[\s\S]*?^\1$/gm, '')
    .replace(/(?<![`\\])(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, '')
    .replace(/<\/?(?:details|summary)>/g, '')
    .replace(/\[\]\(https:\/\/github\.com\/o\/r\/blob\/[0-9a-f]{40}\/[\w%./-]+#L\d+\)/g, '')
    .replace(/\[job summary\]\(https:\/\/github\.com\/o\/r\/actions\/runs\/1\)/g, '')
    .replace(
      /\]\(https:\/\/github\.com\/kms-policy-review\/kms-policy-review\/blob\/main\/docs\/rules\/[a-z-]+\.md\)/g,
      ']',
    );
}

function expectInert(markdown: string): void {
  const rest = outside(markdown);
  expect(rest).not.toMatch(/<|^ {0,3}(?:`{3}|~{3})|(?<!\\)\]\(|:\/\/|www\./m);
  // A mention or an issue's number.
  expect(rest).not.toMatch(/@\w|(?:^|\s)#\d|GH-\d/);
  expect(markdown).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u);
}

function expectTables(markdown: string): void {
  // Bars that end a cell are not escaped.
  const cells = (row: string): number => row.replaceAll('\\|', '').split('|').length;
  for (const table of markdown.match(/^\|.*(?:\n\|.*)*/gm) ?? []) {
    const [header = '', ...rows] = table.split('\n');
    expect(rows.map(cells)).toEqual(rows.map(() => cells(header)));
    expect(rows[0]).toMatch(/^[| -]+$/);
  }
}

const texts = ({ state }: Scenario): string[] => [
  ...state.comments.map(({ body }) => body),
  ...state.reviews.map(({ body }) => body),
  ...state.issueComments.map(({ body }) => body),
  ...state.checkRuns.flatMap(({ title, summary }) => [title, summary]),
];

test.each(HOSTILE)('%j in every place', async (text) => {
  const github = await pullRequest({}, hostileFiles(text));
  const run = await github.run({ inputs: { 'summary-comment': 'true', 'max-comments': '100' } });
  expect(run.code).toBe(1);
  expect(github.state.comments.length).toBeGreaterThan(6);
  for (const markdown of [run.summary, ...texts(github)]) expectInert(markdown);
  for (const markdown of [run.summary, ...github.state.checkRuns.map(({ summary }) => summary)]) expectTables(markdown);
  // A marker that is quoted is not taken for ours.
  const keys = github.state.comments.map(({ body }) => parseMarker(body)?.key ?? '');
  expect(keys.every((key) => /^[0-9a-f]{16,}$/.test(key))).toBe(true);
  expect(new Set(keys).size).toBe(keys.length);
  github.state.push({ 'action.json': policy({ Resource: 'arn:aws:kms:us-east-1:111122223333:key/k' }) });
  await github.run({ inputs: { 'summary-comment': 'true', 'max-comments': '100' } });
  for (const markdown of texts(github)) expectInert(markdown);
});

/** What the runner would take for commands: every line that begins with one, also after white space. */
function commandsOf({ stdout }: BuiltRun): string[] {
  return stdout
    .split(/\r\n|\r|\n/)
    .filter((line) => /^\s*(?:::|##\[)/.test(line))
    .map((line) => /^\s*(?:::([\w-]+)|##\[(\w+))/.exec(line)?.[1] ?? line);
}

test.each([
  ['as usual', {}],
  ['with the summary in the log', { GITHUB_STEP_SUMMARY: '/no/such/folder/summary.md' }],
])('nothing of it is a command in the log: %s', async (_name, env) => {
  const all = Object.assign({}, ...HOSTILE.map((text, index) => prefixed(hostileFiles(text), `${index}`)));
  const github = await pullRequest({}, all);
  const run = await runBuilt(github, { payload: pullPayload(github.state), entry: 'src/main.ts', env });
  expect(run.code).toBe(1);
  expect(run.stderr).toBe('');
  const allowed = ['error', 'warning', 'notice'];
  expect(commandsOf(run).filter((command) => !allowed.includes(command))).toEqual([]);
  // Every annotation is one of ours: it names one of our rules, or nothing.
  const titles = run.annotations.map(({ properties }) => properties['title'] ?? '');
  expect(titles.filter((title) => !/^[a-z-]*$/.test(title))).toEqual([]);
  expect(run.annotations.length).toBeLessThanOrEqual(34);
});

function prefixed(files: Files, folder: string): Files {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

test('a configuration of the head switches nothing off, however it comes', async () => {
  const off = 'rules:\n  wildcard-resource: off\npaths-ignore: ["**"]\n';
  const path = '.github/kms-policy-review.yml';
  for (const base of [{}, { [path]: 'rules:\n  key-rotation: off\n' }, { 'other.yml': off }] as Files[]) {
    const github = await pullRequest(base, { 'policy.json': policy({}), [path]: off });
    const run = await github.run();
    expect(run.code).toBe(1);
    expect(run.outputs).toMatchObject({ errors: '1' });
  }
  // Neither by a rename nor by a link to it.
  const github = await pullRequest({ 'off.yml': off }, { 'off.yml': null, [path]: off, 'policy.json': policy({}) });
  expect((await github.run()).code).toBe(1);
});
