import type { Span, Text } from '../source/source-file.ts';
import { Kind, Lexemes } from './yaml-lexemes.ts';

/** The comments of a text, which no tree knows the places of. A scalar that looks like one is none. */
export function yamlComments(text: Text): Span[] {
  const comments: Span[] = [];
  for (const lexemes = new Lexemes(text.text); !lexemes.is(Kind.End); lexemes.next()) {
    const { at, source } = lexemes;
    if (lexemes.is(Kind.Comment)) comments.push(text.span(at, at + source.trimEnd().length));
  }
  return comments;
}
