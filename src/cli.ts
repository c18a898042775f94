import { existsSync, fstatSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Changes } from './changes/changes.ts';
import { folderChanges } from './changes/folder.ts';
import { type Command, HELP, parseCommandLine } from './command-line.ts';
import { type Config, DEFAULT_CONFIG } from './policy/config.ts';
import { renderRulesText, renderRuleText } from './report/catalogue.ts';
import { renderJson } from './report/json.ts';
import { renderMarkdown } from './report/markdown.ts';
import { renderAccessText, renderFixed, renderText } from './report/terminal.ts';
import { terminalText } from './report/terminal-text.ts';
import { VERSION } from './report/version.ts';
import type { Review } from './review/review.ts';
import { conclude } from './review/totals.ts';
import { RULES } from './rules/index.ts';
import { runReview } from './run.ts';
import type { RunOptions } from './run-options.ts';
import { nearest } from './source/nearest.ts';
import { UserError } from './source/user-error.ts';

// Small modules are imported above, because each file costs a start; YAML, HCL, git, globbing and cryptography are loaded
// when they are needed.
const DEFAULT_CONFIG_PATH = '.github/kms-policy-review.yml';
/** A progress line appears only when the work takes longer than this. */
const PROGRESS_AFTER_MS = 300;

/** As `engines` in package.json says. */
const LEAST_NODE = 24;

/** Runs one command and answers the exit code. */
async function main(args: readonly string[]): Promise<number> {
  if (Number.parseInt(process.versions.node, 10) < LEAST_NODE)
    throw new UserError(`this is Node ${process.versions.node}; it needs Node ${LEAST_NODE} or newer`);
  const command = parseCommandLine(args);
  switch (command.name) {
    case 'help':
      return print(HELP);
    case 'version':
      return print(`${VERSION}\n`);
    case 'rules':
      return print(renderRulesText(RULES));
    case 'explain':
      return explain(command.rule);
    case 'diff':
      return diff(command);
    case 'merge':
      return merge(command);
    case 'check':
      return check(command);
  }
}

function print(text: string): number {
  write(text);
  return 0;
}

function explain(id: string): number {
  const rule = RULES.find((one) => one.id === id);
  if (rule) return print(renderRuleText(rule));
  const near = nearest(
    id,
    RULES.map((one) => one.id),
  );
  throw new UserError(
    `there is no rule "${id}"${near ? `; did you mean "${near}"?` : '; `kms-policy-review rules` lists them'}`,
  );
}

async function check(command: Extract<Command, { name: 'check' }>): Promise<number> {
  const root = process.cwd();
  // A change is that of the whole repository, from whatever folder it is asked for.
  const folder = command.base === undefined ? root : await (await import('./changes/git.ts')).repositoryRoot(root);
  const config = await readConfig(command.config, folder);
  // A path that is not there is an error of its own; the others are reviewed all the same.
  const missing = command.base === undefined ? command.paths.filter((path) => !existsSync(resolve(root, path))) : [];
  for (const path of missing) process.stderr.write(`kms-policy-review: ${path}: no such file or folder\n`);
  const paths = command.paths.filter((path) => !missing.includes(path));
  if (paths.length === 0) return 2;
  const hashes =
    command.format === 'json' ||
    command.format === 'sarif' ||
    config.suppressions.some(({ fingerprint }) => fingerprint !== undefined);
  const options: RunOptions = {
    scope: command.scope,
    failOn: command.failOn,
    failOnIncomplete: false,
    maxComments: 0,
    paths: [],
    pathsIgnore: [],
    digest: hashes ? (await import('./review/digest.ts')).sha256 : (text) => text,
    today: new Date().toISOString().slice(0, 10),
    progress: progress(),
    shard: command.shard,
  };
  const open = (): Promise<Changes> => openChanges(command, paths, root);
  const review = command.fix
    ? await fix(open, config, options, command)
    : await runReview(await open(), config, options);
  await report(review, command);
  if (missing.length > 0) return 2;
  return review.conclusion === 'failure' ? 1 : 0;
}

/** One report of those of shards. The exit code is the one that a run on all files would have. */
async function merge({ files, failOn, ...command }: Extract<Command, { name: 'merge' }>): Promise<number> {
  const [{ readReport }, { mergeReports }] = await Promise.all([
    import('./report/read-json.ts'),
    import('./review/merge.ts'),
  ]);
  const merged = mergeReports(files.map((file) => readReport(readNamed(file, file), file)));
  const { findings, summary } = merged;
  const conclusion = conclude(findings, {
    broken: false,
    incomplete: summary.incomplete,
    failOn,
    failOnIncomplete: false,
  });
  await report({ ...merged, comments: [], idleSuppressions: [], conclusion }, command);
  return conclusion === 'failure' ? 1 : 0;
}

/** What two versions allow of KMS; the rules are not asked. */
async function diff({ base, head, format, output, config: path }: Extract<Command, { name: 'diff' }>): Promise<number> {
  const config = await readConfig(path, process.cwd());
  const changes = await (await import('./changes/two-sides.ts')).twoSides(base, head, process.cwd());
  const review = await runReview(
    changes,
    { ...config, rules: Object.fromEntries(RULES.map(({ id }) => [id, 'off' as const])), suppressions: [] },
    {
      scope: 'new',
      failOn: 'never',
      failOnIncomplete: false,
      maxComments: 0,
      paths: [],
      pathsIgnore: [],
      digest: (text) => text,
      today: new Date().toISOString().slice(0, 10),
      progress: progress(),
    },
  );
  if (format === 'json') deliver(renderJson(review), output);
  else deliver(renderAccessText(review, { color: output === undefined && useColor(), ...terminalWidth() }), output);
  return 0;
}

/** Writes the fixes, says what it wrote, and answers the review of what is left. */
async function fix(
  open: () => Promise<Changes>,
  config: Config,
  options: RunOptions,
  { format, output }: Extract<Command, { name: 'check' }>,
): Promise<Review> {
  const { applyFixes } = await import('./fix.ts');
  const fixed = await applyFixes(open, config, options);
  // A report for a program must stay one.
  const stream = format === 'text' && output === undefined ? process.stdout : process.stderr;
  stream.write(renderFixed(fixed));
  for (const { path, reason } of fixed.refused)
    process.stderr.write(`kms-policy-review: ${terminalText(path)}: not fixed: ${reason}\n`);
  return fixed.review;
}

async function openChanges(
  { base, scope }: Pick<Extract<Command, { name: 'check' }>, 'base' | 'scope'>,
  paths: string[],
  root: string,
): Promise<Changes> {
  if (base === undefined) return folderChanges(paths, root);
  const changes = await (await import('./changes/git.ts')).gitChanges(base, root);
  return scope === 'all' ? (await import('./changes/every-file.ts')).everyFile(changes) : changes;
}

/** The file that the user named, else the one in `folder` where there is one. */
async function readConfig(path: string | undefined, folder: string): Promise<Config> {
  const name = path ?? DEFAULT_CONFIG_PATH;
  const file = path ?? resolve(folder, DEFAULT_CONFIG_PATH);
  if (path === undefined && !existsSync(file)) return DEFAULT_CONFIG;
  const text = readNamed(file, `--config ${name}`);
  return (await import('./review/configuration.ts')).parseConfiguration(text, name);
}

/** A file that the user named; `name` is how errors call it. */
function readNamed(file: string, name: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new UserError(`${name}: ${isGone ? 'no such file' : 'cannot be read'}`);
  }
}

async function report(
  review: Review,
  { format, output }: Pick<Extract<Command, { name: 'check' }>, 'format' | 'output'>,
): Promise<void> {
  deliver(await render(review, format, output === undefined && useColor()), output);
}

/** To the terminal, or into the file of `--output`. */
function deliver(text: string, output: string | undefined): void {
  if (output === undefined) write(text);
  else {
    try {
      writeFileSync(output, text);
    } catch (error) {
      throw new UserError(
        `--output ${output}: cannot be written (${error instanceof Error && 'code' in error ? error.code : error})`,
      );
    }
  }
}

async function render(review: Review, format: string, color: boolean): Promise<string> {
  if (format === 'json') return renderJson(review);
  if (format === 'sarif') return (await import('./report/sarif.ts')).renderSarif(review, RULES);
  if (format === 'html') return (await import('./report/html.ts')).renderHtml(review);
  if (format === 'markdown') return renderMarkdown(review);
  return renderText(review, { color, ...terminalWidth() });
}

function terminalWidth(): { width?: number } {
  const width = isTerminal(STDOUT) ? process.stdout.columns : undefined;
  return width ? { width } : {};
}

/** https://no-color.org and FORCE_COLOR; without either, colours are for terminals. */
function useColor(): boolean {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return isTerminal(STDOUT);
}

// A tenth of a start goes into the objects `process.stdout` and `process.stderr`, which a report in one piece does not need.
const STDOUT = 1;
const STDERR = 2;

/** Whether a stream is a terminal. Files and pipes are told apart without making its object. */
function isTerminal(descriptor: typeof STDOUT | typeof STDERR): boolean {
  try {
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  return (descriptor === STDOUT ? process.stdout : process.stderr).isTTY === true;
}

/** Writes to the standard output. */
function write(text: string): void {
  const bytes = Buffer.from(text);
  let at = 0;
  try {
    while (at < bytes.length) at += writeSync(STDOUT, bytes, at);
  } catch {
    // A pipe that is full and does not wait, or whose reader went away.
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      // `| head`: nobody is left to tell.
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
    process.stdout.write(bytes.subarray(at));
  }
}

/** A line on stderr that counts the files, only in a terminal and only when the work is long. */
function progress(): (done: number, total: number) => void {
  let next = Date.now() + PROGRESS_AFTER_MS;
  let isWanted: boolean | undefined;
  let isShown = false;
  return (done, total) => {
    if (done === total) {
      if (isShown) process.stderr.write('\r\u001b[K');
      return;
    }
    const now = Date.now();
    if (now < next) return;
    isWanted ??= isTerminal(STDERR);
    if (!isWanted) return;
    isShown = true;
    next = now + 100;
    process.stderr.write(`\r\u001b[K${done} of ${total} files`);
  };
}

function fail(error: unknown): void {
  if (error instanceof UserError) process.stderr.write(`kms-policy-review: ${error.message}\n`);
  else
    process.stderr.write(
      `kms-policy-review: this is a bug of the program, please report it.\n${error instanceof Error ? error.stack : error}\n`,
    );
  process.exitCode = 2;
}

// The built Action loads this file for what it shares with the command line.
if (import.meta.main)
  main(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  }, fail);
