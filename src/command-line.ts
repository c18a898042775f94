import { parseArgs } from 'node:util';
import { SEVERITIES } from './rules/rule.ts';
import type { RunOptions } from './run-options.ts';
import { nearest } from './source/nearest.ts';
import { UserError } from './source/user-error.ts';

export const HELP = `kms-policy-review: finds AWS KMS policy mistakes in policy files, CloudFormation and Terraform

  kms-policy-review check [PATH...]     review files and folders (default: this folder)
  kms-policy-review check --base REF    review what the work tree changes since the merge base with REF
  kms-policy-review diff BASE HEAD      KMS access that HEAD has and BASE has not, or the other way: two files, folders or
                                        commits; --format text or json, exit code 0
  kms-policy-review merge FILE...       one report of the JSON reports of shards
  kms-policy-review rules               list the rules
  kms-policy-review explain RULE        one rule: why, what to do, examples, sources

  --format text|json|sarif|markdown|html  (default: text)
  --output FILE                         write the report there instead of to the terminal
  --config FILE                         (default: .github/kms-policy-review.yml where it exists)
  --fail-on error|warning|notice|never  the lowest severity that makes the exit code 1 (default: error)
  --scope new|changed|all               with --base: only new findings (default), all in changed files, or all
  --fix                                 write the proven fixes into the files, then report what is left
  --shard I/N                           only part I of N of the files, for runs side by side
  --help, --version

Exit code: 0 clean, 1 findings at or above --fail-on, 2 usage or configuration error.
`;

const FORMATS = ['text', 'json', 'sarif', 'markdown', 'html'] as const;
const DIFF_FORMATS = ['text', 'json'] as const;
const COMMANDS = ['check', 'diff', 'merge', 'rules', 'explain'];
const OPTIONS = {
  base: { type: 'string' },
  format: { type: 'string' },
  output: { type: 'string' },
  config: { type: 'string' },
  'fail-on': { type: 'string' },
  scope: { type: 'string' },
  fix: { type: 'boolean' },
  shard: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const;

export type Command =
  | { name: 'help' | 'version' | 'rules' }
  | { name: 'explain'; rule: string }
  | {
      name: 'diff';
      base: string;
      head: string;
      format: (typeof DIFF_FORMATS)[number];
      output: string | undefined;
      config: string | undefined;
    }
  | {
      name: 'merge';
      files: string[];
      format: (typeof FORMATS)[number];
      output: string | undefined;
      failOn: RunOptions['failOn'];
    }
  | {
      name: 'check';
      paths: string[];
      base: string | undefined;
      format: (typeof FORMATS)[number];
      output: string | undefined;
      config: string | undefined;
      failOn: RunOptions['failOn'];
      scope: RunOptions['scope'];
      fix: boolean;
      shard: RunOptions['shard'];
    };

/** Reads the arguments after the program's name. Throws a UserError of one sentence for what it does not know. */
export function parseCommandLine(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.version) return { name: 'version' };
  const [name, ...rest] = positionals;
  if (values.help || name === undefined) return { name: 'help' };
  if (!COMMANDS.includes(name)) throw new UserError(`unknown command "${name}"${suggest(name, COMMANDS)}`);
  if (values.fix && name !== 'check') throw new UserError('--fix is for check: the other commands change nothing');
  if (values.shard !== undefined && name !== 'check') throw new UserError('--shard is for check');
  if (name === 'rules') return { name };
  if (name === 'explain') {
    const [rule, ...more] = rest;
    if (rule === undefined || more.length > 0)
      throw new UserError('explain takes the name of one rule; `kms-policy-review rules` lists them');
    return { name, rule };
  }
  if (name === 'diff') {
    const [base, head, ...more] = rest;
    if (base === undefined || head === undefined || more.length > 0)
      throw new UserError('diff takes two files, two folders or two commits: BASE and HEAD');
    for (const option of ['base', 'fail-on', 'scope'] as const)
      if (values[option] !== undefined) throw new UserError(`--${option} belongs to check, not to diff`);
    const format = choose('--format', values.format ?? 'text', DIFF_FORMATS);
    return { name, base, head, format, output: values.output, config: values.config };
  }
  if (name === 'merge') {
    if (rest.length === 0) throw new UserError('merge takes the JSON reports of shards');
    for (const option of ['base', 'config', 'scope'] as const)
      if (values[option] !== undefined) throw new UserError(`--${option} belongs to check, not to merge`);
    const format = choose('--format', values.format ?? 'json', FORMATS);
    return { name, files: rest, format, output: values.output, failOn: failOnOf(values['fail-on']) };
  }
  if (values.base !== undefined && rest.length > 0) throw new UserError('check takes paths or --base, not both');
  if (values.base === undefined && values.scope !== undefined && values.scope !== 'all') {
    throw new UserError(`--scope ${values.scope} needs --base: without one there is nothing to compare with`);
  }
  if (values.shard !== undefined && (values.base !== undefined || values.fix))
    throw new UserError('--shard is for reports of files as they are, so it goes with neither --base nor --fix');
  return {
    name: 'check',
    paths: rest.length === 0 ? ['.'] : rest,
    base: values.base,
    format: choose('--format', values.format ?? 'text', FORMATS),
    output: values.output,
    config: values.config,
    failOn: failOnOf(values['fail-on']),
    scope: choose('--scope', values.scope ?? (values.base === undefined ? 'all' : 'new'), ['new', 'changed', 'all']),
    fix: values.fix === true,
    shard: values.shard === undefined ? undefined : shardOf(values.shard),
  };
}

function failOnOf(value: string | undefined): RunOptions['failOn'] {
  return choose('--fail-on', value ?? 'error', [...SEVERITIES, 'never']);
}

/** More parts than anybody has files that are worth one. */
const MAX_SHARDS = 1000;

function shardOf(value: string): { index: number; of: number } {
  const [, index, of] = (/^(\d{1,4})\/(\d{1,4})$/.exec(value) ?? []).map(Number);
  if (index === undefined || of === undefined || index < 1 || index > of || of > MAX_SHARDS)
    throw new UserError(`--shard ${value}: it is I/N, such as 2/5: part 2 of 5, and N is at most ${MAX_SHARDS}`);
  return { index, of };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const option = /^Unknown option '(--?[^']*)'/.exec(message)?.[1];
    if (option === undefined) throw new UserError((message.split('. ', 1)[0] as string).replace(/\n/g, ' '));
    throw new UserError(
      `unknown option "${option}"${suggest(
        option,
        Object.keys(OPTIONS).map((known) => `--${known}`),
      )}`,
    );
  }
}

function suggest(written: string, known: readonly string[]): string {
  const near = nearest(written, known);
  return near === undefined ? '; see --help' : `; did you mean "${near}"?`;
}

function choose<T extends string>(option: string, value: string, values: readonly T[]): T {
  const found = values.find((one) => one === value);
  if (found === undefined) throw new UserError(`${option} ${value}: it can be ${values.join(', ')}`);
  return found;
}
