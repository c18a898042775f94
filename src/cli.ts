import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Changes } from './changes/changes.ts';
import { folderChanges } from './changes/folder.ts';
import { type Command, HELP, parseCommandLine } from './command-line.ts';
import { type Config, DEFAULT_CONFIG } from './policy/config.ts';
import { renderRulesText, renderRuleText } from './report/catalogue.ts';
import { renderJson } from './report/json.ts';
import { renderMarkdown } from './report/markdown.ts';
import { renderFixed, renderText } from './report/terminal.ts';
import { terminalText } from './report/terminal-text.ts';
import { VERSION } from './report/version.ts';
import type { Review } from './review/review.ts';
import { RULES } from './rules/index.ts';
import { type RunOptions, runReview } from './run.ts';
import { nearest } from './source/nearest.ts';
import { UserError } from './source/user-error.ts';

// Small modules are imported above, because each file costs a start; YAML, HCL, git, globbing and cryptography are loaded
// when they are needed.
const DEFAULT_CONFIG_PATH = '.github/kms-policy-review.yml';
/** A progress line appears only when the work takes longer than this. */
const PROGRESS_AFTER_MS = 300;

/** Runs one command and answers the exit code. */
async function main(args: readonly string[]): Promise<number> {
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
    case 'check':
      return check(command);
  }
}

function print(text: string): number {
  process.stdout.write(text);
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
  const config = await readConfig(command.config);
  // A path that is not there is an error of its own; the others are reviewed all the same.
  const missing = command.base === undefined ? command.paths.filter((path) => !existsSync(resolve(root, path))) : [];
  for (const path of missing) process.stderr.write(`kms-policy-review: ${path}: no such file or folder\n`);
  const paths = command.paths.filter((path) => !missing.includes(path));
  if (paths.length === 0) return 2;
  const options: RunOptions = {
    scope: command.scope,
    failOn: command.failOn,
    failOnIncomplete: false,
    maxComments: 0,
    paths: [],
    pathsIgnore: [],
    digest:
      command.format === 'json' ||
      command.format === 'sarif' ||
      config.suppressions.some(({ fingerprint }) => fingerprint !== undefined)
        ? (await import('./review/digest.ts')).sha256
        : (text) => text,
    today: new Date().toISOString().slice(0, 10),
    progress: progress(),
  };
  const open = (): Promise<Changes> => openChanges(command.base, paths, root);
  const review = command.fix
    ? await fix(open, config, options, command)
    : await runReview(await open(), config, options);
  await report(review, command);
  if (missing.length > 0) return 2;
  return review.conclusion === 'failure' ? 1 : 0;
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

async function openChanges(base: string | undefined, paths: string[], root: string): Promise<Changes> {
  if (base !== undefined) return (await import('./changes/git.ts')).gitChanges(base, root);
  return folderChanges(paths, root);
}

async function readConfig(path: string | undefined): Promise<Config> {
  const file = path ?? DEFAULT_CONFIG_PATH;
  if (path === undefined && !existsSync(file)) return DEFAULT_CONFIG;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(
      `--config ${file}: ${error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'no such file' : 'cannot be read'}`,
    );
  }
  return (await import('./review/configuration.ts')).parseConfiguration(text, file);
}

async function report(review: Review, { format, output }: Extract<Command, { name: 'check' }>): Promise<void> {
  const text = await render(review, format, output === undefined && useColor());
  if (output === undefined) process.stdout.write(text);
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
  const width = process.stdout.isTTY === true ? process.stdout.columns : undefined;
  return renderText(review, { color, ...(width ? { width } : {}) });
}

/** https://no-color.org and FORCE_COLOR; without either, colours are for terminals. */
function useColor(): boolean {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return process.stdout.isTTY === true;
}

/** A line on stderr that counts the files, only in a terminal and only when the work is long. */
function progress(): (done: number, total: number) => void {
  if (process.stderr.isTTY !== true) return () => undefined;
  const begin = performance.now();
  let last = begin + PROGRESS_AFTER_MS;
  return (done, total) => {
    const now = performance.now();
    if (done === total && last > begin + PROGRESS_AFTER_MS) process.stderr.write('\r\u001b[K');
    else if (now > last) {
      last = now + 100;
      process.stderr.write(`\r\u001b[K${done} of ${total} files`);
    }
  };
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader went away (`| head`); nobody is left to tell.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (error instanceof UserError) process.stderr.write(`kms-policy-review: ${error.message}\n`);
    else
      process.stderr.write(
        `kms-policy-review: this is a bug of the program, please report it.\n${error instanceof Error ? error.stack : error}\n`,
      );
    process.exitCode = 2;
  },
);
