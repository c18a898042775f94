import { renderCheckRun } from '../report/check-run.ts';
import { renderComment } from '../report/comment.ts';
import { type Marker, renderMarker } from '../report/marker.ts';
import type { Publisher } from '../report/publisher.ts';
import { headline } from '../report/words.ts';
import { insideOneHunk, parseHunks } from '../review/place.ts';
import { NOTHING_TO_READ, type Placement, type Review, type ReviewComment } from '../review/review.ts';
import { type Client, Refusal } from './client.ts';
import type { ReviewEvent } from './event.ts';
import { ANNOTATIONS_PER_REQUEST, FILES_PER_PAGE, MAX_BODY } from './limits.ts';
import { type OwnComment, readOwnComments } from './own-comments.ts';

const CHECK_NAME = 'KMS policy review';
const FIXED = 'Fixed in ';

/** A comment ready to be sent. */
interface Draft {
  comment: ReviewComment;
  placement: Placement;
  body: string;
}

/** The publisher for one event. Writes are sent one after another; a refusal ends in words, never in an exception. */
export function githubPublisher(client: Client, event: ReviewEvent): Publisher {
  return {
    publishReview: async (review) => {
      if (event.pull === undefined) return [];
      try {
        await publishComments(client, event, event.pull.number, review);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return [explain(error, event, 'the review', 'pull-requests: write')];
      }
      return [];
    },
    publishCheckRun: async (review) => {
      try {
        await publishCheckRun(client, event, review);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return [explain(error, event, `the check run "${CHECK_NAME}"`, 'checks: write')];
      }
      return [];
    },
  };
}

async function publishComments(client: Client, event: ReviewEvent, number: number, review: Review): Promise<void> {
  const own = await readOwnComments(client, event, number);
  const byKey = new Map(own.map((comment) => [comment.marker.key, comment]));
  const drafts: Draft[] = [];
  for (const comment of review.comments) {
    const body = renderComment(review, comment).slice(0, MAX_BODY);
    const before = byKey.get(comment.key);
    if (before) await refresh(client, event, before, body);
    else if (comment.placement.at !== 'summary') drafts.push({ comment, placement: comment.placement, body });
  }
  const live = new Set(review.comments.map((comment) => comment.key));
  // What is still there but out of scope (carried, suppressed) is not fixed.
  const present = new Set(review.findings.map((finding) => finding.fingerprint));
  // Of a file that could not be read nothing is known to be fixed.
  const unread = new Set(
    review.files.skipped.filter(({ reason }) => reason !== NOTHING_TO_READ).map(({ path }) => path),
  );
  for (const comment of own) {
    const isGone =
      !live.has(comment.marker.key) &&
      !comment.marker.fingerprints.some((print) => present.has(print)) &&
      !unread.has(comment.path);
    if (isGone) await markFixed(client, event, comment);
  }
  await postInline(client, event, number, review, drafts);
  for (const draft of drafts) {
    if (draft.placement.at === 'file') await postOnFile(client, event, number, draft);
  }
}

/** Brings an earlier comment up to date. A thread that a person resolved stays as it is. */
async function refresh(client: Client, event: ReviewEvent, before: OwnComment, body: string): Promise<void> {
  const wasFixed = before.body.startsWith(FIXED);
  if (sameText(before.body, body) || (before.isResolved && !wasFixed)) return;
  await editComment(client, event, before.id, body);
  if (wasFixed && before.isResolved && before.viewerCanUnresolve) {
    await setResolved(client, 'unresolveReviewThread', before.threadId);
  }
}

async function markFixed(client: Client, event: ReviewEvent, comment: OwnComment): Promise<void> {
  if (comment.body.startsWith(FIXED) || comment.isResolved) return;
  const marker: Marker = comment.marker;
  const body = `${FIXED}${event.head}.\n\n<details><summary>What it was</summary>\n\n${comment.body.slice(0, MAX_BODY - 500)}\n\n</details>\n\n${renderMarker(marker)}`;
  await editComment(client, event, comment.id, body);
  if (comment.viewerCanResolve) await setResolved(client, 'resolveReviewThread', comment.threadId);
}

async function editComment(client: Client, { owner, repo }: ReviewEvent, id: number, body: string): Promise<void> {
  await client.write((octokit) => octokit.rest.pulls.updateReviewComment({ owner, repo, comment_id: id, body }));
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

/** GitHub may store a body with CRLF line ends and without trailing white space. */
function sameText(stored: string, body: string): boolean {
  return stored.replaceAll('\r\n', '\n').trim() === body.replaceAll('\r\n', '\n').trim();
}

/** One review with every inline comment. GitHub takes all of it or nothing, and does not say which comment was wrong. */
async function postInline(
  client: Client,
  event: ReviewEvent,
  number: number,
  review: Review,
  drafts: Draft[],
): Promise<void> {
  const inline = drafts.filter((draft) => draft.placement.at === 'inline');
  if (inline.length === 0) return;
  try {
    await createReview(client, event, number, review, inline);
    return;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.kind === 'unavailable') return afterUncertain(client, event, number, inline, error);
    if (error.kind !== 'invalid') throw error;
  }
  // The head moved, or the diff is not what we were told: look once more, and let go of what fits nowhere.
  const hunks = await currentHunks(client, event, number);
  for (const draft of inline) {
    if (draft.placement.at !== 'inline') continue;
    const { startLine, line } = draft.placement;
    const fits = insideOneHunk(hunks.get(draft.comment.path) ?? [], startLine ?? line, line);
    if (!fits) draft.placement = { at: 'file', why: 'its lines are no longer part of the diff' };
  }
  const left = inline.filter((draft) => draft.placement.at === 'inline');
  if (left.length === 0) return;
  try {
    await createReview(client, event, number, review, left);
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind !== 'invalid') throw error;
    for (const draft of left) draft.placement = { at: 'file', why: 'GitHub refused its lines' };
  }
}

/** A server error may have come after the review was stored: only what is not there now is missing. */
async function afterUncertain(
  client: Client,
  event: ReviewEvent,
  number: number,
  inline: Draft[],
  error: Refusal,
): Promise<void> {
  const there = new Set((await readOwnComments(client, event, number)).map((comment) => comment.marker.key));
  const missing = inline.filter((draft) => !there.has(draft.comment.key));
  if (missing.length > 0) throw error;
}

async function createReview(
  client: Client,
  event: ReviewEvent,
  number: number,
  review: Review,
  drafts: Draft[],
): Promise<void> {
  const comments = drafts.map(({ comment, placement, body }) => {
    const { startLine, line } = placement as Extract<Placement, { at: 'inline' }>;
    const range = startLine === undefined ? {} : { start_line: startLine, start_side: 'RIGHT' as const };
    return { path: comment.path, body, line, side: 'RIGHT' as const, ...range };
  });
  await client.write((octokit) =>
    octokit.rest.pulls.createReview({
      owner: event.owner,
      repo: event.repo,
      pull_number: number,
      commit_id: event.head,
      // Without an event the review would stay pending and block every later one.
      event: 'COMMENT',
      body: headline(review),
      comments,
    }),
  );
}

async function postOnFile(client: Client, event: ReviewEvent, number: number, { comment, body }: Draft): Promise<void> {
  try {
    await client.write((octokit) =>
      octokit.rest.pulls.createReviewComment({
        owner: event.owner,
        repo: event.repo,
        pull_number: number,
        commit_id: event.head,
        path: comment.path,
        subject_type: 'file',
        body,
      }),
    );
  } catch (error) {
    // The summary has it all the same.
    if (!(error instanceof Refusal) || error.kind !== 'invalid') throw error;
  }
}

async function currentHunks(client: Client, { owner, repo }: ReviewEvent, number: number) {
  const hunks = new Map<string, ReturnType<typeof parseHunks>>();
  for (let page = 1; ; page++) {
    const { data } = await client.read((octokit) =>
      octokit.rest.pulls.listFiles({ owner, repo, pull_number: number, per_page: FILES_PER_PAGE, page }),
    );
    for (const { filename, patch } of data) if (patch !== undefined) hunks.set(filename, parseHunks(patch));
    if (data.length < FILES_PER_PAGE) return hunks;
  }
}

async function publishCheckRun(client: Client, { owner, repo, head }: ReviewEvent, review: Review): Promise<void> {
  const { title, summary, annotations } = renderCheckRun(review);
  const output = (from: number) => ({
    title,
    summary,
    annotations: annotations.slice(from, from + ANNOTATIONS_PER_REQUEST),
  });
  const { data } = await client.write((octokit) =>
    octokit.rest.checks.create({
      owner,
      repo,
      name: CHECK_NAME,
      head_sha: head,
      status: 'completed',
      conclusion: review.conclusion,
      output: output(0),
    }),
  );
  for (let from = ANNOTATIONS_PER_REQUEST; from < annotations.length; from += ANNOTATIONS_PER_REQUEST) {
    await client.write((octokit) =>
      octokit.rest.checks.update({ owner, repo, check_run_id: data.id, output: output(from) }),
    );
  }
}

/** A refusal as a sentence that says what to do about it. */
function explain(error: Refusal, event: ReviewEvent, what: string, permission: string): string {
  const shown = 'The findings are in this summary and in the annotations.';
  if (error.kind === 'rate-limit')
    return `GitHub's rate limit kept ${what} from being posted. ${shown} Run the job again later.`;
  if (error.kind !== 'permission') return `GitHub refused ${what} (${error.status || 'no answer'}). ${shown}`;
  if (event.dependabot)
    return `The token may not post ${what}: GitHub gives Dependabot's runs a read-only token. ${shown} Give the job \`permissions: ${permission}\` to change that.`;
  if (event.pull?.fork)
    return `The token may not post ${what}: GitHub gives pull requests from forks a read-only token. ${shown}`;
  return `The token may not post ${what}. Add \`permissions: ${permission}\` to the job. ${shown}`;
}
