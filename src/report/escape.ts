import { escapeInvisible } from '../rules/code.ts';

/**
 * User text outside code spans. Everything that Markdown, HTML, GitHub's mentions or a table could read as more than
 * text is taken away its meaning; line breaks become spaces.
 */
export function escapeMarkdown(text: string): string {
  return (
    escapeInvisible(text.replace(/\s+/g, ' '))
      .replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] as string)
      .replace(/[\\`*_{}[\]()#+\-.!|~]/g, '\\$&')
      // A zero-width space after the sign keeps GitHub from calling people or linking issues.
      .replace(/[@#]/g, '$&\u200b')
      .replace(/:\/\//g, ':\u200b//')
      .replace(/\bwww\\\./gi, 'www\u200b\\.')
  );
}

/** A code span of Markdown: a run of backticks, text, and a run of the same length. */
const CODE_SPAN = /(?<!`)(`+)(?!`)([\s\S]*?[^`])\1(?!`)/g;

/**
 * A sentence that may quote what others wrote (an error message of the network): its code spans stay, the rest can
 * neither become HTML, link, picture or mention, nor leave its line.
 */
export function inertSentence(markdown: string): string {
  const line = markdown.replace(/\s+/g, ' ').trim();
  let from = 0;
  let inert = '';
  for (const span of line.matchAll(CODE_SPAN)) {
    inert += inertProse(line.slice(from, span.index)) + escapeInvisible(span[0]);
    from = span.index + span[0].length;
  }
  return inert + inertProse(line.slice(from));
}

/** Lighter than {@link escapeMarkdown}: a sentence of ours keeps its full stops and stays readable as plain text. */
function inertProse(text: string): string {
  return escapeInvisible(text)
    .replace(/[&<]/g, (character) => (character === '&' ? '&amp;' : '&lt;'))
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/@|#(?=\d)/g, '$&\u200b')
    .replace(/:\/\//g, ':\u200b//')
    .replace(/\bwww\./gi, 'www\u200b.');
}

/** Text inside a table cell that already is Markdown: a bar would end the cell, a line break the row. */
export function tableCell(markdown: string): string {
  return markdown.replace(/\s*[\r\n]+\s*/g, ' ').replace(/\\?\|/g, '\\|');
}

/** A message of ours taken apart: its code spans without their fences, and the text between them. */
export function codeSpans(message: string): { text: string; isCode: boolean }[] {
  const pieces: { text: string; isCode: boolean }[] = [];
  let from = 0;
  for (const { index, 0: span, 2: inner = '' } of message.matchAll(CODE_SPAN)) {
    if (index > from) pieces.push({ text: message.slice(from, index), isCode: false });
    // The blanks that keep a backtick apart from its fence are not part of the text.
    const isPadded = inner.startsWith(' ') && inner.endsWith(' ') && inner.trim() !== '';
    pieces.push({ text: isPadded ? inner.slice(1, -1) : inner, isCode: true });
    from = index + span.length;
  }
  if (from < message.length) pieces.push({ text: message.slice(from), isCode: false });
  return pieces;
}

/** A message of ours (text with code spans) as plain text: every span stands in single backticks, whatever its fence. */
export function plainText(message: string): string {
  return codeSpans(message)
    .map(({ text, isCode }) => (isCode ? `\`${text}\`` : text))
    .join('');
}

/** Cuts at a line end below `limit` UTF-16 units, where there is one, and says so with `note`. */
export function cut(text: string, limit: number, note: string): string {
  if (text.length <= limit) return text;
  const room = Math.max(0, limit - note.length - 2);
  const at = text.lastIndexOf('\n', room);
  // Half of a surrogate pair would be no character any more.
  return `${text.slice(0, at > 0 ? at : room).replace(/[\ud800-\udbff]$/, '')}\n\n${note}`;
}
