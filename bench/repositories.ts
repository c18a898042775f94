import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bigPolicy, repository } from './corpus.ts';
import { CLI, compare, node, type Row, ratio } from './measure.ts';

/** How many files, how often they are checked, and the goals for time and memory. */
const SIZES = [
  { count: 100, times: 9, goal: 'at most 6 x', memory: '' },
  { count: 1000, times: 5, goal: 'at most 6 x', memory: '' },
  { count: 1800, times: 5, goal: 'at most 6 x', memory: '' },
  { count: 10_000, times: 3, goal: 'at most 6 x', memory: 'under 600 MB' },
];

/** Whole folders, and one file that is as large as a file may be: time against reading alone, and memory. */
export async function repositoryRows(folder: string): Promise<Row[]> {
  const rows: Row[] = [];
  const took = new Map<number, number>();
  for (const { count, times, goal, memory } of SIZES) {
    const root = join(folder, `repository-${count}`);
    const files = repository(count);
    const { floor, check, peak } = await measure(root, files, times);
    took.set(count, check);
    const what = `\`check\` of ${count} mixed files (${megabytes(files)})`;
    rows.push([`${what} / reading them and \`JSON.parse\``, ratio(check, floor), goal]);
    rows.push([`the same, peak memory`, `${peak.toFixed(0)} MB`, memory]);
  }
  const growth = ratio(took.get(10_000) ?? Number.NaN, took.get(1000) ?? Number.NaN);
  rows.push(['`check` of 10000 files / of 1000 files', growth, 'linear: about 10 x']);
  const one = new Map([['policy.json', bigPolicy(30_000_000)]]);
  const { floor, check, peak } = await measure(join(folder, 'large'), one, 1);
  rows.push([`\`check\` of one policy (${megabytes(one)}) / reading it and \`JSON.parse\``, ratio(check, floor), '']);
  rows.push(['the same, time', `${(check / 1000).toFixed(1)} s`, '']);
  rows.push(['the same, peak memory', `${peak.toFixed(0)} MB`, '']);
  return rows;
}

/** Writes files and checks them. `floor` is what it takes to read them all and parse the JSON with nothing else. */
async function measure(
  root: string,
  files: ReadonlyMap<string, string>,
  times: number,
): Promise<{ floor: number; check: number; peak: number }> {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const list = `${root}.paths.json`;
  writeFileSync(list, JSON.stringify([...files.keys()].map((path) => join(root, path))));
  const reading = `for (const p of JSON.parse(require('fs').readFileSync(${JSON.stringify(list)}, 'utf8'))) { const t = require('fs').readFileSync(p, 'utf8'); if (p.endsWith('.json')) JSON.parse(t); }`;
  const check = [CLI, 'check', '.', '--fail-on', 'never'];
  const [floor, took] = await compare(
    times,
    async () => (await node(['-e', reading], { cwd: root })).milliseconds,
    async () => (await node(check, { cwd: root })).milliseconds,
  );
  const { peak } = await node(check, { cwd: root, usage: true });
  return { floor, check: took, peak };
}

function megabytes(files: ReadonlyMap<string, string>): string {
  const bytes = [...files.values()].reduce((sum, text) => sum + text.length, 0);
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
