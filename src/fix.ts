import type { Changes } from './changes/changes.ts';
import type { Config } from './policy/config.ts';
import type { FixedFile } from './review/fixed-file.ts';
import type { Review } from './review/review.ts';
import { runFixes, runReview } from './run.ts';
import type { RunOptions } from './run-options.ts';

/** A fix may make room for another: files are read again after each round, this often. */
const MAX_ROUNDS = 10;

/** What became of the fixes. */
export interface Fixed {
  /** What is left, read after the last file was written. */
  review: Review;
  /** Each file as often as it was written. */
  files: FixedFile[];
  refused: { path: string; reason: string }[];
}

/**
 * Writes the proven fixes of what is in scope into the files, until there is none. `open` gives the changes anew, because
 * writing changes them.
 */
export async function applyFixes(open: () => Promise<Changes>, config: Config, options: RunOptions): Promise<Fixed> {
  const files: FixedFile[] = [];
  const refused = new Map<string, string>();
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const changes = await open();
    const found = await runFixes(changes, config, options);
    let written = 0;
    for (const file of found.files) {
      if (refused.has(file.path)) continue;
      const reason = await changes.rewrite?.(file.path, file.before, file.after);
      if (reason !== undefined) refused.set(file.path, reason);
      else {
        files.push(file);
        written++;
      }
    }
    if (written === 0) return { review: found.review, files, refused: listed(refused, found.review) };
  }
  const review = await runReview(await open(), config, options);
  return { review, files, refused: listed(refused, review) };
}

/** A file may have been written by another of its names since. */
function listed(refused: ReadonlyMap<string, string>, { comments }: Review): Fixed['refused'] {
  return [...refused]
    .filter(([path]) => comments.some((comment) => comment.path === path && comment.fix !== null))
    .map(([path, reason]) => ({ path, reason }));
}
