import { CST } from 'yaml';
import { Kind, type Lexemes, unusual } from './yaml-lexemes.ts';

/** What a plain scalar cannot begin with (YAML 1.2.2, section 7.3.3). */
const NO_PLAIN_START = /^[,%|>@`\t]|^$/;

/** The value of the plain or quoted scalar that is the lexeme. */
export function flowScalarValue({ kind, source, at }: Lexemes): string {
  if (kind === Kind.Plain) {
    if (NO_PLAIN_START.test(source)) unusual();
    return source.includes('\n') ? decode('scalar', source, at) : source;
  }
  const quote = kind === Kind.Single ? "'" : '"';
  if (source.length < 2 || !source.endsWith(quote)) unusual();
  if (kind === Kind.Single) {
    if (source.includes('\n')) return decode('single-quoted-scalar', source, at);
    return source.slice(1, -1).replaceAll("''", "'");
  }
  if (source.includes('\n') || source.includes('\\')) return decode('double-quoted-scalar', source, at);
  return source.slice(1, -1);
}

/** The library knows how lines fold and what escapes stand for. */
function decode(type: CST.FlowScalar['type'], source: string, offset: number): string {
  return CST.resolveAsScalar({ type, offset, indent: 0, source }, false, unusual).value;
}

/**
 * Passes the block scalar whose header is the lexeme: its value and its place, with its last line break. `indent` is the
 * column of the collection that it stands in.
 */
export function takeBlockScalar(lexemes: Lexemes, indent: number): { value: string; start: number; end: number } {
  const start = lexemes.at;
  const props: CST.SourceToken[] = [];
  const take = (type: CST.SourceToken['type']): void => {
    props.push({ type, offset: lexemes.at, indent, source: lexemes.source });
    lexemes.next();
  };
  take('block-scalar-header');
  if (lexemes.is(Kind.Space)) take('space');
  if (lexemes.is(Kind.Comment) && lexemes.isApart) take('comment');
  if (!lexemes.is(Kind.Newline)) unusual();
  take('newline');
  if (!lexemes.is(Kind.Plain)) unusual();
  const { at, source } = lexemes;
  const token: CST.BlockScalar = { type: 'block-scalar', offset: start, indent, props, source };
  const { value } = CST.resolveAsScalar(token, false, unusual);
  lexemes.next();
  // It ends with its line; what follows begins one.
  if (source !== '' && !source.endsWith('\n') && !lexemes.is(Kind.End)) unusual();
  lexemes.line = lexemes.at;
  lexemes.isApart = true;
  return { value, start, end: at + source.length };
}
