import { folderOf } from '../source/path.ts';
import { isCandidate, isTerraform } from './candidates.ts';
import type { ChangeList, Changes, Contents } from './changes.ts';

/** A file, or a folder with the files that stand directly in it; texts that came along need not be asked for. */
export type RemoteObject = Contents | { files: { name: string; text?: string }[] };

/** What a remote repository must answer. */
export interface RemoteReader {
  description: string;
  /** The changed files, or all of them where there is nothing to compare with. */
  list(): Promise<ChangeList>;
  /** The commit where head left base; undefined where there is no base. */
  mergeBase(): Promise<string | undefined>;
  /** What `commit:path` and `commit:folder` name; what does not exist has no entry. */
  objects(expressions: readonly string[]): Promise<Map<string, RemoteObject>>;
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
  // What a removed file allowed is gone.
  const removed = list.files.filter((file) => file.status === 'removed' && isCandidate(file.path));
  const compared = [...candidates.filter((file) => file.status !== 'added'), ...removed];
  // A new Terraform file has neighbours that were there before.
  const hasBefore = compared.length > 0 || candidates.some((file) => isTerraform(file.path));
  const mergeBase = hasBefore ? await reader.mergeBase() : undefined;
  const head = candidates.map((file) => `${commits.head}:${file.path}`);
  const base = mergeBase === undefined ? [] : compared.map((file) => `${mergeBase}:${file.previousPath ?? file.path}`);
  // The whole of each Terraform module that changes, on both sides.
  const folders = [
    ...new Set(
      candidates
        .map((file) => file.path)
        .filter(isTerraform)
        .map(folderOf),
    ),
  ];
  const sides = mergeBase === undefined ? [commits.head] : [commits.head, mergeBase];
  const folderAt = (commit: string, folder: string): string => `${commit}:${folder.replace(/\/$/, '')}`;
  const modules = sides.flatMap((commit) => folders.map((folder) => folderAt(commit, folder)));

  const asked = new Set<string>();
  const blobs = new Map<string, Contents>();
  /** Names of Terraform files by folder. */
  const names = new Map<string, string[]>();
  const ask = async (expressions: readonly string[]): Promise<void> => {
    const fresh = [...new Set(expressions)].filter((one) => !asked.has(one));
    for (const one of fresh) asked.add(one);
    for (const [one, object] of fresh.length > 0 ? await reader.objects(fresh) : []) {
      if (!('files' in object)) {
        blobs.set(one, object);
        continue;
      }
      const own = object.files.filter(({ name }) => isTerraform(name));
      names.set(
        one,
        own.map(({ name }) => name),
      );
      for (const { name, text } of own) {
        const file = `${one}${one.endsWith(':') ? '' : '/'}${name}`;
        if (text === undefined || blobs.has(file)) continue;
        asked.add(file);
        blobs.set(file, { text });
      }
    }
  };
  await ask(candidates.length + removed.length > 0 ? [configAt, ...head, ...base, ...modules] : []);
  const read = async (commit: string | undefined, paths: readonly string[]): Promise<Map<string, Contents>> => {
    const found = new Map<string, Contents>();
    if (commit === undefined) return found;
    // What files name beside the listed ones is asked for when it is known.
    await ask(paths.map((path) => `${commit}:${path}`));
    for (const path of paths) {
      const contents = blobs.get(`${commit}:${path}`);
      if (contents) found.set(path, contents);
    }
    return found;
  };
  const commitOf = (side: 'base' | 'head'): string | undefined => (side === 'head' ? commits.head : mergeBase);
  const changes: Changes = {
    description: reader.description,
    hasBase: commits.base !== undefined,
    list: async () => list,
    read: async (side, paths) => {
      const found = await read(commitOf(side), paths);
      // The list was made at a later head: what is not there cannot be passed over as if it were clean.
      const missing = `it is not in commit ${commits.head.slice(0, 12)}`;
      if (side === 'head') for (const path of paths) if (!found.has(path)) found.set(path, { unreadable: missing });
      return found;
    },
    modules: async (side, wantedFolders) => {
      const commit = commitOf(side);
      if (commit === undefined) return new Map();
      await ask(wantedFolders.map((folder) => folderAt(commit, folder)));
      const files = wantedFolders.flatMap((folder) =>
        (names.get(folderAt(commit, folder)) ?? []).map((name) => `${folder}${name}`),
      );
      return read(commit, files);
    },
  };
  return { changes, configuration: blobs.get(configAt) };
}
