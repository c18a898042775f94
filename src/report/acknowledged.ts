import type { Review, ReviewFinding } from '../review/review.ts';
import { code } from '../rules/code.ts';
import { type Link, placeOf } from './words.ts';

/** A comment of ours that a person dealt with in the conversation, though what it says is still there. */
export interface Acknowledgement {
  /** Indices into `Review.findings`. */
  findings: readonly number[];
  how: 'resolved' | 'answered' | 'hidden';
  /** The person's login, where GitHub tells. */
  by: string | undefined;
}

/** How many are listed. Ours. */
const MAX_LISTED = 50;

/** What people dealt with in the conversation, folded away; empty where there is nothing. GitHub Markdown. */
export function acknowledgedList(review: Review, acknowledged: readonly Acknowledgement[], link?: Link): string[] {
  const items = acknowledged.flatMap(({ findings, how, by }) => {
    const [first, ...more] = findings.flatMap((index): readonly ReviewFinding[] =>
      review.findings.slice(index, index + 1),
    );
    if (first === undefined) return [];
    const rest = more.length > 0 ? ` and ${more.length} more` : '';
    return [`- ${placeOf(first, link)} ${first.rule}${rest}: ${how}${by === undefined ? '' : ` by ${code(by)}`}`];
  });
  if (items.length === 0) return [];
  const hidden = items.length - MAX_LISTED;
  const list = [...items.slice(0, MAX_LISTED), ...(hidden > 0 ? [`- ... and ${hidden} more`] : [])].join('\n');
  const note = 'These are not said again. They count until they are fixed or suppressed in the configuration.';
  return [
    `<details><summary>Acknowledged in the conversation: ${items.length}</summary>\n\n${list}\n\n${note}\n\n</details>`,
  ];
}
