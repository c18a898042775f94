import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { type Hunk, parseHunks } from '../review/place.ts';
import { UserError } from '../source/user-error.ts';
import { isCandidate, isTerraform } from './candidates.ts';
import type { ChangedFile, ChangeList, Changes, Contents } from './changes.ts';
import { decode } from './decode.ts';
import { READABLE, readModules } from './folder.ts';
import { fileReader } from './read-file.ts';
import type { Tree } from './two-sides.ts';

/** Nothing of the repository's configuration may run a program or change the output. */
const SAFE = [
  ...['-c', 'core.quotepath=off', '-c', 'core.fsmonitor=false', '-c', 'diff.external=', '-c', 'core.pager=cat'],
  // Files that only look like a repository are none.
  ...['-c', 'safe.bareRepository=explicit'],
];
const DIFF = [
  ...['--no-ext-diff', '--no-textconv', '--no-color', '--find-renames', '--src-prefix=a/', '--dst-prefix=b/'],
  // They are no files of this repository, and looking into one would obey its own configuration.
  '--ignore-submodules=all',
];
type Env = Record<string, string | undefined>;
const MAX_OUTPUT = 256 * 1024 * 1024;

/**
 * What the work tree changes since the merge base with `ref`, files that git does not track and does not ignore
 * included. `cwd` is any folder of the repository; paths are relative to its root. Throws a UserError where there is
 * no repository, no such ref or no common history.
 */
export async function gitChanges(ref: string, cwd: string): Promise<Changes> {
  if (ref.startsWith('-')) throw new UserError(`--base ${ref}: a ref cannot begin with "-"`);
  const root = await repositoryRoot(cwd);
  const commit = await git(
    ['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`],
    root,
    `--base ${ref}: no such ref in this repository`,
  );
  const why = `--base ${ref}: HEAD and ${ref} have no common history (in a shallow clone, fetch more of it)`;
  const base = (await git(['merge-base', commit.trim(), 'HEAD'], root, why)).trim();
  const reader = fileReader(root);
  return {
    description: `changes since ${base.slice(0, 12)}`,
    hasBase: true,
    list: () => listChanges(base, root),
    modules: async (side, folders) =>
      side === 'head'
        ? readModules(folders, root, reader)
        : readBase(base, await listModules(base, folders, root), root),
    paths: async (side) => ({ paths: await listFiles(side === 'base' ? base : undefined, root), readable: READABLE }),
    rewrite: async (path, before, after) => (await import('./write.ts')).rewriteFile(path, root, before, after),
    read: async (side, paths) =>
      side === 'base' ? readBase(base, paths, root) : new Map(paths.map((path) => [path, reader(path)])),
  };
}

/** The root of the repository that a folder is in. Throws a UserError where it is in none. */
export async function repositoryRoot(cwd: string): Promise<string> {
  return (await git(['rev-parse', '--show-toplevel'], cwd, 'this is not a git repository')).trimEnd();
}

/** The files of a commit, whose name may be a branch or a tag. Throws a UserError where there is no such thing. */
export async function commitTree(name: string, cwd: string): Promise<Tree> {
  const missing = `${name}: no such file, folder or commit`;
  if (name.startsWith('-')) throw new UserError(missing);
  const root = (await git(['rev-parse', '--show-toplevel'], cwd, missing)).trimEnd();
  const revision = ['rev-parse', '--verify', '--end-of-options', `${name}^{commit}`];
  const commit = (await git(revision, root, missing)).trim();
  return {
    kind: 'commit',
    files: async () => {
      const listing = await git(['ls-tree', '-r', '-z', commit], root, `git could not list the files of ${name}`);
      return new Map(
        listing.split('\0').flatMap((line) => {
          const [, id, path] = /^\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
          return id !== undefined && path !== undefined && isCandidate(path) ? [[path, id] as const] : [];
        }),
      );
    },
    read: (paths) => readBase(commit, paths, root),
    modules: async (folders) => readBase(commit, await listModules(commit, folders, root), root),
  };
}

/** The environment of whoever runs this, and what is set on top of it. */
function environment(more: Env): Env {
  return { ...process.env, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C', ...more };
}

/** Runs git in a folder and answers its output. Throws a UserError with `failure` where git fails. */
export async function git(args: readonly string[], cwd: string, failure: string, env: Env = {}): Promise<string> {
  try {
    const options = { cwd, maxBuffer: MAX_OUTPUT, env: environment(env) };
    const { stdout } = await promisify(execFile)('git', [...SAFE, ...args], options);
    return stdout;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new UserError('git is not installed');
    throw new UserError(failure);
  }
}

async function listChanges(base: string, root: string): Promise<ChangeList> {
  const failure = 'git could not compare the work tree with the base';
  const names = await git(['diff', ...DIFF, '--name-status', '-z', base, '--'], root, failure);
  const files = parseNames(names);
  const patch = await git(['diff', ...DIFF, '-U3', base, '--'], root, failure);
  const hunks = hunksByPath(patch, files);
  for (const file of files) {
    const own = hunks.get(file.path);
    if (own) file.hunks = own;
    // A rename without a change has a diff, and no hunk in it.
    else if (file.status === 'renamed') file.hunks = [];
  }
  const untracked = await git(['ls-files', '--others', '--exclude-standard', '-z'], root, failure);
  const added = untracked.split('\0').filter((path) => path !== '');
  const moved = await findMoved(added, files, base, root);
  for (const path of added) {
    const previousPath = moved.get(path);
    if (previousPath !== undefined) files.push({ path, previousPath, status: 'renamed', hunks: [] });
    else files.push({ path, status: 'added', hunks: [{ start: 1, lines: Number.MAX_SAFE_INTEGER }] });
  }
  const left = new Set(moved.values());
  return {
    files: files.filter(({ path }) => !left.has(path)).sort((a, b) => (a.path < b.path ? -1 : 1)),
    incomplete: [],
  };
}

/**
 * Where files that git does not track yet were in the base: git itself sees a file that was moved only once it is added.
 * Those that were edited on the way are not recognised.
 */
async function findMoved(
  added: readonly string[],
  files: readonly ChangedFile[],
  base: string,
  root: string,
): Promise<Map<string, string>> {
  const moved = new Map<string, string>();
  const gone = files.flatMap(({ path, status }) => (status === 'removed' && isCandidate(path) ? [path] : []));
  if (gone.length === 0 || added.length === 0) return moved;
  const before = await readBase(base, gone, root);
  const byText = Map.groupBy(gone, (path) => textOf(before.get(path)));
  const reader = fileReader(root);
  for (const path of added.filter(isCandidate)) {
    const text = textOf(reader(path));
    const previousPath = text === undefined ? undefined : byText.get(text)?.shift();
    if (previousPath !== undefined) moved.set(path, previousPath);
  }
  return moved;
}

function textOf(contents: Contents | undefined): string | undefined {
  return contents && 'text' in contents ? contents.text : undefined;
}

/** `git diff --name-status -z`: a status, then one path, or two for a rename or copy, each ended by NUL. */
function parseNames(output: string): ChangedFile[] {
  const fields = output.split('\0');
  const files: ChangedFile[] = [];
  for (let i = 0; i + 1 < fields.length; ) {
    const status = fields[i++] as string;
    const first = fields[i++] as string;
    if (status.startsWith('R') || status.startsWith('C')) {
      const path = fields[i++] as string;
      files.push(status.startsWith('R') ? { path, previousPath: first, status: 'renamed' } : { path, status: 'added' });
    } else files.push({ path: first, status: status === 'A' ? 'added' : status === 'D' ? 'removed' : 'modified' });
  }
  return files;
}

/** The hunks of each file. The files of a patch come in the order of the name list, so no path is ever parsed. */
function hunksByPath(patch: string, files: readonly ChangedFile[]): Map<string, Hunk[]> {
  const sections = patch.split(/^diff --git /m).slice(1);
  const hunks = new Map<string, Hunk[]>();
  if (sections.length !== files.length) return hunks;
  sections.forEach((section, index) => {
    const own = parseHunks(section);
    if (own.length > 0) hunks.set((files[index] as ChangedFile).path, own);
  });
  return hunks;
}

/** The files of a commit, or of the work tree with those that git does not track and does not ignore. */
async function listFiles(commit: string | undefined, root: string): Promise<string[]> {
  const args = commit
    ? ['ls-tree', '-r', '-z', '--name-only', commit]
    : ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const names = await git(args, root, 'git could not list the files');
  return names.split('\0').filter((name) => name !== '');
}

/** The Terraform files of a commit's folders. A folder that the commit does not have has none. */
async function listModules(commit: string, folders: readonly string[], root: string): Promise<string[]> {
  const paths: string[] = [];
  for (const folder of folders) {
    const names = await git(['ls-tree', '-z', '--name-only', `${commit}:${folder}`], root, '').catch(() => '');
    paths.push(
      ...names
        .split('\0')
        .filter(isTerraform)
        .map((name) => `${folder}${name}`),
    );
  }
  return paths;
}

/** Blobs of a commit. A path that is not there has no entry. */
async function readBase(commit: string, paths: readonly string[], root: string): Promise<Map<string, Contents>> {
  const result = new Map<string, Contents>();
  const blobs = await readBlobs(
    paths.map((path) => `${commit}:${path}`),
    root,
    { followsLinks: true },
  );
  for (const path of paths) {
    const contents = blobs.get(`${commit}:${path}`);
    if (contents) result.set(path, contents);
    else if (path.includes('\n')) result.set(path, { unreadable: 'a file name with a line break' });
  }
  return result;
}

/** What `commit:path` names, by one `git cat-file --batch`; of a link its own text, or what it leads to. What is not there, or no file, has no entry. */
export function readBlobs(
  expressions: readonly string[],
  root: string,
  { env = {}, followsLinks = false }: { env?: Env; followsLinks?: boolean } = {},
): Promise<Map<string, Contents>> {
  const result = new Map<string, Contents>();
  // The protocol ends a request with a line break, so a path with one cannot be asked for.
  const asked = expressions.filter((expression) => !expression.includes('\n'));
  if (asked.length === 0) return Promise.resolve(result);
  return new Promise((done, fail) => {
    const child = spawn('git', [...SAFE, 'cat-file', '--batch', ...(followsLinks ? ['--follow-symlinks'] : [])], {
      cwd: root,
      env: environment(env),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', fail);
    child.on('close', () => {
      readBatch(Buffer.concat(chunks), asked, result);
      done(result);
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(asked.map((expression) => `${expression}\n`).join(''));
  });
}

/**
 * `<oid> <type> <size>`, the bytes, a line break; or `<request> missing`. Of a link that leads to no file of the commit
 * `symlink`, `dangling`, `loop` or `notdir` and a size, the bytes of its target, a line break.
 */
function readBatch(output: Buffer, expressions: readonly string[], result: Map<string, Contents>): void {
  let at = 0;
  for (const expression of expressions) {
    const end = output.indexOf(10, at);
    if (end < 0) return;
    const [, type, size] = /^(?:[0-9a-f]+ )?(\w+) (\d+)$/.exec(output.toString('utf8', at, end)) ?? [];
    at = end + 1;
    if (size === undefined) continue;
    if (type === 'symlink') result.set(expression, { unreadable: 'a link that leaves the repository' });
    else if (type === 'blob') result.set(expression, decode(output.subarray(at, at + Number(size))));
    at += Number(size) + 1;
  }
}
