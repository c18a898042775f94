import type { Review } from '../review/review.ts';
import { findingsTable, footer, gapsList } from './summary.ts';
import { headline } from './words.ts';

/** The review as a Markdown document, for files and chats. */
export function renderMarkdown(review: Review): string {
  return `${['# KMS policy review', headline(review), ...findingsTable(review), ...gapsList(review), footer(review)].join('\n\n')}\n`;
}
