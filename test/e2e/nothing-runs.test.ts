import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { Repository } from '../github/repository.ts';

/** What is reviewed is data: no program of it runs, and no other tool is asked about it. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLI = join(ROOT, 'dist/cli.js');

const folder = mkdtempSync(join(tmpdir(), 'kms-policy-review-runs-'));
const folders = [folder];
afterAll(() => {
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});

test('neither programs of the files nor tools of their formats are started', () => {
  const marker = join(folder, 'it ran');
  const script = join(folder, 'bin/touch-marker');
  const tools = [
    'terraform',
    'tofu',
    'cdk',
    'sam',
    'npm',
    'npx',
    'serverless',
    'helm',
    'make',
    'python3',
    'sh',
    'bash',
  ];
  mkdirSync(dirname(script), { recursive: true });
  for (const path of [script, ...tools.map((tool) => join(folder, 'bin', tool))]) {
    writeFileSync(path, `#!/bin/sh\n: > '${marker}'\n`);
    chmodSync(path, 0o755);
  }
  const repository = new Repository();
  folders.push(repository.folder);
  const policy = '{"Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}\n';
  repository.commit({ 'a.json': policy });
  repository.commit({
    'a.json': policy.replace('Decrypt', 'Encrypt'),
    '.gitattributes': '* diff=evil\n',
    '.githooks/post-checkout': `#!/bin/sh\n: > '${marker}'\n`,
    'package.json': `{"scripts": {"preinstall": "${script}", "postinstall": "${script}"}}\n`,
    'cdk.json': `{"app": "${script}"}\n`,
    'main.tf': `data "external" "e" {\n  program = ["${script}"]\n}\nresource "aws_iam_policy" "p" {\n  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:*", Resource = data.external.e.result.x }] })\n  provisioner "local-exec" {\n    command = "${script}"\n  }\n}\n`,
    'serverless.yml': `service: s\nplugins: [./evil.js]\nprovider: {name: aws, iam: {role: {statements: [{Effect: Allow, Action: "kms:*", Resource: "\${file(./evil.js):run}"}]}}}\n`,
    'evil.js': `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '')\n`,
    'evil.yaml': `kms: !!js/function "() => require('node:fs').writeFileSync('${marker}', '')"\nother: !!python/object/apply:os.system ["${script}"]\n`,
  });
  for (const [name, value] of [
    ['diff.evil.textconv', script],
    ['diff.evil.command', script],
    ['diff.external', script],
    ['core.fsmonitor', script],
    ['core.pager', script],
    ['core.hooksPath', '.githooks'],
  ] as const)
    repository.git('config', name, value);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [CLI, 'check', '--base', 'HEAD~1', '--format', 'json'],
    {
      cwd: repository.folder,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH']}` },
    },
  );
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(JSON.parse(stdout).files.contents.length).toBeGreaterThan(3);
  expect(existsSync(marker)).toBe(false);
});

test('git is the only program that is started, without a shell, and no text is run as code', () => {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file, readFileSync(join(ROOT, 'src', file), 'utf8')] as const);
  expect(sources.filter(([, text]) => /child_process/.test(text)).map(([file]) => file)).toEqual(['changes/git.ts']);
  for (const [file, text] of sources) {
    const started = [...text.matchAll(/\b(?:spawn|promisify\(execFile\))\(([^,]*),/g)].map(([, program]) => program);
    expect(
      started.filter((program) => program !== "'git'"),
      file,
    ).toEqual([]);
    expect(text, file).not.toMatch(/\bshell:|\beval\(|\bnew Function\b|node:vm|\bimport\((?!')|\brequire\(/);
  }
});
