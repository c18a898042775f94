import type { Text } from '../source/source-file.ts';
import type { Layer } from './written.ts';

/**
 * The layer of a text that stands in a string `[start, end)` of another layer; `text` is the decoded one, mapped to the
 * outer layer's text. Undefined for strings of a form that nothing can be written into.
 */
export function embeddedLayer(
  text: Text,
  outer: Layer,
  { start, end }: { start: number; end: number },
  variables: Layer['variables'],
): Layer | undefined {
  const encode = encoder(text, outer, start, end);
  if (encode === undefined) return undefined;
  return {
    language: 'JSON',
    text: text.text,
    span: (from, to) => {
      const place = text.span(from, to);
      return outer.span(place.start, place.end);
    },
    encode: (written) => {
      const encoded = encode(written);
      return encoded === undefined ? undefined : outer.encode(encoded);
    },
    variables,
    isEmbedded: true,
  };
}

type Encode = (text: string) => string | undefined;

function encoder(text: Text, outer: Layer, start: number, end: number): Encode | undefined {
  const source = outer.text;
  if (source[start] === '"' && source[end - 1] === '"') return (written) => JSON.stringify(written).slice(1, -1);
  if (source[start] === "'" && outer.language === 'YAML')
    return (written) => (/[\r\n]/.test(written) ? undefined : written.replaceAll("'", "''"));
  const isBlock = outer.language === 'YAML' && /^[|>][+-]?[ \t]*(?:#[^\r\n]*)?\r?\n/.test(source.slice(start, end));
  const isHeredoc = outer.language === 'HCL' && source.startsWith('<<', start);
  if (!isBlock && !isHeredoc) return undefined;
  const indent = indentOf(text, source);
  if (indent === undefined) return undefined;
  return (written) => written.replace(/\r?\n/g, `${lineBreakOf(source)}${indent}`);
}

/** What stands before every line of a block of text in its outer layer; undefined where that is not the same for all. */
function indentOf(text: Text, source: string): string | undefined {
  let indent: string | undefined;
  for (let at = 0; at < text.text.length; at = nextLine(text.text, at)) {
    if (/^[ \t]*(?:\r?\n|$)/.test(text.text.slice(at, nextLine(text.text, at)))) continue;
    const place = text.span(at, at).start;
    const own = source.slice(source.lastIndexOf('\n', place - 1) + 1, place);
    if (!/^[ \t]*$/.test(own) || (indent !== undefined && own !== indent)) return undefined;
    indent = own;
  }
  return indent;
}

function nextLine(text: string, at: number): number {
  const found = text.indexOf('\n', at);
  return found < 0 ? text.length : found + 1;
}

/** How the first line of a text ends; a text of one line as most texts do. */
export function lineBreakOf(text: string): '\n' | '\r\n' {
  const at = text.indexOf('\n');
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n';
}
