import type { Hunk } from '../review/place.ts';

/** Where files come from: a pull request by the API, the local git repository, a plain folder. */
export interface Changes {
  /** One sentence for reports: `pull request #7 at abc1234`, `2 files`. */
  readonly description: string;
  /** Head's changed files (or, without a base, every file), and what is known to be missing from the list. */
  list(): Promise<ChangeList>;
  /** Whether there is a base to compare with. Without one every finding is new. */
  readonly hasBase: boolean;
  /** Each reading is a request to somebody else, so that files are asked for together. */
  readonly isRemote?: boolean;
  /**
   * The texts of files on one side, by path: listed ones, and others that they name. A path that does not exist there
   * has no entry or is unreadable.
   * On `base` the merge base is read, under the path that the file had there.
   */
  read(side: 'base' | 'head', paths: readonly string[]): Promise<Map<string, Contents>>;
  /**
   * The texts of all Terraform files that stand directly in these folders (`''` is the root, others end in `/`), by path:
   * a folder is one module, and names of a file that did not change are used in one that did.
   */
  modules(side: 'base' | 'head', folders: readonly string[]): Promise<Map<string, Contents>>;
  /** The paths of all files on one side, to look for those that use a changed one. */
  paths(side: 'base' | 'head'): Promise<Paths>;
  /** Writes a file of the head anew where it still holds `before`; answers why not. Absent where nothing can be written. */
  rewrite?(path: string, before: string, after: string): Promise<string | undefined>;
}

/** The files of a repository. */
export interface Paths {
  /** Relative, forward slashes. */
  paths: readonly string[];
  /** How many of them may be read to see what is in them. */
  readable: number;
  /** Why the list may lack files. */
  incomplete?: string;
}

export interface ChangeList {
  files: ChangedFile[];
  /** Reasons why the list may lack files: the 3,000-file cap, a cut comparison. */
  incomplete: string[];
}

export interface ChangedFile {
  /** Relative, forward slashes, no leading `./`. */
  path: string;
  previousPath?: string;
  status: 'added' | 'modified' | 'renamed' | 'removed' | 'unchanged';
  /** The file's hunks; undefined where the diff is not known, so that nothing can be placed in lines. */
  hunks?: Hunk[];
  /** The user named this very file: it is read whatever its name is. */
  named?: true;
}

/** A file's text, or why it cannot be had (too large, binary, not UTF-8). */
export type Contents = { text: string } | { unreadable: string };
