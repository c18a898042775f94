import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

/** From left to right; each room imports only from itself and from those to its left. */
const ROOMS = [
  'source',
  'kms',
  'syntax',
  'policy',
  'rules',
  'access',
  'review',
  'changes',
  'report',
  'github',
  'gather',
  'analyser.ts',
  'parts.ts',
  'run-options.ts',
  'sides.ts',
  'run.ts',
  'fix.ts',
  'action.ts',
  'command-line.ts',
  'cli.ts',
  'main.ts',
];

/** A third-party package is imported by the one file that wraps it. */
const WRAPPERS: Record<string, string[]> = {
  'jsonc-parser': ['syntax/json.ts'],
  yaml: ['syntax/yaml-composed.ts', 'syntax/yaml-lexemes.ts', 'syntax/yaml-scalars.ts'],
  'web-tree-sitter': ['syntax/hcl.ts', 'syntax/hcl-nodes.ts'],
  'fast-glob': ['changes/walk.ts'],
  '@actions/github/lib/utils': ['github/proxy.ts'],
  '@octokit/rest': ['github/client.ts', 'github/file-lists.ts'],
  '@actions/core': ['main.ts'],
};

/** Where the outside may be touched. */
const EFFECTS = /^(github|changes)\/|^(main|cli)\.ts$/;
const EFFECTFUL_MODULES = /^node:(fs|child_process|net|http|https|os|process)/;

interface Import {
  file: string;
  specifier: string;
  typeOnly: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const imports = files.flatMap((file): Import[] => {
  const text = readFileSync(join(SRC, file), 'utf8');
  const found = text.matchAll(/(?:^|\n)(?:import|export)( type)?[^;'"]*?from '([^']+)'|import\('([^']+)'\)/g);
  return [...found].map(([, typeOnly, fixed, lazy]) => ({
    file,
    specifier: fixed ?? lazy ?? '',
    typeOnly: typeOnly !== undefined,
  }));
});

const room = (file: string): string => file.split('/')[0] as string;

test('each room imports only from those to its left', () => {
  const wrong = imports.flatMap(({ file, specifier, typeOnly }) => {
    if (!specifier.startsWith('.')) return [];
    const target = relative(SRC, resolve(SRC, dirname(file), specifier));
    const [from, to] = [ROOMS.indexOf(room(file)), ROOMS.indexOf(room(target))];
    // Hunks are review's noun; changes only fill it. Types alone make no wheel turn.
    const allowed =
      from >= 0 && to >= 0 && (to <= from || (typeOnly && room(file) === 'review' && room(target) === 'changes'));
    return allowed ? [] : [`${file} imports ${target}`];
  });
  expect(
    wrong,
    `source <- syntax <- policy <- rules <- review <- report <- github <- run.ts <- main.ts, cli.ts`,
  ).toEqual([]);
});

test('a package is imported only by the file that wraps it', () => {
  const packages = imports.filter(({ specifier }) => !specifier.startsWith('.') && !specifier.startsWith('node:'));
  const wrong = packages.filter(({ file, specifier }) => !WRAPPERS[specifier]?.includes(file));
  expect(wrong.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
  expect(new Set(packages.map(({ specifier }) => specifier))).toEqual(new Set(Object.keys(WRAPPERS)));
});

test('effects live in the entries, github/ and changes/', () => {
  const pure = files.filter((file) => !EFFECTS.test(file));
  const wrong = pure.flatMap((file) => {
    const text = readFileSync(join(SRC, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'|`[^`]*`/g, '');
    return /\bprocess\.|\bconsole\.|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bfetch\(/.test(text) ? [file] : [];
  });
  expect(wrong).toEqual([]);
  expect(imports.filter(({ file, specifier }) => !EFFECTS.test(file) && EFFECTFUL_MODULES.test(specifier))).toEqual([]);
});

test('no file but the tables in kms/ is longer than 350 lines', () => {
  const long = files.filter(
    (file) => room(file) !== 'kms' && readFileSync(join(SRC, file), 'utf8').split('\n').length > 350,
  );
  expect(long).toEqual([]);
});
