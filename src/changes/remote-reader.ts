import type { ChangeList, Contents } from './changes.ts';

/** A file in a folder. The text of a symbolic link is the path that it leads to; a text that came along need not be asked for. */
export interface RemoteFile {
  name: string;
  isLink: boolean;
  text?: string;
}

/** A file, or a folder with the files that stand directly in it. */
export type RemoteObject = Contents | { files: RemoteFile[] };

/** What a remote repository must answer. */
export interface RemoteReader {
  description: string;
  /** The changed files, or all of them where there is nothing to compare with. */
  list(): Promise<ChangeList>;
  /** All files of head. */
  tree(): Promise<ChangeList>;
  /** The commit where head left base; undefined where there is no base. */
  mergeBase(): Promise<string | undefined>;
  /** What `commit:path` and `commit:folder` name; what does not exist has no entry. */
  objects(expressions: readonly string[]): Promise<Map<string, RemoteObject>>;
}
