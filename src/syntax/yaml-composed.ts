import {
  type Alias,
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

/** More problems of one file than these tell nobody anything. */
const MAX_PROBLEMS = 20;
/** V8's words for a stack that has no more room. */
const STACK_IS_FULL = 'Maximum call stack size exceeded';
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
      for (const { pos, message } of document.errors) {
        const span = text.span(pos[0], Math.max(pos[1], pos[0]));
        // The library catches what its own recursion runs into.
        if (message.startsWith(STACK_IS_FULL)) problems.push(tooDeep(span));
        else problems.push({ span, message: firstLine(message) });
      }
      const root = new Converter(text, problems).convert(document.contents, 0);
      if (root) documents.push(root);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problems.push(tooDeep(text.span(0, Math.min(1, source.length))));
  }
  return { documents, problems: problems.slice(0, MAX_PROBLEMS) };
}

function tooDeep(span: Span): Problem {
  return { span, message: 'nested too deep to be read', bound: true };
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] as string;
}

/** Turns one document of the library into our tree. */
class Converter {
  readonly #text: Text;
  readonly #problems: Problem[];
  /** What each anchor stands for from here on; nothing until its node is whole. */
  readonly #anchors = new Map<string, Node | undefined>();
  readonly #aliases = new AliasCount();
  /** The end of what was converted last, in the file's order. */
  #end = 0;

  constructor(text: Text, problems: Problem[]) {
    this.#text = text;
    this.#problems = problems;
  }

  convert(node: YamlNode | null | undefined, fallback: number): Node | undefined {
    if (node === null || node === undefined) return undefined;
    if (isAlias(node)) return this.#alias(node, fallback);
    const span = this.#span(node, fallback);
    const { anchor } = node;
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const value = this.#plain(node, span);
    // A block collection ends with its last value; the library counts comments and line breaks after it.
    if (isCollection(node) && !node.flow && node.items.length > 0) value.span = { ...span, end: this.#end };
    this.#end = value.span.end;
    const tag = node.tag;
    const name = tag?.startsWith('!') && SHORT_TAGS.has(tag.slice(1)) ? tag.slice(1) : undefined;
    const result =
      name === undefined ? value : longForm(name, this.#tagStart(span.start, `!${name}`), value.span, value);
    // One of the same name inside it comes later, and stands.
    if (anchor !== undefined && !this.#anchors.get(anchor)) this.#anchors.set(anchor, result);
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
    const known = this.#anchors.get(node.source);
    const span = this.#span(node, fallback);
    this.#end = span.end;
    if (known && this.#aliases.follow(known)) return known;
    const why = known
      ? `aliases stand for more than ${MAX_ALIASED_NODES} nodes`
      : `the alias *${node.source} refers to nothing before it`;
    this.#problems.push({ span, message: why, ...(known && { bound: true }) });
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
