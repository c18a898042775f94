import type { Changes, Contents, Paths } from '../changes/changes.ts';
import type { Analysis, Parsers } from '../review/analyse.ts';
import { SourceFile } from '../source/source-file.ts';

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
  /** The paths of files that are reviewed apart, because they neither name those at hand nor are named by them. */
  elsewhere?: ReadonlySet<string>;
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

/** What is said of files that belong to what is reviewed and could not be read. */
export function unreadable(contents: ReadonlyMap<string, Contents>, except: ReadonlySet<string>): Analysis[] {
  return [...contents].flatMap(([path, one]): Analysis[] => {
    if ('text' in one || except.has(path)) return [];
    const file = new SourceFile(path, '');
    const gaps = [{ span: file.span(0, 0), reason: `this file cannot be read: ${one.unreadable}` }];
    return [
      {
        file,
        findings: [],
        gaps,
        contents: { path, policies: [], reason: one.unreadable },
        language: '',
        broken: false,
      },
    ];
  });
}

/** Loads the parser of YAML with the first file that needs it. */
export async function loadYaml(parsers: Parsers): Promise<void> {
  parsers.yaml ??= (await import('../syntax/yaml.ts')).parseYaml;
}
