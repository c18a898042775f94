import { expect, test } from 'vitest';
import { renderReviewBody } from '../../src/report/review-body.ts';
import { comment, finding, review } from './fixtures.ts';

const RUN = 'https://github.com/o/r/actions/runs/1';

test('all that was found is in the comments', () => {
  const made = review([finding()]);
  const comments = [comment(made, { at: 'inline', line: 8 })];
  expect(renderReviewBody({ ...made, comments }, RUN)).toBe('1 error in the KMS access of 1 file.');
});

test('what is not in a comment, and what could not be read, is in the job summary', () => {
  const made = review([finding(), finding({ severity: 'warning' }), finding({ severity: 'notice' })]);
  const comments = [{ ...comment(made, { at: 'inline', line: 8 }), findings: [0] }];
  const summary = { ...made.summary, incomplete: true };
  expect(renderReviewBody({ ...made, comments, summary }, RUN)).toBe(
    `1 error, 1 warning and 1 notice in the KMS access of 1 file. 2 more findings are in the [job summary](${RUN}). What could not be read is in the [job summary](${RUN}).`,
  );
  expect(renderReviewBody({ ...made, comments }, undefined)).toContain('2 more findings are in the job summary.');
});
