import { isTemplateFile, isTerraform } from '../changes/candidates.ts';
import { folderOf, nameOf } from '../source/path.ts';
import { mayBePlan, mayExport, mayHoldPolicy, mayImport, mayNest } from '../syntax/scan.ts';
import { CALLS } from './modules.ts';
import type { Source } from './side.ts';
import { NESTS } from './stacks.ts';
import { RENDERS } from './templates.ts';

/** Files by what must be read together. */
export interface Groups {
  /** Files that use one another, or that others outside may use: modules, stacks, what they read. */
  linked: Source[][];
  /** Files each of which says by itself what it says. */
  single: Source[];
}

/**
 * Sorts files into groups that do not use one another, by what their texts may name: what is not together here is not read
 * together, and what is may have no link at all. The groups are the same in whatever order the files come.
 */
export function groupSources(sources: readonly Source[]): Groups {
  const ordered = sources.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const union = new Union();
  const importing = ordered.filter(({ text }) => mayImport(text) && mayHoldPolicy(text));
  const imports = importing.length > 0 ? [...importing, ...ordered.filter(({ text }) => mayExport(text))] : [];
  for (const { path } of imports) union.join(path, (imports[0] as Source).path);
  for (const { path, text } of ordered) {
    if (isTerraform(path)) {
      const node = nodeOf(path);
      union.join(node, node);
      if (CALLS.mayName(path, [])) for (const folder of CALLS.namedBy(path, text)) union.join(node, moduleNode(folder));
      for (const template of RENDERS.namedBy(path, text)) union.join(node, template);
    } else {
      if (mayNest(text)) for (const nested of NESTS.namedBy(path, text)) union.join(path, nested);
      if (mayBePlan(text)) union.join(path, moduleNode(folderOf(path)));
    }
  }
  joinReadFiles(ordered, union);
  const byRoot = Map.groupBy(ordered, ({ path }) => union.rootOf(nodeOf(path)));
  const groups: Groups = { linked: [], single: [] };
  for (const group of byRoot.values()) {
    const [only] = group;
    if (group.length === 1 && only && isAlone(only)) groups.single.push(only);
    else groups.linked.push(group);
  }
  return groups;
}

function isAlone({ path, text }: Source): boolean {
  return !isTerraform(path) && !isTemplateFile(path) && !mayNest(text) && !mayBePlan(text);
}

/** A module is a folder; every other file is one by itself. */
function nodeOf(path: string): string {
  return isTerraform(path) ? moduleNode(folderOf(path)) : path;
}

function moduleNode(folder: string): string {
  return `module ${folder}`;
}

/**
 * Modules may read any file by a path that is put together from what stands in them: a file belongs to those whose folder it
 * is in, and to those that have a word of its path.
 */
function joinReadFiles(sources: readonly Source[], union: Union): void {
  const terraform = Map.groupBy(
    sources.filter(({ path }) => isTerraform(path)),
    ({ path }) => union.rootOf(nodeOf(path)),
  );
  const readable = sources
    .filter(({ path, text }) => !isTerraform(path) && mayHoldPolicy(text))
    .map(({ path }) => ({ path, folder: folderOf(path), own: wordsOf(path) }));
  if (readable.length === 0) return;
  for (const [root, files] of terraform) {
    if (!files.some(({ text }) => /file\w*\s*\(|\btemplate_file\b/.test(text))) continue;
    const folders = [...new Set(files.map(({ path }) => folderOf(path)))];
    const words = new Set(files.flatMap(({ text }) => text.match(WORD) ?? []));
    for (const { path, folder, own } of readable) {
      const isNear = folders.some((one) => one.startsWith(folder));
      if (isNear || own.some((word) => words.has(word))) union.join(path, root);
    }
  }
}

const WORD = /[A-Za-z0-9]+/g;

/** The words of a path, its ending left out. */
function wordsOf(path: string): string[] {
  const name = nameOf(path);
  return `${folderOf(path)}${name.slice(0, name.indexOf('.'))}`.match(WORD) ?? [];
}

/** Disjoint sets of names. */
class Union {
  readonly #parents = new Map<string, string>();

  rootOf(name: string): string {
    let root = name;
    for (let next = this.#parents.get(root); next !== undefined && next !== root; next = this.#parents.get(root))
      root = next;
    for (let at = name; at !== root; ) {
      const next = this.#parents.get(at) ?? root;
      this.#parents.set(at, root);
      at = next;
    }
    return root;
  }

  join(one: string, other: string): void {
    const [a, b] = [this.rootOf(one), this.rootOf(other)];
    if (a !== b) this.#parents.set(a, b);
  }
}
