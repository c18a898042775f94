import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { Repository } from '../github/repository.ts';

/** `check --fix`: what it writes, what it leaves alone, and what it says. */

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const CONFIG = { '.github/kms-policy-review.yml': 'account: "111122223333"\n' };
const TEMPLATE = `Resources:
  Role:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: kms:Decrypt
            Resource: "*"
  Key:
    Type: AWS::KMS::Key
    Properties:
      BypassPolicyLockoutSafetyCheck: true
`;
const FIXED = `Resources:
  Role:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: kms:Decrypt
            Resource: "*"
            Condition:
              StringEquals:
                aws:ResourceAccount: !Ref AWS::AccountId
  Key:
    Type: AWS::KMS::Key
    Properties:
      BypassPolicyLockoutSafetyCheck: false
      EnableKeyRotation: true
`;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(files: Record<string, string>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'kms-policy-review-fix-')));
  folders.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

function run(cwd: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'check', ...args], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd },
  });
  return { status, stdout, stderr };
}

const read = (root: string, path: string): string => readFileSync(join(root, path), 'utf8');

test('writes what is proven, says so, and then there is nothing more to do', () => {
  const root = folder({ 'a.yaml': TEMPLATE });
  const before = run(root);
  expect(before.status).toBe(1);
  expect(before.stdout).toContain('     = fix: Allow it only on keys of this account (--fix writes it)\n');
  expect(before.stdout).toContain('2 errors and 1 notice. 3 can be fixed with --fix.');
  const first = run(root, '--fix');
  expect(first.stderr).toBe('');
  expect(first.stdout).toMatch(/^Fixed: 3\n {2}a\.yaml:10 wildcard-resource: Allow it only on keys of this account\n/);
  expect(first.stdout).toContain('No KMS policy mistake found.');
  expect(first.status).toBe(0);
  expect(read(root, 'a.yaml')).toBe(FIXED);
  const second = run(root, '--fix');
  expect(second.stdout).toMatch(/^Nothing to fix\.\n/);
  expect(second.status).toBe(0);
  expect(read(root, 'a.yaml')).toBe(FIXED);
  expect(readdirSync(root)).toEqual(['a.yaml']);
});

test('the exit code is about what is left', () => {
  const left = `${TEMPLATE.replace('Action: kms:Decrypt', 'Action: kms:Decrypt\n            NotResource: "*"').replace('            Resource: "*"\n', '')}`;
  const root = folder({ 'a.yaml': left });
  const { status, stdout } = run(root, '--fix');
  expect(status).toBe(1);
  expect(stdout).toMatch(/^Fixed: 2\n/);
  expect(stdout).toContain('1 error.');
});

test('line ends, a byte order mark, a missing line break at the end and the mode stay', () => {
  const text = `\ufeff${TEMPLATE.trimEnd().replaceAll('\n', '\r\n')}`;
  const root = folder({ 'a.yaml': text });
  chmodSync(join(root, 'a.yaml'), 0o640);
  run(root, '--fix');
  expect(read(root, 'a.yaml')).toBe(`\ufeff${FIXED.trimEnd().replaceAll('\n', '\r\n')}`);
  expect(statSync(join(root, 'a.yaml')).mode & 0o777).toBe(0o640);
});

test('a report for a program stays one', () => {
  const root = folder({ 'a.yaml': TEMPLATE });
  const { stdout, stderr } = run(root, '--fix', '--format', 'json');
  expect(JSON.parse(stdout).findings).toEqual([]);
  expect(stderr).toMatch(/^Fixed: 3\n/);
});

test('a link out of the folder is never written through; one inside is, and stays a link', () => {
  const root = folder({ 'in/a.yaml': TEMPLATE, 'out.yaml': TEMPLATE });
  const inside = join(root, 'in');
  symlinkSync('../out.yaml', join(inside, 'out.yaml'));
  symlinkSync('a.yaml', join(inside, 'link.yaml'));
  run(inside, '--fix');
  expect(read(root, 'out.yaml')).toBe(TEMPLATE);
  expect(read(inside, 'a.yaml')).toBe(FIXED);
  expect(lstatSync(join(inside, 'link.yaml')).isSymbolicLink()).toBe(true);
});

test('a file that cannot be written as it is stays, and is named', () => {
  const root = folder({ 'a.yaml': TEMPLATE });
  linkSync(join(root, 'a.yaml'), join(root, 'other-name.txt'));
  const { status, stderr } = run(root, '--fix');
  expect(status).toBe(1);
  expect(stderr).toContain('a.yaml: not fixed: it has another name');
  expect(read(root, 'a.yaml')).toBe(TEMPLATE);
});

test('with --base only what the change brings', () => {
  const repository = new Repository();
  folders.push(repository.folder);
  const old = TEMPLATE.replace(/ {2}Key:[\s\S]*/, '');
  repository.commit({ 'a.yaml': old, ...CONFIG });
  repository.git('checkout', '-q', '-b', 'topic');
  repository.commit({ 'a.yaml': TEMPLATE });
  const { stdout } = run(repository.folder, '--base', 'main', '--fix');
  expect(stdout).toMatch(/^Fixed: 2\n/);
  expect(read(repository.folder, 'a.yaml')).toBe(
    TEMPLATE.replace('Check: true', 'Check: false\n      EnableKeyRotation: true'),
  );
});

test('many statements of one file at once, and what one fix makes room for', () => {
  const one = '    { "Effect": "Allow", "Action": ["kms:Decrypt", "kms:ListKeys"], "Resource": "*" }';
  const twice = '    { "Effect": "Allow", "Action": "kms:Sign", "Action": "kms:Sign", "Resource": "*" }';
  const text = (lines: string[]): string =>
    `{\n  "Version": "2012-10-17",\n  "Statement": [\n${lines.join(',\n')}\n  ]\n}\n`;
  const root = folder({ 'p.json': text([one, one, twice, one]), ...CONFIG });
  const { status } = run(root, '--fix');
  expect(status).toBe(0);
  const pin = '"Condition": { "StringEquals": { "aws:ResourceAccount": "111122223333" } }';
  const mended = `    { "Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": "*", ${pin} },\n    { "Effect": "Allow", "Action": ["kms:ListKeys"], "Resource": "*" }`;
  expect(read(root, 'p.json')).toBe(
    text([mended, mended, `    { "Effect": "Allow", "Action": "kms:Sign", "Resource": "*", ${pin} }`, mended]),
  );
});

test('only check can fix', () => {
  const { status, stderr } = spawnSync(process.execPath, [CLI, 'rules', '--fix'], { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toContain('--fix is for check');
});
