import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  lstatSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { decode } from './decode.ts';

/**
 * Writes a file anew, whole or not at all, with its mode and owner, where it still holds what was read; answers why not.
 * A link is followed only to a place inside the root, and the file that it leads to is written.
 */
export function rewriteFile(path: string, root: string, before: string, after: string): string | undefined {
  try {
    const absolute = resolve(root, path);
    const real = realpathSync.native(absolute);
    if (real !== absolute && absolute.startsWith(root + sep) && !real.startsWith(realpathSync.native(root) + sep))
      return 'a link that leaves the folder';
    const { mode, nlink, uid, gid } = lstatSync(real);
    if (nlink > 1) return 'it has another name (a hard link), which would go on with the old text';
    accessSync(real, constants.W_OK);
    const now = decode(readFileSync(real));
    if (!('text' in now) || now.text !== before) return 'it changed while it was read';
    replace(real, after, { mode, uid, gid });
    return undefined;
  } catch (error) {
    return `cannot be written (${error instanceof Error && 'code' in error ? error.code : error})`;
  }
}

/** By a file beside it that takes its name: whoever reads it meanwhile sees the old text or the new one. */
function replace(file: string, text: string, { mode, uid, gid }: { mode: number; uid: number; gid: number }): void {
  const beside = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
  try {
    writeFileSync(beside, text, { flag: 'wx', mode });
    chmodSync(beside, mode & 0o7777);
    if (process.getuid?.() === 0) chownSync(beside, uid, gid);
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
