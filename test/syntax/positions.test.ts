import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { readGrammar } from '../../src/changes/grammar.ts';
import { SourceFile, type Text } from '../../src/source/source-file.ts';
import { openHclParser } from '../../src/syntax/hcl.ts';
import { parseJson } from '../../src/syntax/json.ts';
import { literal, type Node, type Parsed, type ScalarNode } from '../../src/syntax/node.ts';
import { parseYaml } from '../../src/syntax/yaml.ts';

function scalars({ documents }: Parsed): ScalarNode[] {
  const found: ScalarNode[] = [];
  const visit = (node: Node): void => {
    if (node.type === 'scalar') found.push(node);
    else if (node.type === 'list') node.items.forEach(visit);
    else if (node.type === 'map') {
      for (const { key, value } of node.entries) {
        found.push(key);
        visit(value);
      }
    }
  };
  documents.forEach(visit);
  return found;
}

/** The text inside a scalar that a parser read. */
function inside(scalar: ScalarNode | undefined): Text {
  if (scalar?.embedded === undefined) throw new Error('no text inside');
  return scalar.embedded();
}

/** The values of a JSON value's scalars and keys, in source order, as our tree gives them. */
function texts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(texts);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, child]) => [key, ...texts(child)]);
  }
  return [value === null ? 'null' : String(value)];
}

const text = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .filter((one) => !one.includes('\u2028') && !/[\r\x85]/.test(one));
const value = fc.letrec((tie) => ({
  leaf: fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)),
  node: fc.oneof(
    { depthSize: 'small' },
    tie('leaf'),
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(
      text.filter((key) => !/^\d+$/.test(key)),
      tie('node'),
      { maxKeys: 4 },
    ),
  ),
})).node;

describe('JSON', () => {
  test('every scalar of every document stands where its span says', () => {
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 2, '\t'), (json, indent) => {
        const source = JSON.stringify(json, null, indent);
        const file = new SourceFile('a.json', source);
        const parsed = parseJson(file);
        expect(parsed.problems).toEqual([]);
        const found = scalars(parsed);
        expect(found.map((scalar) => literal(scalar))).toEqual(texts(json));
        for (const scalar of found) expect(String(JSON.parse(file.slice(scalar.span)))).toBe(literal(scalar));
      }),
    );
  });

  test('also inside a string, inside a string', () => {
    fc.assert(
      fc.property(value, (json) => {
        const file = new SourceFile('a.json', JSON.stringify({ a: JSON.stringify({ b: JSON.stringify(json) }) }));
        const inner = (parsed: Parsed): Parsed => {
          const last = scalars(parsed).at(-1);
          return parseJson(inside(last));
        };
        const found = scalars(inner(inner(parseJson(file))));
        expect(found.map((scalar) => literal(scalar))).toEqual(texts(json));
        for (const scalar of found) {
          // What the file has there is the scalar's own source, escaped twice more.
          const once: unknown = JSON.parse(`"${file.slice(scalar.span)}"`);
          const twice: unknown = JSON.parse(`"${once}"`);
          expect(String(JSON.parse(String(twice)))).toBe(literal(scalar));
        }
      }),
    );
  });

  const broken: [string, string, number, string][] = [
    ['a missing comma', '{"a": 1 "b": 2}', 8, 'comma'],
    ['a trailing comma', '{"a": [1, 2,]}', 11, 'trailing comma'],
    ['a comment', '{"a": 1 // why\n}', 8, 'comments'],
    ['an unterminated string', '{"a": "b\n}', 6, 'unterminated'],
    ['an unclosed map', '{"a": {"b": 1}', 0, 'never closed'],
    ['a word', '{"a": yes}', 6, 'unexpected'],
    ['more text', '{} {}', 3, 'more text'],
  ];
  test.each(broken)('%s is a problem at its place', (_name, source, offset, words) => {
    const { problems } = parseJson(new SourceFile('a.json', source));
    expect(problems[0]?.span.start).toBe(offset);
    expect(problems[0]?.message).toContain(words);
  });

  test('duplicate keys are kept, numbers keep their text', () => {
    const { documents } = parseJson(new SourceFile('a.json', '{"a": 1e2, "a": 123456789012345678901234567890}'));
    expect(scalars({ documents, problems: [] }).map((scalar) => literal(scalar))).toEqual([
      'a',
      '1e2',
      'a',
      '123456789012345678901234567890',
    ]);
  });

  test('100,000 brackets are a problem, not a crash', () => {
    for (const source of ['['.repeat(100_000), '{"a":'.repeat(100_000)]) {
      expect(parseJson(new SourceFile('a.json', source)).problems[0]?.message).toContain('levels deep');
    }
  });
});

describe('YAML', () => {
  const styles = fc.record({
    defaultStringType: fc.constantFrom(
      'PLAIN' as const,
      'QUOTE_DOUBLE' as const,
      'QUOTE_SINGLE' as const,
      'BLOCK_LITERAL' as const,
      'BLOCK_FOLDED' as const,
    ),
    lineWidth: fc.constantFrom(0, 20, 80),
    indent: fc.constantFrom(2, 4),
  });
  const plain = fc.string({
    unit: fc.constantFrom('a', 'B', ' ', '"', "'", '\\', '\n', ':', '#', '{', 'é', '😀', '*', '1'),
    maxLength: 30,
  });
  const documents = fc.dictionary(
    fc.stringMatching(/^[a-z]{1,5}$/),
    fc.oneof(
      plain,
      fc.array(plain, { maxLength: 3 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), plain, { maxKeys: 3 }),
    ),
    { maxKeys: 4, minKeys: 1 },
  );

  test('the values are those of the document, in every style', () => {
    fc.assert(
      fc.property(documents, styles, (json, options) => {
        const file = new SourceFile('a.yaml', stringify(json, { ...options, defaultKeyType: 'PLAIN' }));
        const parsed = parseYaml(file);
        expect(parsed.problems).toEqual([]);
        // The library does not write every text in every style so that it reads it again; its reading counts.
        expect(scalars(parsed).map((scalar) => literal(scalar))).toEqual(texts(parse(file.text)));
        for (const scalar of scalars(parsed)) {
          expect(scalar.embedded?.().text).toBe(literal(scalar));
          expect(scalar.span.end).toBeGreaterThanOrEqual(scalar.span.start);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('JSON inside every style of string stands where its spans say', () => {
    fc.assert(
      fc.property(value, styles, (json, options) => {
        const file = new SourceFile('a.yaml', stringify({ document: JSON.stringify({ x: json }, null, 1) }, options));
        const [, scalar] = scalars(parseYaml(file));
        const found = scalars(parseJson(inside(scalar))).slice(1);
        expect(found.map((one) => literal(one))).toEqual(texts(json));
        for (const one of found) {
          const slice = file.slice(one.span);
          const simple = literal(one) as string;
          // Simple words stand in the file as they are, whatever the style; folded and escaped ones do not.
          if (!/^[a-zA-Z0-9]{2,}$/.test(simple) || one.kind !== 'string') continue;
          expect(slice).toContain(simple);
          // And nothing but the word and its quotes, each perhaps escaped.
          if (options.lineWidth === 0) expect(slice.length).toBeLessThanOrEqual(simple.length + 4);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('nothing is converted: dates, account ids, octal numbers', () => {
    const source = 'a: 2012-10-17\nb: 012345678901\nc: 111122223333\nd: 0x1F\ne: ~\nf: yes\ng: true\n';
    const parsed = parseYaml(new SourceFile('a.yaml', source));
    const values = scalars(parsed).filter((_, index) => index % 2 === 1);
    expect(values.map((scalar) => literal(scalar))).toEqual([
      '2012-10-17',
      '012345678901',
      '111122223333',
      '0x1F',
      '~',
      'yes',
      'true',
    ]);
    expect(values.map((scalar) => scalar.kind)).toEqual([
      'string',
      'number',
      'number',
      'number',
      'null',
      'string',
      'boolean',
    ]);
  });

  test('short tags are the long form, in every shape', () => {
    const source =
      'a: !Ref X\nb: !Sub\n  - "${Y}"\n  - Y: 1\nc: !GetAtt A.Arn\nd: !Join [",", [!Ref A, b]]\ne:\n  Fn::If: [C, !Ref AWS::NoValue, 1]\n';
    const shape = (node: Node): unknown => {
      if (node.type === 'list') return node.items.map(shape);
      if (node.type === 'map')
        return Object.fromEntries(node.entries.map(({ key, value: child }) => [literal(key), shape(child)]));
      return node.type === 'scalar' ? literal(node) : node.expression;
    };
    const file = new SourceFile('a.yaml', source);
    const {
      documents: [root],
      problems,
    } = parseYaml(file);
    expect(problems).toEqual([]);
    expect(shape(root as Node)).toEqual({
      a: { Ref: 'X' },
      b: { 'Fn::Sub': ['${Y}', { Y: '1' }] },
      c: { 'Fn::GetAtt': 'A.Arn' },
      d: { 'Fn::Join': [',', [{ Ref: 'A' }, 'b']] },
      e: { 'Fn::If': ['C', { Ref: 'AWS::NoValue' }, '1'] },
    });
    const [first] = (root as Extract<Node, { type: 'map' }>).entries;
    expect(first && file.slice(first.value.span)).toBe('!Ref X');
  });

  test('anchors, aliases and merge keys', () => {
    const source = 'base: &b {Effect: Allow, Action: x}\none: {<<: *b, Action: y}\ntwo: *b\n';
    const {
      documents: [root],
      problems,
    } = parseYaml(new SourceFile('a.yaml', source));
    expect(problems).toEqual([]);
    expect(scalars({ documents: [root as Node], problems }).map((scalar) => literal(scalar))).toEqual([
      'base',
      'Effect',
      'Allow',
      'Action',
      'x',
      'one',
      'Action',
      'y',
      'Effect',
      'Allow',
      'two',
      'Effect',
      'Allow',
      'Action',
      'x',
    ]);
  });

  test('several documents, and errors with a place', () => {
    expect(parseYaml(new SourceFile('a.yaml', 'a: 1\n---\nb: 2\n')).documents).toHaveLength(2);
    const { problems } = parseYaml(new SourceFile('a.yaml', 'a: 1\nb: [1, 2\nc: 3\n'));
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]?.span.start).toBeGreaterThan(4);
  });

  test('100,000 brackets and alias bombs are problems, not crashes', () => {
    for (const source of ['['.repeat(100_000), '- '.repeat(100_000), '{a: '.repeat(100_000)]) {
      expect(parseYaml(new SourceFile('a.yaml', source)).problems[0]?.message).toContain('deep');
    }
    const bomb = `a0: &a0 [x]\n${Array.from({ length: 30 }, (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index}, `.repeat(9)}x]\n`).join('')}`;
    const parsed = parseYaml(new SourceFile('a.yaml', bomb));
    expect(parsed.problems[0]?.message).toContain('aliases stand for more than');
    expect(scalars(parsed).length).toBeLessThan(500_000);
  });
});

test('lines and columns go there and back, with every kind of line end', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'é', '😀', '\n', '\r\n', '\r', ' '), { maxLength: 60 }), (pieces) => {
      const file = new SourceFile('a', pieces.join(''));
      for (let offset = 0; offset <= file.text.length; offset++) {
        const { line, column } = file.position(offset);
        expect(file.lineStart(line) + column - 1).toBe(offset);
      }
    }),
  );
});

test('many strings in a large file of HCL are read once each', async () => {
  const { runtime, grammar } = readGrammar();
  const parseHcl = await openHclParser(runtime, grammar);
  const text = 'x = "a ${b} c"\n'.repeat(40_000);
  const { body, problems } = parseHcl(new SourceFile('a.tf', text));
  expect(problems).toEqual([]);
  expect(body.attributes).toHaveLength(40_000);
});
