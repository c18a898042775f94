import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isCandidate } from './candidates.ts';

/** Folders that hold other people's files, in lower case. */
const IGNORED = new Set(['node_modules', '.git', '.terraform']);

/** What stands under a folder. */
export interface Walked {
  /** The paths of the files that can hold a policy, in no order. */
  files: string[];
  /** The folders that cannot be listed, and why. */
  unreadable: { path: string; reason: string }[];
}

/** The candidates under a folder, hidden ones too. Links are named and not followed. */
export function walk(folder: string): Walked {
  const walked: Walked = { files: [], unreadable: [] };
  const open = [folder];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    try {
      for (const entry of readdirSync(path, { withFileTypes: true })) {
        const { name } = entry;
        if (entry.isDirectory()) {
          if (!IGNORED.has(name.toLowerCase())) open.push(join(path, name));
        } else if (isCandidate(name) && (entry.isFile() || entry.isSymbolicLink())) walked.files.push(join(path, name));
      }
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      walked.unreadable.push({ path, reason });
    }
  }
  return walked;
}
