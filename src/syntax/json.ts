import { createScanner } from 'jsonc-parser';
import { EmbeddedBuilder } from '../source/embedded.ts';
import type { Span, Text } from '../source/source-file.ts';
import type { Entry, ListNode, MapNode, Node, Parsed, Problem, ScalarNode } from './node.ts';

/** jsonc-parser's token kinds and scan errors; it publishes them as const enums, which cannot be imported here. */
const SyntaxKind = {
  OpenBraceToken: 1,
  CloseBraceToken: 2,
  OpenBracketToken: 3,
  CloseBracketToken: 4,
  CommaToken: 5,
  ColonToken: 6,
  NullKeyword: 7,
  TrueKeyword: 8,
  FalseKeyword: 9,
  StringLiteral: 10,
  NumericLiteral: 11,
  LineCommentTrivia: 12,
  BlockCommentTrivia: 13,
  Unknown: 16,
  EOF: 17,
} as const;
/** Windows writes one before UTF-8; a reader may pass it over (RFC 8259, section 8.1). */
const BYTE_ORDER_MARK = 0xfeff;
const ScanError = { None: 0, UnexpectedEndOfString: 2 } as const;

/** Deeper nesting than this is refused: no policy comes near it. */
const MAX_DEPTH = 500;
/** More values than these are not read: memory stays bounded. */
const MAX_VALUES = 2_000_000;
/** After this many problems the rest of the file is not worth reading. */
const MAX_PROBLEMS = 20;

/** A string or other literal of JSON. A class only for speed: its decoder is made when somebody asks. */
class JsonScalar implements ScalarNode {
  readonly type = 'scalar' as const;
  readonly span: Span;
  readonly kind: ScalarNode['kind'];
  parts: ScalarNode['parts'];
  readonly #text: Text;
  readonly #start: number;
  readonly #end: number;
  constructor(text: Text, start: number, end: number, kind: ScalarNode['kind'], value: string) {
    this.#text = text;
    this.#start = start;
    this.#end = end;
    this.span = text.span(start, end);
    this.kind = kind;
    this.parts = [value];
  }
  embedded(): Text {
    return decodeJsonString(this.#text, this.#start, this.#end);
  }
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** The text of a JSON string literal `[start, end)`, quotes included, with each escape mapped to its place. */
function decodeJsonString(text: Text, start: number, end: number): Text {
  const source = text.text;
  const builder = new EmbeddedBuilder();
  if (source[start] !== '"') {
    builder.copy(source, start, end);
    return builder.finish(text);
  }
  const stop = source[end - 1] === '"' && end - start > 1 ? end - 1 : end;
  let from = start + 1;
  for (let at = from; at < stop; at++) {
    if (source[at] !== '\\') continue;
    builder.copy(source, from, at);
    const kind = source[at + 1] ?? '';
    const length = kind === 'u' ? 6 : 2;
    const decoded =
      kind === 'u' ? String.fromCharCode(Number.parseInt(source.slice(at + 2, at + 6), 16)) : (ESCAPES[kind] ?? kind);
    builder.replace(decoded, at, Math.min(at + length, stop));
    at += length - 1;
    from = at + 1;
  }
  builder.copy(source, from, stop);
  return builder.finish(text);
}

type Open = {
  node: MapNode | ListNode;
  start: number;
  key: ScalarNode | undefined;
  want: 'item' | 'comma' | 'colon' | 'key';
  comma: number;
};

/** Reads JSON with positions. Iterative; goes on after an error as far as that makes sense. */
export function parseJson(text: Text): Parsed {
  const scanner = createScanner(text.text, false);
  if (text.text.charCodeAt(0) === BYTE_ORDER_MARK) scanner.setPosition(1);
  const problems: Problem[] = [];
  const stack: Open[] = [];
  let root: Node | undefined;
  let values = 0;
  const problem = (start: number, end: number, message: string): void => {
    problems.push({ span: text.span(start, Math.max(end, start)), message });
  };
  const overBound = (start: number, end: number, message: string): Parsed => {
    problems.push({ span: text.span(start, end), message, bound: true });
    return { documents: root ? [root] : [], problems };
  };
  const put = (node: Node, start: number, end: number): void => {
    values++;
    const open = stack.at(-1);
    if (open === undefined) {
      if (root === undefined) root = node;
      else problem(start, end, 'more text after the end of the document');
      return;
    }
    if (open.want === 'comma' || open.want === 'colon')
      problem(start, end, `expected a ${open.want === 'colon' ? 'colon' : 'comma'} before this`);
    if (open.node.type === 'list') open.node.items.push(node);
    else if (open.key) open.node.entries.push({ key: open.key, value: node } as Entry);
    else if (open.want === 'key') problem(start, end, 'expected a property name in double quotes');
    open.key = undefined;
    open.want = 'comma';
    open.comma = -1;
  };
  for (let token: number = scanner.scan(); problems.length < MAX_PROBLEMS; token = scanner.scan()) {
    const start = scanner.getTokenOffset();
    const end = start + scanner.getTokenLength();
    const open = stack.at(-1);
    if (values > MAX_VALUES) return overBound(start, end, `more than ${MAX_VALUES.toLocaleString('en')} values`);
    switch (token) {
      case SyntaxKind.OpenBraceToken:
      case SyntaxKind.OpenBracketToken: {
        const isMap = token === SyntaxKind.OpenBraceToken;
        const span = text.span(start, end);
        const node: MapNode | ListNode = isMap ? { type: 'map', span, entries: [] } : { type: 'list', span, items: [] };
        put(node, start, end);
        if (stack.length >= MAX_DEPTH) return overBound(start, end, `nested more than ${MAX_DEPTH} levels deep`);
        stack.push({ node, start, key: undefined, want: isMap ? 'key' : 'item', comma: -1 });
        break;
      }
      case SyntaxKind.CloseBraceToken:
      case SyntaxKind.CloseBracketToken: {
        const isMap = token === SyntaxKind.CloseBraceToken;
        if (open === undefined || (open.node.type === 'map') !== isMap) {
          problem(start, end, `unexpected "${isMap ? '}' : ']'}"`);
          break;
        }
        if (open.comma >= 0) problem(open.comma, open.comma + 1, 'a trailing comma is not allowed in JSON');
        if (open.want === 'colon' || (open.key && open.want === 'item')) problem(start, end, 'a property has no value');
        open.node.span = text.span(open.start, end);
        stack.pop();
        break;
      }
      case SyntaxKind.CommaToken:
        if (open === undefined || open.want !== 'comma') problem(start, end, 'unexpected comma');
        else {
          open.want = open.node.type === 'map' ? 'key' : 'item';
          open.comma = start;
        }
        break;
      case SyntaxKind.ColonToken:
        if (open?.want === 'colon') open.want = 'item';
        else problem(start, end, 'unexpected colon');
        break;
      case SyntaxKind.StringLiteral: {
        const failed: number = scanner.getTokenError();
        if (failed !== ScanError.None)
          problem(
            start,
            end,
            failed === ScanError.UnexpectedEndOfString
              ? 'unterminated string'
              : 'invalid escape or character in a string',
          );
        const scalar = new JsonScalar(text, start, end, 'string', scanner.getTokenValue());
        if (open?.node.type === 'map' && (open.want === 'key' || open.want === 'comma')) {
          if (open.want === 'comma') problem(start, end, 'expected a comma or "}" before this');
          open.key = scalar;
          open.want = 'colon';
          open.comma = -1;
        } else put(scalar, start, end);
        break;
      }
      case SyntaxKind.NumericLiteral:
      case SyntaxKind.TrueKeyword:
      case SyntaxKind.FalseKeyword:
      case SyntaxKind.NullKeyword: {
        const kind =
          token === SyntaxKind.NumericLiteral ? 'number' : token === SyntaxKind.NullKeyword ? 'null' : 'boolean';
        put(new JsonScalar(text, start, end, kind, text.text.slice(start, end)), start, end);
        break;
      }
      case SyntaxKind.LineCommentTrivia:
      case SyntaxKind.BlockCommentTrivia:
        problem(start, end, 'comments are not allowed in JSON');
        break;
      case SyntaxKind.EOF: {
        for (const unclosed of stack.toReversed()) {
          unclosed.node.span = text.span(unclosed.start, text.text.length);
          if (unclosed === stack[0] || unclosed === stack.at(-1))
            problem(
              unclosed.start,
              unclosed.start + 1,
              `this "${unclosed.node.type === 'map' ? '{' : '['}" is never closed`,
            );
        }
        return { documents: root ? [root] : [], problems };
      }
      case SyntaxKind.Unknown:
        problem(start, end, `unexpected ${JSON.stringify(text.text.slice(start, Math.min(end, start + 20)))}`);
        break;
      default:
    }
  }
  return { documents: root ? [root] : [], problems };
}
