import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { BAD_POLICY, HOSTILE, type Hostile } from './hostile.ts';

/** The built command line on a folder with one hostile thing and one honest policy with a mistake. */

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
/** Sorts after everything else, so that the hostile thing is read before it. */
const NEIGHBOUR = 'zz/neighbour.json';
/** A hang, not slowness: the slowest takes seconds. */
const HANG_MS = 300_000;

interface Report {
  findings: { rule: string; path: string; message: string }[];
  gaps: { path: string; reason: string }[];
  files: { skipped: { path: string; reason: string }[]; contents: { path: string }[] };
}

let root = '';
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(files: Hostile['files']): void {
  root = mkdtempSync(join(tmpdir(), 'kms-policy-review-hostile-'));
  for (const [path, make] of [...Object.entries(files), [NEIGHBOUR, () => BAD_POLICY] as const]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    const content = make();
    if (typeof content === 'string' && content.startsWith('->')) symlinkSync(content.slice(2), join(root, path));
    else writeFileSync(join(root, path), content);
  }
}

test.each(HOSTILE)(
  '$name',
  ({ files, paths = Object.keys(files), says }) => {
    write(files);
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, [CLI, 'check', '--format', 'json'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1e9,
      timeout: HANG_MS,
    });
    expect({ status, signal, stderr }).toEqual({ status: 1, signal: null, stderr: '' });
    const { findings, gaps, files: read }: Report = JSON.parse(stdout);
    expect(findings.filter(({ path }) => path === NEIGHBOUR).map(({ rule }) => rule)).toEqual(['wildcard-resource']);
    const told = new Set([...read.contents, ...read.skipped].map(({ path }) => path));
    expect(paths.filter((path) => !told.has(path))).toEqual([]);
    expect([...told].filter((path) => /^(?:\/|\.\.|~)/.test(path))).toEqual([]);
    const said = [
      ...findings.filter(({ path }) => path !== NEIGHBOUR).map(({ rule, message }) => `${rule}: ${message}`),
      ...gaps.map(({ reason }) => reason),
      ...read.skipped.map(({ reason }) => reason),
    ];
    expect(said.filter((one) => one.includes('bug of this program'))).toEqual([]);
    if (says) expect(said.some((one) => says.test(one)) ? says : said.slice(0, 5)).toBe(says);
  },
  2 * HANG_MS,
);
