import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readGrammar } from '../../src/changes/grammar.ts';
import { evaluateModules } from '../../src/policy/extract/terraform-modules.ts';
import { SourceFile } from '../../src/source/source-file.ts';
import { openHclParser } from '../../src/syntax/hcl.ts';
import { child, type Node } from '../../src/syntax/node.ts';
import { parseYaml } from '../../src/syntax/yaml.ts';

const { runtime, grammar } = readGrammar();
const parse = await openHclParser(runtime, grammar);

/** Expressions with Terraform 1.11.4's own answers (`terraform output -json`), and the locals that they speak of. */
const { locals, values } = JSON.parse(readFileSync(new URL('./terraform-values.json', import.meta.url), 'utf8')) as {
  locals: string;
  values: [string, unknown][];
};

/** What an expression gives; `unknown` in it for what is not known. */
function evaluate(expression: string, besides = locals): unknown {
  const text = `${besides}\nresource "aws_iam_policy" "p" {\n  policy = ${expression}\n}\n`;
  const file = new SourceFile('main.tf', text);
  const outside = { parse, yaml: parseYaml, files: { find: () => undefined }, missing: () => undefined };
  const [module] = evaluateModules([{ file, body: parse(file).body }], outside);
  return plain(child(module?.files[0]?.resources[0]?.body, 'policy'));
}

const UNKNOWN = 'unknown';

function plain(node: Node | undefined): unknown {
  if (node === undefined) return 'no value';
  if (node.type === 'list') return node.items.map(plain);
  if (node.type === 'map')
    return Object.fromEntries(node.entries.map(({ key, value }) => [String(plain(key)), plain(value)]));
  if (node.type === 'opaque') return node.alternatives ? { oneOf: node.alternatives.map(plain) } : UNKNOWN;
  const text = node.parts.map((part) => (typeof part === 'string' ? part : `<${part.expression}>`)).join('');
  return node.kind === 'string' ? text : JSON.parse(text);
}

test.each(values)('%s', (expression, value) => {
  expect(evaluate(expression)).toEqual(value);
});

test.each([
  // Nobody's text becomes a regular expression.
  'regex("a+", "aa")',
  'replace("aa", "/a+/", "b")',
  'regexall("a", "aa")',
  'nosuchfunction("a")',
  'provider::x::y("a")',
  '1 / 0',
  '10 / 3',
  '0.1 + 0.2',
  '9007199254740991 + 1',
  'var.x == "a"',
  'data.a.b.c == null',
  // Terraform converts by types, which are not in the text.
  '"1" == 1',
  'local.list == []',
  'length(toset(["a", data.a.b.c]))',
  'join(",", toset(["b", data.a.b.c]))',
  'element([], 0)',
  'range(1000000)',
  'range(1, 5, 0)',
  'split(",", data.a.b.c)',
  'keys(data.a.b.c)',
  'fileset("files", "*")',
  'format("%x", 10)',
  'yamldecode("a: 1\\n---\\nb: 2\\n")',
  'jsondecode("{")',
  'merge(local.map, data.a.b.c)',
  'local.list[data.a.b.c].x',
  '{ for v in [data.a.b.c] : v => 1 }',
])('not known: %s', (expression) => {
  expect(evaluate(expression)).toBe(UNKNOWN);
});

test.each<[string, unknown]>([
  ['lower(var.x)', { oneOf: ['a'] }],
  ['var.x == "A" ? "yes" : "no"', { oneOf: ['yes', 'no'] }],
  ['data.a.b.c ? "yes" : "no"', { oneOf: ['yes', 'no'] }],
  ['"%{ if data.a.b.c }yes%{ else }no%{ endif }"', { oneOf: ['yes', 'no'] }],
  ['"%{ for v in (data.a.b.c ? ["p"] : ["q", "r"]) }${v}%{ endfor }"', { oneOf: ['p', 'qr'] }],
  ['upper(data.a.b.c ? "p" : "q")', { oneOf: ['P', 'Q'] }],
  ['true || data.a.b.c', true],
  ['data.a.b.c && false', false],
  ['coalesce(data.a.b.c, "x")', { oneOf: [UNKNOWN, 'x'] }],
  ['lookup(local.map, data.a.b.c, "z")', { oneOf: ['2', '1', 'z'] }],
  ['[for v in ["a"] : v if data.a.b.c]', [{ oneOf: ['a'] }]],
  ['sort(["b", data.a.b.c])[0]', { oneOf: ['b', UNKNOWN] }],
  ['provider::aws::arn_build("aws", "kms", "", "111122223333", "key/*")', 'arn:aws:kms::111122223333:key/*'],
  ['abspath("x")', '<${path.cwd}>/x'],
  ['basename("${path.module}/a/b.json")', 'b.json'],
  ['dirname("${path.module}/a/b.json")', '<${path.module}>/a'],
])('known in part: %s', (expression, value) => {
  expect(evaluate(expression, `${locals}\nvariable "x" {\n  default = "A"\n}\n`)).toEqual(value);
});
