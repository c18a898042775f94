import { type Answer, type Call, notFound, ok, pageAsked, type Route } from '../answer.ts';
import { comparison, fileContents, fileRow } from '../bodies.ts';
import { servedRows } from './pulls.ts';

/** The operations that read commits, files, blobs and trees. */
export const REPOSITORY: Record<string, Route> = {
  'repos/compare-commits': compare,
  'repos/get-content': contents,
  'git/get-blob': ({ state, parameters: { file_sha: sha = '' }, accept }) => {
    const object = state.repository.object(sha);
    if (object?.type !== 'blob') return notFound;
    const { bytes } = object;
    if (accept.includes('raw')) return { status: 200, text: bytes };
    const url = `https://api.github.com/repos/o/r/git/blobs/${sha}`;
    const content = bytes.toString('base64');
    return ok({ content, encoding: 'base64', url, sha, size: bytes.length, node_id: `B_${sha}` });
  },
  'git/get-tree': tree,
};

function compare({ state, parameters, search }: Call): Answer {
  const { repository, limits } = state;
  const base = repository.commitSha(parameters['base'] ?? '');
  const head = repository.commitSha(parameters['head'] ?? '');
  if (base === undefined || head === undefined) return notFound;
  const mergeBase = repository.mergeBase(base, head);
  const ahead = repository.commitsBetween(base, head);
  const { number, size } = pageAsked(search, { page: limits.comparedCommits, maxPage: limits.maxPage });
  const paged = search.has('page') || search.has('per_page');
  const from = paged ? (number - 1) * size : 0;
  // Files come with the first page only, whatever its size is.
  const rows = number === 1 ? state.diff(mergeBase, head).slice(0, limits.comparedFiles) : [];
  return ok(
    comparison({
      base,
      head,
      mergeBase,
      ahead,
      behind: repository.commitsBetween(head, base).length,
      commits: ahead.toReversed().slice(from, from + (paged ? size : limits.comparedCommits)),
      files: servedRows(rows, limits).map(fileRow),
    }),
  );
}

function contents({ state, parameters: { path = '' }, search, accept }: Call): Answer {
  const at = search.get('ref') ?? state.base;
  const object = state.repository.object(`${at}:${path}`);
  if (object?.type === 'tree') {
    const names = state.repository.git('ls-tree', '-z', `${at}:${path}`).split('\0').filter(Boolean);
    return ok(
      names.map((line) => {
        const [meta = '', name = ''] = line.split('\t');
        const [, type = '', oid = ''] = meta.split(' ');
        const child = path === '' ? name : `${path}/${name}`;
        const { content: _content, encoding: _encoding, ...entry } = fileContents(child, oid, Buffer.of(), 0);
        return { ...entry, type: type === 'tree' ? 'dir' : 'file' };
      }),
    );
  }
  if (object?.type !== 'blob') return notFound;
  if (accept.includes('raw')) return { status: 200, text: object.bytes };
  return ok(fileContents(path, object.oid, object.bytes, state.limits.jsonContents));
}

function tree({ state, parameters: { tree_sha: sha = '' }, search }: Call): Answer {
  const { repository, limits } = state;
  const root = repository.object(`${sha}^{tree}`);
  if (root === undefined) return notFound;
  // Any value asks for all levels, `0` and `false` too.
  const options = search.has('recursive') ? ['-r', '-t', '-l', '-z'] : ['-l', '-z'];
  const lines = repository
    .git('ls-tree', ...options, root.oid)
    .split('\0')
    .filter(Boolean);
  const entries = lines.slice(0, limits.treeEntries).map((line) => {
    const [meta = '', path = ''] = line.split('\t');
    const [mode = '', type = '', oid = '', size = ''] = meta.split(/ +/);
    const url = `https://api.github.com/repos/o/r/git/${type}s/${oid}`;
    return { path, mode, type, sha: oid, url, ...(type === 'blob' ? { size: Number(size) } : {}) };
  });
  const url = `https://api.github.com/repos/o/r/git/trees/${root.oid}`;
  return ok({ sha: root.oid, url, truncated: lines.length > limits.treeEntries, tree: entries });
}
