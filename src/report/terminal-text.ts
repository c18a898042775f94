import { escapeInvisible } from '../rules/code.ts';

/**
 * Text for one line of a terminal or a log: nothing in it is invisible, moves the cursor, ends the line or is read as
 * a command by the runner of GitHub Actions. The runner takes `##[` anywhere in a line and `::` at its beginning, blanks
 * before it or not (actions/runner, ActionCommand.cs).
 */
export function terminalText(text: string): string {
  return notCommand(terminalPiece(text, 0, text.length));
}

/** The same for a piece `[from, to)` of a line that does not stand at its beginning; the pieces together are as safe. */
export function terminalPiece(line: string, from: number, to: number): string {
  const piece = line.slice(from, to).replace(/\[/g, (bracket, at: number) => {
    return line.startsWith('##[', from + at - 2) ? '\\u{5b}' : bracket;
  });
  return escapeInvisible(piece);
}

function notCommand(line: string): string {
  return line.replace(/^(\s*):(?=:)/, '$1\\u{3a}');
}

/** East Asian wide and full-width characters, as the Unicode data on EastAsianWidth has them in large blocks; and emoji. */
const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;

/** How many columns a terminal gives a text: two for wide characters, none for combining marks. */
export function columnsIn(text: string): number {
  // Most text is plain, and each character of it one column.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const character of text) if (!/\p{M}/u.test(character)) columns += WIDE.test(character) ? 2 : 1;
  return columns;
}

/** Breaks text at blanks into lines of at most `width` columns; a word that is longer stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && columnsIn(line) + 1 + columnsIn(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  // A word that begins like a command may have come to the beginning of a line.
  return [...lines, line].map(notCommand);
}
