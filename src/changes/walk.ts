import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isCandidate, VENDOR_FOLDERS } from './candidates.ts';

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
          if (!isVendorFolder(name)) open.push(join(path, name));
        } else if (isCandidate(name) && (entry.isFile() || entry.isSymbolicLink())) walked.files.push(join(path, name));
      }
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      walked.unreadable.push({ path, reason });
    }
  }
  return walked;
}

function isVendorFolder(name: string): boolean {
  const folded = name.toLowerCase();
  return VENDOR_FOLDERS.some((folder) => folder === folded);
}
