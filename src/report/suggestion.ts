import type { Placement, ReviewComment } from '../review/review.ts';
import { escapeInvisible } from '../rules/code.ts';

/**
 * The suggestion block of a comment with a proven fix: the lines as they are after it. Undefined where the comment does not
 * stand on exactly the lines that the fix replaces, or where the block would hide something. GitHub replaces exactly the
 * lines of the comment, takes the block without its last line break, and an empty block deletes the lines (GitHub's
 * documentation of suggested changes; how reviewdog does it).
 */
export function renderSuggestion({ fix }: ReviewComment, placement: Placement): string | undefined {
  const lines = fix?.proven ? fix.lines : null;
  if (!lines || placement.at !== 'inline') return undefined;
  if (lines.last !== placement.line || lines.first !== (placement.startLine ?? placement.line)) return undefined;
  const after = lines.after.map((line) => `${line}\n`).join('');
  const visible = after.replace(/[\n\t]/g, '');
  if (escapeInvisible(visible) !== visible) return undefined;
  const runs = after.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}suggestion\n${after}${fence}`;
}
