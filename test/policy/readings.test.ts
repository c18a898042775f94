import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readingOf } from './reading-words.ts';

/**
 * What is read out of files that use much of a language, all of it: `golden/readings/NAME.in` has the files, each after a
 * line `-- path --`; `NAME.out` what is read out of them, of `words-...` only what is said, of `fixes-...` what fixes write. Judged by reading; where it changes, read the change.
 */

const FOLDER = fileURLToPath(new URL('../golden/readings/', import.meta.url));

/** The files of an archive. */
function filesIn(archive: string): Record<string, string> {
  const [, ...pieces] = archive.split(/^-- (\S+) --\n/m);
  return Object.fromEntries(
    pieces.flatMap((path, index) => (index % 2 === 0 ? [[path, pieces[index + 1] ?? '']] : [])),
  );
}

const names = readdirSync(FOLDER).flatMap((name) => (name.endsWith('.in') ? [name.slice(0, -'.in'.length)] : []));

test.each(names)('%s', async (name) => {
  const files = filesIn(readFileSync(`${FOLDER}${name}.in`, 'utf8'));
  const wanted = name.startsWith('words') ? 'words' : name.startsWith('fixes') ? 'fixes' : 'all';
  const lines = readingOf(files, name.startsWith('stacks'), wanted);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`${FOLDER}${name}.out`);
});
