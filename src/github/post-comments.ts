import { renderComment } from '../report/comment.ts';
import { renderReviewBody } from '../report/review-body.ts';
import { insideOneHunk } from '../review/place.ts';
import type { Placement, Review, ReviewComment } from '../review/review.ts';
import { type Client, Refusal } from './client.ts';
import type { Conversation } from './conversation.ts';
import type { ReviewEvent } from './event.ts';
import { MAX_BODY, MAX_FILE_COMMENTS } from './limits.ts';
import { githubReader } from './reader.ts';
import type { Site } from './site.ts';

/** A comment that is to be posted; its placement gets worse where GitHub refuses. */
export interface Draft {
  comment: ReviewComment;
  placement: Placement;
}

/** The pull request that is commented on. */
export interface Place {
  client: Client;
  event: ReviewEvent;
  number: number;
  conversation: Conversation;
  site: Site;
}

/** Where a comment that is not on its lines is said to be, for its text. */
const ELSEWHERE: Placement = { at: 'file', why: 'it does not stand on its lines' };

/**
 * The body of a comment that stands at `placement`: only on its own lines a suggestion would replace the right ones.
 * A body that is too long does without the suggestion, never without the marker at its end.
 */
export function bodyAt(review: Review, comment: ReviewComment, placement: Placement): string {
  const body = renderComment(review, { ...comment, placement });
  return body.length <= MAX_BODY ? body : renderComment(review, { ...comment, placement: ELSEWHERE });
}

/**
 * Posts the inline comments as one review, then each comment on a file. What GitHub does not take inline goes to the
 * file; what it does not take there is in the summary anyway. Throws a Refusal that is about the token or the server.
 */
export async function postComments(place: Place, review: Review, drafts: readonly Draft[]): Promise<void> {
  await postInline(place, review, drafts);
  const onFiles = drafts.filter(({ placement }) => placement.at === 'file').slice(0, MAX_FILE_COMMENTS);
  for (const draft of onFiles) await postOnFile(place, review, draft);
}

/** One review with every inline comment. GitHub takes all of it or nothing, and does not say which comment was wrong. */
async function postInline(place: Place, review: Review, drafts: readonly Draft[]): Promise<void> {
  const refused = await createReview(place, review, drafts.filter(isInline));
  if (!refused) return;
  // The head moved, or the diff is not what we were told: look once more, and let go of what fits nowhere.
  const { files } = await githubReader(place.client, place.event).list();
  const hunks = new Map(files.map((file) => [file.path, file.hunks ?? []]));
  for (const draft of drafts) {
    if (draft.placement.at !== 'inline') continue;
    const { startLine, line } = draft.placement;
    const fits = insideOneHunk(hunks.get(draft.comment.path) ?? [], startLine ?? line, line);
    if (!fits) draft.placement = ELSEWHERE;
  }
  const left = drafts.filter(isInline);
  if (await createReview(place, review, left)) for (const draft of left) draft.placement = ELSEWHERE;
}

function isInline(draft: Draft): boolean {
  return draft.placement.at === 'inline';
}

/**
 * Creates a review with these comments; answers whether GitHub refused its content. After a server error or a cut
 * connection the review may have been stored: what is not there then is sent once more.
 */
async function createReview(place: Place, review: Review, drafts: readonly Draft[]): Promise<boolean> {
  if (drafts.length === 0) return false;
  try {
    await sendReview(place, review, drafts);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.kind === 'invalid') return true;
    if (error.kind !== 'unavailable') throw error;
    const missing = await notStored(place, drafts);
    if (missing.length > 0) await sendReview(place, review, missing);
  }
  return false;
}

/** Those of which no comment has come since the conversation was read last. */
async function notStored({ conversation }: Place, drafts: readonly Draft[]): Promise<Draft[]> {
  const before = new Set((await conversation.known()).own.map(({ id }) => id));
  const { own } = await conversation.read();
  const stored = new Set(own.filter(({ id }) => !before.has(id)).map(({ marker }) => marker.key));
  return drafts.filter(({ comment }) => !stored.has(comment.key));
}

async function sendReview(place: Place, review: Review, drafts: readonly Draft[]): Promise<void> {
  const { client, event, number, site } = place;
  const comments = drafts.flatMap(({ comment, placement }) => {
    if (placement.at !== 'inline') return [];
    const { startLine, line } = placement;
    const range = startLine === undefined ? {} : { start_line: startLine, start_side: 'RIGHT' as const };
    return { path: comment.path, body: bodyAt(review, comment, placement), line, side: 'RIGHT' as const, ...range };
  });
  await client.write((octokit) =>
    octokit.rest.pulls.createReview({
      owner: event.owner,
      repo: event.repo,
      pull_number: number,
      commit_id: event.head,
      // Without an event the review would stay pending and block every later one.
      event: 'COMMENT',
      body: renderReviewBody(review, site.runUrl),
      comments,
    }),
  );
}

async function postOnFile(place: Place, review: Review, draft: Draft): Promise<void> {
  try {
    await sendOnFile(place, review, draft);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.kind === 'invalid') return;
    if (error.kind !== 'unavailable') throw error;
    if ((await notStored(place, [draft])).length > 0) await sendOnFile(place, review, draft);
  }
}

async function sendOnFile(
  { client, event, number }: Place,
  review: Review,
  { comment, placement }: Draft,
): Promise<void> {
  await client.write((octokit) =>
    octokit.rest.pulls.createReviewComment({
      owner: event.owner,
      repo: event.repo,
      pull_number: number,
      commit_id: event.head,
      path: comment.path,
      subject_type: 'file',
      body: bodyAt(review, comment, placement),
    }),
  );
}
