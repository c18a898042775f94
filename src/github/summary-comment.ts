import type { Acknowledgement } from '../report/acknowledged.ts';
import { isSummaryComment, renderSummaryComment } from '../report/summary-comment.ts';
import type { Review } from '../review/review.ts';
import { type Client, Refusal } from './client.ts';
import type { ReviewEvent } from './event.ts';
import { COMMENTS_PER_PAGE, MAX_THREAD_PAGES } from './limits.ts';
import { plainLogin, readLogin } from './own-comments.ts';
import type { Place } from './post-comments.ts';

interface SummaryComment {
  id: number;
  body: string;
}

/**
 * Keeps one comment of ours in the conversation, edited in place. None is posted for a clean review; one that is there
 * then says that it is clean. Throws a Refusal.
 */
export async function publishSummaryComment(
  { client, event, number, site }: Place,
  review: Review,
  acknowledged: readonly Acknowledgement[],
): Promise<void> {
  const { owner, repo } = event;
  const body = renderSummaryComment(review, acknowledged, site.link);
  let own = await readSummaryComments(client, event, number);
  if (own.length === 0) {
    if (review.conclusion === 'success' && !review.summary.incomplete) return;
    const create = () =>
      client.write((octokit) => octokit.rest.issues.createComment({ owner, repo, issue_number: number, body }));
    try {
      await create();
    } catch (error) {
      // It may have been stored all the same.
      if (!(error instanceof Refusal) || error.kind !== 'unavailable') throw error;
    }
    // Another run may have posted one meanwhile; both keep the oldest.
    own = await readSummaryComments(client, event, number);
    if (own.length === 0) await create();
  }
  const [first, ...doubled] = own;
  if (first && normal(first.body) !== normal(body))
    await client.write((octokit) => octokit.rest.issues.updateComment({ owner, repo, comment_id: first.id, body }), {
      repeatable: true,
    });
  for (const { id } of doubled) {
    try {
      await client.write((octokit) => octokit.rest.issues.deleteComment({ owner, repo, comment_id: id }), {
        repeatable: true,
      });
    } catch (error) {
      // The other run was faster.
      if (!(error instanceof Refusal) || error.status !== 404) throw error;
    }
  }
}

/** Our summary comments, oldest first. Nobody is asked who we are where none has the marker. */
async function readSummaryComments(client: Client, event: ReviewEvent, number: number): Promise<SummaryComment[]> {
  const { owner, repo } = event;
  const marked: (SummaryComment & { login: string | undefined })[] = [];
  for (let page = 1; page <= MAX_THREAD_PAGES; page++) {
    const { data } = await client.read((octokit) =>
      octokit.rest.issues.listComments({ owner, repo, issue_number: number, per_page: COMMENTS_PER_PAGE, page }),
    );
    for (const { id, body = '', user } of data)
      if (isSummaryComment(body)) marked.push({ id, body, login: user?.login });
    if (data.length < COMMENTS_PER_PAGE) break;
  }
  if (marked.length === 0) return [];
  const login = plainLogin(await readLogin(client));
  return marked.filter((one) => plainLogin(one.login) === login).sort((a, b) => a.id - b.id);
}

/** GitHub may give a body back with other line breaks or without its last blanks. */
function normal(body: string): string {
  return body.replaceAll('\r\n', '\n').trimEnd();
}
