import type { Side } from './hunks.ts';

/** What a request says about a comment; the names are those of GitHub's REST API, lines are 1-based. */
export interface Draft {
  path?: string;
  body?: string;
  line?: number;
  start_line?: number;
  side?: Side;
  start_side?: Side;
  subject_type?: 'line' | 'file';
}

export interface Reply {
  id: number;
  login: string;
  body: string;
}

/** The first comment of a thread, with what is known of the thread. */
export interface StoredComment {
  id: number;
  threadId: string;
  reviewId: number | null;
  path: string;
  side: Side;
  startSide: Side;
  /** Null on a comment on the file, and when the lines are no longer in the diff. */
  line: number | null;
  startLine: number | null;
  originalLine: number | null;
  originalStartLine: number | null;
  subjectType: 'line' | 'file';
  body: string;
  login: string;
  commit: string;
  /** Null where the thread is open. */
  resolvedBy: string | null;
  /** The classifier that it was hidden with. */
  minimized: string | null;
  replies: Reply[];
}

export interface StoredReview {
  id: number;
  login: string;
  body: string;
  /** The head when it was submitted; a pending one has not been. */
  commit: string;
  state: 'PENDING' | 'COMMENTED' | 'APPROVED' | 'CHANGES_REQUESTED';
  /** The classifier that it was hidden with. */
  minimized: string | null;
}

export interface IssueComment {
  id: number;
  login: string;
  body: string;
  minimized: string | null;
}

export interface CheckAnnotation {
  path: string;
  start_line: number;
  end_line: number;
  start_column?: number;
  end_column?: number;
  annotation_level: string;
  message: string;
  title?: string;
  raw_details?: string;
}

export interface StoredCheckRun {
  id: number;
  name: string;
  headSha: string;
  suiteId: number;
  status: string;
  conclusion: string | null;
  title: string;
  summary: string;
  text: string | null;
  annotations: CheckAnnotation[];
}

/** One of a commit's check suites; each workflow has its own. */
export interface CheckSuite {
  id: number;
  sha: string;
  workflow: string;
}
