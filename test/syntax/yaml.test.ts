import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SourceFile } from '../../src/source/source-file.ts';
import type { Node } from '../../src/syntax/node.ts';
import { composeYaml } from '../../src/syntax/yaml-composed.ts';
import { readUsualYaml } from '../../src/syntax/yaml-usual.ts';

/** Trees as plain data with places, kinds, texts inside, and which nodes are the same one. */
function plain(documents: readonly Node[]): unknown {
  const seen = new Map<Node, number>();
  const of = (node: Node): unknown => {
    const known = seen.get(node);
    if (known !== undefined) return `the same as ${known}`;
    seen.set(node, seen.size);
    const { start, end } = node.span;
    if (node.type === 'list') return { start, end, items: node.items.map(of) };
    if (node.type === 'map') return { start, end, entries: node.entries.map(({ key, value }) => [of(key), of(value)]) };
    if (node.type === 'opaque') throw new Error('YAML has no expressions');
    return { start, end, kind: node.kind, parts: node.parts, inside: node.embedded?.().text };
  };
  return documents.map(of);
}

/** Reads a text both ways where it is a usual one; whether it is. */
function sameBothWays(source: string): boolean {
  const file = new SourceFile('a.yaml', source);
  const usual = readUsualYaml(file);
  if (usual === undefined) return false;
  const { documents, problems } = composeYaml(file);
  expect(problems, source).toEqual([]);
  expect(plain(usual), source).toEqual(plain(documents));
  return true;
}

/** Pieces of which YAML is made, and what breaks readers of it. */
const PIECES = [
  ...['a', 'b', 'a: ', 'b: ', '- ', '-', '  ', ' ', '\n', '\n', '\n  ', '\n    ', '\n- ', '\n  - ', '\na: ', '\n  b: '],
  ...['{', '}', '[', ']', ', ', ',', '"x"', "'y'", '"a\\n b"', "'i''s'", "''", '""', '"two\n  lines"', 'two\n  lines'],
  ...['# c', ' # d', '!Ref ', '!Sub ', '!!str ', '!Ref', '!x ', '!', '!!', '!a!b ', '&a ', '&b ', '*a', '*b', '<<: '],
  ...['<<: *a', '|', '>', '|\n    text\n    more\n', '>-\n  folded\n   more\n\n  x\n', '|2\n', '|+\n   t\n\n', '---'],
  ...['\n---\n', '\n...\n', '? ', ': ', ':', 'true', '1', '~', 'null', '\r\n', '\r', '\t', '@', '%', '`', '\n\n'],
  ...['k: v', '\nk: v', 'x: &a {b: 1}', '[a, b]', '{a: b, c: d}', '- - ', '- a: 1\n  b: 2', '\uFEFF', '\u2028'],
];
// The library's documents do not say where a tag stands, so one in a comment after it would be taken for it.
const isTagInComment = (source: string): boolean => /#[^\n]*!/.test(source);

describe('the usual YAML is read as the library reads it', () => {
  test('whatever stands next to whatever', () => {
    let usual = 0;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 12 }), (pieces) => {
        const source = pieces.join('');
        if (!isTagInComment(source) && sameBothWays(source)) usual++;
      }),
      { numRuns: 20_000 },
    );
    expect(usual).toBeGreaterThan(1000);
  });

  const seeds = ['examples/cloudformation/orders.yaml', 'test/golden/pull-request/head/role.yaml'].map((path) =>
    readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'),
  );

  test('templates, whole and with something put into them', () => {
    for (const seed of seeds) expect(sameBothWays(seed)).toBe(true);
    const change = fc.tuple(fc.nat(5000), fc.nat(6), fc.constantFrom(...PIECES));
    fc.assert(
      fc.property(fc.constantFrom(...seeds), fc.array(change, { minLength: 1, maxLength: 3 }), (seed, changes) => {
        let source = seed;
        for (const [at, length, piece] of changes) {
          const start = at % (source.length + 1);
          source = source.slice(0, start) + piece + source.slice(start + length);
        }
        if (!isTagInComment(source)) sameBothWays(source);
      }),
      { numRuns: 1000 },
    );
  });

  const usual: [string, string][] = [
    ['a list in the column of its key', 'a:\n- 1\n- 2\nb: 3\n'],
    ['lists in lists', '- - a\n  - b\n- - c\n'],
    ['a map in a list', '- a: 1\n  b:\n    - c: 2\n      d: 3\n- e: 4\n'],
    ['nothing', 'a:\nb:\n  -\n  - c\nd: # nothing here\n'],
    ['scalars of every style', "a: |\n  x\n   y\nb: >-\n  x\n  y\n\nc: \"x\n  y\\u0041\"\nd: 'it''s'\ne: x\n  y\n"],
    ['an indentation indicator', 'a: |2\n    x\n  y\n'],
    ['flow collections', 'a: {b: [1, "2", {c: d}], "e":f}\ng: [\n  h, # why\n  i,\n]\n'],
    [
      'tags',
      'a: !Ref X\nb: !Sub\n  - "${Y}"\n  - Y: !GetAtt Z.Arn\nc: !If [D, !Ref E, !Ref F]\nd: !!str 1\ne: !mine 2\n',
    ],
    ['anchors, aliases, merge keys', 'a: &x {b: 1}\nc:\n  <<: *x\n  b: 2\nd: [*x, &y e, *y]\nf: &x\n  g: *y\nh: *x\n'],
    ['several documents', '# first\n---\na: 1\n--- # second\nb: 2\n---\n---\n- c\n'],
    ['comments', '# x\na: # y\n  # z\n  b: 1 # w\n# v\n  # u\n  c: 2\n'],
    ['DOS line ends', 'a: 1\r\nb:\r\n  - |\r\n    x\r\n    y\r\n  - z\r\n'],
    ['white space around', '\n\n a : 1  \n b:   \n\n'],
    ['JSON', '{"a": [1, 2.5, null, true], "b": {"c": "d"}}\n'],
  ];
  test.each(usual)('%s', (_name, source) => {
    expect(sameBothWays(source)).toBe(true);
  });

  const unusual: [string, string][] = [
    ['a tab as indentation', 'a:\n\tb: 1\n'],
    ['a key without a colon', 'a: 1\nb\n'],
    ['two maps in a line', 'a: b: c\n'],
    ['a column that fits nothing', 'a:\n    b: 1\n  c: 2\n'],
    ['an unclosed bracket', 'a: [1, 2\nb: 3\n'],
    ['an unclosed quote', 'a: "b\nc: d\n'],
    ['an unknown alias', 'a: *b\n'],
    ['an alias inside what it stands for', 'a: &b\n  c: *b\n'],
    ['text after a quote', 'a: "b" c\n'],
    ['a comment without white space', 'a: "b"#c\n'],
    ['an explicit key', '? a\n: b\n'],
    ['a directive', '%YAML 1.2\n---\na: 1\n'],
    ['deep nesting', `${'['.repeat(300)}${']'.repeat(300)}`],
    [
      'an alias bomb',
      `a0: &a0 [x]\n${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}x]\n`).join('')}`,
    ],
  ];
  test.each(unusual)('%s is left to the library', (_name, source) => {
    expect(readUsualYaml(new SourceFile('a.yaml', source))).toBeUndefined();
  });
});

test('what is inside a scalar in double quotes is its value, whatever the escapes are', () => {
  const written = fc.tuple(
    fc.constantFrom('\\x', '\\u', '\\U', '\\n', '\\q', ''),
    fc.stringMatching(/^[-+0-9a-fA-Fxg ]{0,9}$/),
  );
  fc.assert(
    fc.property(fc.array(written, { maxLength: 4 }), (escapes) => {
      const source = `"${escapes.flat().join('')}."`;
      for (const node of composeYaml(new SourceFile('a.yaml', source)).documents)
        if (node.type === 'scalar') expect(node.embedded?.().text, source).toBe(node.parts.join(''));
    }),
    { numRuns: 2000 },
  );
});
