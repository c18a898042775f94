import type { Changes, Contents, Paths } from '../changes/changes.ts';
import type { Parsers } from '../review/analyse.ts';

/** How often files are read again with what they asked for: modules call modules, templates name templates. */
export const MAX_ROUNDS = 8;

/** A file's path and text. */
export interface Source {
  path: string;
  text: string;
}

/** What one side of a change has beside the files that are reviewed. */
export type Side = {
  /** The texts of files by path. */
  read(paths: readonly string[]): Promise<Map<string, Contents>>;
  /** The Terraform files that stand directly in folders. */
  modules(folders: readonly string[]): Promise<Map<string, Contents>>;
  /** All files; listed once. */
  paths(): Promise<Paths>;
};

/** One side of some changes. */
export function sideOf(changes: Changes, side: 'base' | 'head'): Side {
  let paths: Promise<Paths> | undefined;
  return {
    read: (paths) => changes.read(side, paths),
    modules: (folders) => changes.modules(side, folders),
    paths: () => {
      paths ??= changes.paths(side);
      return paths;
    },
  };
}

/** The files that could be read, but for those that are known. */
export function readable(contents: ReadonlyMap<string, Contents>, except: ReadonlySet<string>): Source[] {
  return [...contents].flatMap(([path, one]) => ('text' in one && !except.has(path) ? [{ path, text: one.text }] : []));
}

/** Loads the parser of YAML with the first file that needs it. */
export async function loadYaml(parsers: Parsers): Promise<void> {
  parsers.yaml ??= (await import('../syntax/yaml.ts')).parseYaml;
}
