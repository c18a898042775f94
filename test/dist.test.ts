import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { buildDist, ROOT } from '../scripts/build.ts';

/** What ships: the same bytes wherever it is built, all that it needs, and told what it is made of. */

const folders: string[] = [];
const temporary = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'kms-policy-review-built-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const dist = join(temporary(), 'dist');
const inputs = await buildDist(dist);
const files = filesOf(dist);

function filesOf(folder: string): Map<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path)]));
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const bill = JSON.parse(files.get('sbom.cdx.json')?.toString() ?? '');
const components: {
  name: string;
  version: string;
  purl: string;
  licenses: { license?: { id: string }; expression?: string }[];
}[] = bill.components;

test('the same sources in another folder are the same bytes', async () => {
  const copy = join(temporary(), 'another', 'checkout');
  mkdirSync(copy, { recursive: true });
  for (const path of ['src', 'package.json']) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
  const packages = new Set(inputs.map((path) => /.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? ''));
  for (const path of packages) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
  await buildDist(join(copy, 'dist'), copy);
  const other = filesOf(join(copy, 'dist'));
  expect([...other.keys()]).toEqual([...files.keys()]);
  expect([...files].filter(([path, bytes]) => !other.get(path)?.equals(bytes)).map(([path]) => path)).toEqual([]);
});

test('no file says where it was built', () => {
  for (const [path, bytes] of files)
    for (const place of [ROOT, dist, homedir()].filter((one) => one.length > 5))
      expect(bytes.includes(place), `${path} has ${place}`).toBe(false);
});

test('it runs alone, in every language', () => {
  const folder = temporary();
  cpSync(dist, join(folder, 'elsewhere'), { recursive: true });
  const statement = '{ Effect = "Allow", Action = "kms:Decrypt", Resource = "*" }';
  const sources = {
    'a.json': '{"Statement": {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}}',
    'b.tf': `resource "aws_iam_policy" "p" {\n  policy = jsonencode({ Statement = [${statement}] })\n}\n`,
    'c.yaml': 'Statement:\n  - Effect: Allow\n    Action: kms:Decrypt\n    Resource: "*"\n',
  };
  for (const [path, text] of Object.entries(sources)) {
    mkdirSync(dirname(join(folder, 'project', path)), { recursive: true });
    writeFileSync(join(folder, 'project', path), text);
  }
  const run = spawnSync(process.execPath, [join(folder, 'elsewhere/cli.js'), 'check', '--format', 'json'], {
    cwd: join(folder, 'project'),
    encoding: 'utf8',
    env: { PATH: '' },
  });
  expect(run.stderr).toBe('');
  expect(JSON.parse(run.stdout).findings.map(({ path }: { path: string }) => path)).toEqual(Object.keys(sources));
});

test('nothing is installed to run it, and nothing runs when it is installed', () => {
  const { scripts } = JSON.parse(read('package.json'));
  expect(Object.keys(scripts).filter((name) => /install|prepare|prepack|publish/.test(name))).toEqual([]);
  expect(files.get('package.json')?.toString()).toBe('{ "type": "commonjs" }\n');
  const known = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
  for (const [path, bytes] of files) {
    if (!path.endsWith('.js')) continue;
    const loaded = [...bytes.toString().matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = '']) => name);
    expect(
      loaded.filter((name) => !name.startsWith('.') && !known.has(name)),
      path,
    ).toEqual([]);
    for (const name of loaded.filter((one) => one.startsWith('.')))
      expect(files.has(join(dirname(path), name))).toBe(true);
  }
});

test('the bill of materials has every package of which something is in it, with the version that is locked', () => {
  const names = new Set(inputs.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]));
  expect(new Set(components.map(({ name }) => name))).toEqual(names);
  const { dependencies, version } = JSON.parse(read('package.json'));
  // Types alone leave nothing.
  const shipped = Object.keys(dependencies).filter((name) => name !== '@octokit/rest');
  expect([...shipped, '@tree-sitter-grammars/tree-sitter-hcl'].filter((name) => !names.has(name))).toEqual([]);
  const locked = Object.entries<{ version: string }>(JSON.parse(read('package-lock.json')).packages);
  for (const { name, version, purl } of components) {
    expect(purl).toBe(`pkg:npm/${name.replace('@', '%40')}@${version}`);
    expect(
      locked.some(([path, one]) => path.endsWith(`node_modules/${name}`) && one.version === version),
      name,
    ).toBe(true);
  }
  expect(bill.metadata.component).toMatchObject({ name: 'kms-policy-review', version });
  expect(read('.github/workflows/release.yml')).toContain('dist/sbom.cdx.json');
});

test('every package has its licence in LICENSES.txt, and none is copyleft', () => {
  const licenses =
    files
      .get('LICENSES.txt')
      ?.toString()
      .split(`\n${'-'.repeat(80)}\n\n`) ?? [];
  const idOf = ({ licenses: [one] }: (typeof components)[number]): string => one?.license?.id ?? one?.expression ?? '';
  expect(licenses.map((text) => text.split('\n')[0])).toEqual(
    components.map((one) => `${one.name} ${one.version} (${idOf(one)})`),
  );
  for (const one of components) expect(idOf(one), one.name).toMatch(/^(?:MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD)$/);
  for (const text of licenses) expect(text.length, text).toBeGreaterThan(200);
});

test('the archive of a release has what the Action needs', () => {
  const { main } = parse(read('action.yml')).runs;
  const [, packed = ''] = /tar .* -czf \S+ (.*)/.exec(read('.github/workflows/release.yml')) ?? [];
  expect(packed.split(' ')).toEqual(expect.arrayContaining(['action.yml', dirname(main), 'LICENSE']));
});
