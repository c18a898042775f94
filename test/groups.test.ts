import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupSources } from '../src/gather/groups.ts';

/** Which files are read together. */

const KMS = '"kms:Decrypt"';

function groupsOf(files: Record<string, string>): string[] {
  const { linked, single } = groupSources(Object.entries(files).map(([path, text]) => ({ path, text })));
  return [
    ...linked.map((group) => group.map(({ path }) => path).join(' ')),
    ...single.map(({ path }) => `alone: ${path}`),
  ].sort();
}

test.each<[string, Record<string, string>, string[]]>([
  ['the files of a folder are one module', { 'a/x.tf': KMS, 'a/y.tf': '', 'b/x.tf': KMS }, ['a/x.tf a/y.tf', 'b/x.tf']],
  [
    'a module and those that call it, by whatever way',
    {
      'live/x.tf': 'module "m" { source = "../m" }',
      'm/x.tf': 'module "n" { source = "./n" }',
      'm/n/x.tf': KMS,
      'o/x.tf': '',
    },
    ['live/x.tf m/n/x.tf m/x.tf', 'o/x.tf'],
  ],
  [
    'callers of a module that is not among the files',
    { 'a/x.tf': 'module "m" { source = "../m" }', 'b/x.tf': 'module "m" { source = "../m" }' },
    ['a/x.tf b/x.tf'],
  ],
  [
    'what a module may read: a file in or above its folder, one of whose path it has a word',
    {
      'm/sub/x.tf': 'file("${path.module}/../${var.name}.json")',
      'm/use.json': KMS,
      'docs/x.json': KMS,
      'policies/y.json': KMS,
      'm/sub/v.tf': 'locals { folder = "policies" }',
      'm/sub/deeper/z.json': KMS,
    },
    ['alone: docs/x.json', 'alone: m/sub/deeper/z.json', 'm/sub/v.tf m/sub/x.tf m/use.json policies/y.json'],
  ],
  ['a module that reads nothing', { 'm/x.tf': KMS, 'm/use.json': KMS }, ['alone: m/use.json', 'm/x.tf']],
  [
    'a plan and its configuration',
    { 'm/plan.json': '"resource_changes" "format_version"', 'm/x.tf': KMS },
    ['m/plan.json m/x.tf'],
  ],
  [
    'templates that nest one another',
    { 's/p.yaml': 'TemplateURL: ./c.yaml', 's/c.yaml': KMS, 's/d.yaml': KMS },
    ['alone: s/d.yaml', 's/c.yaml s/p.yaml'],
  ],
  [
    'templates that import, and all that export',
    { 'a.yaml': `Fn::ImportValue ${KMS}`, 'b.yaml': `Outputs Export ${KMS}`, 'c.yaml': KMS },
    ['a.yaml b.yaml', 'alone: c.yaml'],
  ],
  [
    'exports that nothing imports',
    { 'b.yaml': `Outputs Export ${KMS}`, 'c.yaml': KMS },
    ['alone: b.yaml', 'alone: c.yaml'],
  ],
])('%s', (_name, files, groups) => {
  expect(groupsOf(files)).toEqual(groups);
});

test('groups are the same in every order of the files, and hold each file once', () => {
  const folder = fc.constantFrom('', 'a/', 'b/', 'a/c/');
  const text = fc.constantFrom(
    KMS,
    'module "m" { source = "./c" }',
    'module "m" { source = "../b" }',
    'file("x.json")',
    'templatefile("x.tpl")',
    'TemplateURL: x.yaml',
    'TemplateURL: ../b/x.yaml',
    `ImportValue ${KMS}`,
    `Export Outputs ${KMS}`,
    '"resource_changes" "format_version"',
  );
  const name = fc.constantFrom('x.tf', 'y.tf', 'x.json', 'x.yaml', 'x.tpl');
  const files = fc.dictionary(
    fc.tuple(folder, name).map(([one, other]) => one + other),
    text,
    { maxKeys: 12 },
  );
  fc.assert(
    fc.property(
      files.chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(Object.keys(all), { minLength: Object.keys(all).length })),
      ),
      ([all, order]) => {
        const shuffled = Object.fromEntries(order.map((path) => [path, all[path] as string]));
        const groups = groupsOf(all);
        expect(groupsOf(shuffled)).toEqual(groups);
        expect(groups.flatMap((group) => group.replace('alone: ', '').split(' ')).sort()).toEqual(
          Object.keys(all).sort(),
        );
      },
    ),
  );
});
