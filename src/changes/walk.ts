import { type Dirent, readdir } from 'node:fs';
import { resolve } from 'node:path';
import { CANDIDATE_ENDINGS, VENDOR_FOLDERS } from './candidates.ts';

/** What stands under a folder. */
export interface Walked {
  /** The paths of the files that can hold a policy, relative to the folder, with forward slashes, in no order. */
  files: string[];
  /** The folders that cannot be listed, and why. */
  unreadable: { path: string; reason: string }[];
}

type Done = (error: NodeJS.ErrnoException | null, entries: Dirent[]) => void;

/** The candidates under a folder, hidden ones too. Links are named and not followed. */
export async function walk(folder: string): Promise<Walked> {
  const { default: glob } = await import('fast-glob');
  const unreadable: Walked['unreadable'] = [];
  const list = (path: string, options: { withFileTypes: true }, done: Done): void =>
    readdir(path, options, (error, entries) => {
      if (error) unreadable.push({ path: resolve(path), reason: error.code ?? 'unknown error' });
      done(error, entries);
    });
  const files = await glob(`**/*.{${CANDIDATE_ENDINGS.join(',')}}`, {
    cwd: folder,
    ignore: VENDOR_FOLDERS.map((vendor) => `**/${vendor}/**`),
    dot: true,
    followSymbolicLinks: false,
    caseSensitiveMatch: false,
    onlyFiles: false,
    markDirectories: true,
    // One folder that cannot be listed does not end the walk; it is remembered here.
    suppressErrors: true,
    // The walk calls one of readdir's overloads only.
    fs: { readdir: list as typeof readdir },
  });
  return { files: files.filter((file) => !file.endsWith('/')), unreadable };
}
