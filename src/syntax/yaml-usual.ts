import type { Text } from '../source/source-file.ts';
import type { Entry, ListNode, MapNode, Node, ScalarNode } from './node.ts';
import { FlowReader, isFlowScalar } from './yaml-flow.ts';
import { Kind, type Lexemes, Unusual, unusual } from './yaml-lexemes.ts';
import { isMergeKey, mergedEntries, yamlScalar } from './yaml-nodes.ts';
import { takeBlockScalar } from './yaml-scalars.ts';

/**
 * The documents of a text that is written the usual way: block maps and lists by indentation, scalars of every style,
 * flow collections, comments, tags, anchors and aliases, each where nobody can read it in two ways. Undefined for
 * every other text, valid or not, and for each that has a problem. The library cuts the text into lexemes and decodes
 * scalars; only its documents, which cost more than all the rest, are not made.
 */
export function readUsualYaml(text: Text): Node[] | undefined {
  try {
    return new BlockReader(text).read();
  } catch (error) {
    if (error instanceof Unusual) return undefined;
    throw error;
  }
}

class BlockReader {
  readonly #text: Text;
  readonly #flow: FlowReader;
  readonly #lexemes: Lexemes;

  constructor(text: Text) {
    this.#text = text;
    this.#flow = new FlowReader(text);
    this.#lexemes = this.#flow.lexemes;
  }

  read(): Node[] {
    const documents: Node[] = [];
    this.#flow.layout();
    while (!this.#lexemes.is(Kind.End)) documents.push(this.#document());
    return documents;
  }

  #document(): Node {
    const lexemes = this.#lexemes;
    this.#flow.forgetAnchors();
    if (lexemes.is(Kind.Document)) lexemes.next();
    this.#flow.layout();
    let emptyAt: number | undefined;
    if (lexemes.is(Kind.Start)) {
      lexemes.next();
      this.#flow.space();
      emptyAt = lexemes.at;
      this.#lineEnd();
    }
    if (this.#isOver()) return emptyAt === undefined ? unusual() : this.#empty(emptyAt);
    const root = this.#node(-1, false, true);
    return this.#isOver() ? root : unusual();
  }

  /** Whether the document ends here. */
  #isOver(): boolean {
    return this.#lexemes.is(Kind.End) || this.#lexemes.is(Kind.Start);
  }

  /** Nothing more stands in this line; then on to the next content. */
  #lineEnd(): void {
    const lexemes = this.#lexemes;
    this.#flow.space();
    if (!lexemes.is(Kind.Newline) && !lexemes.is(Kind.Comment) && !lexemes.is(Kind.End)) unusual();
    this.#flow.layout();
  }

  /**
   * A node that begins here, and the layout after it. `parent`: the column of the collection around it, and whether it
   * is a map. `isFirst`: nothing but indentation and dashes stands before it in its line, so that it may be a collection.
   */
  #node(parent: number, isMap: boolean, isFirst: boolean): Node {
    const flow = this.#flow;
    switch (this.#lexemes.kind) {
      case Kind.Tag:
      case Kind.Anchor:
        return flow.withProperties(() => this.#afterProperties(parent, isMap));
      case Kind.Item:
        return isFirst ? flow.nested(() => this.#list()) : unusual();
      case Kind.Plain:
      case Kind.Single:
      case Kind.Double: {
        const { column } = this.#lexemes;
        const scalar = flow.scalar();
        if (flow.isColonNext()) return isFirst ? flow.nested(() => this.#map(column, scalar)) : unusual();
        return this.#inLine(scalar);
      }
      case Kind.BlockHeader:
        return this.#blockScalar(parent);
      case Kind.Open:
        return this.#inLine(flow.collection());
      case Kind.Alias:
        return this.#inLine(flow.alias());
      default:
        return unusual();
    }
  }

  #inLine(node: Node): Node {
    this.#lineEnd();
    return node;
  }

  /** The node that a tag or an anchor stands before, in the same line or the next. */
  #afterProperties(parent: number, isMap: boolean): Node {
    const lexemes = this.#lexemes;
    if (!lexemes.is(Kind.Newline) && !lexemes.is(Kind.Comment)) return this.#node(parent, isMap, false);
    this.#flow.layout();
    if (lexemes.is(Kind.Alias) || lexemes.is(Kind.Tag) || lexemes.is(Kind.Anchor)) unusual();
    return this.#isInside(parent, isMap) ? this.#node(parent, isMap, true) : unusual();
  }

  /** A block list; its dashes stand in the column of the first, which is next. */
  #list(): ListNode {
    const lexemes = this.#lexemes;
    const { at, column } = lexemes;
    const items: Node[] = [];
    do {
      lexemes.next();
      items.push(this.#value(column, false));
    } while (lexemes.is(Kind.Item) && lexemes.column === column);
    if (!this.#isOver() && lexemes.column > column) unusual();
    return { type: 'list', span: this.#text.span(at, this.#flow.end), items };
  }

  /** A block map whose keys stand in this column; the colon after the first key is next. */
  #map(column: number, first: ScalarNode): MapNode {
    const lexemes = this.#lexemes;
    const entries: Entry[] = [];
    let isMerged = false;
    for (let key = first; ; key = this.#flow.scalar()) {
      if (!this.#flow.isColonNext()) unusual();
      lexemes.next();
      isMerged ||= isMergeKey(key);
      entries.push({ key, value: this.#value(column, true) });
      if (this.#isOver() || lexemes.column < column) break;
      if (lexemes.column > column || !isFlowScalar(lexemes.kind)) unusual();
    }
    const span = this.#text.span(first.span.start, this.#flow.end);
    return { type: 'map', span, entries: isMerged ? mergedEntries(entries) : entries };
  }

  /** What stands after a colon or a dash of a collection in this column: in the same line, in the next, or nothing. */
  #value(column: number, isMap: boolean): Node {
    const lexemes = this.#lexemes;
    this.#flow.space();
    const { at } = lexemes;
    if (!lexemes.is(Kind.Newline) && !lexemes.is(Kind.Comment) && !lexemes.is(Kind.End))
      return this.#node(column, isMap, !isMap);
    this.#flow.layout();
    return this.#isInside(column, isMap) ? this.#node(column, isMap, true) : this.#empty(at);
  }

  /** Whether what begins this line belongs to a collection of that column. A list may stand in the column of its key. */
  #isInside(column: number, isMap: boolean): boolean {
    const lexemes = this.#lexemes;
    if (this.#isOver()) return false;
    return lexemes.column > column || (isMap && lexemes.column === column && lexemes.is(Kind.Item));
  }

  #empty(offset: number): ScalarNode {
    this.#flow.end = offset;
    return yamlScalar(this.#text, this.#text.span(offset, offset), 'null', '');
  }

  /** A literal or folded scalar in a collection of this column. */
  #blockScalar(parent: number): ScalarNode {
    const { value, start, end } = takeBlockScalar(this.#lexemes, Math.max(parent, 0));
    this.#flow.layout();
    // The last line break belongs to the layout.
    this.#flow.end = start + this.#text.text.slice(start, end).trimEnd().length;
    return yamlScalar(this.#text, this.#text.span(start, this.#flow.end), 'string', value);
  }
}
