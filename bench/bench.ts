import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readGrammar } from '../src/changes/grammar.ts';
import { SourceFile } from '../src/source/source-file.ts';
import { openHclParser } from '../src/syntax/hcl.ts';
import { parseJson } from '../src/syntax/json.ts';
import { mayHoldPolicy } from '../src/syntax/scan.ts';
import { parseYaml } from '../src/syntax/yaml.ts';
import { bigJson, hcl, repository, template } from './corpus.ts';

/** `npm run bench`: every number is a ratio or a rate taken in this run; the table goes to bench/RESULTS.md. */

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const rows: [string, string, string][] = [];

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

function time(work: () => void): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}

function node(args: string[], cwd: string): number {
  return time(() => spawnSync(process.execPath, args, { cwd, stdio: 'ignore' }));
}

/** Medians of two commands, run in turn so that the machine's moods fall on both. */
function compare(times: number, one: () => number, other: () => number): [number, number] {
  const samples: [number[], number[]] = [[], []];
  for (let i = 0; i < times; i++) {
    samples[0].push(one());
    samples[1].push(other());
  }
  return [median(samples[0]), median(samples[1])];
}

const folder = mkdtempSync(join(tmpdir(), 'kms-policy-review-bench-'));

const single = join(folder, 'one.json');
writeFileSync(
  single,
  '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}',
);
const [empty, cold] = compare(
  41,
  () => node(['-e', '0'], folder),
  () => node([CLI, 'check', single], folder),
);
rows.push(['cold `check` of one file / `node -e 0`', `${(cold / empty).toFixed(2)} x`, 'at most 2 x']);

const json = bigJson(5_000_000);
const [whole, native] = compare(
  11,
  () => time(() => parseJson(new SourceFile('a.json', json))),
  () => time(() => JSON.parse(json)),
);
rows.push(['JSON with positions', `${(json.length / 1000 / whole).toFixed(0)} MB/s`, 'at least 30 MB/s']);
rows.push(['JSON with positions / `JSON.parse`', `${(whole / native).toFixed(1)} x`, '']);

const yaml = template(3, 1500);
rows.push([
  'YAML with positions',
  `${(yaml.length / 1000 / median(Array.from({ length: 5 }, () => time(() => parseYaml(new SourceFile('a.yaml', yaml)))))).toFixed(1)} MB/s`,
  '',
]);

const module = hcl(2_000_000);
const { runtime, grammar } = readGrammar();
const parseHcl = await openHclParser(runtime, grammar);
rows.push([
  'HCL with positions',
  `${(module.length / 1000 / median(Array.from({ length: 5 }, () => time(() => parseHcl(new SourceFile('a.tf', module)))))).toFixed(1)} MB/s`,
  '',
]);

const plain = json.replaceAll('kms', 'kmx');
rows.push([
  'text scan of a file that is passed over',
  `${(plain.length / 1000 / median(Array.from({ length: 21 }, () => time(() => mayHoldPolicy(plain))))).toFixed(0)} MB/s`,
  '',
]);

for (const count of [100, 1800]) {
  const root = join(folder, `repository-${count}`);
  const files = repository(count);
  let bytes = 0;
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    bytes += text.length;
  }
  const paths = [...files.keys()].map((path) => join(root, path));
  const reading = `for (const p of JSON.parse(require('fs').readFileSync(${JSON.stringify(join(folder, 'paths.json'))}, 'utf8'))) { const t = require('fs').readFileSync(p, 'utf8'); if (p.endsWith('.json')) JSON.parse(t); }`;
  writeFileSync(join(folder, 'paths.json'), JSON.stringify(paths));
  const [floor, check] = compare(
    5,
    () => node(['-e', reading], root),
    () => node([CLI, 'check', '.', '--fail-on', 'never'], root),
  );
  rows.push([
    `\`check\` of ${count} mixed files (${(bytes / 1e6).toFixed(1)} MB) / reading them and \`JSON.parse\``,
    `${(check / floor).toFixed(1)} x`,
    'at most 6 x',
  ]);
}

rmSync(folder, { recursive: true });
const table = [
  '| What | Measured | Goal |',
  '| --- | --- | --- |',
  ...rows.map((row) => `| ${row.join(' | ')} |`),
].join('\n');
const file = fileURLToPath(new URL('./RESULTS.md', import.meta.url));
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
writeFileSync(
  file,
  `# Speed, version ${version}\n\nWritten by \`npm run bench\`. Ratios and rates of one run on one machine, Node ${process.version}.\n\n${table}\n`,
);
console.log(table);
