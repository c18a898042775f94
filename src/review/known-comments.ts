import type { Finding } from '../rules/rule.ts';
import type { Analysis } from './analyse.ts';
import type { SuppressionComment } from './suppression-comment.ts';

/** The comments to this tool by the path of their file. */
type CommentsByFile = ReadonlyMap<string, readonly SuppressionComment[]>;

export function commentsByFile(analyses: readonly Analysis[]): CommentsByFile {
  return new Map(analyses.flatMap(({ file, comments }) => (comments ? [[file.path, comments] as const] : [])));
}

/** The comments of the files that a finding has to do with. */
export function commentsNear(
  { span, statement, policy, declared }: Finding,
  comments: CommentsByFile,
): SuppressionComment[] {
  if (comments.size === 0) return [];
  const places = [span, statement?.span, policy?.span, declared?.span];
  const paths = new Set(places.flatMap((place) => (place ? [place.file.path] : [])));
  return [...paths].flatMap((path) => comments.get(path) ?? []);
}

/** Which comments of head are those of the base, and which ones of the base are not there any more. */
export function pairComments(
  head: CommentsByFile,
  base: CommentsByFile,
): { known: ReadonlyMap<SuppressionComment, SuppressionComment>; removed: SuppressionComment[] } {
  const known = new Map<SuppressionComment, SuppressionComment>();
  const left = new Set([...base.values()].flat());
  const lineOf = ({ file, target }: SuppressionComment): string => file.line(target ?? 0).trim();
  // Equal words above the same line first, so that a copy elsewhere in the file is the new one.
  for (const isSame of [(a: SuppressionComment, b: SuppressionComment) => lineOf(a) === lineOf(b), () => true]) {
    for (const [path, comments] of head) {
      for (const comment of comments) {
        if (known.has(comment)) continue;
        const same = base.get(path)?.find((one) => left.has(one) && one.text === comment.text && isSame(comment, one));
        if (same === undefined) continue;
        known.set(comment, same);
        left.delete(same);
      }
    }
  }
  return { known, removed: [...left] };
}
