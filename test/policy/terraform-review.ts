import { openAnalyser } from '../../src/analyser.ts';
import type { Contents } from '../../src/changes/changes.ts';
import { DEFAULT_CONFIG } from '../../src/policy/config.ts';
import { folderOf } from '../../src/source/path.ts';

/** Findings as `path:line rule`, and gaps as `path:line gap: reason`, of some files in a repository that has others. */
export async function review(files: Record<string, string>, besides: Record<string, Contents> = {}): Promise<string[]> {
  const sources = Object.entries(files).map(([path, text]) => ({ path, text }));
  const all = new Map<string, Contents>([
    ...Object.entries(besides),
    ...sources.map(({ path, text }) => [path, { text }] as const),
  ]);
  const side = {
    read: async (paths: readonly string[]) => new Map([...all].filter(([path]) => paths.includes(path))),
    paths: async () => ({ paths: [...all.keys()], readable: 100 }),
    modules: async (folders: readonly string[]) =>
      new Map([...all].filter(([path]) => /\.tf(vars)?(\.json)?$/.test(path) && folders.includes(folderOf(path)))),
  };
  const analyses = await openAnalyser(DEFAULT_CONFIG)({ sources, side });
  return analyses
    .flatMap(({ findings, gaps }) => [
      ...findings.map(({ span, rule, related }) => {
        const way = related.map((one) => `${one.span.file.path}:${one.span.file.position(one.span.start).line}`);
        const place = `${span.file.path}:${span.file.position(span.start).line} ${rule}`;
        return way.length > 0 ? `${place} by ${way.join(', ')}` : place;
      }),
      ...gaps.map(({ span, reason }) => `${span.file.path}:${span.file.position(span.start).line} gap: ${reason}`),
    ])
    .sort();
}
