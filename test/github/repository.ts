import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { mapLine, readHunks } from './hunks.ts';

/** Files by path; null takes a file away. */
export type Files = Record<string, string | Uint8Array | null>;

/** A row of GitHub's file list, without the links. `patch` has hunks only; binary files and pure renames have none. */
export interface DiffRow {
  sha: string;
  filename: string;
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  previous_filename?: string;
  patch?: string;
  additions: number;
  deletions: number;
  changes: number;
}

/** A git object; `type` as git names it. */
export interface GitObject {
  oid: string;
  type: string;
  bytes: Buffer;
}

/** A real git repository in a temporary folder, from which the stand-in takes blobs and patches. */
export class Repository {
  readonly folder: string;
  /** What git said about full shas, which stays so; asking takes a process each time. */
  readonly #known = new Map<string, unknown>();
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'kms-policy-review-git-'));
    this.git('init', '-q', '-b', 'main');
    const settings = '[user]\n\tname = A Person\n\temail = person@example.com\n[core]\n\tautocrlf = false\n';
    appendFileSync(join(this.folder, '.git', 'config'), settings);
  }

  /** Runs git and answers its output as text. Throws where git fails. */
  git(...args: string[]): string {
    return this.bytes(...args).toString('utf8');
  }

  bytes(...args: string[]): Buffer {
    return this.#run(args, '');
  }

  #run(args: string[], input: string): Buffer {
    // The settings of whoever runs the tests stay out of it.
    const env = { PATH: process.env['PATH'], HOME: this.folder, GIT_CONFIG_NOSYSTEM: '1' };
    return execFileSync('git', args, { cwd: this.folder, env, input, stdio: 'pipe', maxBuffer: 1e9 });
  }

  /** Writes files, commits them where HEAD is and answers the commit. */
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

  /** A commit on top of another one, wherever HEAD was. No branch moves. */
  commitOn(parent: string, files: Files): string {
    this.git('checkout', '-q', '--detach', parent);
    return this.commit(files);
  }

  mergeBase(a: string, b: string): string {
    return this.#once(`merge-base ${a} ${b}`, [a, b], () => this.git('merge-base', a, b).trim());
  }

  /** The test merge that GitHub makes of a pull request; null where there are conflicts. */
  testMerge(base: string, head: string): string | null {
    return this.#once(`merge ${base} ${head}`, [base, head], () => {
      try {
        const tree = this.git('merge-tree', '--write-tree', base, head).trim();
        return this.git('commit-tree', tree, '-p', base, '-p', head, '-m', 'test merge').trim();
      } catch {
        return null;
      }
    });
  }

  /** The full sha of a commit that exists; undefined for anything else. */
  commitSha(ref: string): string | undefined {
    const object = this.object(`${ref}^{commit}`);
    return object?.oid;
  }

  /** Commits that `to` has and `from` has not, newest first. */
  commitsBetween(from: string, to: string): string[] {
    const list = (): string[] => this.git('rev-list', `${from}..${to}`).split('\n').filter(Boolean);
    return this.#once(`list ${from} ${to}`, [from, to], list);
  }

  /** What an expression such as `sha:path` names; undefined where there is nothing. */
  object(expression: string): GitObject | undefined {
    return this.#once(`object ${expression}`, [expression], () => this.#read(expression));
  }

  #once<T>(key: string, names: readonly string[], ask: () => T): T {
    if (!names.every((name) => /^[0-9a-f]{40}/.test(name))) return ask();
    const known = this.#known.get(key) as T | undefined;
    if (known !== undefined) return known;
    const answer = ask();
    this.#known.set(key, answer);
    return answer;
  }

  #read(expression: string): GitObject | undefined {
    if (expression.startsWith('-') || expression.includes('\n')) return undefined;
    const answer = this.#run(['cat-file', '--batch'], `${expression}\n`);
    const end = answer.indexOf(10);
    const header = answer.subarray(0, end).toString('utf8');
    const match = /^([0-9a-f]{40}) (\w+) (\d+)$/.exec(header);
    if (match === null) return undefined;
    const [, oid = '', type = '', size = ''] = match;
    return { oid, type, bytes: answer.subarray(end + 1, end + 1 + Number(size)) };
  }

  /** The rows of GitHub's file list between two commits. */
  diff(from: string, to: string): DiffRow[] {
    const fields = this.git('diff', '--raw', '--no-abbrev', '-M', '-z', from, to).split('\0');
    // A line of a patch's content never starts with `diff`: it has a sign or a blank in front.
    const sections = `\n${this.git('diff', '-M', '-U3', from, to)}`.split('\ndiff --git ').slice(1);
    const rows: DiffRow[] = [];
    for (let at = 0, section = 0; at + 1 < fields.length; ) {
      const [, , oldSha = '', newSha = '', letter = ''] = (fields[at++] ?? '').split(' ');
      const first = fields[at++] ?? '';
      const filename = letter.startsWith('R') ? (fields[at++] ?? '') : first;
      // A file that becomes a link, or the other way round, is shown as a removal and an addition.
      const isTypeChange = letter === 'T';
      const patch = isTypeChange ? undefined : hunksOnly(sections[section] ?? '');
      section += isTypeChange ? 2 : 1;
      const lines = patch?.split('\n') ?? [];
      const additions = lines.filter((line) => line.startsWith('+')).length;
      const deletions = lines.filter((line) => line.startsWith('-')).length;
      rows.push({
        sha: letter === 'D' ? oldSha : newSha,
        filename,
        status: statusOf(letter),
        ...(filename === first ? {} : { previous_filename: first }),
        ...(patch === undefined ? {} : { patch }),
        additions,
        deletions,
        changes: additions + deletions,
      });
    }
    return rows;
  }

  /** Where a 1-based line of `from` stands in `to`; null where it was changed or removed. */
  mapLine(from: string, to: string, path: string, line: number): number | null {
    if (from === to) return line;
    return mapLine(readHunks(this.git('diff', '-U0', '--no-renames', from, to, '--', path)), line);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function hunksOnly(section: string): string | undefined {
  const at = section.indexOf('\n@@ ');
  return at < 0 ? undefined : section.slice(at + 1).replace(/\n$/, '');
}

function statusOf(letter: string): DiffRow['status'] {
  if (letter.startsWith('R')) return 'renamed';
  if (letter === 'A') return 'added';
  if (letter === 'D') return 'removed';
  return letter === 'T' ? 'changed' : 'modified';
}
