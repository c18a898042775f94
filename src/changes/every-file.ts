import type { ChangeList, Changes } from './changes.ts';
import type { RemoteReader } from './remote-reader.ts';

/** The changes of a reader, with the files of head that it does not touch among them: they are reviewed too. */
export function everyRemoteFile(reader: RemoteReader): RemoteReader {
  let all: Promise<ChangeList> | undefined;
  const tree: RemoteReader['tree'] = () => {
    all ??= reader.tree();
    return all;
  };
  return {
    ...reader,
    tree,
    list: async () => {
      const { files, incomplete } = await tree();
      return join(await reader.list(), { paths: files.map(({ path }) => path), incomplete });
    },
  };
}

/** The same for changes that are at hand. */
export function everyFile(changes: Changes): Changes {
  return {
    ...changes,
    list: async () => {
      const { paths, incomplete } = await changes.paths('head');
      return join(await changes.list(), { paths, incomplete: incomplete === undefined ? [] : [incomplete] });
    },
  };
}

function join(list: ChangeList, all: { paths: readonly string[]; incomplete: readonly string[] }): ChangeList {
  const listed = new Set(list.files.map(({ path }) => path));
  // Git names a file in conflict once a side.
  const others = [...new Set(all.paths)].filter((path) => !listed.has(path));
  return {
    files: [...list.files, ...others.map((path) => ({ path, status: 'unchanged' as const }))],
    incomplete: [...list.incomplete, ...all.incomplete],
  };
}
