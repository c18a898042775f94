import type { Review, ReviewComment, ReviewFinding, ReviewFix } from '../review/review.ts';
import { escapeMarkdown } from './escape.ts';
import { renderMarker } from './marker.ts';

const LABEL = { error: '**Error**', warning: '**Warning**', notice: '**Notice**' };

/** The inline comment on one statement: its findings worst first, what to write, and the hidden marker. GitHub Markdown. */
export function renderComment(review: Review, comment: ReviewComment): string {
  const findings = comment.findings.map((index) => review.findings[index] as ReviewFinding);
  const [first] = findings;
  const said =
    findings.length === 1 && first
      ? renderOne(first)
      : findings.map((finding) => `- ${renderOne(finding).replaceAll('\n', '\n  ')}`).join('\n');
  const fix = findings.find((finding) => finding.fix?.proven)?.fix;
  const block = fix && comment.placement.at === 'inline' ? suggestion(fix, comment.placement) : undefined;
  const marker = renderMarker({ key: comment.key, fingerprints: findings.map((finding) => finding.fingerprint) });
  return [said, ...(block ? [block] : []), marker].join('\n\n');
}

function renderOne(finding: ReviewFinding): string {
  const related = finding.related.map(
    ({ path, start, note }) => `\n\nSee ${escapeMarkdown(`${path}:${start.line}`)}: ${note}.`,
  );
  return `${LABEL[finding.severity]} [${finding.rule}](${finding.help}): ${finding.message}\n\n${finding.advice}${related.join('')}`;
}

/** A suggestion replaces whole lines, so only an edit that is exactly the comment's lines is one. */
function suggestion(fix: ReviewFix, { startLine, line }: { startLine?: number; line: number }): string | undefined {
  const [edit, ...more] = fix.edits;
  if (edit === undefined || more.length > 0) return undefined;
  if (edit.start.line !== (startLine ?? line) || edit.end.line !== line || edit.start.column !== 1) return undefined;
  const runs = edit.text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}suggestion\n${edit.text.replace(/\r?\n$/, '')}\n${fence}`;
}
