import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Files by path; null takes a file away; `{ from }` moves one. */
export type Files = Record<string, string | Uint8Array | null>;

/** A real git repository in a temporary folder, from which the stand-in takes blobs and patches. */
export class Repository {
  readonly folder: string;
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'kms-policy-review-git-'));
    this.git('init', '-q', '-b', 'main');
    this.git('config', 'user.name', 'A Person');
    this.git('config', 'user.email', 'person@example.com');
    this.git('config', 'core.autocrlf', 'false');
  }

  git(...args: string[]): string {
    const env = { PATH: process.env['PATH'], HOME: this.folder, GIT_CONFIG_NOSYSTEM: '1' };
    return execFileSync('git', args, {
      cwd: this.folder,
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 1e9,
    });
  }

  bytes(...args: string[]): Buffer {
    return execFileSync('git', args, { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1e9 });
  }

  /** Writes files, commits them and answers the commit. */
  commit(files: Files, message = 'change'): string {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.folder, path);
      if (content === null) rmSync(file);
      else {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content);
      }
    }
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', message);
    return this.git('rev-parse', 'HEAD').trim();
  }

  mergeBase(a: string, b: string): string {
    return this.git('merge-base', a, b).trim();
  }

  /** The rows of GitHub's file list between two commits; `patch` has hunks only, as GitHub's has. */
  diff(from: string, to: string): DiffRow[] {
    const fields = this.git('diff', '--name-status', '-M', '-z', from, to).split('\0');
    const rows: DiffRow[] = [];
    for (let i = 0; i + 1 < fields.length; ) {
      const status = fields[i++] as string;
      const first = fields[i++] as string;
      const renamed = status.startsWith('R');
      const filename = renamed ? (fields[i++] as string) : first;
      const text = this.git('diff', '-M', '-U3', from, to, '--', ...(renamed ? [first, filename] : [filename]));
      const at = text.indexOf('\n@@ ');
      const lines = text.split('\n').filter((line) => /^[+-](?![+-]{2} )/.test(line));
      rows.push({
        sha:
          status === 'D'
            ? this.git('rev-parse', `${from}:${first}`).trim()
            : this.git('rev-parse', `${to}:${filename}`).trim(),
        filename,
        status: renamed ? 'renamed' : status === 'A' ? 'added' : status === 'D' ? 'removed' : 'modified',
        ...(renamed ? { previous_filename: first } : {}),
        ...(at < 0 ? {} : { patch: text.slice(at + 1).replace(/\n$/, '') }),
        additions: lines.filter((line) => line.startsWith('+')).length,
        deletions: lines.filter((line) => line.startsWith('-')).length,
        changes: lines.length,
      });
    }
    return rows;
  }

  /** Where a line of `from` stands in `to`; null where it was changed or removed. */
  mapLine(from: string, to: string, path: string, line: number): number | null {
    let shift = 0;
    for (const [, start, count = '1', , added = '1'] of this.git('diff', '-U0', from, to, '--', path).matchAll(
      /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm,
    )) {
      const [first, length] = [Number(start), Number(count)];
      // With a count of 0 the hunk stands after its line.
      if (length === 0 ? line <= first : line < first) break;
      if (length > 0 && line < first + length) return null;
      shift += Number(added) - length;
    }
    return line + shift;
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface DiffRow {
  sha: string;
  filename: string;
  status: 'added' | 'removed' | 'modified' | 'renamed';
  previous_filename?: string;
  patch?: string;
  additions: number;
  deletions: number;
  changes: number;
}
