import type { Acknowledgement } from '../report/acknowledged.ts';
import { renderCheckRun } from '../report/check-run.ts';
import type { Review } from '../review/review.ts';
import type { Client } from './client.ts';
import type { ReviewEvent } from './event.ts';
import { ANNOTATIONS_PER_REQUEST, MAX_ANNOTATIONS } from './limits.ts';

/** The name of the check run. */
export const CHECK_NAME = 'KMS policy review';

/**
 * Creates the check run on the head commit. A second run for the same commit makes another one of the same name, of
 * which GitHub shows the latest: annotations can be added to a check run but never taken away, so that an updated one
 * would show those of both runs. Throws a Refusal.
 */
export async function publishCheckRun(
  client: Client,
  { owner, repo, head }: ReviewEvent,
  review: Review,
  acknowledged: readonly Acknowledgement[],
): Promise<void> {
  const { title, summary: text, annotations: all } = renderCheckRun(review, acknowledged);
  const annotations = all.slice(0, MAX_ANNOTATIONS);
  const hidden = all.length - annotations.length;
  const summary = hidden > 0 ? `${text}\n\nThe first ${annotations.length} are annotated.` : text;
  const output = (from: number) => ({
    title,
    summary,
    annotations: annotations.slice(from, from + ANNOTATIONS_PER_REQUEST),
  });
  const { data } = await client.write(
    (octokit) =>
      octokit.rest.checks.create({
        owner,
        repo,
        name: CHECK_NAME,
        head_sha: head,
        status: 'completed',
        conclusion: review.conclusion,
        output: output(0),
      }),
    { repeatable: true },
  );
  for (let from = ANNOTATIONS_PER_REQUEST; from < annotations.length; from += ANNOTATIONS_PER_REQUEST) {
    await client.write((octokit) =>
      octokit.rest.checks.update({ owner, repo, check_run_id: data.id, output: output(from) }),
    );
  }
}
