import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseAllDocuments,
  Scalar,
  type ScalarTag,
  type YAMLMap,
  type YAMLSeq,
  type Node as YamlNode,
} from 'yaml';
import type { Span, Text } from '../source/source-file.ts';
import type { Entry, MapNode, Node, Parsed, Problem, ScalarNode } from './node.ts';
import {
  AliasCount,
  emptyScalar,
  kindOf,
  longForm,
  MAX_ALIASED_NODES,
  mergedEntries,
  SHORT_TAGS,
  yamlScalar,
} from './yaml-nodes.ts';

/**
 * Deeper nesting than this is refused; the library's parser is recursive. Brackets in texts count too, and long documents
 * have unbalanced ones, so it is far above what anybody nests.
 */
const MAX_DEPTH = 1000;
const STRING_TAG = 'tag:yaml.org,2002:str';

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

/** Reads any YAML by the library's documents: slow, and with its words for what is wrong. */
export function composeYaml(text: Text): Parsed {
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
  return { documents, problems };
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
  readonly #aliases = new AliasCount();
  /** The end of what was converted last, in the file's order. */
  #end = 0;

  constructor(text: Text, document: Document, problems: Problem[]) {
    this.#text = text;
    this.#document = document;
    this.#problems = problems;
  }

  convert(node: YamlNode | null | undefined, fallback: number): Node | undefined {
    if (node === null || node === undefined) return undefined;
    if (isAlias(node)) return this.#alias(node, fallback);
    const span = this.#span(node, fallback);
    const value = this.#plain(node, span);
    // A block collection ends with its last value; the library counts comments and line breaks after it.
    if (isCollection(node) && !node.flow && node.items.length > 0) value.span = { ...span, end: this.#end };
    this.#end = value.span.end;
    const tag = node.tag;
    const name = tag?.startsWith('!') && SHORT_TAGS.has(tag.slice(1)) ? tag.slice(1) : undefined;
    const result =
      name === undefined ? value : longForm(name, this.#tagStart(span.start, `!${name}`), value.span, value);
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
    const entries: Entry[] = [];
    for (const pair of node.items as Pair<YamlNode, YamlNode | null>[]) {
      const key = this.convert(pair.key, span.start);
      const value = this.convert(pair.value, key?.span.end ?? span.start) ?? this.#empty(key?.span.end ?? span.start);
      if (key?.type === 'scalar') entries.push({ key, value });
    }
    return { type: 'map', span, entries: mergedEntries(entries) };
  }

  #scalar(node: Scalar, span: Span): ScalarNode {
    const isPlain = node.type === Scalar.PLAIN || node.type === undefined;
    const value = String(node.value ?? '');
    return yamlScalar(this.#text, span, isPlain && node.tag !== STRING_TAG ? kindOf(value) : 'string', value);
  }

  #alias(node: Alias, fallback: number): Node {
    const target = node.resolve(this.#document);
    const known = target && this.#done.get(target);
    const span = this.#span(node, fallback);
    this.#end = span.end;
    if (known && this.#aliases.follow(known)) return known;
    const why = known
      ? `aliases stand for more than ${MAX_ALIASED_NODES} nodes`
      : `the alias *${node.source} refers to nothing before it`;
    this.#problems.push({ span, message: why });
    return this.#empty(span.start);
  }

  #empty(offset: number): ScalarNode {
    return emptyScalar(this.#text, offset);
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
