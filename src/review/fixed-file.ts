import { proveAll } from './comment-fixes.ts';
import { applyEdits, type Fix } from './prove.ts';
import type { Made, ReviewComment, ReviewInput } from './review.ts';

/** A file with as many of its findings mended as can be mended at once. */
export interface FixedFile {
  path: string;
  before: string;
  after: string;
  /** What was mended, in the review's order. */
  fixes: { line: number; rule: string; title: string }[];
}

/**
 * The files of a review with its fixes applied. Fixes of several statements are proven together too; one that does not go
 * with the others is left for the next time.
 */
export function fixFiles(made: readonly Made[], comments: readonly ReviewComment[], input: ReviewInput): FixedFile[] {
  const byPath = Map.groupBy(
    comments.filter(({ fix }) => fix !== null),
    ({ path }) => path,
  );
  return [...byPath].flatMap(([path, own]): FixedFile[] => {
    const groups = own.map(({ findings }) => findings.flatMap((index) => mended(made[index])));
    const chosen = together(groups, input);
    const [first] = chosen?.mended ?? [];
    if (chosen === undefined || first === undefined) return [];
    const { text } = first.analysis.file;
    const fixes = chosen.mended.map(({ finding, fix }) => ({
      line: finding.start.line,
      rule: finding.rule,
      title: fix?.title ?? '',
    }));
    return [{ path, before: text, after: applyEdits(text, chosen.fix.edits), fixes }];
  });
}

function mended(made: Made | undefined): Made[] {
  return made?.fix ? [made] : [];
}

/** The fixes of all groups at once, else of one finding after the other as long as the proof holds. */
function together(groups: readonly Made[][], { prover }: ReviewInput): { fix: Fix; mended: Made[] } | undefined {
  const all = groups.flat();
  const [only, ...more] = all;
  if (only?.fix && more.length === 0) return { fix: only.fix, mended: [only] };
  const whole = proveAll(all, prover);
  if (whole) return { fix: whole, mended: all };
  let chosen: { fix: Fix; mended: Made[] } | undefined;
  for (const one of all) {
    const some = [...(chosen?.mended ?? []), one];
    const fix = proveAll(some, prover);
    if (fix) chosen = { fix, mended: some };
  }
  return chosen;
}
