import type { ChangeList, Contents } from './changes.ts';

/** What a remote repository must answer. */
export interface RemoteReader {
  description: string;
  /** The changed files, or all of them where there is nothing to compare with. */
  list(): Promise<ChangeList>;
  /** All files of head. */
  tree(): Promise<ChangeList>;
  /** The commit where head left base; undefined where there is no base. */
  mergeBase(): Promise<string | undefined>;
  /** The files in folders, by `commit:folder`; what does not exist has no entry. */
  names(expressions: readonly string[]): Promise<Map<string, RemoteFile[]>>;
  /** Texts by `commit:path`; what does not exist has no entry. */
  blobs(expressions: readonly string[]): Promise<Map<string, Contents>>;
}

/** A file in a folder. The text of a symbolic link is the path that it leads to. */
export interface RemoteFile {
  name: string;
  isLink: boolean;
}
