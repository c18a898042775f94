import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readGrammar } from '../../src/changes/grammar.ts';
import { embeddedDocument } from '../../src/policy/extract/extraction.ts';
import { evaluateModules } from '../../src/policy/extract/terraform-modules.ts';
import { parseTerraform } from '../../src/review/analyse-terraform.ts';
import { SourceFile } from '../../src/source/source-file.ts';
import { openHclParser } from '../../src/syntax/hcl.ts';
import { child, items, literal, type Node } from '../../src/syntax/node.ts';
import { review } from './terraform-review.ts';

const { runtime, grammar } = readGrammar();
const parse = await openHclParser(runtime, grammar);

const statement = (resource: string, sid = ''): string =>
  `{ ${sid && `"Sid": "${sid}", `}"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "${resource}" }`;
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
/** A policy in a heredoc, its statements from the fourth line on. */
const heredoc = (statements: string, more = ''): string =>
  `resource "aws_iam_policy" "p" {\n  policy = <<-EOT\n  { "Statement": [\n${statements}\n  ] }\n  EOT\n}\n${more}`;

test('a condition that is known takes its branch', async () => {
  const text = (condition: string): string =>
    heredoc(`%{ if ${condition} ~}\n${statement('*')}\n%{ else ~}\n${statement(KEY)}\n%{ endif ~}`, LOCALS);
  const LOCALS = 'locals {\n  wide = true\n  env = "prod"\n}\n';
  expect(await review({ 'main.tf': text('local.wide') })).toEqual(['main.tf:5 wildcard-resource']);
  expect(await review({ 'main.tf': text('!local.wide') })).toEqual([]);
  expect(await review({ 'main.tf': text('local.env != "prod" && local.wide') })).toEqual([]);
});

test('of a condition that is not known both branches are looked at, and each finding is said once', async () => {
  const text = heredoc(
    [
      '%{ if var.wide ~}',
      `${statement('*', 'A')},`,
      '%{ else ~}',
      `${statement('alias/a', 'B')},`,
      '%{ endif ~}',
      statement('*', 'C'),
    ].join('\n'),
    'variable "wide" {}\n',
  );
  expect(await review({ 'main.tf': text })).toEqual([
    'main.tf:5 wildcard-resource',
    'main.tf:7 key-identifier-not-arn',
    'main.tf:9 wildcard-resource',
  ]);
});

test('the same condition goes the same way everywhere', async () => {
  // Only the two mixed ways would be findings.
  const choice = (yes: string, no: string): string => `%{ if var.x }${yes}%{ else }${no}%{ endif }`;
  const other = choice('', ', "Condition": {"StringEquals": {"aws:ResourceAccount": "111122223333"}}');
  const text = heredoc(
    `{ "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "${choice(KEY, '*')}"${other} }`,
    'variable "x" {}\n',
  );
  expect(await review({ 'main.tf': text })).toEqual([]);
});

test('a loop over what is known is unrolled, in strings and files', async () => {
  const loop = (list: string): string =>
    `%{ for i, key in ${list} ~}\n%{ if i > 0 },%{ endif ~}\n${statement('${key}')}\n%{ endfor ~}`;
  const locals = `locals {\n  keys = ["${KEY}", "*"]\n}\n`;
  expect(await review({ 'main.tf': heredoc(loop('local.keys'), locals) })).toEqual(['main.tf:6 wildcard-resource']);
  const call = `resource "aws_iam_policy" "p" {\n  policy = templatefile("p.tftpl", { keys = local.keys })\n}\n${locals}`;
  expect(await review({ 'main.tf': call }, { 'p.tftpl': { text: `{ "Statement": [\n${loop('keys')}\n] }` } })).toEqual([
    'p.tftpl:4 wildcard-resource by main.tf:2',
  ]);
});

test('the template provider does what templatefile() does', async () => {
  const use = 'resource "aws_iam_policy" "p" {\n  policy = data.template_file.t.rendered\n}\n';
  const data = (template: string): string =>
    `${use}data "template_file" "t" {\n  template = ${template}\n  vars = {\n    key = "*"\n  }\n}\n`;
  const text = `{ "Statement": [\n${statement('${key}')}\n] }`;
  const besides = { 'p.tpl': { text } };
  expect(await review({ 'main.tf': data('file("p.tpl")') }, besides)).toEqual([
    'p.tpl:2 wildcard-resource by main.tf:5, main.tf:2',
  ]);
  expect(await review({ 'main.tf': data('"${file("p.tpl")}"') }, besides)).toHaveLength(1);
  expect(await review({ 'main.tf': data(`<<EOT\n${text.replace('${', () => '$${')}\nEOT`) })).toEqual([
    'main.tf:7 wildcard-resource by main.tf:2',
  ]);
  expect(await review({ 'main.tf': data('var.kms') })).toEqual([expect.stringContaining('gap')]);
});

test('what cannot be known is a gap with its reason', async () => {
  const gap = async (text: string): Promise<string> => {
    const found = await review({ 'main.tf': text });
    expect(found).toHaveLength(1);
    return found[0] as string;
  };
  expect(await gap(heredoc(`%{ for k in var.keys ~}\n${statement('*')}\n%{ endfor ~}`))).toBe(
    'main.tf:4 gap: the policy of aws_iam_policy.p is `%{ for k in var.keys ~}`, which cannot be read here: the elements of `var.keys` are not known',
  );
  const many = Array.from({ length: 6 }, (_, i) => `%{ if var.x${i} ~}\n${statement('*')},\n%{ endif ~}`).join('\n');
  expect(await gap(heredoc(`${many}\n${statement('*')}`))).toContain('its directives can go more than 32 ways');
  const long = `%{ for a in range(1000) }%{ for b in range(1000) }${statement('*')},%{ endfor }%{ endfor }`;
  expect(await gap(heredoc(long))).toContain('it gets longer than 1,000,000 characters');
  const call = 'resource "aws_iam_policy" "p" {\n  policy = templatefile("p.tftpl", {})\n}\n';
  for (const [directive, why] of [
    ['%{ if true }', 'its directives do not fit together'],
    ['%{ endfor }', 'its directives do not fit together'],
    ['%{ unless x }', 'it cannot be read'],
  ]) {
    const besides = { 'p.tftpl': { text: `{ "Statement": [\n${directive}${statement('*')}] }` } };
    expect(await review({ 'main.tf': call }, besides)).toEqual([
      `p.tftpl:2 gap: the policy of aws_iam_policy.p is \`${directive}\`, which cannot be read here: ${why}`,
    ]);
  }
});

test('texts that double at each step end in a gap', async () => {
  for (const step of [
    'replace(local.aN, "x", "xx")',
    '"%{ for i in [1, 2] }${local.aN}%{ endfor }"',
    'join(local.aN, [local.aN, local.aN])',
  ]) {
    const steps = Array.from({ length: 60 }, (_, i) => `  a${i} = ${step.replaceAll('aN', `a${i + 1}`)}`);
    const found = await review({
      'main.tf': `resource "aws_iam_policy" "p" {\n  policy = local.a0 # kms\n}\nlocals {\n${steps.join('\n')}\n  a60 = "xx"\n}\n`,
    });
    expect(found, step).toEqual([expect.stringContaining('gap')]);
  }
});

test('lists and values in the text of a template are JSON', async () => {
  const text = (value: string): string =>
    heredoc(`{ "Effect": "Allow", "Action": "kms:Decrypt", "Resource": \${jsonencode(${value})} }`);
  expect(await review({ 'main.tf': text(`["${KEY}", "*"]`) })).toEqual(['main.tf:4 wildcard-resource']);
  expect(await review({ 'main.tf': text('"*"') })).toEqual(['main.tf:4 wildcard-resource']);
  expect(await review({ 'main.tf': text('[aws_kms_key.k.key_id]') })).toEqual(['main.tf:4 key-identifier-not-arn']);
  expect(await review({ 'main.tf': text('data.x.y.z') })).toEqual([expect.stringContaining('main.tf:4 gap')]);
});

test('policies in YAML, and texts made of pieces, keep their places', async () => {
  const policy = (value: string): string => `resource "aws_iam_policy" "p" {\n  policy = ${value}\n}\n`;
  const yaml = `Statement:\n- Effect: Allow\n  Action: kms:Decrypt\n  Resource: "*"\n`;
  expect(
    await review({ 'main.tf': policy('jsonencode(yamldecode(file("p.yaml")))') }, { 'p.yaml': { text: yaml } }),
  ).toEqual(['p.yaml:4 wildcard-resource by main.tf:2']);
  const json = `{ "Statement": [\n${statement('KEY')}] }`;
  const besides = { 'p.json': { text: json } };
  expect(await review({ 'main.tf': policy('replace(file("p.json"), "KEY", "*")') }, besides)).toEqual([
    'p.json:2 wildcard-resource by main.tf:2',
  ]);
  expect(await review({ 'main.tf': policy('replace(file("p.json"), "Decrypt", "Decryptt")') }, besides)).toEqual([
    'p.json:2 unknown-action by main.tf:2',
  ]);
  expect(await review({ 'main.tf': policy('replace(file("p.json"), "/K.*Y/", "*")') }, besides)).toEqual([
    expect.stringContaining('gap'),
  ]);
});

/** A piece of a list of words: a word, or a directive around such pieces, with the words that it gives. */
interface Piece {
  source: string;
  words: string[];
}

const word = fc
  .constantFrom('alpha', 'beta', 'gamma', 'delta')
  .map((text): Piece => ({ source: `"${text}",`, words: [text] }));
const marks = fc.tuple(fc.constantFrom('', '~'), fc.constantFrom('', '~'));
const directive = ([before, after]: [string, string], text: string): string => `%{${before} ${text} ${after}}`;
const pieces = fc.letrec<{ list: Piece }>((tie) => ({
  list: fc
    .array(
      fc.oneof(
        { depthSize: 'small' },
        word,
        fc.tuple(fc.boolean(), tie('list'), tie('list'), marks).map(
          ([yes, one, other, mark]): Piece => ({
            source: `${directive(mark, `if ${yes}`)}${one.source}${directive(mark, 'else')}${other.source}${directive(mark, 'endif')}`,
            words: yes ? one.words : other.words,
          }),
        ),
        fc.tuple(fc.integer({ min: 0, max: 3 }), tie('list'), marks).map(
          ([count, body, mark]): Piece => ({
            source: `${directive(mark, `for i in range(${count})`)}${body.source}${directive(mark, 'endfor')}`,
            words: Array.from({ length: count }, () => body.words).flat(),
          }),
        ),
      ),
      { maxLength: 4 },
    )
    .chain((list) =>
      fc.constantFrom('', ' ', '\n  ').map((space) => ({
        source: list.map((one) => `${space}${one.source}`).join(''),
        words: list.flatMap((one) => one.words),
      })),
    ),
})).list;

test('every word of a template with directives has the place of its source', () => {
  const forms: ((json: string) => SourceFile)[] = [
    (json) => new SourceFile('a.tf', `resource "aws_iam_policy" "p" {\n  policy = <<EOT\n${json}\nEOT\n}\n`),
    (json) => new SourceFile('a.tf', `resource "aws_iam_policy" "p" {\n  policy = <<-EOT\n    ${json}\n  EOT\n}\n`),
    (json) => new SourceFile('a.tf', `resource "aws_iam_policy" "p" {\n  policy = ${JSON.stringify(json)}\n}\n`),
    (json) => new SourceFile('a.tf.json', JSON.stringify({ resource: { aws_iam_policy: { p: { policy: json } } } })),
  ];
  fc.assert(
    fc.property(pieces, fc.constantFrom(...forms), ({ source, words }, form) => {
      const file = form(`{"list": [${source} "end"]}`);
      const outside = { parse, yaml: undefined, files: { find: () => undefined }, missing: () => undefined };
      const parsed = parseTerraform(file, parse);
      expect(parsed.problems).toEqual([]);
      const [module] = evaluateModules([parsed], outside);
      const policy = child(module?.files[0]?.resources[0]?.body, 'policy');
      const document = policy?.type === 'scalar' ? embeddedDocument(policy)?.node : undefined;
      const found: Node[] = items(child(document, 'list'));
      expect(found.map((node) => literal(node))).toEqual([...words, 'end']);
      for (const node of found) {
        expect(file.slice(node.span).replaceAll('\\', '')).toBe(`"${literal(node)}"`);
      }
    }),
    { numRuns: 300 },
  );
});
