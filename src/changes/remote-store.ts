import { folderOf, nameOf, resolvePath } from '../source/path.ts';
import { isTerraform } from './candidates.ts';
import type { ChangedFile, ChangeList, Contents, Paths } from './changes.ts';
import type { RemoteFile, RemoteReader } from './remote-reader.ts';

/** How many files may be read to look for those that use a changed one: six requests of 50. */
const READABLE = 300;

/** How many links may lead to one another. */
const MAX_LINKS = 5;
/** Longer texts are no paths: of Linux, the longest that a link can hold. */
const MAX_LINK_TEXT = 4096;

type SideName = 'base' | 'head';

/** What was asked for, so that nothing is asked twice; what did not change is asked for on one side only. */
export interface Store {
  /** A file as the API names it. */
  at(side: SideName, path: string): string;
  /** A folder as the API names it; undefined where what is in it is known, or the commit is not. */
  folderAt(side: SideName, folder: string): string | undefined;
  /** Asks for files and folders. */
  load(expressions: readonly string[]): Promise<void>;
  known(expression: string): Contents | undefined;
  read(side: SideName, paths: readonly string[]): Promise<Map<string, Contents>>;
  /** The Terraform files of folders that were loaded. */
  modules(side: SideName, folders: readonly string[]): string[];
  paths(side: SideName): Promise<Paths>;
}

interface Commits {
  head: string;
  /** Undefined where there is nothing to compare with: then the list is of all files. */
  base: string | undefined;
  /** The commit that base's files are read from; undefined where it was not asked for. */
  mergeBase: string | undefined;
}

/** Opens a store for a change of which the list is known. */
export function openStore(reader: RemoteReader, list: ChangeList, { head, base, mergeBase }: Commits): Store {
  const blobs = new Map<string, Contents>();
  const folders = new Map<string, RemoteFile[]>();
  let tree = base === undefined ? list : undefined;
  const isWhole = list.incomplete.length === 0;
  const changed = list.files.filter(({ status }) => status !== 'unchanged');
  const touched = new Set(changed.flatMap(({ path, previousPath }) => [path, previousPath]));
  const onBase = changed
    .filter(({ status }) => status !== 'added')
    .map(({ path, previousPath }) => previousPath ?? path);
  /** Base's files are head's without what was added and with what was removed. */
  const before = (paths: readonly string[], isWanted: (path: string) => boolean): string[] => [
    ...paths.filter((path) => !touched.has(path)),
    ...onBase.filter(isWanted),
  ];
  const at: Store['at'] = (side, path) => {
    const isSame = side === 'head' || (isWhole && !touched.has(path));
    return `${isSame ? head : (mergeBase ?? '')}:${path}`;
  };
  const folderAt = (commit: string | undefined, folder: string): string =>
    `${commit ?? ''}:${folder.replace(/\/$/, '')}`;
  const commitOf = (side: SideName): string | undefined => (side === 'head' || isWhole ? head : mergeBase);
  /** Head's files by folder, sorted into folders once for all that are asked about. */
  let byFolder: Map<string, ChangedFile[]> | undefined;
  const filesIn = (side: SideName, folder: string): string[] => {
    const paths = (folders.get(folderAt(commitOf(side), folder)) ?? []).map(({ name }) => `${folder}${name}`);
    return side === 'base' && isWhole ? before(paths, (path) => folderOf(path) === folder) : paths;
  };
  const asked = new Set<string>();
  const load: Store['load'] = async (expressions) => {
    const wanted = fresh(expressions, asked);
    if (wanted.length === 0) return;
    const texts = new Map<string, Contents>();
    for (const [expression, object] of await reader.objects(wanted)) {
      if (!('files' in object)) texts.set(expression, object);
      else {
        folders.set(expression, object.files);
        // The files of a module are all needed; where a link leads to is not known yet.
        for (const { name, isLink, text } of object.files) {
          const file = `${expression}${expression.endsWith(':') ? '' : '/'}${name}`;
          if (text !== undefined && !isLink && isTerraform(name) && !asked.has(file)) blobs.set(file, { text });
        }
      }
    }
    for (const [expression, contents] of texts) blobs.set(expression, contents);
    await followLinks(reader, texts, blobs);
  };
  return {
    at,
    load,
    folderAt: (side, folder) => {
      const commit = commitOf(side);
      if (commit === undefined) return undefined;
      const expression = folderAt(commit, folder);
      if (commit === head && tree?.incomplete.length === 0 && !folders.has(expression)) {
        byFolder ??= Map.groupBy(tree.files, ({ path }) => folderOf(path));
        const own = byFolder.get(folder) ?? [];
        folders.set(
          expression,
          own.map(({ path }) => ({ name: nameOf(path), isLink: false })),
        );
      }
      return folders.has(expression) ? undefined : expression;
    },
    known: (expression) => blobs.get(expression),
    read: async (side, paths) => {
      await load(paths.map((path) => at(side, path)).filter((one) => !blobs.has(one)));
      const found = new Map<string, Contents>();
      for (const path of paths) {
        const contents = blobs.get(at(side, path));
        if (contents) found.set(path, contents);
      }
      return found;
    },
    modules: (side, wanted) => wanted.flatMap((folder) => filesIn(side, folder).filter(isTerraform)),
    paths: async (side) => {
      tree ??= await reader.tree();
      const all = tree.files.map(({ path }) => path);
      const paths = side === 'head' ? all : before(all, () => true);
      const [incomplete] = [...tree.incomplete, ...(side === 'base' ? list.incomplete : [])];
      return { paths, readable: READABLE, ...(incomplete !== undefined && { incomplete }) };
    },
  };
}

/** Those that were not asked for before, and of a commit that is known. */
function fresh(expressions: readonly string[], asked: Set<string>): string[] {
  const wanted = [...new Set(expressions)].filter((one) => !asked.has(one) && !one.startsWith(':'));
  for (const one of wanted) asked.add(one);
  return wanted;
}

/**
 * Puts the text that a symbolic link leads to in the place of its own, which is only the path of it. What leaves the
 * repository is not read. Only texts that can be a path are asked about.
 */
async function followLinks(
  reader: RemoteReader,
  texts: ReadonlyMap<string, Contents>,
  blobs: Map<string, Contents>,
): Promise<void> {
  const raw = new Map(texts);
  // By the expression that was asked for, where its link leads to so far.
  let open = [...texts].filter(([, contents]) => mayBeLink(contents)).map(([one]): [string, string] => [one, one]);
  for (let step = 0; open.length > 0; step++) {
    const entries = await reader.objects([...new Set(open.map(([, place]) => folderOfExpression(place)))]);
    const next: [string, string][] = [];
    for (const [expression, place] of open) {
      const { commit, path } = splitExpression(place);
      const folder = entries.get(folderOfExpression(place));
      const own = folder && 'files' in folder ? folder.files.find(({ name }) => name === nameOf(path)) : undefined;
      if (own?.isLink !== true) continue;
      const text = raw.get(place);
      const written = text && 'text' in text ? text.text : '/';
      const target = written.startsWith('/') ? undefined : resolvePath(folderOf(path), written);
      if (target === undefined) blobs.set(expression, { unreadable: 'a link that leaves the repository' });
      else if (step >= MAX_LINKS) blobs.set(expression, { unreadable: 'a link that leads to too many others' });
      else next.push([expression, `${commit}:${target}`]);
    }
    // What was read before is no link any more.
    const missing = next.map(([, place]) => place).filter((one) => !raw.has(one) && !blobs.has(one));
    const targets = missing.length > 0 ? await reader.objects(missing) : [];
    for (const [one, object] of targets)
      raw.set(one, 'files' in object ? { unreadable: 'a link to a folder' } : object);
    for (const [expression, place] of next) {
      const target = raw.get(place) ?? blobs.get(place);
      blobs.set(expression, target ?? { unreadable: 'a link to a file that is not there' });
    }
    open = next.filter(([, place]) => mayBeLink(raw.get(place)));
  }
}

function mayBeLink(contents: Contents | undefined): boolean {
  return (
    contents !== undefined &&
    'text' in contents &&
    contents.text.length <= MAX_LINK_TEXT &&
    /^[^\0\n\r{}[\]:]+$/.test(contents.text)
  );
}

function splitExpression(expression: string): { commit: string; path: string } {
  const colon = expression.indexOf(':');
  return { commit: expression.slice(0, colon), path: expression.slice(colon + 1) };
}

function folderOfExpression(expression: string): string {
  const { commit, path } = splitExpression(expression);
  return `${commit}:${folderOf(path).replace(/\/$/, '')}`;
}
