import type { Review } from '../review/review.ts';
import { TOOL, VERSION } from './version.ts';

/** The JSON report, schema version 1 (`schema/report.schema.json`). Same review, same bytes. */
export function renderJson(review: Review): string {
  const report = {
    schemaVersion: 1,
    tool: { name: TOOL, version: VERSION },
    findings: review.findings.map(
      ({
        rule,
        severity,
        message,
        path,
        start,
        end,
        policy,
        statement,
        related,
        fix,
        advice,
        help,
        fingerprint,
        status,
        suppressed,
      }) => ({
        rule,
        severity,
        message,
        path,
        start,
        end,
        policy,
        statement,
        related: related.map((place) => ({ path: place.path, start: place.start, end: place.end, note: place.note })),
        fix: fix && { title: fix.title, edits: fix.edits, proven: fix.proven },
        advice,
        help,
        fingerprint,
        status,
        suppressed: suppressed && { reason: suppressed.reason },
      }),
    ),
    gaps: review.gaps.map(({ path, start, end, reason }) => ({ path, start, end, reason })),
    files: review.files,
    access: review.access,
    summary: review.summary,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
