import { isInside, readHunks } from './hunks.ts';
import type { Draft, StoredReview } from './records.ts';
import { LOGIN, type State } from './state.ts';

const NOT_IN_DIFF =
  "Pull request review thread line must be part of the diff and Pull request review thread diff hunk can't be blank";
const NOT_IN_HUNK = 'Pull request review thread start line must be part of the same hunk as the line.';

/** A review as a request asks for it. */
export interface ReviewDraft {
  event?: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';
  body?: string;
  commit_id?: string;
  comments?: Draft[];
}

/** Why GitHub refuses a comment on the diff at `commit`; undefined where it takes it. */
export function commentProblem(state: State, draft: Draft, commit = state.head): string | undefined {
  const body = draft.body ?? '';
  if (body.trim() === '') return "Body can't be blank";
  if (body.length > state.limits.body) return `Body is too long (maximum is ${state.limits.body} characters)`;
  if (!isKnownCommit(state, commit)) return 'Commit is not part of the pull request';
  const row = state.rows(commit).find(({ filename }) => filename === draft.path);
  if (row === undefined) return 'Path could not be resolved';
  return draft.subject_type === 'file' ? undefined : lineProblem(draft, row.patch);
}

function lineProblem(draft: Draft, patch: string | undefined): string | undefined {
  const { line, start_line: start, side = 'RIGHT', start_side: startSide = side } = draft;
  if (line === undefined || patch === undefined) return NOT_IN_DIFF;
  if (start !== undefined && startSide === side && start >= line)
    return 'Pull request review thread start line must precede the end line.';
  const hunk = readHunks(patch).find((one) => isInside(one[side], line));
  if (hunk === undefined) return NOT_IN_DIFF;
  return start === undefined || isInside(hunk[startSide], start) ? undefined : NOT_IN_HUNK;
}

/** Why GitHub refuses a whole review, as the strings of its answer: one bad comment is enough. Empty where it takes it. */
export function reviewProblems(state: State, { event, body = '', commit_id, comments = [] }: ReviewDraft): string[] {
  if (pendingReview(state)) return ['User can only have one pending review per pull request'];
  if (event === 'APPROVE') return ['GitHub Actions is not permitted to approve pull requests.'];
  if (body.length > state.limits.body) return [`Body is too long (maximum is ${state.limits.body} characters)`];
  const isEmpty = body.trim() === '' && comments.length === 0;
  if (event !== undefined && isEmpty) return ["Body can't be blank"];
  if (comments.length > state.limits.reviewComments)
    return ['Review comments is invalid and Review threads is invalid'];
  const problems = comments.flatMap((draft) => {
    if (draft.subject_type !== undefined) return ['subject_type is not a permitted key'];
    return commentProblem(state, draft, commit_id) ?? [];
  });
  return [...new Set(problems)];
}

/** The token's own review that was never submitted. */
export function pendingReview(state: State): StoredReview | undefined {
  return state.reviews.find((review) => review.state === 'PENDING' && review.login === LOGIN);
}

/** Stores a review that has no problems. Without an event it stays pending. */
export function addReview(
  state: State,
  { event, body = '', commit_id: commit = state.head, comments = [] }: ReviewDraft,
) {
  const states = { COMMENT: 'COMMENTED', REQUEST_CHANGES: 'CHANGES_REQUESTED', APPROVE: 'APPROVED' } as const;
  const review: StoredReview = {
    id: state.id(),
    login: LOGIN,
    body,
    commit,
    state: event === undefined ? 'PENDING' : states[event],
    minimized: null,
  };
  state.reviews.push(review);
  for (const draft of comments) state.addComment(draft, LOGIN, review.id, commit);
  return review;
}

function isKnownCommit(state: State, sha: string): boolean {
  return state.heads.has(sha) || state.repository.commitsBetween(state.base, state.head).includes(sha);
}
