import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readGrammar } from '../../src/changes/grammar.ts';
import { SourceFile } from '../../src/source/source-file.ts';
import { openHclParser } from '../../src/syntax/hcl.ts';
import { MARKER } from '../../src/syntax/scan.ts';
import { parseYaml } from '../../src/syntax/yaml.ts';

/** Where comments stand: the parsers say it, and only where a text may hold one to this tool. */

const { runtime, grammar } = readGrammar();
const hcl = await openHclParser(runtime, grammar);

const pieces = [
  `# ${MARKER} x`,
  '# c',
  '#',
  '\n',
  '\r\n',
  '\r',
  '  ',
  '\t',
  'a: 1',
  '- b',
  'k: |\n  # text\n',
  'k: >-\n  x # y\n',
  '"q # q"',
  "'q # q'",
  '{a: b, ',
  '[x,',
  '}',
  ']',
  '---\n',
  '...\n',
  '%YAML 1.2\n',
  '&a ',
  '*a',
  '!t ',
  '? ',
  '\ufeff',
  '\u0002',
  '\u001f',
  '\u0018',
  'é漢😀',
  '// d',
  '/* e */',
  '/* f\n g */',
  'r "x" {\n',
  'v = <<E\n# text\nE\n',
  '"${a /* g */}"',
];
const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((parts) => `${parts.join('')}\n# ${MARKER}`);

describe.each([
  ['YAML', parseYaml, /^#/],
  ['HCL', hcl, /^(?:#|\/\/|\/\*)/],
] as const)('%s', (_language, parse, sign) => {
  test('nothing throws, and what is a comment begins like one and is on its lines', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const file = new SourceFile('a', text);
        let last = 0;
        for (const span of parse(file).comments ?? []) {
          expect(span.start).toBeGreaterThanOrEqual(last);
          last = span.end;
          // Characters that the lexer uses for itself may move what follows them.
          if (/[\u0002\u001f\u0018]/.test(text)) continue;
          expect(file.slice(span)).toMatch(sign);
          expect(file.slice(span)).not.toMatch(/\s$/);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('nobody looks where the word is not', () => {
    expect(parse(new SourceFile('a', '# a comment\n')).comments).toBeUndefined();
  });
});

test('every comment of a YAML text, and nothing that looks like one', () => {
  const text = `\ufeff# 1 ${MARKER}\r\na: x # 2\nb: |\n  # no\nc: "# no"\nd: {e: f, # 3\n  g: h}\ni: j\n  # 4\n  k\n---\n# 5\n- l#no\n...\n# 6`;
  const file = new SourceFile('a.yaml', text);
  const found = parseYaml(file).comments?.map((span) => file.slice(span));
  expect(found).toEqual([`# 1 ${MARKER}`, '# 2', '# 3', '# 4', '# 5', '# 6']);
});

test('every comment of an HCL text, and nothing that looks like one', () => {
  const text = `# 1 ${MARKER}\na = "# no" // 2\n/* 3\n */ b = <<E\n# no\nE\nc = [ # 4\n  1, /* 5 */\n]\nr "x" { # 6\n  # 7\n}\n`;
  const file = new SourceFile('a.tf', text);
  const found = hcl(file).comments?.map((span) => file.slice(span).replace(/\s+/g, ' '));
  expect(found).toEqual([`# 1 ${MARKER}`, '// 2', '/* 3 */', '# 4', '/* 5 */', '# 6', '# 7']);
});
