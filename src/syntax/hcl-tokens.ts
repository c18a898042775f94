import type { Text } from '../source/source-file.ts';
import type { Expression, Loop, Offsets, Piece, TextPiece } from './hcl-tree.ts';

/** What stands in a template, in order, before the directives find their ends. */
export type Token =
  /** A literal, no longer than its line; escapes are pieces of their own. */
  | { type: 'text'; pieces: TextPiece[] }
  | ({ type: 'value'; expression: Expression } & Sequence)
  | ({ type: 'if'; condition: Expression } & Sequence)
  | ({ type: 'for'; loop: Loop } & Sequence)
  | ({ type: 'else' | 'endif' | 'endfor' } & Sequence);

/** A sequence in braces. With a strip marker it takes the white space away that is beside it in its line. */
export interface Sequence extends Offsets {
  trimsBefore: boolean;
  trimsAfter: boolean;
}

/** What is escaped in a literal: in quotes backslashes too, elsewhere only `$${` and `%%{`. */
export type Escapes = 'quoted' | 'bare';

/** The literals of `[start, end)`, one a line, as HCL takes them. */
export function textTokens(source: string, start: number, end: number, escapes: Escapes): Token[] {
  const tokens: Token[] = [];
  for (let from = start; from < end; ) {
    const lineBreak = source.indexOf('\n', from);
    const to = lineBreak < 0 || lineBreak >= end ? end : lineBreak + 1;
    tokens.push({ type: 'text', pieces: literalPieces(source, from, to, escapes) });
    from = to;
  }
  return tokens;
}

function literalPieces(source: string, start: number, end: number, escapes: Escapes): TextPiece[] {
  const pieces: TextPiece[] = [];
  // Only the stretch itself: a search that goes on to the end of a large file, for every string of it, takes minutes.
  const stretch = source.slice(start, end);
  const pattern = escapes === 'bare' ? /\$\$\{|%%\{/g : /\$\$\{|%%\{|\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)/gs;
  let at = 0;
  const copy = (to: number): void => {
    if (to > at) pieces.push({ text: stretch.slice(at, to), start: start + at, end: start + to });
  };
  for (const { index, 0: escaped } of stretch.matchAll(pattern)) {
    copy(index);
    at = index + escaped.length;
    pieces.push({ text: decodeEscape(escaped), start: start + index, end: start + at });
  }
  copy(stretch.length);
  return pieces;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function decodeEscape(text: string): string {
  if (text === '$${' || text === '%%{') return text.slice(1);
  const kind = text[1] ?? '';
  if (kind !== 'u' && kind !== 'U') return ESCAPES[kind] ?? kind;
  const code = Number.parseInt(text.slice(2), 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

/** Takes white space away beside strip markers. */
export function trimmed(tokens: readonly Token[]): Token[] {
  return tokens.map((token, index) => {
    if (token.type !== 'text') return token;
    const [before, after] = [tokens[index - 1], tokens[index + 1]];
    let { pieces } = token;
    if (before !== undefined && before.type !== 'text' && before.trimsAfter) pieces = trimStart(pieces);
    if (after !== undefined && after.type !== 'text' && after.trimsBefore) pieces = trimEnd(pieces);
    return { type: 'text', pieces };
  });
}

function trimStart(pieces: readonly TextPiece[]): TextPiece[] {
  const rest = [...pieces];
  for (let first = rest[0]; first !== undefined; first = rest[0]) {
    const text = first.text.trimStart();
    if (text === first.text) break;
    if (text === '') rest.shift();
    else rest[0] = cutStart(first, first.text.length - text.length);
  }
  return rest;
}

function trimEnd(pieces: readonly TextPiece[]): TextPiece[] {
  const rest = [...pieces];
  for (let last = rest.at(-1); last !== undefined; last = rest.at(-1)) {
    const text = last.text.trimEnd();
    if (text === last.text) break;
    rest.pop();
    if (text !== '') rest.push({ text, start: last.start, end: last.end - (last.text.length - text.length) });
  }
  return rest;
}

/** A piece of which something is left after a cut is copied text: an escape is one character. */
function cutStart({ text, start, end }: TextPiece, length: number): TextPiece {
  return { text: text.slice(length), start: start + length, end };
}

/** Takes the common indentation from the lines of a `<<-` heredoc, as HCL counts it: after the strip markers, blank lines left out. */
export function dedented(tokens: readonly Token[]): Token[] {
  const adjust = new Set<Token>();
  let least = Number.POSITIVE_INFINITY;
  let isLineStart = true;
  for (const token of tokens) {
    const text = token.type === 'text' ? textOf(token.pieces) : '';
    if (isLineStart) {
      isLineStart = false;
      const spaces = text.length - text.trimStart().length;
      const isBlank = spaces === text.length && text.endsWith('\n');
      if (!isBlank) least = Math.min(least, spaces);
      if (!isBlank && token.type === 'text') adjust.add(token);
    }
    if (text.endsWith('\n')) isLineStart = true;
  }
  if (!Number.isFinite(least) || least === 0) return [...tokens];
  return tokens.map((token): Token => {
    const [first, ...rest] = token.type === 'text' ? token.pieces : [];
    if (first === undefined || !adjust.has(token)) return token;
    return { type: 'text', pieces: [cutStart(first, Math.min(least, first.text.length)), ...rest] };
  });
}

function textOf(pieces: readonly TextPiece[]): string {
  return pieces.map(({ text }) => text).join('');
}

interface Branch {
  pieces: Piece[];
  /** Makes the piece of the directive when it ends; absent for the whole template. */
  close?: () => Piece;
  /** What may end it. */
  ends: readonly string[];
  /** The directive that begins it. */
  begin?: Offsets;
  otherwise?: () => Piece[];
}

/** The pieces of a template, each directive with what stands in it. One without its end, or an end without its beginning, is an unknown. */
export function nested(tokens: readonly Token[], source: Text): Piece[] {
  const root: Branch = { pieces: [], ends: [] };
  const stack: Branch[] = [root];
  const stray = ({ start, end }: Offsets): Piece => {
    const why = 'its directives do not fit together';
    return { expression: { type: 'other', span: source.span(start, end), why }, start, end };
  };
  for (const token of tokens) {
    const branch = stack.at(-1) as Branch;
    if (token.type === 'text') branch.pieces.push(...token.pieces);
    else if (token.type === 'value')
      branch.pieces.push({ expression: token.expression, start: token.start, end: token.end });
    else if (token.type === 'if') stack.push(ifBranch(token));
    else if (token.type === 'for') {
      const { loop, start, end } = token;
      const body: Piece[] = [];
      stack.push({ pieces: body, ends: ['endfor'], begin: token, close: () => ({ loop, body, start, end }) });
    } else if (!branch.ends.includes(token.type)) branch.pieces.push(stray(token));
    else if (token.type === 'else') {
      branch.pieces = branch.otherwise?.() ?? [];
      branch.ends = ['endif'];
    } else {
      stack.pop();
      const piece = branch.close?.();
      if (piece) stack.at(-1)?.pieces.push(piece);
    }
  }
  for (const { begin } of stack) if (begin) root.pieces.push(stray(begin));
  return root.pieces;
}

function ifBranch(token: Extract<Token, { type: 'if' }>): Branch {
  const { condition, start, end } = token;
  const yes: Piece[] = [];
  const no: Piece[] = [];
  return {
    pieces: yes,
    ends: ['else', 'endif'],
    begin: token,
    otherwise: () => no,
    close: () => ({ condition, yes, no, start, end }),
  };
}
