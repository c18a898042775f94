import type { AccessDiff } from '../access/diff.ts';
import type { Config } from '../policy/config.ts';
import type { PolicyKind } from '../policy/policy.ts';
import type { Finding, Severity } from '../rules/rule.ts';
import type { Position } from '../source/source-file.ts';
import type { Analysis } from './analyse.ts';
import type { Digest } from './fingerprint.ts';
import type { IdleSuppression } from './idle.ts';
import type { Hunk } from './place.ts';
import type { Fix, Prover } from './prove.ts';
import type { Narrows, Suppressed } from './suppress.ts';

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
  /** Comments and entries of the configuration that suppress nothing. */
  idleSuppressions: IdleSuppression[];
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
  /** The KMS access of both sides compared; null where there is nothing to compare with. */
  access: AccessDiff | null;
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
  /** `new`: head has it and base has not, or base had it suppressed. Without a base every finding is new. */
  status: 'new' | 'carried';
  suppressed: Suppressed | null;
  /** It counts: it is neither suppressed nor outside the scope. Every output shows exactly these. */
  inScope: boolean;
  /** The source line(s) of the span, for excerpts, without the last line break; none where the file is not at hand. */
  excerpt: string[];
}

export interface ReviewFix {
  title: string;
  edits: (Range & { text: string })[];
  proven: boolean;
}

/** A fix, and the whole lines that it replaces; null where lines do not tell it. */
export interface CommentFix extends ReviewFix {
  lines: { first: number; last: number; after: string[] } | null;
}

/** What could not be read or decided, and why. */
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
  /** What mends as many of them as can be mended together. */
  fix: CommentFix | null;
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

/** What a review is made of. Everything has been read; nothing here touches the outside. */
export interface ReviewInput {
  head: readonly Analysis[];
  /** The base's analyses, under the paths of the head; undefined where there is nothing to compare with. */
  base: readonly Analysis[] | undefined;
  config: Config;
  /** The hunks of changed files by path; undefined for a file whose diff is not known. */
  diff: ReadonlyMap<string, readonly Hunk[] | undefined>;
  scope: 'new' | 'changed' | 'all';
  failOn: Severity | 'never';
  failOnIncomplete: boolean;
  maxComments: number;
  /** `YYYY-MM-DD`, for suppressions that expire. */
  today: string;
  digest: Digest;
  /** Compares what statements grant; loaded where a suppression may be bound to it. */
  narrows?: Narrows | undefined;
  /** Other files are reviewed elsewhere: what an entry of the configuration is for may be in them. */
  isPart?: boolean | undefined;
  candidates: number;
  skipped: readonly { path: string; reason: string }[];
  /** Reasons why files may be missing altogether. */
  incomplete: readonly string[];
  access: AccessDiff | null;
  /** Absent where no finding has a repair. */
  prover?: Prover | undefined;
}

/** A finding as it is described, and what it was made of. */
export interface Made {
  finding: ReviewFinding;
  origin: Finding;
  analysis: Analysis;
  fix?: Fix | undefined;
}

/** Where the documentation of the rules is. */
const HELP = 'https://github.com/kms-policy-review/kms-policy-review/blob/main/docs/rules';

/** The address of a rule's page. */
export function helpOf(rule: string): string {
  return `${HELP}/${rule}.md`;
}

/** The reason for files that the text scan passes over. */
export const NOTHING_TO_READ = 'no policy can be in it';

/** A file that certainly holds no policy was not lost; every other skipped file was. */
export function isLoss({ reason }: { reason: string }): boolean {
  return reason !== NOTHING_TO_READ;
}
