import { isTemplateFile } from '../changes/candidates.ts';
import type { Analysis } from '../review/analyse.ts';
import { folderOf, resolvePath } from '../source/path.ts';
import type { SourceFile } from '../source/source-file.ts';
import { mayHoldPolicy } from '../syntax/scan.ts';
import { CALLS } from './modules.ts';
import { openSearch, type Wanted } from './search.ts';
import type { Side, Source } from './side.ts';

/** What is known of who renders some templates. */
export interface Readers {
  /** The folders of Terraform files that name one of them. */
  folders: string[];
  /** Why there may be others. */
  why: string | undefined;
}

/** Looks for the Terraform files that render templates among some files: what a template gives, only they tell. */
export async function findReaders(sources: readonly Source[], side: Side): Promise<Readers> {
  const templates = sources.filter(({ path, text }) => isTemplateFile(path) && mayHoldPolicy(text));
  if (templates.length === 0) return { folders: [], why: undefined };
  const search = openSearch(side, RENDERS);
  const found = await search(
    templates.map(({ path }) => path),
    new Set(sources.map(({ path }) => path)),
  );
  const why = found.left > 0 ? `${found.left} of them were not looked at` : found.incomplete;
  return { folders: [...new Set(found.paths.map(folderOf))], why };
}

/** Terraform files that name a template by a path from their own folder. */
export const RENDERS: Wanted = {
  mayName: CALLS.mayName,
  isUnlikely: CALLS.isUnlikely,
  namedBy: (path, text) =>
    [...text.matchAll(/"([^"\n]+)"/g)].flatMap(([, written = '']) => {
      if (!isTemplateFile(written)) return [];
      return resolvePath(folderOf(path), written.replace(/^\$\{path\.\w+\}\//, '')) ?? [];
    }),
};

/** What is said of a template that nothing was found to render; undefined for one that plainly is no policy. */
export function withoutReader(file: SourceFile, why: string | undefined): Analysis | undefined {
  const { text, path } = file;
  if (!/\bStatement\b/.test(text) || !/\bEffect\b/.test(text) || !/\bkms:[A-Za-z*]/.test(text)) return undefined;
  const reason = `no Terraform file was found that renders this template${why ? `; ${why}` : ''}`;
  const gaps = [{ span: file.span(0, 0), reason }];
  return { file, findings: [], gaps, contents: { path, policies: [], reason }, language: '', broken: false };
}
