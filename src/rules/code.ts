/** The longest user text that a message quotes, in characters. */
const MAX_QUOTED = 120;

/**
 * User text as a Markdown inline code span: it cannot end the span, start a line or hide characters. Control and
 * bidirectional characters become their code points, line breaks spaces; long text is cut.
 */
export function code(text: string): string {
  const shown = [...text].length > MAX_QUOTED ? `${[...text].slice(0, MAX_QUOTED).join('')}…` : text;
  const safe = shown
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  const runs = safe.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const pad =
    safe === '' || safe.startsWith('`') || safe.endsWith('`') || (safe.startsWith(' ') && safe.endsWith(' '))
      ? ' '
      : '';
  return `${fence}${pad}${safe}${pad}${fence}`;
}
