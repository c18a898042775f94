import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Pair,
  parseAllDocuments,
  Scalar,
  type ScalarTag,
  type YAMLMap,
  type YAMLSeq,
  type Node as YamlNode,
} from 'yaml';
import type { Span, Text } from '../source/source-file.ts';
import { decodeYamlScalar } from './embedded-string.ts';
import type { Entry, MapNode, Node, Parsed, Problem, ScalarNode } from './node.ts';
import { mayInstruct } from './scan.ts';

/**
 * Deeper nesting than this is refused; the library's parser is recursive. Brackets in texts count too, and long documents
 * have unbalanced ones, so it is far above what anybody nests.
 */
const MAX_DEPTH = 1000;
/** How many nodes aliases may stand for together in one file; a bomb stands for billions. */
const MAX_ALIASED_NODES = 200_000;

/** CloudFormation's short tags, read as their long form (AWS CloudFormation user guide, intrinsic functions). */
const SHORT_TAGS = new Set([
  'Ref',
  'Condition',
  'Sub',
  'GetAtt',
  'Join',
  'If',
  'ImportValue',
  'Select',
  'Split',
  'FindInMap',
  'Base64',
  'Cidr',
  'Equals',
  'And',
  'Or',
  'Not',
  'Transform',
  'GetAZs',
  'ToJsonString',
  'Length',
  'Contains',
  'EachMemberIn',
  'EachMemberEquals',
  'RefAll',
  'ValueOf',
  'ValueOfAll',
  'Rain',
]);

/** The short tags that a text uses, resolved to nothing but themselves; the library makes a costly warning of each one that it does not know. */
function tagsIn(source: string): ScalarTag[] {
  return [...SHORT_TAGS].flatMap((name): ScalarTag[] => {
    const tag = `!${name}`;
    if (!source.includes(tag)) return [];
    const resolve = (value: unknown): unknown => value;
    return [
      { tag, resolve: resolve as ScalarTag['resolve'] },
      { tag, collection: 'seq', resolve } as unknown as ScalarTag,
      { tag, collection: 'map', resolve } as unknown as ScalarTag,
    ];
  });
}

/** The kinds of plain scalars (YAML 1.2.2, section 10.3.2), looked at only where a first character allows one. */
const MAYBE_TYPED = /^[-+.\d~nNtTfF]/;
const STRING_TAG = 'tag:yaml.org,2002:str';
const NULL = /^(?:~|null|Null|NULL)$/;
const BOOLEAN = /^(?:true|True|TRUE|false|False|FALSE)$/;
const NUMBER =
  /^(?:[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|0o[0-7]+|0x[\da-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/**
 * Reads YAML, every document of it, with positions. CloudFormation's short tags become the long form; no scalar is
 * converted (dates and account ids keep their text); anchors, aliases and merge keys are resolved to shared nodes.
 */
export function parseYaml(text: Text): Parsed {
  const problems: Problem[] = [];
  const source = text.text;
  const deep = tooDeep(source);
  if (deep !== undefined) {
    problems.push({ span: text.span(deep, deep + 1), message: `nested more than ${MAX_DEPTH} levels deep` });
    return { documents: [], problems };
  }
  const documents: Node[] = [];
  try {
    const parsed = parseAllDocuments(source, {
      customTags: tagsIn(source),
      uniqueKeys: false,
      merge: false,
      strict: false,
      logLevel: 'silent',
      prettyErrors: false,
      // Everything is a string, which is also the quickest: short tags stay on their nodes, kinds are told here.
      schema: 'failsafe',
      resolveKnownTags: false,
      keepSourceTokens: false,
    });
    for (const document of Array.isArray(parsed) ? parsed : []) {
      for (const error of document.errors) {
        problems.push({
          span: text.span(error.pos[0], Math.max(error.pos[1], error.pos[0])),
          message: firstLine(error.message),
        });
      }
      const root = new Converter(text, document, problems).convert(document.contents, 0);
      if (root) documents.push(root);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problems.push({ span: text.span(0, Math.min(1, source.length)), message: 'nested too deep to be read' });
  }
  return mayInstruct(source) ? { documents, problems, comments: commentsOf(text) } : { documents, problems };
}

/** What the lexer puts before the text of a scalar, and its other words that stand for no text. */
const SCALAR = '\u001f';
const NO_TEXT = ['\u0002', '\u0018', SCALAR];

/** The comments of a text, which the tree does not know the places of. A scalar that looks like one is none. */
function commentsOf(text: Text): Span[] {
  const comments: Span[] = [];
  let at = 0;
  let previous = '';
  for (const token of new Lexer().lex(text.text)) {
    const length = NO_TEXT.includes(token) ? 0 : token.length;
    if (token.startsWith('#') && previous !== SCALAR) comments.push(text.span(at, at + token.trimEnd().length));
    at += length;
    previous = token;
  }
  return comments;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] as string;
}

/** The offset where flow brackets or indentation nest deeper than is read; undefined where they do not. */
function tooDeep(source: string): number | undefined {
  let depth = 0;
  for (let i = 0; i < source.length; i++) {
    const unit = source.charCodeAt(i);
    if (unit === 0x5b || unit === 0x7b) {
      if (++depth > MAX_DEPTH) return i;
    } else if ((unit === 0x5d || unit === 0x7d) && depth > 0) depth--;
    else if (unit === 10 && nestedDashes(source, i + 1) > MAX_DEPTH) return i + 1;
  }
  return nestedDashes(source, 0) > MAX_DEPTH ? 0 : undefined;
}

/** How many `- ` or `? ` stand at the beginning of a line, each of which opens a level. */
function nestedDashes(source: string, start: number): number {
  let count = 0;
  for (let i = start; ; i++) {
    const unit = source.charCodeAt(i);
    if ((unit === 0x2d || unit === 0x3f) && (source.charCodeAt(i + 1) === 0x20 || source.charCodeAt(i + 1) === 10))
      count++;
    else if (unit !== 0x20) return count;
  }
}

/** Turns one document of the library into our tree. */
class Converter {
  readonly #text: Text;
  readonly #document: Document;
  readonly #problems: Problem[];
  readonly #done = new Map<YamlNode, Node>();
  /** How many nodes each converted node is when every alias in it is written out. */
  readonly #sizes = new Map<Node, number>();
  #aliased = 0;

  constructor(text: Text, document: Document, problems: Problem[]) {
    this.#text = text;
    this.#document = document;
    this.#problems = problems;
  }

  convert(node: YamlNode | null | undefined, fallback: number): Node | undefined {
    if (node === null || node === undefined) return undefined;
    const known = this.#done.get(node);
    if (known) return known;
    if (isAlias(node)) return this.#alias(node, fallback);
    const span = this.#span(node, fallback);
    const tag = node.tag;
    const name = tag?.startsWith('!') && SHORT_TAGS.has(tag.slice(1)) ? tag.slice(1) : undefined;
    if (name === undefined) {
      const plain = this.#plain(node, span);
      this.#done.set(node, plain);
      return plain;
    }
    const tagStart = this.#tagStart(span.start, `!${name}`);
    const outer: Span = { ...span, start: Math.min(tagStart, span.start) };
    const key: ScalarNode = {
      type: 'scalar',
      span: { ...span, start: outer.start, end: Math.min(outer.start + name.length + 1, span.end) },
      kind: 'string',
      parts: [name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`],
    };
    const result: MapNode = { type: 'map', span: outer, entries: [{ key, value: this.#plain(node, span) }] };
    this.#done.set(node, result);
    return result;
  }

  #plain(node: YamlNode, span: Span): Node {
    if (isMap(node)) return this.#map(node, span);
    if (isSeq(node)) {
      const items = (node as YAMLSeq).items.map(
        (item) => this.convert(item as YamlNode, span.start) ?? this.#empty(span.start),
      );
      return { type: 'list', span, items };
    }
    return isScalar(node) ? this.#scalar(node, span) : this.#empty(span.start);
  }

  #map(node: YAMLMap, span: Span): MapNode {
    const result: MapNode = { type: 'map', span, entries: [] };
    const merged: Entry[] = [];
    for (const pair of node.items as Pair<YamlNode, YamlNode | null>[]) {
      const key = this.convert(pair.key, span.start);
      const value = this.convert(pair.value, key?.span.end ?? span.start) ?? this.#empty(key?.span.end ?? span.start);
      if (key?.type !== 'scalar') continue;
      if (key.parts[0] === '<<' && key.span.end - key.span.start === 2) merged.push(...mergeEntries(value));
      else result.entries.push({ key, value });
    }
    const own = new Set(result.entries.map((entry) => entry.key.parts[0]));
    for (const entry of merged) {
      if (own.has(entry.key.parts[0])) continue;
      own.add(entry.key.parts[0]);
      result.entries.push(entry);
    }
    return result;
  }

  #scalar(node: Scalar, span: Span): ScalarNode {
    const isPlain = node.type === Scalar.PLAIN || node.type === undefined;
    const value = String(node.value ?? '');
    const kind = isPlain && node.tag !== STRING_TAG ? kindOf(value) : 'string';
    const text = this.#text;
    return {
      type: 'scalar',
      span,
      kind,
      parts: [value],
      embedded: () => decodeYamlScalar(text, textStart(text, span), value),
    };
  }

  #alias(node: Alias, fallback: number): Node {
    const target = node.resolve(this.#document);
    const known = target && this.#done.get(target);
    const size = known ? this.#size(known) : 0;
    const span = this.#span(node, fallback);
    if (known && this.#aliased + size <= MAX_ALIASED_NODES) {
      this.#aliased += size;
      return known;
    }
    const why = known
      ? `aliases stand for more than ${MAX_ALIASED_NODES} nodes`
      : `the alias *${node.source} refers to nothing before it`;
    this.#problems.push({ span, message: why });
    return this.#empty(span.start);
  }

  /** Children come before their parents, so each size is a sum of known ones. */
  #size(node: Node): number {
    let size = this.#sizes.get(node);
    if (size === undefined) {
      size = 1;
      if (node.type === 'list') for (const item of node.items) size += this.#size(item);
      if (node.type === 'map') for (const { value } of node.entries) size += 1 + this.#size(value);
      this.#sizes.set(node, size);
    }
    return size;
  }

  #empty(offset: number): ScalarNode {
    return { type: 'scalar', span: this.#text.span(offset, offset), kind: 'null', parts: [''] };
  }

  #span(node: YamlNode, fallback: number): Span {
    const [start, end] = node.range ?? [fallback, fallback];
    // A block scalar's value ends with its last line break, which belongs to the layout.
    let stop = end;
    if (isScalar(node) && (node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED)) {
      while (stop > start && /\s/.test(this.#text.text[stop - 1] as string)) stop--;
    }
    return this.#text.span(start, stop);
  }

  /** Where a tag begins: before the value, on the same line or the one above. The offset is that of the file. */
  #tagStart(valueStart: number, tag: string): number {
    const source = this.#text.file.text;
    const at = source.lastIndexOf(tag, valueStart);
    return at >= 0 && valueStart - at < 1000 ? at : valueStart;
  }
}

/** The entries that a merge key brings, the first of several maps winning. */
function mergeEntries(node: Node): Entry[] {
  if (node.type === 'map') return node.entries;
  return node.type === 'list' ? node.items.flatMap(mergeEntries) : [];
}

function kindOf(plain: string): ScalarNode['kind'] {
  if (plain === '') return 'null';
  if (!MAYBE_TYPED.test(plain)) return 'string';
  if (NULL.test(plain)) return 'null';
  if (BOOLEAN.test(plain)) return 'boolean';
  return NUMBER.test(plain) ? 'number' : 'string';
}

/** The span of a scalar in the coordinates of the text it was read from: only whole files are read as YAML. */
function textStart(_text: Text, span: Span): { start: number; end: number } {
  return { start: span.start, end: span.end };
}
