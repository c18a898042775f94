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
  const first = source[start];
  const style =
    first === '"' ? 'double' : first === "'" ? 'single' : first === '|' || first === '>' ? 'block' : 'plain';
  const builder = new EmbeddedBuilder();
  const isQuoted = style === 'double' || style === 'single';
  const from = isQuoted ? start + 1 : style === 'block' ? afterHeader(source, start) : start;
  const to = isQuoted ? end - 1 : end;
  if (to - from === value.length && source.startsWith(value, from)) {
    builder.copy(source, from, to);
    return builder.finish(text);
  }
  const ok = walk(source, from, to, value, builder, style);
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

type Style = 'double' | 'single' | 'plain' | 'block';

/** Equal characters are copied, escapes decoded, white space of the layout folded as YAML folds it. */
function walk(
  source: string,
  start: number,
  end: number,
  value: string,
  builder: EmbeddedBuilder,
  style: Style,
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
    if (style === 'double' && unit === '\\') {
      flush();
      const [decoded, length] = decodeEscape(source, at);
      builder.replace(decoded, at, at + length);
      v += decoded.length;
      at += length;
      if (decoded === '') at = skipBlank(source, at, end);
      from = at;
    } else if (style === 'single' && unit === "'" && source[at + 1] === "'") {
      flush();
      builder.replace("'", at, at + 2);
      v++;
      at += 2;
      from = at;
    } else if (style !== 'block' && isFold(source, at, end)) {
      // In a flow scalar one line break is a blank, and of several all but the first stand for themselves.
      flush();
      const next = skipBlank(source, at, end);
      const breaks = source.slice(at, next).match(/\r\n|\r|\n/g)?.length ?? 0;
      const decoded = breaks > 1 ? '\n'.repeat(breaks - 1) : ' ';
      if (!value.startsWith(decoded, v)) return false;
      builder.replace(decoded, at, next);
      v += decoded.length;
      at = next;
      from = at;
    } else if ((unit === '\n' || (unit === '\r' && source[at + 1] === '\n')) && value[v] === '\n') {
      const length = unit === '\r' ? 2 : 1;
      flush();
      builder.replace('\n', at, at + length);
      at = skipIndent(source, at + length, value, v + 1);
      from = at;
      v++;
    } else if (unit === value[v] && !(unit === ' ' && isFold(source, at, end))) {
      at++;
      v++;
    } else if (unit === '\n' || unit === '\r' || unit === ' ' || unit === '\t') {
      // A folded line break of a block scalar: the white space around it stands for one blank or for line breaks.
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

/** The text of an escape in a double-quoted scalar and its length; an escaped line break is nothing. */
function decodeEscape(source: string, at: number): [string, number] {
  const kind = source[at + 1] ?? '';
  const digits = kind === 'x' ? 2 : kind === 'u' ? 4 : kind === 'U' ? 8 : 0;
  if (digits > 0) {
    const hex = source.slice(at + 2, at + 2 + digits);
    const code = hex.length === digits && /^[0-9a-f]+$/i.test(hex) ? Number.parseInt(hex, 16) : Number.NaN;
    // What is no escape the parser reports, and takes for the text that is written.
    return [code <= 0x10ffff ? String.fromCodePoint(code) : source.slice(at, at + 2 + digits), 2 + digits];
  }
  if (kind === '\n') return ['', 2];
  if (kind === '\r') return ['', source[at + 2] === '\n' ? 3 : 2];
  return [ESCAPES[kind] ?? kind, 2];
}
