import { folderOf } from '../source/path.ts';
import { isCandidate, isTerraform } from './candidates.ts';
import type { Changes, Contents } from './changes.ts';
import type { RemoteReader } from './remote-reader.ts';
import { openStore } from './remote-store.ts';

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
  const candidates = list.files.filter((file) => isCandidate(file.path));
  const present = candidates.filter((file) => file.status !== 'removed');
  const configAt = `${commits.base ?? commits.head}:${configPath}`;
  // Of a removed file what it allowed is compared too.
  const compared = candidates.filter((file) => file.status !== 'added');
  // A new or removed Terraform file has neighbours that were there before.
  const folders = [
    ...new Set(
      list.files
        .map(({ path }) => path)
        .filter(isTerraform)
        .map(folderOf),
    ),
  ];
  const mergeBase = compared.length + folders.length > 0 ? await reader.mergeBase() : undefined;
  const store = openStore(reader, list, { ...commits, mergeBase });
  const sides = mergeBase === undefined ? (['head'] as const) : (['head', 'base'] as const);
  // The whole of each module that changes, on both sides.
  const modules = sides.flatMap((side) => folders.flatMap((folder) => store.folderAt(side, folder) ?? []));
  const before = mergeBase === undefined ? [] : compared;
  await store.load(
    candidates.length === 0
      ? []
      : [
          configAt,
          ...present.map((file) => store.at('head', file.path)),
          ...before.map((file) => store.at('base', file.previousPath ?? file.path)),
          ...modules,
        ],
  );
  const changes: Changes = {
    description: reader.description,
    hasBase: commits.base !== undefined,
    isRemote: true,
    list: async () => list,
    read: async (side, paths) => {
      const found = await store.read(side, paths);
      // The list was made at a later head: what is not there cannot be passed over as if it were clean.
      const missing = `it is not in commit ${commits.head.slice(0, 12)}`;
      if (side === 'head') for (const path of paths) if (!found.has(path)) found.set(path, { unreadable: missing });
      return found;
    },
    modules: async (side, wanted) => {
      await store.load(wanted.flatMap((folder) => store.folderAt(side, folder) ?? []));
      return store.read(side, store.modules(side, wanted));
    },
    paths: (side) => store.paths(side),
  };
  return { changes, configuration: store.known(configAt) };
}
