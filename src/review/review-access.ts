import type { Documents } from '../access/attachments.ts';
import { type AccessDiff, diffAccess, type Lost } from '../access/diff.ts';
import type { Config } from '../policy/config.ts';
import type { Analysis } from './analyse.ts';

/**
 * The KMS access of both sides of a change, compared. A file that did not change (another one of a Terraform module) counts
 * where both sides were read; on one side alone it would look new, or gone. `lost` are files that could not be read.
 */
export function reviewAccess(
  base: readonly Analysis[],
  head: readonly Analysis[],
  changed: ReadonlySet<string>,
  lost: readonly Lost[],
  config: Pick<Config, 'account'>,
): AccessDiff {
  const pathsOf = (side: readonly Analysis[]): Set<string> => new Set(side.map(({ file }) => file.path));
  const [before, after] = [pathsOf(base), pathsOf(head)];
  const documentsOf = (side: readonly Analysis[]): Documents[] =>
    side.flatMap(({ documents }) => {
      if (documents === undefined) return [];
      const { path } = documents;
      return changed.has(path) || (before.has(path) && after.has(path)) ? [documents] : [];
    });
  return diffAccess(documentsOf(base), documentsOf(head), lost, { account: config.account });
}
