import type { IdleSuppression } from '../review/idle.ts';
import type { Review, ReviewFinding } from '../review/review.ts';
import { code } from '../rules/code.ts';
import { count, placeOf, sentence } from './words.ts';

/** How many suppressions that do nothing are named, and how many findings that comments of the change suppress. */
const MAX_IDLE = 5;
const MAX_NEW = 20;

/** Counts of what was left out of the findings, and suppressions that do nothing; empty where there is nothing. */
export function leftOut(review: Review): string[] {
  const { carried, suppressed } = review.summary;
  const lines: string[] = [];
  const hidden = review.findings.filter((finding) => !finding.inScope && !finding.suppressed).length;
  if (carried > 0 && hidden > 0)
    lines.push(`${count(carried, 'finding')} that the base already has ${carried === 1 ? 'is' : 'are'} not listed.`);
  if (suppressed > 0) lines.push(`${count(suppressed, 'finding')} suppressed by ${suppressors(review)}.`);
  lines.push(...review.idleSuppressions.slice(0, MAX_IDLE).map(describeIdle));
  const more = review.idleSuppressions.length - MAX_IDLE;
  if (more > 0) lines.push(`${count(more, 'suppression')} more ${more === 1 ? 'does' : 'do'} nothing any more.`);
  return lines;
}

function suppressors(review: Review): string {
  const files = review.findings.flatMap(({ suppressed }) => (suppressed ? [suppressed.file] : []));
  const comments = files.filter((file) => file !== null).length;
  if (comments === 0) return 'the configuration';
  return comments === files.length ? 'comments' : `the configuration, ${comments} of them by comments`;
}

function describeIdle({ file, line, rule, path, state, expires, problem }: IdleSuppression): string {
  const place = file === null ? `in ${code(path)} (line ${line} of the configuration)` : `in ${lineOf(file, line)}`;
  const entry = `The suppression of ${code(rule)} ${place}`;
  switch (state) {
    case 'expired':
      return `${entry} expired on ${expires}: its finding counts again.`;
    case 'unused':
      return `${entry} has no finding any more; take it out.`;
    case 'changed':
      return `${entry} has another fingerprint than its finding, which counts again.`;
    case 'nowhere':
      return `${entry} stands above no statement and no resource, so it suppresses nothing; inside JSON only the configuration can.`;
    case 'wrong':
      return sentence(`The comment ${place} suppresses nothing: ${problem}`);
  }
}

function lineOf(path: string, line: number): string {
  return placeOf({ path, start: { line } });
}

/** A finding that counts no longer because of a comment that the change brings. */
export interface NewlySuppressed {
  rule: string;
  /** `path:line` of the finding, as a code span. */
  place: string;
  /** What the author of the change wrote: user text. */
  reason: string;
}

/** Characters of a reason that are shown. */
const MAX_REASON = 300;

function shorten(reason: string): string {
  const characters = [...reason.slice(0, 2 * MAX_REASON + 2)];
  return characters.length > MAX_REASON ? `${characters.slice(0, MAX_REASON).join('')}…` : reason;
}

/** What comments of the change suppress, and how many more there are: nobody switches the review off unseen. */
export function newlySuppressed({ findings }: Review): { shown: NewlySuppressed[]; more: number } {
  const all = findings.flatMap((finding: ReviewFinding): NewlySuppressed[] => {
    const { suppressed, rule } = finding;
    return suppressed?.isNew ? [{ rule, place: placeOf(finding), reason: shorten(suppressed.reason) }] : [];
  });
  return { shown: all.slice(0, MAX_NEW), more: Math.max(0, all.length - MAX_NEW) };
}
