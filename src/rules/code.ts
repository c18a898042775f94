/** The longest user text that a message quotes, in characters. */
const MAX_QUOTED = 120;

/**
 * What a reader does not see, or what moves the text around it: control and format characters (bidirectional ones are
 * among these), separators of lines and paragraphs, lone surrogates, and whatever Unicode lets a font leave out.
 */
const INVISIBLE = '[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}]';
/** Made when a text needs it: looking these classes up is a fiftieth of a start. */
let invisible: RegExp | undefined;

/** Invisible characters as their code points, `\u{202e}`; line breaks and tabs are among them. */
export function escapeInvisible(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  invisible ??= new RegExp(INVISIBLE, 'gu');
  return text.replace(invisible, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/**
 * User text as a Markdown inline code span: it cannot end the span, start a line or hide characters. Invisible
 * characters become their code points, white space one space; long text is cut.
 */
export function code(text: string): string {
  // Enough code units for the characters that are kept, so that a long text is not taken apart whole.
  const characters = [...text.slice(0, 2 * MAX_QUOTED + 2)];
  const shown = characters.length > MAX_QUOTED ? `${characters.slice(0, MAX_QUOTED).join('')}…` : text;
  const safe = escapeInvisible(shown.replace(/\s+/g, ' '));
  const runs = safe.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const pad =
    safe === '' || safe.startsWith('`') || safe.endsWith('`') || (safe.startsWith(' ') && safe.endsWith(' '))
      ? ' '
      : '';
  return `${fence}${pad}${safe}${pad}${fence}`;
}
