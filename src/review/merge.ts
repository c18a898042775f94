import { unique } from '../source/unique.ts';
import { isLoss, type Review } from './review.ts';
import {
  compareFindings,
  compareText,
  inOrder,
  joinContents,
  saidOnce,
  summaryOf,
  tell,
  untoldIn,
  untoldReason,
} from './totals.ts';

/** What is merged of reviews: what a report for programs says. */
export type Report = Pick<Review, 'findings' | 'gaps' | 'files' | 'access' | 'summary'>;

/** Merges the reports of shards, none of which has a base: the same report as if all files had been reviewed at once. */
export function mergeReports(reports: readonly Report[]): Report {
  const all = saidOnce(
    reports.flatMap((one) => one.findings),
    (finding) => finding,
  ).sort(compareFindings);
  const { told: findings, untold } = tell(all);
  const skipped = unique(reports.flatMap(({ files }) => files.skipped));
  const left = skipped.reduce((sum, { reason }) => sum + untoldIn(reason), untold);
  const others = skipped.filter(({ reason }) => untoldIn(reason) === 0);
  const contents = joinContents(reports.flatMap(({ files }) => files.contents));
  const files = {
    candidates: reports.reduce((sum, one) => sum + one.files.candidates, 0),
    read: contents.length,
    skipped: inOrder([...others, ...(left > 0 ? [{ path: '', reason: untoldReason(left) }] : [])]),
    contents,
  };
  const gaps = unique(reports.flatMap((one) => one.gaps)).sort((a, b) => compareText(a.path, b.path));
  const incomplete = gaps.length > 0 || files.skipped.some(isLoss);
  return { findings, gaps, files, access: null, summary: summaryOf(findings, incomplete) };
}
