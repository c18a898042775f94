import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Stryker's mutants of src/policy and src/rules. Its test runner starts every test file again for every mutant, so only its operators are used. */

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const INSTRUMENTER = '@stryker-mutator/instrumenter';
const VERSION = '10.1.1';
/** A folder of its own keeps its packages out of everybody's `npm ci`. */
const HOME = join(tmpdir(), `kms-policy-review-mutation-${VERSION}`);

export const FOLDERS = ['policy', 'rules'] as const;

export interface Mutant {
  /** Relative to the repository's root. */
  file: string;
  /** 1-based. */
  line: number;
  /** `[start, end)` in the file's text. */
  start: number;
  end: number;
  /** What Stryker calls the operator. */
  operator: string;
  replacement: string;
}

interface Place {
  /** Counted from 0. */
  line: number;
  column: number;
}

interface Instrumented {
  mutants: { fileName: string; location: { start: Place; end: Place }; mutatorName: string; replacement: string }[];
}

interface Instrumenter {
  instrument(files: { name: string; mutate: boolean; content: string }[], options: object): Promise<Instrumented>;
}

async function openInstrumenter(): Promise<Instrumenter> {
  const entry = join(HOME, 'node_modules', INSTRUMENTER, 'dist/src/index.js');
  if (!existsSync(entry)) {
    mkdirSync(HOME, { recursive: true });
    writeFileSync(join(HOME, 'package.json'), '{"private": true}\n');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--save-exact', `${INSTRUMENTER}@${VERSION}`], {
      cwd: HOME,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  const { Instrumenter } = await import(pathToFileURL(entry).href);
  const silent = new Proxy({}, { get: () => () => false });
  return new Instrumenter(silent);
}

/** All mutants of the folders' files that are code. */
export async function findMutants(): Promise<Mutant[]> {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, 'src', folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `src/${folder}/${name}`),
  ).sort();
  const texts = new Map(files.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));
  const instrumenter = await openInstrumenter();
  const { mutants } = await instrumenter.instrument(
    [...texts].map(([name, content]) => ({ name, mutate: true, content })),
    { plugins: null, excludedMutations: [], ignorers: [], mutator: {} },
  );
  return mutants
    .map(({ fileName: file, location, mutatorName: operator, replacement }): Mutant => {
      const offset = offsets(texts.get(file) ?? '');
      return {
        file,
        line: location.start.line + 1,
        start: offset(location.start),
        end: offset(location.end),
        operator,
        replacement,
      };
    })
    .filter((mutant) => !isWords(mutant, texts.get(mutant.file) ?? ''));
}

function offsets(text: string): (place: Place) => number {
  const lines = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.push(at + 1);
  return ({ line, column }) => (lines[line] ?? text.length) + column;
}

const LITERALS = new Set(['StringLiteral', 'ArrayDeclaration', 'ObjectLiteral', 'BooleanLiteral']);

/** What a rule's page says and its examples, and the tables of resource types: a test of them would only say the same again. */
function isWords({ file, start, operator }: Mutant, text: string): boolean {
  if (file === 'src/rules/references.ts') return true;
  if (/-types\.ts$/.test(file)) return LITERALS.has(operator);
  if (!file.startsWith('src/rules/')) return false;
  const from = text.search(/^export const \w+: Rule = \{$/m);
  const to = text.search(/^ {2}\*?check\w*\(/m);
  return from >= 0 && start > from && start < to;
}

/** The file's text with the mutant in it. */
export function apply(text: string, { start, end, operator, replacement }: Mutant): string {
  // Another operator may bind less tightly than the one that stood there.
  const whole = operator === 'LogicalOperator' || operator === 'ArithmeticOperator' ? `(${replacement})` : replacement;
  return text.slice(0, start) + whole + text.slice(end);
}
