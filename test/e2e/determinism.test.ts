import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { reviewOf } from '../review-of.ts';

/** The same files are the same bytes, wherever and in whatever order they are read. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLI = join(ROOT, 'dist/cli.js');

/** Names that sort otherwise in one locale or another, and text that is folded otherwise in Turkish. */
const FOLDED = `{"Statement": [{"Sid": "I", "Effect": "Allow", "Action": "KMS:LISTKEYS", "Resource": "*"}, {"Effect": "Allow", "Action": "kms:DİSABLEKEY", "Resource": "*", "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-03-29"}}}]}`;
const files: Record<string, string> = Object.fromEntries([
  ...readdirSync(join(ROOT, 'examples'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => [path.slice(join(ROOT, 'examples').length + 1), readFileSync(path, 'utf8')] as const),
  ...['B.json', 'a.json', 'ä.json', 'z.json', 'İ.json', 'ı.json', 'I/i.json', 'i_/I.json'].map(
    (path) => [path, FOLDED] as const,
  ),
  ['notes.json', '{"a": 1}'],
  ['empty.yaml', ''],
]);

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder with the files, written in some order. */
function folder(paths: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'kms-policy-review-order-'));
  folders.push(root);
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), files[path] ?? '');
  }
  return root;
}

function run(cwd: string, args: readonly string[], env: Record<string, string> = {}): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [CLI, ...args], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...env },
    maxBuffer: 1e9,
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 1 });
  return stdout;
}

const paths = Object.keys(files);
const usual = folder(paths);
const ENVIRONMENTS: Record<string, string>[] = [
  { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', LANGUAGE: 'tr' },
  { LC_ALL: 'de_DE.UTF-8', TZ: 'Pacific/Kiritimati' },
  { LC_ALL: 'C', LANG: 'C', TZ: 'America/St_Johns' },
  { LC_ALL: 'ar_EG.UTF-8', TZ: 'Pacific/Pago_Pago' },
];

test.each(['text', 'json', 'markdown', 'html', 'sarif'])('%s', (format) => {
  const args = ['check', '--format', format];
  const expected = run(usual, [...args, '.']);
  for (const env of ENVIRONMENTS) expect(run(usual, [...args, '.'], env), JSON.stringify(env)).toBe(expected);
  expect(run(folder(paths.toReversed()), [...args, '.'])).toBe(expected);
  const copy = join(folder([]), 'copy');
  cpSync(usual, copy, { recursive: true });
  expect(run(copy, [...args, '.'])).toBe(expected);
  const named = run(usual, [...args, ...paths]);
  expect(run(usual, [...args, ...paths.toReversed(), ...paths.slice(3, 5)], ENVIRONMENTS[0])).toBe(named);
});

test('files in another order of the list', async () => {
  const entries = Object.entries(files);
  const review = await reviewOf(Object.fromEntries(entries));
  expect(review.files.skipped.length).toBeGreaterThan(1);
  expect(JSON.stringify(await reviewOf(Object.fromEntries(entries.toReversed())))).toBe(JSON.stringify(review));
});
