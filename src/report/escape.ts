/**
 * User text outside code spans. Everything that Markdown, HTML, GitHub's mentions or a table could read as more than
 * text is taken away its meaning; line breaks become spaces.
 */
export function escapeMarkdown(text: string): string {
  return (
    visible(text.replace(/\s+/g, ' '))
      .replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] as string)
      .replace(/[\\`*_{}[\]()#+\-.!|~]/g, '\\$&')
      // A zero-width space after the sign keeps GitHub from calling people or linking issues.
      .replace(/[@#]/g, '$&\u200b')
      .replace(/:\/\//g, ':\u200b//')
      .replace(/\bwww\\\./gi, 'www\u200b\\.')
  );
}

/** Text inside a table cell that already is Markdown: a bar would end the cell, a line break the row. */
export function tableCell(markdown: string): string {
  return markdown.replace(/\r?\n/g, ' ').replace(/\\?\|/g, '\\|');
}

/** Control and bidirectional characters as their code points, so that no text hides or steers a terminal. Tab and line breaks stay. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character === '\n' || character === '\t' ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** A message of ours (text with code spans) as plain text: every span stands in single backticks, whatever its fence. */
export function plainText(message: string): string {
  return message.replace(/(`+)( ?)([\s\S]*?[^`])\2\1(?!`)/g, '`$3`');
}

/** Cuts at a line end below `limit` UTF-16 units and says so. */
export function cut(text: string, limit: number, note: string): string {
  if (text.length <= limit) return text;
  const room = limit - note.length - 2;
  const at = text.lastIndexOf('\n', room);
  return `${text.slice(0, at > 0 ? at : room)}\n\n${note}`;
}
