import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDist, ROOT } from './build.ts';

/** Builds again elsewhere and compares with the committed dist/, byte for byte. */
const folder = mkdtempSync(join(tmpdir(), 'kms-policy-review-dist-'));
await buildDist(folder);
const list = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
const committed = join(ROOT, 'dist');
const [before, after] = [list(committed), list(folder)];
const differing = [...new Set([...before, ...after])].filter(
  (file) =>
    !before.includes(file) ||
    !after.includes(file) ||
    !readFileSync(join(committed, file)).equals(readFileSync(join(folder, file))),
);
rmSync(folder, { recursive: true });
if (differing.length > 0) {
  console.error(`dist/ is not what the sources give; run \`npm run build\`. Differing: ${differing.join(', ')}`);
  process.exitCode = 1;
} else console.log(`dist/ is up to date (${after.length} files)`);
