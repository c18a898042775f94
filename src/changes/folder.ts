import { type Dirent, readdirSync, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { UserError } from '../source/user-error.ts';
import { isTerraform, VENDOR_FOLDERS } from './candidates.ts';
import type { ChangedFile, ChangeList, Changes, Contents, Paths } from './changes.ts';
import { type FileReader, fileReader } from './read-file.ts';

/** How many files and folders are listed to look for those that use a given one. */
const MAX_LISTED = 100_000;
/** How many files may be read for that: reading from disk is cheap. */
export const READABLE = 20_000;

/** Files and folders as they are: every file counts as unchanged, and there is nothing to compare with. */
export function folderChanges(paths: readonly string[], root: string): Changes {
  const reader = fileReader(root);
  return {
    description: paths.join(', '),
    hasBase: false,
    list: async () => {
      const found = new Map<string, ChangedFile>();
      const incomplete: string[] = [];
      for (const path of paths) {
        const list = await expand(path, root);
        for (const file of list.files) found.set(file.path, file);
        incomplete.push(...list.incomplete);
      }
      return { files: [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), incomplete };
    },
    modules: async (_side, folders) => readModules(folders, root, reader),
    paths: async () => listFiles(root),
    read: async (_side, wanted) => new Map(wanted.map((path) => [path, reader(path)])),
    rewrite: async (path, before, after) => (await import('./write.ts')).rewriteFile(path, root, before, after),
  };
}

/** A file as itself; a folder as the candidates in it. Throws a UserError for a path that is not there. */
async function expand(path: string, root: string): Promise<ChangeList> {
  const absolute = resolve(root, path);
  const stats = statSync(absolute, { throwIfNoEntry: false });
  if (stats === undefined) throw new UserError(`${path}: no such file or folder`);
  if (!stats.isDirectory())
    return { files: [{ path: display(absolute, root), status: 'unchanged', named: true }], incomplete: [] };
  const { files, unreadable } = await (await import('./walk.ts')).walk(absolute);
  const folder = display(absolute, root);
  const prefix = folder === '' ? '' : `${folder}/`;
  return {
    files: files.map((file) => ({ path: `${prefix}${file}`, status: 'unchanged' })),
    incomplete: unreadable.map((one) => `the folder ${display(one.path, root)} cannot be listed (${one.reason})`),
  };
}

/** Relative to the root with forward slashes; a path outside it stays as it is. */
function display(absolute: string, root: string): string {
  return relative(root, absolute).split(sep).join('/');
}

/** All files under the root, links left out. */
function listFiles(root: string): Paths {
  const paths: string[] = [];
  const folders = [''];
  for (let folder = folders.pop(), listed = 0; folder !== undefined; folder = folders.pop()) {
    let entries: Dirent[];
    try {
      entries = readdirSync(resolve(root, folder), { withFileTypes: true });
    } catch {
      continue;
    }
    listed += entries.length;
    if (listed > MAX_LISTED) {
      const incomplete = `only the first ${MAX_LISTED.toLocaleString('en')} files were listed`;
      return { paths, readable: READABLE, incomplete };
    }
    for (const entry of entries) {
      if (entry.isFile()) paths.push(`${folder}${entry.name}`);
      else if (entry.isDirectory() && !VENDOR_FOLDERS.some((vendor) => vendor === entry.name))
        folders.push(`${folder}${entry.name}/`);
    }
  }
  return { paths, readable: READABLE };
}

/** The Terraform files that stand in folders, as they are on disk. A folder that is not there has none. */
export function readModules(folders: readonly string[], root: string, reader: FileReader): Map<string, Contents> {
  const found = new Map<string, Contents>();
  for (const folder of folders) {
    let names: string[];
    try {
      names = readdirSync(resolve(root, folder)).filter(isTerraform).sort();
    } catch {
      continue;
    }
    for (const name of names) found.set(`${folder}${name}`, reader(`${folder}${name}`));
  }
  return found;
}
