import type { Review } from '../review/review.ts';
import { accessSection } from './access.ts';
import { findingsTable, footer, gapsList, suppressedList } from './summary.ts';
import { headline } from './words.ts';

/** The review as a Markdown document, for files and chats; nothing is left out of it. */
export function renderMarkdown(review: Review): string {
  const room = Number.POSITIVE_INFINITY;
  const parts = [
    headline(review),
    ...findingsTable(review, room),
    ...accessSection(review, room),
    ...suppressedList(review),
    ...gapsList(review, room),
    footer(review),
  ];
  return `${['# KMS policy review', ...parts].join('\n\n')}\n`;
}
