import type { PolicyKind } from '../policy/policy.ts';
import type { Severity } from '../rules/rule.ts';
import type { Position } from '../source/source-file.ts';

/**
 * The result of a run: plain data, made by pure functions, and the only thing that reports and
 * publishing read. `JSON.stringify(review)` is a golden file.
 */
export interface Review {
  /** Every finding in scope first (worst first, then path and place), then the carried and suppressed ones. */
  findings: ReviewFinding[];
  /** One a statement: what an inline review would say, in the order in which comments are spent. */
  comments: ReviewComment[];
  gaps: ReviewGap[];
  files: {
    /** How many files could hold a policy by their name. */
    candidates: number;
    /** How many of them were read. */
    read: number;
    skipped: { path: string; reason: string }[];
    /** What was read out of each file that was parsed; `reason` where no policy was found. */
    contents: FileContents[];
  };
  summary: {
    errors: number;
    warnings: number;
    notices: number;
    carried: number;
    suppressed: number;
    /** Something could not be read or was not reviewed. */
    incomplete: boolean;
  };
  conclusion: 'success' | 'failure' | 'neutral';
}

export interface FileContents {
  path: string;
  policies: { kind: PolicyKind; address: string; statements: number }[];
  reason?: string;
}

/** A place in a file: 1-based lines, 1-based columns in UTF-16 code units, `end` exclusive in columns. */
export interface Range {
  start: Position;
  end: Position;
}

export interface ReviewFinding extends Range {
  rule: string;
  severity: Severity;
  message: string;
  path: string;
  policy: { kind: PolicyKind; address: string } | null;
  statement: { index: number; sid: string | null } | null;
  related: (Range & { path: string; note: string })[];
  fix: ReviewFix | null;
  advice: string;
  /** The address of the rule's documentation page. */
  help: string;
  fingerprint: string;
  /** `new`: head has it and base has not. Without a base every finding is new. */
  status: 'new' | 'carried';
  suppressed: { reason: string } | null;
  /** It counts: it is neither suppressed nor outside the scope. Every output shows exactly these. */
  inScope: boolean;
  /** The source line(s) of the span, for excerpts; no line break at the end. */
  excerpt: string[];
}

export interface ReviewFix {
  title: string;
  edits: (Range & { text: string })[];
  proven: boolean;
}

export interface ReviewGap extends Range {
  path: string;
  reason: string;
}

/** The findings of one statement, said once. */
export interface ReviewComment {
  /** Identity over time: path, policy, statement; no line numbers. Goes into the hidden marker. */
  key: string;
  path: string;
  /** Indices into `Review.findings`, worst first. */
  findings: number[];
  placement: Placement;
}

/**
 * Where a comment can stand. `inline`: lines of the head file, inside one hunk; `startLine` only where
 * it is before `line`. `file`: the file is in the pull request, the place is in no hunk. `summary`:
 * neither, or over the limit.
 */
export type Placement =
  | { at: 'inline'; startLine?: number; line: number }
  | { at: 'file'; why: string }
  | { at: 'summary'; why: string };
