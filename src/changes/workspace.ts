import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ChangeList, Contents } from './changes.ts';
import type { RemoteFile, RemoteObject, RemoteReader } from './remote-reader.ts';

/** A full sha; a branch here may be older than the remote's. */
const FULL = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** Objects are those of the repository: neither replaced nor, in a partial clone, fetched from anywhere. */
const SEALED = { GIT_NO_REPLACE_OBJECTS: '1', GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none' };

/**
 * Reads from the git repository in `folder` (`actions/checkout` leaves one in the workspace) what it certainly has,
 * and everything else from `reader`. The repository is only read, as data, by the names of commits: what stands in the
 * work tree, and which commit it is, does not matter. Answers `reader` itself where the head is not there.
 */
export async function preferWorkspace(
  reader: RemoteReader,
  commits: { head: string; base: string | undefined },
  folder: string | undefined,
): Promise<RemoteReader> {
  const { head, base } = commits;
  if (folder === undefined || !existsSync(join(folder, '.git')) || !(await hasCommit(head, folder))) return reader;
  return {
    description: reader.description,
    list: async () => (base === undefined ? await listTree(head, folder) : undefined) ?? reader.list(),
    tree: async () => (await listTree(head, folder)) ?? reader.tree(),
    mergeBase: async () => (await mergeBaseOf(base, head, folder)) ?? reader.mergeBase(),
    objects: async (wanted) => {
      const { found, unknown } = await readLocal(wanted, folder);
      for (const [one, object] of unknown.length > 0 ? await reader.objects(unknown) : []) found.set(one, object);
      return found;
    },
  };
}

/** Many jobs have no repository in the workspace. */
const loadGit = () => import('./git.ts');

/** Git's output; undefined where git fails, for whatever reason: then the workspace is not asked. */
async function tryGit(args: readonly string[], folder: string): Promise<string | undefined> {
  const { git } = await loadGit();
  return git(args, folder, '', SEALED).catch(() => undefined);
}

async function hasCommit(commit: string, folder: string): Promise<boolean> {
  return FULL.test(commit) && (await tryGit(['cat-file', '-t', commit], folder))?.trim() === 'commit';
}

/** Every file of a commit. */
async function listTree(commit: string, folder: string): Promise<ChangeList | undefined> {
  const output = await tryGit(['ls-tree', '-r', '-z', commit], folder);
  if (output === undefined) return undefined;
  const paths = entriesOf(output).flatMap(({ type, path }) => (type === 'blob' ? [path] : []));
  return { files: paths.map((path) => ({ path, status: 'unchanged' })), incomplete: [] };
}

/** In a shallow clone the history that is there could tell another commit. */
async function mergeBaseOf(base: string | undefined, head: string, folder: string): Promise<string | undefined> {
  if (base === undefined || !(await hasCommit(base, folder))) return undefined;
  if ((await tryGit(['rev-parse', '--is-shallow-repository'], folder))?.trim() !== 'false') return undefined;
  const commit = (await tryGit(['merge-base', base, head], folder))?.trim();
  return commit !== undefined && FULL.test(commit) ? commit : undefined;
}

/** What is certainly there, without those that certainly do not exist, and the expressions of which nothing is known. */
async function readLocal(
  wanted: readonly string[],
  folder: string,
): Promise<{ found: Map<string, RemoteObject>; unknown: string[] }> {
  const found = new Map<string, RemoteObject>();
  const unknown: string[] = [];
  const { readBlobs } = await loadGit();
  for (const [commit, paths] of byCommit(wanted)) {
    const expressions = paths.map((path) => `${commit}:${path}`);
    if (!(await hasCommit(commit, folder))) {
      unknown.push(...expressions);
      continue;
    }
    const blobs: ReadonlyMap<string, Contents> = await readBlobs(expressions, folder, { env: SEALED }).catch(
      () => new Map(),
    );
    for (const [expression, contents] of blobs) found.set(expression, contents);
    for (const path of paths.filter((one) => !blobs.has(`${commit}:${one}`))) {
      const type = await typeOf(commit, path, folder);
      const output = type === 'tree' ? await tryGit(['ls-tree', '-z', `${commit}:${path}`], folder) : undefined;
      if (output !== undefined) found.set(`${commit}:${path}`, { files: filesOf(output) });
      else if (type !== 'absent') unknown.push(`${commit}:${path}`);
    }
  }
  return { found, unknown };
}

function byCommit(expressions: readonly string[]): Map<string, string[]> {
  const paths = new Map<string, string[]>();
  for (const expression of expressions) {
    const colon = expression.indexOf(':');
    const commit = expression.slice(0, colon);
    paths.set(commit, [...(paths.get(commit) ?? []), expression.slice(colon + 1)]);
  }
  return paths;
}

/** What a path is in a commit: git's type, `absent`, or undefined where git cannot tell. */
async function typeOf(commit: string, path: string, folder: string): Promise<string | undefined> {
  if (path === '') return 'tree';
  const output = await tryGit(['--literal-pathspecs', 'ls-tree', '-z', commit, '--', path], folder);
  return output === undefined ? undefined : (entriesOf(output)[0]?.type ?? 'absent');
}

function filesOf(output: string): RemoteFile[] {
  return entriesOf(output).flatMap(({ type, isLink, path }) => (type === 'blob' ? [{ name: path, isLink }] : []));
}

/** `git ls-tree -z`: mode, type and oid, a tab, the path, ended by NUL. */
function entriesOf(output: string): { type: string; isLink: boolean; path: string }[] {
  return output.split('\0').flatMap((line) => {
    const tab = line.indexOf('\t');
    const [mode, type] = line.slice(0, tab).split(' ');
    return tab < 0 || type === undefined ? [] : [{ type, isLink: mode === '120000', path: line.slice(tab + 1) }];
  });
}
