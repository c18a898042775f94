import { EmbeddedBuilder } from '../source/embedded.ts';
import type { Span, Text } from '../source/source-file.ts';
import type { HclParser } from './hcl.ts';
import type { Expression, Piece } from './hcl-tree.ts';

/**
 * A text that is an HCL template as a whole: a string of Terraform's JSON syntax, the file of `templatefile()`.
 * `span` is where it stands. Escapes are those of such texts: `$${` and `%%{` only. What is no valid expression,
 * and every `%{...}` directive, is an expression of type `other`.
 */
export function parseTemplate(text: Text, span: Span, parse: HclParser): Expression {
  const pieces: Piece[] = [];
  const source = text.text;
  let at = 0;
  const copy = (to: number): void => {
    if (to > at) pieces.push({ text: source.slice(at, to), start: at, end: to });
  };
  for (const { start, end, literal } of findTemplates(source)) {
    copy(start);
    if (literal !== undefined) pieces.push({ text: literal, start, end });
    else pieces.push({ expression: parseExpression(text, start, end, parse), start, end });
    at = end;
  }
  copy(source.length);
  return { type: 'template', span, pieces, source: text };
}

/** The expression of `${...}`; `~` at its ends trims white space around it, which no policy minds. */
function parseExpression(text: Text, start: number, end: number, parse: HclParser): Expression {
  const other: Expression = { type: 'other', span: text.span(start, end) };
  if (text.text[start] !== '$') return other;
  const builder = new EmbeddedBuilder();
  builder.replace('_ = ', start, start);
  const from = text.text[start + 2] === '~' ? start + 3 : start + 2;
  builder.copy(text.text, from, text.text[end - 2] === '~' ? end - 2 : end - 1);
  const { body, problems } = parse(builder.finish(text));
  return problems.length === 0 ? (body.attributes[0]?.value ?? other) : other;
}

/** The `${...}` and `%{...}` sequences of a template string, braces and quotes in them balanced; `$${` and `%%{` are literal. */
function findTemplates(text: string): { start: number; end: number; literal?: string }[] {
  const found: { start: number; end: number; literal?: string }[] = [];
  for (let i = 0; i + 1 < text.length; i++) {
    const sign = text[i];
    if (sign !== '$' && sign !== '%') continue;
    if (text[i + 1] === sign && text[i + 2] === '{') {
      found.push({ start: i, end: i + 3, literal: `${sign}{` });
      i += 2;
    } else if (text[i + 1] === '{') {
      const end = closing(text, i + 2);
      found.push({ start: i, end });
      i = end - 1;
    }
  }
  return found;
}

/** The offset after the brace that closes a template; the text's end where none does. */
function closing(text: string, from: number): number {
  let depth = 1;
  for (let i = from; i < text.length; i++) {
    const character = text[i];
    if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return i + 1;
    else if (character === '"') {
      i++;
      while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
    }
  }
  return text.length;
}
