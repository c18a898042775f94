import { type Client, Refusal } from './client.ts';
import { type Courtesy, sendCourtesies } from './courtesies.ts';
import type { ReviewEvent } from './event.ts';
import { type CommentPlan, fixedBody, isMarked } from './lifecycle.ts';
import type { OwnComment } from './own-comments.ts';

/**
 * Edits the earlier comments; editing notifies nobody. What is fixed is resolved where the token may, else hidden; what
 * came back is opened again. Throws a Refusal that is about the token or the server.
 */
export async function updateComments(
  client: Client,
  event: ReviewEvent,
  { refresh, fixed }: CommentPlan,
): Promise<void> {
  const courtesies: Courtesy[] = [];
  try {
    for (const { before, body } of refresh) {
      const isThere = await editComment(client, event, before.id, body);
      const { thread, isResolved, isHidden, nodeId } = before;
      if (isThere && isResolved && thread) courtesies.push({ do: 'unresolve', threadId: thread.id });
      if (isThere && isHidden) courtesies.push({ do: 'show', nodeId });
    }
    for (const before of fixed) {
      const isThere = await editComment(client, event, before.id, fixedBody(before, event.head));
      if (!isThere) continue;
      const { thread, isAnswered, viewerCanMinimize, nodeId } = before;
      if (thread?.viewerCanResolve) courtesies.push({ do: 'resolve', threadId: thread.id });
      // What people wrote below it stays in sight with it.
      else if (viewerCanMinimize && !isAnswered) courtesies.push({ do: 'hide', nodeId, as: 'RESOLVED' });
    }
  } finally {
    await sendCourtesies(client, courtesies);
  }
}

/** Answers whether it was done: somebody may have deleted the comment since it was listed. */
async function editComment(client: Client, { owner, repo }: ReviewEvent, id: number, body: string): Promise<boolean> {
  try {
    await client.write((octokit) => octokit.rest.pulls.updateReviewComment({ owner, repo, comment_id: id, body }), {
      repeatable: true,
    });
    return true;
  } catch (error) {
    if (error instanceof Refusal && (error.status === 404 || error.kind === 'invalid')) return false;
    throw error;
  }
}

/**
 * Of our open comments that say the same those that can go: two runs at the same time both posted what neither found.
 * The oldest stays, so that both runs keep the same one; one that somebody answered stays too. Pure.
 * `keys` are those of the review's comments; statements that share a Sid share a key.
 */
export function doubled(own: readonly OwnComment[], keys: readonly string[]): OwnComment[] {
  const open = own.filter((comment) => !isMarked(comment)).sort((a, b) => a.id - b.id);
  const identity = ({ marker: { key, fingerprints } }: OwnComment): string =>
    keys.filter((one) => one === key).length > 1 ? JSON.stringify([key, fingerprints]) : key;
  const seen = new Set<string>();
  return open.filter((comment) => {
    const isFirst = !seen.has(identity(comment));
    seen.add(identity(comment));
    return !isFirst && !comment.isAnswered;
  });
}

/** Deletes doubled comments, and hides the reviews that have none left of all their comments. Throws a Refusal. */
export async function deleteDoubled(
  client: Client,
  { owner, repo }: ReviewEvent,
  own: readonly OwnComment[],
  gone: readonly OwnComment[],
): Promise<void> {
  for (const { id } of gone) {
    try {
      await client.write((octokit) => octokit.rest.pulls.deleteReviewComment({ owner, repo, comment_id: id }), {
        repeatable: true,
      });
    } catch (error) {
      // The other run was faster.
      if (!(error instanceof Refusal) || error.status !== 404) throw error;
    }
  }
  const left = new Set(own.filter((comment) => !gone.includes(comment)).map(({ reviewId }) => reviewId));
  const empty = new Set(gone.flatMap(({ reviewId }) => reviewId ?? []).filter((id) => !left.has(id)));
  await sendCourtesies(
    client,
    [...empty].map((nodeId): Courtesy => ({ do: 'hide', nodeId, as: 'DUPLICATE' })),
  );
}
