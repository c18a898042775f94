import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import type { Contents } from './changes.ts';
import { decode, MAX_FILE_BYTES } from './decode.ts';

/** Reads one file by its path from the root: its text, or why not. A link is followed only to a place inside the root. */
export type FileReader = (path: string) => Contents;

/** Reads files under a root. The real place of a folder is looked up once. */
export function fileReader(root: string): FileReader {
  const folders = new Map<string, boolean>();
  let realRoot: string | undefined;
  const isInside = (absolute: string): boolean => {
    const real = realpathSync.native(absolute);
    if (real === absolute || !absolute.startsWith(root + sep)) return true;
    realRoot ??= realpathSync.native(root);
    return real.startsWith(realRoot + sep) || real === realRoot;
  };
  const isFolderInside = (folder: string): boolean => {
    let inside = folders.get(folder);
    if (inside === undefined) {
      inside = isInside(folder);
      folders.set(folder, inside);
    }
    return inside;
  };
  return (path) => {
    const absolute = resolve(root, path);
    try {
      const own = lstatSync(absolute);
      const isLink = own.isSymbolicLink();
      if (!(isLink ? isInside(absolute) : isFolderInside(dirname(absolute))))
        return { unreadable: 'a link that leaves the folder' };
      const { size } = isLink ? statSync(absolute) : own;
      if (size > MAX_FILE_BYTES) return { unreadable: `larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB` };
      const text = readFileSync(absolute, 'utf8');
      // Nearly every file is plain UTF-8, which is read at once; the bytes of another tell what it is.
      return text.includes('\0') || text.includes('\uFFFD') ? decode(readFileSync(absolute)) : { text };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT') return { unreadable: 'there is no such file' };
      return { unreadable: code === undefined ? 'cannot be read' : `cannot be read (${code})` };
    }
  };
}
