import type { Text } from '../source/source-file.ts';
import type { Entry, Node, ScalarNode } from './node.ts';
import { Kind, Lexemes, unusual } from './yaml-lexemes.ts';
import { AliasCount, isMergeKey, kindOf, longForm, mergedEntries, SHORT_TAGS, yamlScalar } from './yaml-nodes.ts';
import { flowScalarValue } from './yaml-scalars.ts';

/** Deeper nesting is left to the library's own documents. */
const MAX_DEPTH = 200;
/** Tags that the library resolves without a word; others may be errors. */
const USUAL_TAG = /^!!?[^!%<]+$|^!$/;

/**
 * Reads what may stand inside a line: scalars, aliases, flow collections, tags and anchors. Everything gives up where a
 * text is not written the usual way.
 */
export class FlowReader {
  readonly text: Text;
  readonly lexemes: Lexemes;
  /** The end of the last content. */
  end = 0;
  #depth = 0;
  /** The last scalar goes over several lines. */
  #isLong = false;
  #anchors = new Map<string, Node | undefined>();
  readonly #aliases = new AliasCount();

  constructor(text: Text) {
    this.text = text;
    this.lexemes = new Lexemes(text.text);
  }

  /** Each document has its own anchors. */
  forgetAnchors(): void {
    this.#anchors = new Map();
  }

  /** Reads one level deeper. */
  nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) unusual();
    const result = read();
    this.#depth--;
    return result;
  }

  /** Passes white space. A tab may be indentation, which it must not be. */
  space(): void {
    if (!this.lexemes.is(Kind.Space)) return;
    if (this.lexemes.source.includes('\t')) unusual();
    this.lexemes.next();
  }

  /** Passes white space, comments and line breaks; a comment needs white space before it. */
  layout(): void {
    const { lexemes } = this;
    for (;;) {
      if (lexemes.is(Kind.Space)) this.space();
      else if (lexemes.is(Kind.Newline)) lexemes.next();
      else if (lexemes.is(Kind.Comment) && lexemes.isApart) lexemes.next();
      else return;
    }
  }

  /** Whether the scalar before is a key: a colon comes, after white space or at once. A key is in one line. */
  isColonNext(): boolean {
    this.space();
    if (!this.lexemes.is(Kind.Colon)) return false;
    return this.#isLong ? unusual() : true;
  }

  /** A scalar in one of the styles that may be a key. */
  scalar(): ScalarNode {
    const { kind, source, at } = this.lexemes;
    const value = flowScalarValue(this.lexemes);
    this.lexemes.next();
    this.#isLong = source.includes('\n');
    this.end = at + source.length;
    return yamlScalar(this.text, this.text.span(at, this.end), kind === Kind.Plain ? kindOf(value) : 'string', value);
  }

  /** What an alias stands for. */
  alias(): Node {
    const node = this.#anchors.get(this.lexemes.source.slice(1));
    if (node === undefined || !this.#aliases.follow(node)) return unusual();
    this.lexemes.next();
    this.end = this.lexemes.at;
    return node;
  }

  /** A flow collection, its brackets included. */
  collection(): Node {
    const { lexemes } = this;
    const { at } = lexemes;
    const isMap = lexemes.source === '{';
    const entries: Entry[] = [];
    const items: Node[] = [];
    lexemes.next();
    this.layout();
    while (!lexemes.is(Kind.Close)) {
      if (isMap) entries.push({ key: this.#key(), value: this.#value() });
      else items.push(this.#value());
      this.layout();
      if (lexemes.is(Kind.Comma)) {
        lexemes.next();
        this.layout();
      } else if (!lexemes.is(Kind.Close)) unusual();
    }
    if (lexemes.source !== (isMap ? '}' : ']')) unusual();
    lexemes.next();
    this.end = lexemes.at;
    const span = this.text.span(at, this.end);
    if (!isMap) return { type: 'list', span, items };
    const isMerged = entries.some(({ key }) => isMergeKey(key));
    return { type: 'map', span, entries: isMerged ? mergedEntries(entries) : entries };
  }

  #key(): ScalarNode {
    const key = isFlowScalar(this.lexemes.kind) ? this.scalar() : unusual();
    if (!this.isColonNext()) unusual();
    this.lexemes.next();
    this.layout();
    return key;
  }

  #value(): Node {
    switch (this.lexemes.kind) {
      case Kind.Tag:
      case Kind.Anchor:
        return this.withProperties(() => this.#value());
      case Kind.Plain:
      case Kind.Single:
      case Kind.Double:
        return this.scalar();
      case Kind.Open:
        return this.nested(() => this.collection());
      case Kind.Alias:
        return this.alias();
      default:
        return unusual();
    }
  }

  /** One tag and one anchor at most, and what `read` finds after them. */
  withProperties(read: () => Node): Node {
    const { lexemes } = this;
    let tag: string | undefined;
    let tagStart = 0;
    let anchor: string | undefined;
    while (lexemes.is(Kind.Tag) || lexemes.is(Kind.Anchor)) {
      if (lexemes.is(Kind.Tag)) {
        if (tag !== undefined || !USUAL_TAG.test(lexemes.source)) unusual();
        tag = lexemes.source;
        tagStart = lexemes.at;
      } else {
        if (anchor !== undefined || lexemes.source.length < 2 || lexemes.source.endsWith(':')) unusual();
        anchor = lexemes.source.slice(1);
      }
      lexemes.next();
      if (!lexemes.is(Kind.Space) && !lexemes.is(Kind.Newline)) unusual();
      this.space();
    }
    if (lexemes.is(Kind.Alias)) unusual();
    // Until its node is whole an anchor stands for nothing that can be used.
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const value = read();
    if (tag === '!!str' && value.type === 'scalar') value.kind = 'string';
    const name = tag?.slice(1);
    const node = name !== undefined && SHORT_TAGS.has(name) ? longForm(name, tagStart, value.span, value) : value;
    // One of the same name inside it comes later, and stands.
    if (anchor !== undefined && !this.#anchors.get(anchor)) this.#anchors.set(anchor, node);
    return node;
  }
}

/** Whether a lexeme is a scalar that may stand inside a line. */
export function isFlowScalar(kind: Kind): boolean {
  return kind === Kind.Plain || kind === Kind.Single || kind === Kind.Double;
}
