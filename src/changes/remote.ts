import { folderOf } from '../source/path.ts';
import { isCandidate, isTerraform } from './candidates.ts';
import type { ChangeList, Changes, Contents } from './changes.ts';

/** What a remote repository must answer. */
export interface RemoteReader {
  description: string;
  /** The changed files, or all of them where there is nothing to compare with. */
  list(): Promise<ChangeList>;
  /** The commit where head left base; undefined where there is no base. */
  mergeBase(): Promise<string | undefined>;
  /** The names of the files in folders, by `commit:folder`; what does not exist has no entry. */
  names(expressions: readonly string[]): Promise<Map<string, string[]>>;
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
  const compared = candidates.filter((file) => file.status !== 'added');
  // A new Terraform file has neighbours that were there before.
  const hasBefore = compared.length > 0 || candidates.some((file) => isTerraform(file.path));
  const mergeBase = hasBefore ? await reader.mergeBase() : undefined;
  const head = candidates.map((file) => `${commits.head}:${file.path}`);
  const base = compared.map((file) => `${mergeBase}:${file.previousPath ?? file.path}`);
  // The whole of each module that changes, on both sides; one more request, and only where Terraform is among the files.
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
  const listed = new Set(sides.flatMap((commit) => folders.map((folder) => folderAt(commit, folder))));
  const names = listed.size > 0 ? await reader.names([...listed]) : new Map<string, string[]>();
  const moduleFiles = (commit: string, folder: string): string[] =>
    (names.get(folderAt(commit, folder)) ?? []).filter(isTerraform).map((name) => `${folder}${name}`);
  const modules = sides.flatMap((commit) =>
    folders.flatMap((folder) => moduleFiles(commit, folder).map((path) => `${commit}:${path}`)),
  );
  const asked = new Set(
    candidates.length > 0 ? [configAt, ...head, ...(mergeBase === undefined ? [] : base), ...modules] : [],
  );
  const blobs = asked.size > 0 ? await reader.blobs([...asked]) : new Map<string, Contents>();
  const read = async (commit: string | undefined, paths: readonly string[]): Promise<Map<string, Contents>> => {
    const found = new Map<string, Contents>();
    if (commit === undefined) return found;
    // What files name beside the listed ones is asked for when it is known.
    const more = paths.map((path) => `${commit}:${path}`).filter((one) => !asked.has(one));
    for (const one of more) asked.add(one);
    for (const [one, contents] of more.length > 0 ? await reader.blobs(more) : []) blobs.set(one, contents);
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
      const more = wantedFolders.map((folder) => folderAt(commit, folder)).filter((one) => !listed.has(one));
      for (const one of more) listed.add(one);
      for (const [one, own] of more.length > 0 ? await reader.names(more) : []) names.set(one, own);
      return read(
        commit,
        wantedFolders.flatMap((folder) => moduleFiles(commit, folder)),
      );
    },
  };
  return { changes, configuration: blobs.get(configAt) };
}
