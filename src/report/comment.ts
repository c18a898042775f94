import type { Review, ReviewComment, ReviewFinding } from '../review/review.ts';
import { code } from '../rules/code.ts';
import type { Severity } from '../rules/rule.ts';
import { cut } from './escape.ts';
import { renderMarker } from './marker.ts';
import { renderSuggestion } from './suggestion.ts';
import { countsOf, placeOf, sentence } from './words.ts';

const LABEL = { error: 'Error', warning: 'Warning', notice: 'Notice' };

/** Findings that one comment spells out; a statement with more of them is told by the first ones. Ours. */
const MAX_FINDINGS = 20;
/** Characters before the marker: the API takes 65,536 in all, and the marker must not be what is cut. Ours. */
const MAX_TEXT = 40_000;
/** Fingerprints in the marker, 33 characters each. Ours. */
const MAX_FINGERPRINTS = 500;

/**
 * The comment on one statement: its findings worst first, what to write, a suggestion where a proven fix lies in
 * exactly the lines of the comment, and the hidden marker as the last thing. GitHub Markdown.
 */
export function renderComment(review: Review, comment: ReviewComment): string {
  const findings = comment.findings.map((index) => review.findings[index] as ReviewFinding);
  const { placement } = comment;
  const line = placement.at === 'inline' ? (placement.startLine ?? placement.line) : undefined;
  const block = renderSuggestion(comment, placement);
  const fingerprints = findings.slice(0, MAX_FINGERPRINTS).map((finding) => finding.fingerprint);
  return [
    cut(renderFindings(findings, line), MAX_TEXT, 'The rest is in the job summary.'),
    ...(block && block.length < MAX_TEXT / 2 ? [`**Fix:** ${comment.fix?.title}.`, block] : []),
    renderMarker({ key: comment.key, fingerprints }),
  ].join('\n\n');
}

/**
 * One finding as two paragraphs; several as one explanation of the statement: what it is and how many there are, then
 * each with what to write under it. `line` is where the comment stands, undefined for one on the file.
 */
function renderFindings(findings: readonly ReviewFinding[], line: number | undefined): string {
  const [first, ...more] = findings;
  if (first && more.length === 0)
    return [`${heading(first, line)} ${first.message}`, first.advice, ...related(first)].join('\n\n');
  const items = findings
    .slice(0, MAX_FINDINGS)
    .map(
      (finding) =>
        `- ${[`${heading(finding, line)} ${finding.message}`, [finding.advice, ...related(finding)].join(' ')].join('\n\n  ')}`,
    );
  const rest = findings.length - items.length;
  return [opening(findings), ...items, ...(rest > 0 ? [`- ... and ${rest} more, in the job summary.`] : [])].join(
    '\n\n',
  );
}

/** Which statement of which policy several findings are about, and how many of each severity. */
function opening(findings: readonly ReviewFinding[]): string {
  const { statement, policy } = findings[0] as ReviewFinding;
  const which =
    statement === null
      ? ''
      : statement.sid === null
        ? `Statement ${statement.index + 1}`
        : `Statement ${code(statement.sid)}`;
  const where = policy === null ? '' : `${which === '' ? 'Policy' : ' of'} ${code(policy.address)}`;
  const number = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  const counts = countsOf({ errors: number('error'), warnings: number('warning'), notices: number('notice') });
  return which + where === '' ? `${counts} here.` : `${which}${where}: ${counts}.`;
}

/** The line is named where the comment does not stand on it. */
function heading({ severity, rule, help, start }: ReviewFinding, line: number | undefined): string {
  const place = start.line === line ? '' : `, line ${start.line},`;
  return `**${LABEL[severity]}**${place} [${rule}](${help}):`;
}

function related(finding: ReviewFinding): string[] {
  return finding.related.map((place) => `See ${placeOf(place)}: ${sentence(place.note)}`);
}
