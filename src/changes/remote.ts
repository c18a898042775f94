import { isCandidate } from './candidates.ts';
import type { ChangeList, Changes, Contents } from './changes.ts';

/** What a remote repository must answer. */
export interface RemoteReader {
  description: string;
  /** The changed files, or all of them where there is nothing to compare with. */
  list(): Promise<ChangeList>;
  /** The commit where head left base; undefined where there is no base. */
  mergeBase(): Promise<string | undefined>;
  /** Texts by `commit:path`; what does not exist has no entry. */
  blobs(expressions: readonly string[]): Promise<Map<string, Contents>>;
}

/**
 * The changes of a remote head, everything asked for at once: the candidate files of both sides and the configuration,
 * whose text is answered too (undefined where the base has none). The configuration is read from the base, never from
 * a head that could switch its own review off; without a base from the head.
 */
export async function remoteChanges(
  reader: RemoteReader,
  commits: { head: string; base: string | undefined },
  configPath: string,
): Promise<{ changes: Changes; configuration: Contents | undefined }> {
  const list = await reader.list();
  const candidates = list.files.filter((file) => file.status !== 'removed' && isCandidate(file.path));
  const configAt = `${commits.base ?? commits.head}:${configPath}`;
  const mergeBase = candidates.length > 0 ? await reader.mergeBase() : undefined;
  const head = candidates.map((file) => `${commits.head}:${file.path}`);
  const base = candidates
    .filter((file) => file.status !== 'added')
    .map((file) => `${mergeBase}:${file.previousPath ?? file.path}`);
  const wanted = candidates.length > 0 ? [configAt, ...head, ...(mergeBase === undefined ? [] : base)] : [];
  const blobs = wanted.length > 0 ? await reader.blobs(wanted) : new Map<string, Contents>();
  const changes: Changes = {
    description: reader.description,
    hasBase: mergeBase !== undefined,
    list: async () => list,
    read: async (side, paths) => {
      const commit = side === 'head' ? commits.head : mergeBase;
      const found = new Map<string, Contents>();
      for (const path of paths) {
        const contents = blobs.get(`${commit}:${path}`);
        if (contents) found.set(path, contents);
      }
      return found;
    },
  };
  return { changes, configuration: blobs.get(configAt) };
}
