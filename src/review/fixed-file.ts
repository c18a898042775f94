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

/** The fixes of all groups at once, else of one group after the other as long as the proof holds. */
function together(groups: readonly Made[][], { prover }: ReviewInput): { fix: Fix; mended: Made[] } | undefined {
  const prove = (some: readonly Made[]): Fix | undefined => {
    const [first] = some;
    return (
      first &&
      prover?.prove(
        first.analysis,
        some.map(({ origin }) => origin),
      )
    );
  };
  const [only, ...more] = groups.flat();
  if (only?.fix && more.length === 0) return { fix: only.fix, mended: [only] };
  const whole = prove(groups.flat());
  if (whole) return { fix: whole, mended: groups.flat() };
  let chosen: { fix: Fix; mended: Made[] } | undefined;
  for (const one of groups.flat()) {
    const some = [...(chosen?.mended ?? []), one];
    const fix = prove(some);
    if (fix) chosen = { fix, mended: some };
  }
  return chosen;
}
