import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatRows } from './formats.ts';
import { table } from './measure.ts';
import { repositoryRows } from './repositories.ts';
import { startRows } from './starts.ts';

/** `npm run bench`: every number is a ratio, a rate or a peak taken in this run; the table goes to bench/RESULTS.md. */

const folder = mkdtempSync(join(tmpdir(), 'kms-policy-review-bench-'));
try {
  const rows = [...(await startRows(folder)), ...(await formatRows()), ...(await repositoryRows(folder))];
  const text = table(['What', 'Measured', 'Goal'], rows);
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  writeFileSync(
    new URL('./RESULTS.md', import.meta.url),
    `# Speed, version ${version}\n\nWritten by \`npm run bench\`. Ratios, rates and peaks of one run on one machine, Node ${process.version}. Peaks are\nthose of the whole process, Node's own 50 MB included.\n\n${text}\n`,
  );
  console.log(text);
} finally {
  rmSync(folder, { recursive: true });
}
