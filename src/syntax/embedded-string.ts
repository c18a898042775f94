import { EmbeddedBuilder } from '../source/embedded.ts';
import type { Text } from '../source/source-file.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};

/**
 * The value of a YAML scalar with each of its characters mapped to its place in `[start, end)` of the text. The value
 * is the parser's; the places are found by walking source and value side by side. Where they do not fit together the
 * whole value stands for the whole literal.
 */
export function decodeYamlScalar(text: Text, { start, end }: { start: number; end: number }, value: string): Text {
  const source = text.text;
  const style = source[start];
  const builder = new EmbeddedBuilder();
  const ok =
    style === '"'
      ? walk(source, start + 1, end - 1, value, builder, true)
      : style === "'"
        ? walkSingle(source, start + 1, end - 1, value, builder)
        : walk(source, style === '|' || style === '>' ? afterHeader(source, start) : start, end, value, builder, false);
  if (ok && builder.text === value) return builder.finish(text);
  const coarse = new EmbeddedBuilder();
  coarse.replace(value, start, end);
  return coarse.finish(text);
}

/** The first offset after a block scalar's header line. */
function afterHeader(source: string, start: number): number {
  const at = source.indexOf('\n', start);
  return at < 0 ? source.length : at + 1;
}

/** Plain, block and double-quoted scalars: equal characters are copied, white space of the layout is folded. */
function walk(
  source: string,
  start: number,
  end: number,
  value: string,
  builder: EmbeddedBuilder,
  escapes: boolean,
): boolean {
  let at = start;
  let from = start;
  let v = 0;
  const flush = (): void => builder.copy(source, from, at);
  while (v < value.length) {
    const unit = source[at];
    if (at >= end) {
      // A block scalar keeps its last line break, which is not part of the span.
      flush();
      from = at;
      builder.replace(value.slice(v), end, end);
      return /^[\n ]*$/.test(value.slice(v));
    }
    if (escapes && unit === '\\') {
      flush();
      const [decoded, length] = decodeEscape(source, at);
      builder.replace(decoded, at, at + length);
      v += decoded.length;
      at += length;
      if (decoded === '') at = skipBlank(source, at, end);
      from = at;
    } else if (unit === '\r' && source[at + 1] === '\n' && value[v] === '\n') {
      flush();
      builder.replace('\n', at, at + 2);
      at = skipIndent(source, at + 2, value, v + 1);
      from = at;
      v++;
    } else if (unit === '\n' && value[v] === '\n') {
      at++;
      flush();
      at = skipIndent(source, at, value, v + 1);
      from = at;
      v++;
    } else if (unit === value[v] && !(unit === ' ' && isFold(source, at, end))) {
      at++;
      v++;
    } else if (unit === '\n' || unit === '\r' || unit === ' ' || unit === '\t') {
      // A folded line break: the white space around it stands for one blank or for line breaks.
      flush();
      const next = skipBlank(source, at, end);
      let decoded = '';
      while (v < value.length && (value[v] === '\n' || (decoded === '' && value[v] === ' '))) decoded += value[v++];
      builder.replace(decoded, at, next);
      at = next;
      from = at;
    } else return false;
  }
  flush();
  return true;
}

/** Whether only blanks stand between here and a line break: they belong to the fold. */
function isFold(source: string, at: number, end: number): boolean {
  for (let i = at; i < end; i++) {
    const unit = source[i];
    if (unit === '\n' || unit === '\r') return true;
    if (unit !== ' ' && unit !== '\t') return false;
  }
  return false;
}

function skipBlank(source: string, at: number, end: number): number {
  let next = at;
  while (next < end && /\s/.test(source[next] as string)) next++;
  return next;
}

/** Passes the indentation of a block scalar's next line, but not blanks that the value keeps. */
function skipIndent(source: string, at: number, value: string, v: number): number {
  let blanks = 0;
  while (source[at + blanks] === ' ') blanks++;
  let kept = 0;
  while (value[v + kept] === ' ') kept++;
  return at + Math.max(0, blanks - kept);
}

function walkSingle(source: string, start: number, end: number, value: string, builder: EmbeddedBuilder): boolean {
  if (/[\r\n]/.test(source.slice(start, end))) return walk(source, start, end, value, builder, false);
  let from = start;
  for (let at = start; at < end; at++) {
    if (source[at] !== "'" || source[at + 1] !== "'") continue;
    builder.copy(source, from, at);
    builder.replace("'", at, at + 2);
    at++;
    from = at + 1;
  }
  builder.copy(source, from, end);
  return true;
}

/** The text of an escape in a double-quoted scalar and its length; an escaped line break is nothing. */
function decodeEscape(source: string, at: number): [string, number] {
  const kind = source[at + 1] ?? '';
  const digits = kind === 'x' ? 2 : kind === 'u' ? 4 : kind === 'U' ? 8 : 0;
  if (digits > 0) {
    const code = Number.parseInt(source.slice(at + 2, at + 2 + digits), 16);
    return [code <= 0x10ffff ? String.fromCodePoint(code) : '', 2 + digits];
  }
  if (kind === '\n') return ['', 2];
  if (kind === '\r') return ['', source[at + 2] === '\n' ? 3 : 2];
  return [ESCAPES[kind] ?? kind, 2];
}
