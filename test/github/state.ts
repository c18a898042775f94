import { SkippingClock } from './clock.ts';
import { type Fault, RateLimits } from './faults.ts';
import { isInside, readHunks, type Side } from './hunks.ts';
import { GITHUB_LIMITS, type Limits } from './limits.ts';
import { type Permissions, RECOMMENDED } from './permissions.ts';
import type { CheckSuite, Draft, IssueComment, Reply, StoredCheckRun, StoredComment, StoredReview } from './records.ts';
import type { DiffRow, Files, Repository } from './repository.ts';

export type { Draft } from './records.ts';
export type { Permissions };

/** The login of a job's token in REST. GraphQL leaves the suffix out. */
export const LOGIN = 'github-actions[bot]';

/** A pull request on a repository, and what has been written to it. Tests may change all of it between two runs. */
export class State {
  readonly owner = 'o';
  readonly repo = 'r';
  readonly number: number;
  readonly repository: Repository;
  /** The tips of the two branches, not the merge base. */
  base: string;
  head: string;
  /** Every commit that was the head once: GitHub takes comments on them also after a force-push. */
  readonly heads: Set<string>;
  readonly permissions: Permissions;
  readonly faults: Fault[] = [];
  readonly rates = new RateLimits();
  readonly clock = new SkippingClock();
  readonly limits: Limits = { ...GITHUB_LIMITS };
  /** Fields that an older server's GraphQL schema lacks, as `Type.field`. */
  readonly schemaLacks: string[] = [];
  /** The first comment of each thread. */
  comments: StoredComment[] = [];
  reviews: StoredReview[] = [];
  issueComments: IssueComment[] = [];
  checkRuns: StoredCheckRun[] = [];
  checkSuites: CheckSuite[] = [];
  /** Change the rows of the file list before they are served: left-out patches, zero counts. */
  alterRows: (rows: DiffRow[]) => DiffRow[] = (rows) => rows;
  /** Is told of every request when it comes, as it is logged. */
  onCall: (call: string) => void = () => undefined;
  #ids = 100;
  readonly #diffs = new Map<string, DiffRow[]>();

  constructor(
    repository: Repository,
    base: string,
    head: string,
    permissions: Partial<Permissions> = {},
    { number = 1 } = {},
  ) {
    this.repository = repository;
    this.base = base;
    this.head = head;
    this.heads = new Set([head]);
    this.permissions = { ...RECOMMENDED, ...permissions };
    this.number = number;
  }

  get mergeBase(): string {
    return this.repository.mergeBase(this.base, this.head);
  }

  /** The threads as a reader of the conversation sees them. */
  get threads() {
    return this.comments.map((comment) => ({
      id: comment.threadId,
      path: comment.path,
      line: comment.line,
      isResolved: comment.resolvedBy !== null,
      resolvedBy: comment.resolvedBy,
      isOutdated: isOutdated(comment),
      comments: [comment, ...comment.replies].map(({ id, login, body }) => ({ id, login, body })),
    }));
  }

  /** The rows of the pull request's diff, or of what it was at an earlier head. */
  rows(head = this.head): DiffRow[] {
    return this.alterRows(this.diff(this.repository.mergeBase(this.base, head), head));
  }

  diff(from: string, to: string): DiffRow[] {
    const key = `${from} ${to}`;
    const rows = this.#diffs.get(key) ?? this.repository.diff(from, to);
    this.#diffs.set(key, rows);
    return rows;
  }

  id(): number {
    return this.#ids++;
  }

  /** A new commit on the head branch; comments keep their line where it is still there. */
  push(files: Files): string {
    return this.move({ head: this.repository.commitOn(this.head, files) });
  }

  /** A force-push of head, or another commit of the base branch. Answers the head. */
  move({ head = this.head, base = this.base }: { head?: string; base?: string }): string {
    const before = { LEFT: this.mergeBase, RIGHT: this.head };
    Object.assign(this, { head, base });
    this.heads.add(head);
    const after = { LEFT: this.mergeBase, RIGHT: head };
    for (const comment of this.comments) this.#follow(comment, before, after);
    return head;
  }

  #follow(comment: StoredComment, before: Record<Side, string>, after: Record<Side, string>): void {
    const { line, path } = comment;
    if (line === null) return;
    const map = (side: Side, from: number): number | null => {
      const to = this.repository.mapLine(before[side], after[side], path, from);
      return to !== null && this.#isShown(path, side, to) ? to : null;
    };
    const moved = map(comment.side, line);
    const start = comment.startLine === null ? null : map(comment.startSide, comment.startLine);
    const isLost = moved === null || (comment.startLine !== null && start === null);
    comment.line = isLost ? null : moved;
    comment.startLine = isLost ? null : start;
  }

  #isShown(path: string, side: Side, line: number): boolean {
    const row = this.rows().find(({ filename }) => filename === path);
    return readHunks(row?.patch ?? '').some((hunk) => isInside(hunk[side], line));
  }

  /** Stores a comment as it is, without asking whether GitHub would take it. `commit` is where its lines are meant. */
  addComment(draft: Draft, login = LOGIN, reviewId: number | null = null, commit = this.head): StoredComment {
    const id = this.id();
    const isFile = draft.subject_type === 'file';
    const side = draft.side ?? 'RIGHT';
    const line = isFile ? null : (draft.line ?? null);
    const startLine = isFile ? null : (draft.start_line ?? null);
    const comment: StoredComment = {
      id,
      threadId: `PRRT_${id}`,
      reviewId,
      path: draft.path ?? '',
      side,
      startSide: draft.start_side ?? side,
      line,
      startLine,
      originalLine: line,
      originalStartLine: startLine,
      subjectType: isFile ? 'file' : 'line',
      body: draft.body ?? '',
      login,
      commit,
      resolvedBy: null,
      minimized: null,
      replies: [],
    };
    const { mergeBase: LEFT } = this;
    if (commit !== this.head) this.#follow(comment, { LEFT, RIGHT: commit }, { LEFT, RIGHT: this.head });
    this.comments.push(comment);
    return comment;
  }

  /** An answer in the thread of a comment. */
  reply(commentId: number, body: string, login = 'person'): Reply {
    const reply = { id: this.id(), body, login };
    this.comment(commentId).replies.push(reply);
    return reply;
  }

  /** A person resolves the thread of a comment; null reopens it. */
  resolve(commentId: number, login: string | null = 'person'): void {
    this.comment(commentId).resolvedBy = login;
  }

  addIssueComment(body: string, login = LOGIN): IssueComment {
    const comment = { id: this.id(), body, login, minimized: null };
    this.issueComments.push(comment);
    return comment;
  }

  /** The suite that a check run lands in: the first one of its commit, whatever workflow that belongs to. */
  checkSuite(sha: string, workflow?: string): CheckSuite {
    const first = this.checkSuites.find((suite) => suite.sha === sha);
    if (first && workflow === undefined) return first;
    const suite = { id: this.id(), sha, workflow: workflow ?? 'Unnamed workflow' };
    this.checkSuites.push(suite);
    return suite;
  }

  /** Throws where there is none: a test asked for a comment that it did not make. */
  comment(id: number): StoredComment {
    const comment = this.comments.find((one) => one.id === id);
    if (comment === undefined) throw new Error(`no comment ${id}`);
    return comment;
  }
}

/** Whether the lines of a comment are gone from the diff. A comment on a whole file never is. */
export function isOutdated({ line, subjectType }: StoredComment): boolean {
  return line === null && subjectType === 'line';
}
