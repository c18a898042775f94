import { isTerraform } from '../../src/changes/candidates.ts';
import type { Changes, Contents } from '../../src/changes/changes.ts';
import { DEFAULT_CONFIG } from '../../src/policy/config.ts';
import type { Review } from '../../src/review/review.ts';
import { runReview } from '../../src/run.ts';
import { folderOf } from '../../src/source/path.ts';
import { OPTIONS } from '../review-of.ts';

export type Files = Record<string, string>;

/**
 * A review of files, all of which changed unless `changed` says which; with `base` as they were before. At most `readable`
 * files may be read to look for those that use the changed ones.
 */
export function review(
  head: Files,
  base?: Files,
  changed: readonly string[] = Object.keys(head),
  readable = 100,
  scope: 'new' | 'changed' = 'new',
): Promise<Review> {
  const sides = { head, base: base ?? {} };
  const read = (files: Files, isWanted: (path: string) => boolean): Map<string, Contents> =>
    new Map(Object.entries(files).flatMap(([path, text]) => (isWanted(path) ? [[path, { text }]] : [])));
  const statusOf = (path: string): 'added' | 'removed' | 'modified' =>
    base?.[path] === undefined ? 'added' : head[path] === undefined ? 'removed' : 'modified';
  const changes: Changes = {
    description: 'a change',
    hasBase: base !== undefined,
    list: async () => ({ files: changed.map((path) => ({ path, status: statusOf(path) })), incomplete: [] }),
    modules: async (side, folders) =>
      read(sides[side], (path) => isTerraform(path) && folders.includes(folderOf(path))),
    paths: async (side) => ({ paths: Object.keys(sides[side]), readable }),
    read: async (side, paths) => read(sides[side], (path) => paths.includes(path)),
  };
  return runReview(changes, DEFAULT_CONFIG, { ...OPTIONS, scope, digest: (text) => text });
}
