import { existsSync, statSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { UserError } from '../source/user-error.ts';
import type { ChangedFile, Changes, Contents } from './changes.ts';
import { folderChanges, READABLE } from './folder.ts';

/** The files of one side. */
export interface Tree {
  kind: 'file' | 'folder' | 'commit';
  /** Paths, with something that is equal for equal contents where that is known without reading. */
  files(): Promise<Map<string, string | undefined>>;
  read(paths: readonly string[]): Promise<Map<string, Contents>>;
  modules(folders: readonly string[]): Promise<Map<string, Contents>>;
}

/**
 * Two files, two folders or two commits as a change from the first to the second. Of folders and commits the files with the
 * same path belong together, of two files the two. Throws a UserError for what is none of these, and for two kinds.
 */
export async function twoSides(base: string, head: string, cwd: string): Promise<Changes> {
  const trees = { base: await openTree(base, cwd), head: await openTree(head, cwd) };
  if (trees.base.kind !== trees.head.kind) {
    const kinds = `${base} is a ${trees.base.kind} and ${head} is a ${trees.head.kind}`;
    throw new UserError(`${kinds}; diff compares two files, two folders or two commits`);
  }
  return {
    description: `${base} and ${head}`,
    hasBase: true,
    list: async () => ({ files: await changedFiles(trees.base, trees.head), incomplete: [] }),
    read: (side, paths) => trees[side].read(paths),
    modules: (side, folders) => trees[side].modules(folders),
    paths: async (side) => ({
      // A file that is compared by itself has nothing beside it.
      paths: trees[side].kind === 'file' ? [] : [...(await trees[side].files()).keys()],
      readable: READABLE,
    }),
  };
}

/** A path before a commit of the same name, as people expect of what they see in the folder. */
async function openTree(name: string, cwd: string): Promise<Tree> {
  const absolute = resolve(cwd, name);
  if (!existsSync(absolute)) return (await import('./git.ts')).commitTree(name, cwd);
  const isFolder = statSync(absolute).isDirectory();
  const root = isFolder ? absolute : dirname(absolute);
  const { list, read, modules } = folderChanges([isFolder ? '.' : basename(absolute)], root);
  if (!isFolder) return fileTree(absolute, cwd, read);
  return {
    kind: 'folder',
    files: async () => new Map((await list()).files.map(({ path }) => [path, undefined])),
    read: (paths) => read('head', paths),
    modules: (folders) => modules('head', folders),
  };
}

/** One file by itself, whatever it is called on the other side; no Terraform beside it is read. */
function fileTree(absolute: string, cwd: string, read: Changes['read']): Tree {
  // Reports name it as it is seen from here.
  const shown = relative(cwd, absolute).split(sep).join('/');
  return {
    kind: 'file',
    files: async () => new Map([[shown, undefined]]),
    read: async (paths) => {
      const contents = (await read('head', [basename(absolute)])).get(basename(absolute));
      return new Map(contents && paths.includes(shown) ? [[shown, contents]] : []);
    },
    modules: async () => new Map(),
  };
}

async function changedFiles(base: Tree, head: Tree): Promise<ChangedFile[]> {
  const [before, after] = [await base.files(), await head.files()];
  if (head.kind === 'file') {
    const [[previousPath = ''] = [], [path = ''] = []] = [[...before.keys()], [...after.keys()]];
    return [{ path, previousPath, status: 'renamed', named: true }];
  }
  const common = [...after.keys()].filter((path) => before.has(path));
  const open = common.filter((path) => after.get(path) === undefined || after.get(path) !== before.get(path));
  const texts = { before: await base.read(open), after: await head.read(open) };
  const isSame = (path: string): boolean => {
    const [one, other] = [texts.before.get(path), texts.after.get(path)];
    return one !== undefined && other !== undefined && 'text' in one && 'text' in other && one.text === other.text;
  };
  const files: ChangedFile[] = [
    ...[...after.keys()].filter((path) => !before.has(path)).map((path) => ({ path, status: 'added' as const })),
    ...[...before.keys()].filter((path) => !after.has(path)).map((path) => ({ path, status: 'removed' as const })),
    ...open.filter((path) => !isSame(path)).map((path) => ({ path, status: 'modified' as const })),
  ];
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
