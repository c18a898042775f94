import { insideOneHunk, parseHunks } from '../../src/review/place.ts';
import type { StoredCheckRun, StoredComment } from './bodies.ts';
import type { DiffRow, Files, Repository } from './repository.ts';

type Permission = 'none' | 'read' | 'write';
export type Permissions = Record<'contents' | 'pull-requests' | 'checks' | 'issues', Permission>;

/** Something that goes wrong, for requests whose `METHOD path` or GraphQL text has this piece in it. */
export interface Fault {
  match: string;
  /** How many times; afterwards all is well. */
  times: number;
  /** `cut` closes the connection; `stored` does the work and then answers 502. */
  kind: 'cut' | 'stored' | 'status';
  status?: number;
  headers?: Record<string, string>;
  message?: string;
}

export interface Refused {
  status: number;
  body: { message: string; errors?: string[] };
}

export const LOGIN = 'github-actions[bot]';

/** GitHub's limits and refusals on top of its schemas; sources as in src/github/limits.ts. */
const MAX_BODY = 65_536;
const MAX_REVIEW_COMMENTS = 100;

export interface Draft {
  path?: string;
  body?: string;
  line?: number;
  start_line?: number;
  side?: string;
  subject_type?: string;
}

/** A pull request on a repository, and what has been written to it. */
export class State {
  readonly repository: Repository;
  readonly base: string;
  head: string;
  readonly permissions: Permissions;
  readonly faults: Fault[] = [];
  comments: StoredComment[] = [];
  reviews: { id: number; body: string; commit: string }[] = [];
  checkRuns: StoredCheckRun[] = [];
  /** Change the rows of the file list before they are served: left-out patches, zero counts. */
  alterRows: (rows: DiffRow[]) => DiffRow[] = (rows) => rows;
  #ids = 100;
  #diff: { key: string; rows: DiffRow[] } | undefined;

  constructor(repository: Repository, base: string, head: string, permissions: Partial<Permissions>) {
    this.repository = repository;
    this.base = base;
    this.head = head;
    this.permissions = { contents: 'read', 'pull-requests': 'write', checks: 'write', issues: 'none', ...permissions };
  }

  get mergeBase(): string {
    return this.repository.mergeBase(this.base, this.head);
  }

  rows(): DiffRow[] {
    const { mergeBase, head } = this;
    const key = `${mergeBase} ${head}`;
    if (this.#diff?.key !== key) this.#diff = { key, rows: this.repository.diff(mergeBase, head) };
    return this.alterRows(this.#diff.rows);
  }

  id(): number {
    return this.#ids++;
  }

  /** A new commit on the head branch; comments keep their line where it is still there. */
  push(files: Files): string {
    const before = this.head;
    this.head = this.repository.commit(files);
    for (const comment of this.comments) {
      if (comment.line === null) continue;
      const line = this.repository.mapLine(before, this.head, comment.path, comment.line);
      const row = this.rows().find(({ filename }) => filename === comment.path);
      const visible = line !== null && insideOneHunk(parseHunks(row?.patch ?? ''), line, line);
      comment.line = visible ? line : null;
    }
    return this.head;
  }

  /** Why GitHub refuses a comment; undefined where it takes it. */
  commentProblem(draft: Draft, isReviewItem: boolean): string | undefined {
    const row = this.rows().find(({ filename }) => filename === draft.path);
    if ((draft.body ?? '').length > MAX_BODY) return `Body is too long (maximum is ${MAX_BODY} characters)`;
    if (row === undefined) return 'Path could not be resolved';
    if (isReviewItem && draft.subject_type !== undefined) return 'subject_type is not a permitted key';
    if (draft.subject_type === 'file') return undefined;
    const { line, start_line: start } = draft;
    if (line === undefined || row.patch === undefined)
      return "Pull request review thread line must be part of the diff and Pull request review thread diff hunk can't be blank";
    if (start !== undefined && start >= line) return 'Pull request review thread start line must precede the end line.';
    if (draft.side === 'LEFT') return 'Pull request review thread line must be part of the diff';
    return insideOneHunk(parseHunks(row.patch), start ?? line, line)
      ? undefined
      : 'Pull request review thread line must be part of the diff, Pull request review thread start line must be part of the same hunk as the line.';
  }

  addReview(body: {
    event?: string;
    body?: string;
    commit_id?: string;
    comments?: Draft[];
  }): Refused | { id: number; body: string } {
    const { comments = [] } = body;
    const refuse = (errors: string[]): Refused => ({ status: 422, body: { message: 'Unprocessable Entity', errors } });
    if (this.reviews.some((review) => review.commit === 'PENDING'))
      return refuse(['User can only have one pending review per pull request']);
    if (body.event === 'COMMENT' && !body.body && comments.length === 0) return refuse(['Body cannot be blank']);
    if (comments.length > MAX_REVIEW_COMMENTS)
      return refuse(['Review comments is invalid and Review threads is invalid']);
    const problems = comments
      .map((draft) => this.commentProblem(draft, true))
      .filter((problem) => problem !== undefined);
    if (problems.length > 0) return refuse([...new Set(problems)]);
    const id = this.id();
    this.reviews.push({
      id,
      body: body.body ?? '',
      commit: body.event === undefined ? 'PENDING' : (body.commit_id ?? this.head),
    });
    for (const draft of comments) this.addComment(draft);
    return { id, body: body.body ?? '' };
  }

  addComment(draft: Draft, login = LOGIN): StoredComment {
    const id = this.id();
    const isFile = draft.subject_type === 'file';
    const comment: StoredComment = {
      id,
      threadId: `PRRT_${id}`,
      path: draft.path ?? '',
      line: isFile ? null : (draft.line ?? null),
      startLine: draft.start_line ?? null,
      originalLine: isFile ? null : (draft.line ?? null),
      subjectType: isFile ? 'file' : 'line',
      body: draft.body ?? '',
      login,
      commit: this.head,
      resolved: false,
      minimized: false,
      replies: [],
    };
    this.comments.push(comment);
    return comment;
  }
}
