import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { policyRepository } from './corpus.ts';
import { median, ratio, table } from './measure.ts';
import { install, OURS, PEERS, type Peer, type Tool } from './peer-tools.ts';
import { LANGUAGES, MISTAKES, mistakeIn, plantedFiles } from './planted.ts';

/**
 * `npm run bench:peers [-- FOLDER]`: what else people use, on the same files in the same run; the tables go to
 * bench/PEERS.md. The tools are installed into a folder that is thrown away, or into FOLDER for the next run.
 */

const FILES = 200;
/** Passes over the files, after one that warms up; a tool that takes minutes has one only. */
const PASSES = 3;
/** Runs a program, whose output is its own, and tells its time, that of the processor, and the peak of its largest process. */
const MEASURE = `import json, resource, subprocess, sys, time
begin = time.monotonic()
code = subprocess.run(sys.argv[1:]).returncode
took = time.monotonic() - begin
used = resource.getrusage(resource.RUSAGE_CHILDREN)
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps([took, used.ru_utime + used.ru_stime, used.ru_maxrss * unit, code]), file=sys.stderr)`;

interface Measured {
  seconds: number;
  /** Of the processor, on all threads and in all processes: what other programs of the machine do not change. */
  cpu: number;
  megabytes: number;
  outputs: string[];
}

/** One pass of a tool over a folder. */
function pass(tool: Tool, root: string, bin: string): Measured {
  const total: Measured = { seconds: 0, cpu: 0, megabytes: 0, outputs: [] };
  for (const command of tool.commands(root, bin)) {
    const { stdout, stderr } = spawnSync('python3', ['-c', MEASURE, ...command], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1e9,
    });
    const lines = stderr.trim().split('\n');
    const [seconds = Number.NaN, cpu = Number.NaN, bytes = 0, code] = JSON.parse(lines.at(-1) ?? '[]') as number[];
    if (code !== 0 && !tool.mayFail)
      throw new Error(`${tool.name}: exit code ${code}: ${lines.slice(-4, -1).join(' ')}`);
    total.seconds += seconds;
    total.cpu += cpu;
    total.megabytes = Math.max(total.megabytes, bytes / 1e6);
    total.outputs.push(stdout);
  }
  return total;
}

/** The languages in which a tool tells the file with a mistake from the same file without it. */
function noticed(tool: Tool, planted: { wrong: string; right: string }, bin: string): Set<string>[] {
  const said = (root: string): Set<string> =>
    new Set(
      tool
        .read(pass(tool, root, bin).outputs, root)
        .map(([path, check]) => `${path.startsWith(root) ? relative(root, path) : path} ${check}`),
    );
  const without = said(planted.right);
  const found = MISTAKES.map(() => new Set<string>());
  for (const report of said(planted.wrong)) {
    const [path = ''] = report.split(' ');
    const language = LANGUAGES[extname(path).slice(1) as keyof typeof LANGUAGES];
    if (!without.has(report) && language) found[mistakeIn(path) ?? -1]?.add(language);
  }
  return found;
}

/** Writes those of the files that a tool understands into a folder of their own. */
function write(files: ReadonlyMap<string, string>, { folders }: Tool, root: string): string {
  for (const [path, text] of files) {
    if (!folders.some((folder) => path.startsWith(`${folder}/`))) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** What a tool says of itself; what is built from its module knows no version but the one that was fetched. */
function versionOf(peer: Peer, bin: string): string {
  const { stdout, stderr } = spawnSync(join(bin, peer.name), peer.version, { encoding: 'utf8' });
  return /\d+\.\d+\.\d+/.exec(`${stdout}${stderr}${peer.package}`)?.[0] ?? 'unknown';
}

function firstLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: Buffer; message: string };
  const lines = (stderr?.toString() || message).trim().split('\n');
  return (lines.find((line) => /error|refused|cannot|not found/i.test(line)) ?? lines.at(-1) ?? '')
    .trim()
    .slice(0, 200);
}

const speed: string[][] = [];
const missing: string[] = [];
const quality = new Map<string, Set<string>[]>();

/** Writes the tables of what was measured so far, and answers them. */
function report(): string {
  const names = [...quality.keys()];
  const text = [
    table(
      ['Tool', 'Files', 'What is on', 'Time, it / we', 'Faster', "Processor's time", 'Less work', 'Peak, it / we'],
      speed,
    ),
    '',
    `What each reports of planted mistakes: that a check speaks of the file with the mistake which is silent on the same file without it. Each mistake stands in a JSON policy, a CloudFormation template and Terraform (\`jsonencode\` and \`aws_iam_policy_document\`); a tool that does not read a language is not given it.`,
    '',
    table(
      ['Mistake', ...names],
      MISTAKES.map(({ title }, index) => [
        title,
        ...names.map((name) => [...(quality.get(name)?.[index] ?? [])].sort().join(', ') || 'no'),
      ]),
    ),
    ...(missing.length > 0 ? ['', ...missing] : []),
  ].join('\n');
  writeFileSync(
    new URL('./PEERS.md', import.meta.url),
    `# Beside other tools\n\nWritten by \`npm run bench:peers\`: medians of ${PASSES} passes in turn (a tool that takes minutes has one) over the same generated files (${FILES} in all) on one machine, each\ntool with only its checks of KMS and IAM where it can be told so. Time is that of whole processes; the peak is that of the\nlargest one.\n\n${text}\n`,
  );
  return text;
}

const keep = process.argv[2];
const home = realpathSync(mkdtempSync(join(tmpdir(), 'kms-policy-review-peers-')));
const tools = keep === undefined ? join(home, 'tools') : resolve(keep);
try {
  if (spawnSync('python3', ['--version']).status !== 0)
    throw new Error('the comparison needs python3, with venv and pip');
  const corpus = policyRepository(FILES);
  const sides = { wrong: plantedFiles('wrong'), right: plantedFiles('right') };
  const plant = (tool: Tool) => ({
    wrong: write(sides.wrong, tool, join(home, tool.name, 'wrong')),
    right: write(sides.right, tool, join(home, tool.name, 'right')),
  });
  quality.set(OURS.name, noticed(OURS, plant(OURS), ''));
  for (const peer of PEERS) {
    console.error(`${peer.name}: installing`);
    try {
      const bin = install(peer, tools);
      const name = `${peer.name} ${versionOf(peer, bin)}`;
      const root = write(corpus, peer, join(home, peer.name, 'corpus'));
      console.error(`${name}: measuring`);
      const passes = peer.passes ?? PASSES;
      if (passes > 1) pass(peer, root, bin);
      const runs = Array.from({ length: passes }, () => ({
        theirs: pass(peer, root, bin),
        ours: pass(OURS, root, ''),
      }));
      const middle = (who: 'theirs' | 'ours', what: 'seconds' | 'cpu' | 'megabytes'): number =>
        median(runs.map((run) => run[who][what]));
      const count = [...corpus.keys()].filter((path) => peer.folders.some((one) => path.startsWith(`${one}/`))).length;
      const both = (what: 'seconds' | 'cpu' | 'megabytes', unit: string, digits: number): string =>
        `${middle('theirs', what).toFixed(digits)} / ${middle('ours', what).toFixed(digits)} ${unit}`;
      speed.push([
        ...[name, `${peer.folders.join(', ')}: ${count} files`, peer.checks],
        ...[both('seconds', 's', 2), `**${ratio(middle('theirs', 'seconds'), middle('ours', 'seconds'), 0)}**`],
        ...[both('cpu', 's', 2), ratio(middle('theirs', 'cpu'), middle('ours', 'cpu'), 0), both('megabytes', 'MB', 0)],
      ]);
      console.error(speed.at(-1)?.join(' | '));
      quality.set(name, noticed(peer, plant(peer), bin));
    } catch (error) {
      missing.push(`- ${peer.name} could not be measured: ${firstLine(error)}`);
    }
    report();
  }
  console.log(report());
} finally {
  rmSync(home, { recursive: true, force: true });
}
