import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Changes, Contents } from '../src/changes/changes.ts';
import { DEFAULT_CONFIG } from '../src/policy/config.ts';
import { renderComment } from '../src/report/comment.ts';
import { renderSummary } from '../src/report/summary.ts';
import { renderText } from '../src/report/terminal.ts';
import { runReview } from '../src/run.ts';
import { OPTIONS } from './review-of.ts';

/** Text in, text out: each folder has the files of base and head, the review as data, and what people see of it. */

const GOLDEN = fileURLToPath(new URL('./golden', import.meta.url));

/** The folder's files as a change in which every line of head is part of the diff. */
function changesOf(folder: string): Changes {
  const names = (side: string): string[] => readdirSync(join(folder, side)).sort();
  const base = names('base');
  const read = (side: string, path: string): Contents => ({ text: readFileSync(join(folder, side, path), 'utf8') });
  return {
    description: 'a golden case',
    hasBase: true,
    list: async () => ({
      files: names('head').map((path) => ({
        path,
        status: base.includes(path) ? 'modified' : 'added',
        hunks: [{ start: 1, lines: 10_000 }],
      })),
      incomplete: [],
    }),
    modules: async () => new Map(),
    paths: async (side) => ({ paths: names(side), readable: 0 }),
    read: async (side, paths) => new Map(paths.map((path) => [path, read(side, path)])),
  };
}

test.each(readdirSync(GOLDEN).filter((name) => existsSync(join(GOLDEN, name, 'head'))))('%s', async (name) => {
  const folder = join(GOLDEN, name);
  const review = await runReview(changesOf(folder), DEFAULT_CONFIG, { ...OPTIONS, scope: 'new' });
  await expect(`${JSON.stringify(review, null, 2)}\n`).toMatchFileSnapshot(join(folder, 'review.json'));
  await expect(renderText(review, { color: false })).toMatchFileSnapshot(join(folder, 'terminal.txt'));
  await expect(renderSummary(review, [])).toMatchFileSnapshot(join(folder, 'summary.md'));
  const comments = review.comments.map((comment) => renderComment(review, comment)).join('\n\n----\n\n');
  await expect(comments).toMatchFileSnapshot(join(folder, 'comments.md'));
});
