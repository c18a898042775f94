import { renderMarker } from '../report/marker.ts';
import { NOTHING_TO_READ, type Placement, type Review, type ReviewComment } from '../review/review.ts';
import { type Client, Refusal } from './client.ts';
import type { ReviewEvent } from './event.ts';
import { MAX_BODY } from './limits.ts';
import type { OwnComment } from './own-comments.ts';
import { bodyAt, type Draft } from './post-comments.ts';

const FIXED = 'Fixed in ';
/** Characters of a fixed comment's frame around what it was, at most. Ours. */
const FRAME = 500;

/** What becomes of the comments: which are posted, which earlier ones say something else now, which are fixed. */
export interface CommentPlan {
  post: Draft[];
  refresh: { before: OwnComment; body: string }[];
  fixed: OwnComment[];
}

/** Compares what the review says with what earlier runs said. Pure. */
export function planComments(review: Review, own: readonly OwnComment[]): CommentPlan {
  const plan: CommentPlan = { post: [], refresh: [], fixed: [] };
  const taken = new Map<OwnComment, ReviewComment>();
  const take = (comment: ReviewComment, isIts: (before: OwnComment) => boolean): boolean => {
    const before = own.find((one) => !taken.has(one) && isIts(one) && stillSpeaks(review, comment, one));
    if (before) taken.set(before, comment);
    return before !== undefined;
  };
  // By key first: a statement without a Sid changes its key with its worst finding, and then shares a finding only.
  const unkeyed = review.comments.filter((comment) => !take(comment, (before) => before.marker.key === comment.key));
  for (const comment of unkeyed) {
    const prints = new Set(printsOf(review, comment));
    const isKnown = take(comment, (before) => before.marker.fingerprints.some((print) => prints.has(print)));
    if (!isKnown && comment.placement.at !== 'summary') plan.post.push({ comment, placement: comment.placement });
  }
  for (const [before, comment] of taken) {
    const body = bodyAt(review, comment, placementOf(before, comment.placement));
    const isClosed = before.isResolved && !before.body.startsWith(FIXED);
    if (!isClosed && !isSameText(before.body, body)) plan.refresh.push({ before, body });
  }
  const isPresent = presence(review);
  plan.fixed = own.filter((before) => !taken.has(before) && !isMarked(before) && !isPresent(before));
  return plan;
}

/** A thread that a person resolved speaks for what it said then; a finding that is new since then is said anew. */
function stillSpeaks(review: Review, comment: ReviewComment, before: OwnComment): boolean {
  if (!before.isResolved || before.body.startsWith(FIXED)) return true;
  return printsOf(review, comment).every((print) => before.marker.fingerprints.includes(print));
}

function printsOf(review: Review, comment: ReviewComment): string[] {
  return comment.findings.flatMap((index) => review.findings[index]?.fingerprint ?? []);
}

/** Where an earlier comment stands: on the lines that it would get today, or anywhere else. */
function placementOf(before: OwnComment, placement: Placement): Placement {
  if (placement.at !== 'inline') return placement;
  const isThere =
    before.line === placement.line && (before.startLine ?? before.line) === (placement.startLine ?? placement.line);
  return isThere ? placement : { at: 'file', why: 'its comment stands on other lines' };
}

/** Nothing more is to be said in it: it is marked as fixed, or a person closed it. */
function isMarked(before: OwnComment): boolean {
  return before.body.startsWith(FIXED) || before.isResolved;
}

/** Whether what an earlier comment says may still be there: it is out of scope, or its file could not be read whole. */
function presence(review: Review): (before: OwnComment) => boolean {
  const keys = new Set(review.comments.map((comment) => comment.key));
  const prints = new Set(review.findings.map((finding) => finding.fingerprint));
  const lost = review.files.skipped.filter(({ reason }) => reason !== NOTHING_TO_READ).map(({ path }) => path);
  const broken = review.findings.filter(({ rule }) => rule === 'unreadable-file').map(({ path }) => path);
  const unknown = new Set([...lost, ...broken, ...review.gaps.map(({ path }) => path)]);
  // A skipped entry without a path says that files are missing altogether.
  return ({ path, marker: { key, fingerprints } }) =>
    keys.has(key) || unknown.has(path) || unknown.has('') || fingerprints.some((print) => prints.has(print));
}

/** GitHub may store a body with CRLF line ends and without trailing white space. */
function isSameText(stored: string, body: string): boolean {
  return stored.replaceAll('\r\n', '\n').trim() === body.replaceAll('\r\n', '\n').trim();
}

/** Edits the earlier comments; editing notifies nobody. Throws a Refusal that is about the token or the server. */
export async function updateComments(client: Client, event: ReviewEvent, plan: CommentPlan): Promise<void> {
  for (const { before, body } of plan.refresh) {
    const isThere = await editComment(client, event, before.id, body);
    const { thread } = before;
    if (isThere && before.isResolved && thread?.viewerCanUnresolve)
      await setResolved(client, 'unresolveReviewThread', thread.id);
  }
  for (const before of plan.fixed) {
    const isThere = await editComment(client, event, before.id, fixedBody(before, event.head));
    const { thread } = before;
    if (isThere && thread?.viewerCanResolve) await setResolved(client, 'resolveReviewThread', thread.id);
  }
}

/** The body of an earlier comment whose findings are gone at `head`; what it said stays, folded away. */
export function fixedBody({ body, marker }: OwnComment, head: string): string {
  const end = renderMarker(marker);
  // What is fixed needs no button any more.
  const was = body.replace(/^(`{3,})suggestion[ \t]*$/gm, '$1').slice(0, MAX_BODY - end.length - FRAME);
  return `${FIXED}${head}.\n\n<details><summary>What it was</summary>\n\n${was}\n\n</details>\n\n${end}`;
}

/** Answers whether the comment is still there: somebody may have deleted it since it was listed. */
async function editComment(client: Client, { owner, repo }: ReviewEvent, id: number, body: string): Promise<boolean> {
  try {
    await client.write((octokit) => octokit.rest.pulls.updateReviewComment({ owner, repo, comment_id: id, body }), {
      repeatable: true,
    });
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return false;
    throw error;
  }
}

/** Resolving is a courtesy: many tokens may not, and the body says it already. */
async function setResolved(client: Client, mutation: string, threadId: string): Promise<void> {
  try {
    await client.write((octokit) =>
      octokit.graphql(`mutation($id: ID!) { ${mutation}(input: {threadId: $id}) { thread { id } } }`, { id: threadId }),
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
