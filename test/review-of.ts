import { isTerraform } from '../src/changes/candidates.ts';
import type { Changes, Contents } from '../src/changes/changes.ts';
import { type Config, DEFAULT_CONFIG } from '../src/policy/config.ts';
import { sha256 } from '../src/review/digest.ts';
import type { Review } from '../src/review/review.ts';
import { runReview } from '../src/run.ts';
import type { RunOptions } from '../src/run-options.ts';
import { folderOf } from '../src/source/path.ts';

type Texts = Readonly<Record<string, string>>;

/** The files of head as a change from those of the base, every line of what differs in the diff; without a base as they are. */
export function changesOf(head: Texts, base: Texts | undefined): Changes {
  const read = (side: 'base' | 'head', path: string): Contents | undefined => {
    const texts = (side === 'head' ? head : base) ?? {};
    // A folder may be called `__proto__`.
    return Object.hasOwn(texts, path) ? { text: texts[path] as string } : undefined;
  };
  const status = (path: string) => {
    if (base === undefined || base[path] === head[path]) return 'unchanged' as const;
    return base[path] === undefined ? ('added' as const) : ('modified' as const);
  };
  const removed = Object.keys(base ?? {}).filter((path) => head[path] === undefined);
  return {
    description: 'files of a test',
    hasBase: base !== undefined,
    list: async () => ({
      files: [
        ...Object.keys(head).map((path) => ({ path, status: status(path), hunks: [{ start: 1, lines: 10_000 }] })),
        ...removed.map((path) => ({ path, status: 'removed' as const })),
      ],
      incomplete: [],
    }),
    modules: async (side, folders) => {
      const paths = Object.keys((side === 'head' ? head : base) ?? {}).filter(isTerraform);
      const inside = paths.filter((path) => folders.includes(folderOf(path)));
      return new Map(inside.map((path) => [path, read(side, path) as Contents]));
    },
    paths: async (side) => ({ paths: Object.keys((side === 'head' ? head : base) ?? {}), readable: 1000 }),
    read: async (side, paths) =>
      new Map(
        paths.flatMap((path) => {
          const contents = read(side, path);
          return contents ? [[path, contents] as const] : [];
        }),
      ),
  };
}

export const OPTIONS: RunOptions = {
  scope: 'all',
  failOn: 'error',
  failOnIncomplete: false,
  maxComments: 25,
  paths: [],
  pathsIgnore: [],
  today: '2026-01-01',
  digest: sha256,
};

/** The review of files, on the first day of 2026. */
export function reviewOf(
  head: Texts,
  base?: Texts,
  config: Partial<Config> = {},
  options: Partial<RunOptions> = {},
): Promise<Review> {
  const scope = base === undefined ? 'all' : 'new';
  return runReview(changesOf(head, base), { ...DEFAULT_CONFIG, ...config }, { ...OPTIONS, scope, ...options });
}
