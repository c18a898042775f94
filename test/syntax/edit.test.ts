import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Document, type Node as YamlNode } from 'yaml';
import { readGrammar } from '../../src/changes/grammar.ts';
import { SourceFile } from '../../src/source/source-file.ts';
import { text } from '../../src/syntax/content.ts';
import { addEntry, addItems, fileEdits, type LayerEdit, removeMembers, replaceValue } from '../../src/syntax/edit.ts';
import { openHclParser } from '../../src/syntax/hcl.ts';
import type { Expression } from '../../src/syntax/hcl-tree.ts';
import { parseJson } from '../../src/syntax/json.ts';
import { literal, type Node } from '../../src/syntax/node.ts';
import type { Written } from '../../src/syntax/written.ts';
import { writtenFile } from '../../src/syntax/written-file.ts';
import { parseYaml } from '../../src/syntax/yaml.ts';

/** Edits of random documents: what is read afterwards differs by the edit and by nothing else, and no comment is lost. */

const { runtime, grammar } = readGrammar();
const hcl = await openHclParser(runtime, grammar);

type Value = string | Value[] | { [name: string]: Value };

/** How a document is laid out; drawn with it. */
interface Layout {
  seed: number;
  comments: boolean;
  crlf: boolean;
}

const names = fc.constantFrom('Effect', 'Action', 'Resource', 'a', 'b', 'kms:x', 'Condition');
const words = fc.constantFrom(
  '*',
  'kms:Decrypt',
  'arn:aws:kms:*:111122223333:key/*',
  '',
  'a "b" \\ c',
  '# no',
  'true',
  "it's",
);
const values: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    words,
    fc.array(tie('value'), { minLength: 1, maxLength: 4 }),
    fc.dictionary(names, tie('value'), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  ),
})).value;
const documents = fc.record({ a: fc.array(values, { minLength: 2, maxLength: 4 }), b: values, c: values });
const layouts = fc.record({ seed: fc.nat(), comments: fc.boolean(), crlf: fc.boolean() });

/** A small generator, so that a layout is one number. */
function dice(seed: number): (sides: number) => number {
  let state = seed + 1;
  return (sides) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % sides;
  };
}

interface Language {
  path: string;
  language: 'JSON' | 'YAML' | 'HCL';
  write(value: Value, layout: Layout): string;
  read(file: SourceFile): Value;
}

function valueIn(node: Node): Value {
  if (node.type === 'list') return node.items.map(valueIn);
  if (node.type === 'map')
    return Object.fromEntries(node.entries.map(({ key, value }) => [literal(key), valueIn(value)]));
  return literal(node) ?? '?';
}

function onlyDocument({ documents, problems }: ReturnType<typeof parseJson>): Value {
  expect(problems).toEqual([]);
  return valueIn(documents[0] as Node);
}

/** JSON and HCL, each collection on one line or on several. */
function brackets(
  value: Value,
  roll: (sides: number) => number,
  style: { hcl: boolean; comments: boolean },
  indent = '',
): string {
  if (typeof value === 'string') return JSON.stringify(value);
  const isList = Array.isArray(value);
  const isMultiline = roll(2) === 0;
  const inner = isMultiline ? `${indent}${' '.repeat(1 + roll(3))}` : indent;
  const sign = style.hcl ? (roll(2) === 0 ? ' = ' : ' : ') : [': ', ':', ' : '][roll(3)];
  const parts = isList
    ? value.map((item) => brackets(item, roll, style, inner))
    : Object.entries(value).map(
        ([name, item]) => `${JSON.stringify(name)}${sign}${brackets(item, roll, style, inner)}`,
      );
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (!isMultiline) {
    const pad = ['', ' '][roll(2)];
    return `${open}${pad}${parts.join([', ', ','][roll(2)])}${pad}${close}`;
  }
  const comma = style.hcl && !isList && roll(2) === 0 ? '' : ',';
  const comment = (): string =>
    style.hcl && style.comments && roll(4) === 0 ? ([' # why', ' // why', ' /* why */'][roll(3)] ?? '') : '';
  const lines = parts.map((part, index) => {
    const above = style.hcl && style.comments && roll(6) === 0 ? `${inner}# above\n` : '';
    const end = index < parts.length - 1 || (style.hcl && comma !== '' && roll(2) === 0) ? comma : '';
    return `${above}${inner}${part}${end}${comment()}`;
  });
  return `${open}\n${lines.join('\n')}\n${indent}${close}`;
}

function yaml(value: Value, { seed, comments }: Layout): string {
  const roll = dice(seed);
  const document = new Document(value);
  const visit = (node: YamlNode | null | unknown): void => {
    const one = node as {
      items?: unknown[];
      flow?: boolean;
      comment?: string;
      commentBefore?: string;
      type?: string;
      value?: unknown;
      key?: unknown;
    };
    if (one.items) {
      if (roll(3) === 0) one.flow = true;
      for (const item of one.items) {
        const pair = item as { key?: unknown; value?: unknown };
        visit(pair.key === undefined ? item : pair.value);
      }
    } else if (one.value !== undefined) {
      one.type = (['PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE'] as const)[roll(3)] as string;
      if (comments && roll(4) === 0) one.comment = ' why';
      if (comments && roll(8) === 0) one.commentBefore = ' above';
    }
  };
  visit(document.contents);
  return document.toString({ lineWidth: 0, indent: 2 + roll(2) * 2, indentSeq: roll(2) === 0 });
}

function hclValue(expression: Expression): Value {
  switch (expression.type) {
    case 'list':
      return expression.items.map(hclValue);
    case 'object':
      return Object.fromEntries(expression.entries.map(({ key, value }) => [String(hclValue(key)), hclValue(value)]));
    case 'template':
      return expression.pieces.map((piece) => ('text' in piece ? piece.text : '?')).join('');
    default:
      return '?';
  }
}

const LANGUAGES: Language[] = [
  {
    path: 'a.json',
    language: 'JSON',
    write: (value, { seed }) => brackets(value, dice(seed), { hcl: false, comments: false }),
    read: (file) => onlyDocument(parseJson(file)),
  },
  { path: 'a.yaml', language: 'YAML', write: yaml, read: (file) => onlyDocument(parseYaml(file)) },
  {
    path: 'a.tf',
    language: 'HCL',
    write: (value, { seed, comments }) => `x = ${brackets(value, dice(seed), { hcl: true, comments })}\n`,
    read: (file) => {
      const { body, problems } = hcl(file);
      expect(problems).toEqual([]);
      return hclValue((body.attributes[0] as { value: Expression }).value);
    },
  },
];

function apply(source: string, edits: readonly LayerEdit[]): string {
  const made = fileEdits(edits);
  expect(made).toBeDefined();
  return (made ?? []).reduceRight(
    (all, { span, text: by }) => all.slice(0, span.start) + by + all.slice(span.end),
    source,
  );
}

/** Every collection of a document, with the way to it in the value. */
function collections(root: Written, value: Value): { written: Written; value: Value[] | { [name: string]: Value } }[] {
  if (typeof value === 'string') return [];
  const children = root.members.flatMap((member, index) => {
    const inner = Array.isArray(value) ? value[index] : value[member.name?.text ?? ''];
    return inner === undefined ? [] : collections(member.value, inner);
  });
  return [{ written: root, value }, ...children];
}

/** A few of many: every document has some that no other has. */
function some<T>(all: readonly T[], pick: number): T[] {
  return [0, 1, 2].map((step) => all[(pick + step * 7) % all.length] as T);
}

const commentsIn = (source: string): number => source.match(/why|above/g)?.length ?? 0;

describe.each(LANGUAGES.map((language) => [language.language, language] as const))('%s', (_name, language) => {
  const open = (value: Value, layout: Layout) => {
    const source = language.write(value, layout);
    const file = new SourceFile(language.path, layout.crlf ? source.replaceAll('\n', '\r\n') : source);
    const roots = writtenFile(file, language.language, { yaml: parseYaml, hcl }) as Written[];
    const top = roots[0] as Written;
    const root = language.language === 'HCL' ? (top.members[0] as { value: Written }).value : top;
    const before = language.read(file);
    return { file, before, all: collections(root, before) };
  };

  /** The document after some edits: read again, it must be what `change` makes of the value. */
  const check = (
    { file, before }: ReturnType<typeof open>,
    edits: readonly (LayerEdit | undefined)[] | undefined,
    layout: Layout,
    change: () => () => void,
  ): boolean => {
    if (edits === undefined || !edits.every((edit) => edit !== undefined)) {
      // Only comments, and texts that a form of string cannot hold, are a reason.
      expect(layout.comments || language.language === 'YAML').toBe(true);
      return false;
    }
    const edited = apply(file.text, edits);
    const undo = change();
    expect(language.read(new SourceFile(file.path, edited))).toEqual(before);
    undo();
    expect(commentsIn(edited)).toBe(commentsIn(file.text));
    if (layout.crlf) expect(edited).not.toMatch(/(?<!\r)\n/);
    else expect(edited).not.toContain('\r');
    expect(edited).not.toMatch(/[ \t]\r?\n\s*\r?\n/);
    return true;
  };

  let made = 0;
  let asked = 0;

  test('members are taken out', () => {
    fc.assert(
      fc.property(documents, layouts, fc.nat(), (value, layout, pick) => {
        const opened = open(value, layout);
        for (const { written, value: own } of some(opened.all, pick)) {
          const size = written.members.length;
          if (size < 2) continue;
          const indexes = written.members.map((_, index) => index).filter((index) => (pick >> index) & 1);
          if (indexes.length === 0 || indexes.length === size) continue;
          asked++;
          const edits = removeMembers(written, indexes);
          const ok = check(opened, edits, layout, () => {
            if (Array.isArray(own)) {
              const copy = [...own];
              own.splice(0, size, ...copy.filter((_, index) => !indexes.includes(index)));
              return () => own.splice(0, own.length, ...copy);
            }
            const copy = Object.entries(own);
            const gone = new Set(indexes.map((index) => written.members[index]?.name?.text));
            for (const [name] of copy) if (gone.has(name)) delete own[name];
            return () => {
              for (const [name, one] of copy) own[name] = one;
            };
          });
          if (ok) made++;
        }
      }),
      { numRuns: 150 },
    );
    expect(made / asked).toBeGreaterThan(0.5);
  });

  test('entries and items come in', () => {
    const own = {};
    fc.assert(
      fc.property(documents, layouts, fc.nat(), (value, layout, pick) => {
        const opened = open(value, layout);
        for (const { written, value: holder } of some(opened.all, pick)) {
          written.members.forEach((_, index) => {
            const step = { container: written, index };
            if (Array.isArray(holder)) {
              check(opened, [addItems(step, [text('new:One'), text('two')], own)], layout, () => {
                holder.splice(index + 1, 0, 'new:One', 'two');
                return () => holder.splice(index + 1, 2);
              });
            } else {
              const content = { entries: [['aws:Inner', text('111122223333')]] } as const;
              check(opened, [addEntry(step, 'Added', content, own)], layout, () => {
                holder['Added'] = { 'aws:Inner': '111122223333' };
                return () => delete holder['Added'];
              });
            }
          });
        }
      }),
      { numRuns: 150 },
    );
  });

  test('scalars change', () => {
    fc.assert(
      fc.property(documents, layouts, fc.nat(), (value, layout, pick) => {
        const opened = open(value, layout);
        for (const { written, value: holder } of some(opened.all, pick)) {
          written.members.forEach((member, index) => {
            if (member.value.type !== 'scalar') return;
            const key = Array.isArray(holder) ? index : (member.name?.text ?? '');
            const map = holder as { [name: string]: Value };
            const before = map[key] as Value;
            check(opened, [replaceValue({ container: written, index }, text('111122223333'), {})], layout, () => {
              map[key] = '111122223333';
              return () => {
                map[key] = before;
              };
            });
          });
        }
      }),
      { numRuns: 150 },
    );
  });
});
