import { EmbeddedBuilder } from '../source/embedded.ts';
import type { Span, Text } from '../source/source-file.ts';
import type { HclParser } from './hcl.ts';
import { nested, type Sequence, type Token, textTokens, trimmed } from './hcl-tokens.ts';
import type { Expression, Offsets } from './hcl-tree.ts';

/**
 * A text that is an HCL template as a whole: a string of Terraform's JSON syntax, the file of `templatefile()`.
 * `span` is where it stands. Escapes are those of such texts: `$${` and `%%{` only. What is no valid expression
 * is an expression of type `other`.
 */
export function parseTemplate(text: Text, span: Span, parse: HclParser): Expression {
  const tokens: Token[] = [];
  const source = text.text;
  let at = 0;
  for (const { start, end } of findTemplates(source)) {
    tokens.push(...textTokens(source, at, start, 'bare'), readSequence(text, start, end, parse));
    at = end;
  }
  tokens.push(...textTokens(source, at, source.length, 'bare'));
  return { type: 'template', span, pieces: nested(trimmed(tokens), text), source: text };
}

function readSequence(text: Text, start: number, end: number, parse: HclParser): Token {
  const source = text.text;
  const trimsBefore = source[start + 2] === '~';
  const trimsAfter = source[end - 2] === '~' && end - 2 > start + 2;
  const place: Sequence = { start, end, trimsBefore, trimsAfter };
  const from = start + (trimsBefore ? 3 : 2);
  const to = end - (trimsAfter ? 2 : 1);
  const expression = (skip: number): Expression => parseExpression(text, from + skip, to, parse);
  if (source[start] === '$') return { type: 'value', expression: expression(0), ...place };
  const [, word] = /^\s*(if|else|endif|for|endfor)\b/.exec(source.slice(from, to)) ?? [];
  const after = source.slice(from, to).search(/\w/) + (word?.length ?? 0);
  if (word === 'else' || word === 'endif' || word === 'endfor') return { type: word, ...place };
  if (word === 'if') return { type: 'if', condition: expression(after), ...place };
  const intro = /^\s+([\w-]+)(?:\s*,\s*([\w-]+))?\s+in\b/.exec(source.slice(from + after, to));
  if (word === 'for' && intro !== null) {
    const names = [intro[1], intro[2]].filter((name) => name !== undefined);
    return { type: 'for', loop: { names, collection: expression(after + intro[0].length) }, ...place };
  }
  return { type: 'value', expression: { type: 'other', span: text.span(start, end) }, ...place };
}

/** The expression that stands at some offsets; in parentheses, so that it may have line breaks. */
function parseExpression(text: Text, start: number, end: number, parse: HclParser): Expression {
  const builder = new EmbeddedBuilder();
  builder.replace('_ = (', start, start);
  builder.copy(text.text, start, end);
  builder.replace(')', end, end);
  const { body, problems } = parse(builder.finish(text));
  const [only, ...more] = body.attributes;
  return problems.length === 0 && only && more.length === 0
    ? only.value
    : { type: 'other', span: text.span(start, end) };
}

/** The `${...}` and `%{...}` sequences of a template string, braces and quotes in them balanced; `$${` and `%%{` are none. */
function findTemplates(text: string): Offsets[] {
  const found: Offsets[] = [];
  for (let i = 0; i + 1 < text.length; i++) {
    const sign = text[i];
    if (sign !== '$' && sign !== '%') continue;
    if (text[i + 1] === sign && text[i + 2] === '{') i += 2;
    else if (text[i + 1] === '{') {
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
