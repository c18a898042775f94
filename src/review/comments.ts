import { commentFixes } from './comment-fixes.ts';
import { place } from './place.ts';
import type { CommentFix, Made, Placement, ReviewComment, ReviewInput } from './review.ts';

/** Comments on files: no review can hold them, so that each is a request and a notification of its own. Ours. */
const MAX_ON_FILE = 10;

/** One comment a statement, in the order of their worst findings; those over the limit go to the summary. */
export function makeComments(described: readonly Made[], input: ReviewInput): ReviewComment[] {
  const groups = new Map<string, { made: Made[]; findings: number[] }>();
  described.forEach((made, index) => {
    const { path, policy, statement, rule, inScope } = made.finding;
    if (!inScope) return;
    const key = JSON.stringify(
      statement ? [path, policy?.address, statement.index] : [path, policy?.address, rule, index],
    );
    const group = groups.get(key) ?? { made: [], findings: [] };
    groups.set(key, group);
    group.made.push(made);
    group.findings.push(index);
  });
  let inline = 0;
  let onFile = 0;
  const all = [...groups.values()];
  const fixes = commentFixes(
    all.map(({ made }) => made),
    input.prover,
  );
  return all.map(({ made, findings }, index): ReviewComment => {
    const { path, policy, statement, fingerprint } = (made[0] as Made).finding;
    const identity = statement?.sid ? [path, policy?.address, statement.sid] : [fingerprint];
    const fix = fixes[index] ?? null;
    const ranges = made.map(({ finding }) => finding);
    let placement = placeComment(ranges, fix, path, input);
    if (placement.at !== 'summary' && inline++ >= input.maxComments)
      placement = { at: 'summary', why: `more than ${input.maxComments} comments` };
    else if (placement.at === 'file' && onFile++ >= MAX_ON_FILE)
      placement = { at: 'summary', why: `more than ${MAX_ON_FILE} comments on files` };
    return { key: input.digest(JSON.stringify(identity)), path, findings, placement, fix };
  });
}

/** On the lines that the fix replaces, where they can be shown; else where the findings are. */
function placeComment(
  ranges: Parameters<typeof place>[0],
  fix: CommentFix | null,
  path: string,
  { diff }: ReviewInput,
): Placement {
  const hunks = diff.get(path);
  if (fix?.lines) {
    const { first, last } = fix.lines;
    const lines = { start: { line: first, column: 1 }, end: { line: last, column: 2 } };
    const placement = place([lines], diff.has(path), hunks);
    if (placement.at === 'inline') return placement;
  }
  return place(ranges, diff.has(path), hunks);
}
