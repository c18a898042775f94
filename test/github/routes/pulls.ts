import { type Answer, type Call, notFound, ok, page, pageAsked, type Route, refused } from '../answer.ts';
import { fileRow, replyComment, review, reviewComment } from '../bodies.ts';
import { pullRequestBody } from '../events.ts';
import type { Draft, StoredComment } from '../records.ts';
import type { DiffRow } from '../repository.ts';
import { addReview, commentProblem, type ReviewDraft, reviewProblems } from '../review-rules.ts';
import { LOGIN } from '../state.ts';

/** The operations on a pull request, its files, reviews and review comments. */
export const PULLS: Record<string, Route> = {
  'pulls/get': ({ state, accept }) => {
    if (!accept.includes('.diff')) return ok(pullRequestBody(state));
    const { mergeBase, head, limits } = state;
    const rows = state.diff(mergeBase, head);
    const isLarge = rows.length > limits.diffFiles || patchLines(rows) > limits.patchLines;
    if (isLarge) return { status: 406, body: { message: 'Sorry, the diff exceeded the maximum size.' } };
    return { status: 200, text: state.repository.bytes('diff', mergeBase, head) };
  },
  'pulls/list-files': listFiles,
  'pulls/list-reviews': (call) => page(call, call.state.reviews, review),
  'pulls/list-review-comments': (call) => {
    const all = call.state.comments.flatMap((root) => [
      { id: root.id, shown: reviewComment(root) },
      ...root.replies.map((reply) => ({ id: reply.id, shown: replyComment(root, reply) })),
    ]);
    return page(
      call,
      all.sort((a, b) => a.id - b.id),
      ({ shown }) => shown,
    );
  },
  'pulls/create-review': ({ state, body }) => {
    const draft = body as ReviewDraft;
    const problems = reviewProblems(state, draft);
    return problems.length > 0 ? refused('Unprocessable Entity', problems) : ok(review(addReview(state, draft)));
  },
  'pulls/create-review-comment': ({ state, body }) => {
    const draft = body as Draft & { commit_id: string; in_reply_to?: number };
    const root = state.comments.find(({ id }) => id === draft.in_reply_to);
    if (root) return { status: 201, body: replyComment(root, state.reply(root.id, draft.body ?? '', LOGIN)) };
    const problem = commentProblem(state, draft, draft.commit_id);
    if (problem !== undefined) return refused('Validation Failed', [problem]);
    return { status: 201, body: reviewComment(state.addComment(draft, undefined, state.id(), draft.commit_id)) };
  },
  'pulls/update-review-comment': (call) => {
    const found = findComment(call);
    const { body } = call.body as { body: string };
    if (found === undefined) return notFound;
    if (body.length > call.state.limits.body)
      return refused('Validation Failed', [`Body is too long (maximum is ${call.state.limits.body} characters)`]);
    found.body = body;
    return ok(reviewComment(found));
  },
  'pulls/delete-review-comment': (call) => {
    const found = findComment(call);
    if (found === undefined) return notFound;
    call.state.comments = call.state.comments.filter((comment) => comment !== found);
    return { status: 204 };
  },
};

function findComment({ state, parameters }: Call): StoredComment | undefined {
  return state.comments.find(({ id }) => id === Number(parameters['comment_id']));
}

function listFiles(call: Call): Answer {
  const { state, search } = call;
  const rows = state.rows().slice(0, state.limits.pullFiles);
  const { number, size } = pageAsked(search, state.limits);
  const shown = servedRows(rows.slice((number - 1) * size, number * size), state.limits);
  return { ...page(call, rows, fileRow), body: shown.map(fileRow) };
}

/**
 * The rows of one page without the patches that GitHub leaves out: those of large files, and all after the page is
 * full, whose counts are then 0 although the files have changes.
 */
export function servedRows(
  rows: readonly DiffRow[],
  limits: { patchLines: number; patchBytes: number; pageLines: number },
): DiffRow[] {
  let lines = 0;
  return rows.map((row) => {
    const { patch, ...rest } = row;
    if (lines >= limits.pageLines) return { ...rest, additions: 0, deletions: 0, changes: 0 };
    const length = patchLines([row]);
    if (length > limits.patchLines || (patch?.length ?? 0) > limits.patchBytes) return rest;
    lines += length;
    return row;
  });
}

function patchLines(rows: readonly DiffRow[]): number {
  return rows.reduce((sum, { patch }) => sum + (patch?.split('\n').length ?? 0), 0);
}
