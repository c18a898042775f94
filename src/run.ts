import type { Changes } from './changes/changes.ts';
import type { Config } from './policy/config.ts';
import type { Review } from './review/review.ts';
import type { Severity } from './rules/rule.ts';

/** What the story needs of the outside when it publishes; `github/` implements it, tests talk to a stand-in server. */
export interface Publisher {
  /**
   * Posts one review with the inline comments that are not there yet, and file-level comments singly.
   * Comments that this program posted before, found by marker and own login, are not posted again; one whose
   * body changed is edited in place. Never throws for what GitHub refuses: the refusal is a problem in words.
   */
  publishReview(review: Review): Promise<Published>;
  /** Creates or updates the check run `KMS policy review` on the head commit. */
  publishCheckRun(review: Review): Promise<Published>;
}

export interface Published {
  /** How many things were written (comments created or edited, check runs). */
  writes: number;
  /** Sentences for the job summary: a missing permission and how to give it, a refused comment. */
  problems: string[];
  /** Keys of comments that could not be placed and must be shown in the summary. */
  unplaced: string[];
}

export interface RunOptions {
  /** `new`: only what head has and base has not; `changed`: all of the changed files; `all`: every file of head. */
  scope: 'new' | 'changed' | 'all';
  failOn: Severity | 'never';
  failOnIncomplete: boolean;
  /** Inline comments a run; the rest is placed in the summary. */
  maxComments: number;
  /** Globs on top of the configuration's. */
  paths: string[];
  pathsIgnore: string[];
  /** Called while files are read, for a progress line. */
  progress?: (done: number, total: number) => void;
}

/** The story: files, review. Reads through `changes`, writes nothing. */
export async function runReview(_changes: Changes, _config: Config, _options: RunOptions): Promise<Review> {
  throw new Error('being written');
}
