import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterEach, describe, expect, test } from 'vitest';
import { Repository } from '../github/repository.ts';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const POLICY = `{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Use", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*" }
  ]
}
`;
const CLEAN = POLICY.replace('"*"', '"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"');

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder with these files. */
function folder(files: Record<string, string | Uint8Array>): string {
  const root = mkdtempSync(join(tmpdir(), 'kms-policy-review-cli-'));
  folders.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** Runs the built command line. */
function run(cwd: string, args: string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...env },
    maxBuffer: 1e9,
  });
  return { status, stdout, stderr };
}

test('a finding: exit code 1, the place, the line and its underline, the advice', () => {
  const { status, stdout, stderr } = run(folder({ 'a/policy.json': POLICY }), ['check']);
  expect(status).toBe(1);
  expect(stderr).toBe('');
  expect(stdout).toContain('a/policy.json:4:77 error wildcard-resource\n');
  const [line = '', marks = ''] = stdout.split('\n').filter((one) => one.includes(' | '));
  expect(line).toContain('"Resource": "*" }');
  expect(marks.indexOf('^^^')).toBe(line.indexOf('"*"'));
  expect(stdout).toContain('1 error. 1 candidate file, 1 parsed, 1 policy found.');
  expect(stdout).not.toContain('\u001b');
});

describe('diff', () => {
  const WIDER = CLEAN.replace(/"arn:[^"]*"/, '[$&, "arn:aws:kms:us-east-1:111122223333:key/2222"]');
  const NEW =
    '  + `policy.json`: `kms:Decrypt` on `arn:aws:kms:us-east-1:111122223333:key/2222`; from `policy.json:4`\n';

  test('two folders', () => {
    const root = folder({ 'a/policy.json': CLEAN, 'b/policy.json': WIDER, 'b/same.json': '{}', 'a/same.json': '{}' });
    const { status, stdout, stderr } = run(root, ['diff', 'a', 'b']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.startsWith(`New KMS access: 1 case.\n${NEW}`)).toBe(true);
    expect(run(root, ['diff', 'b', 'a']).stdout.startsWith('No new KMS access. Some access is gone.\n')).toBe(true);
    expect(run(root, ['diff', 'a', 'a'])).toMatchObject({ status: 0, stderr: '' });
    expect(run(root, ['diff', 'a', 'a']).stdout).toContain('No KMS policy differs.');
  });

  test('two files, whatever they are called, as JSON', () => {
    const root = folder({ 'old.txt': CLEAN, 'new.txt': WIDER });
    const { status, stdout } = run(root, ['diff', 'old.txt', 'new.txt', '--format', 'json']);
    expect(status).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.findings).toEqual([]);
    expect(report.access).toMatchObject({ newAccess: true, compared: 1, removed: [], unknown: [] });
    expect(report.access.added[0]).toMatchObject({ policy: { path: 'new.txt' }, actions: ['kms:Decrypt'] });
    const schema = JSON.parse(readFileSync(new URL('../../schema/report.schema.json', import.meta.url), 'utf8'));
    const ajv = new Ajv2020({ allErrors: true });
    addFormats.default(ajv);
    expect(ajv.validate(schema, report)).toBe(true);
  });

  test('two commits', () => {
    const repository = new Repository();
    const before = repository.commit({ 'policy.json': CLEAN, 'gone.json': CLEAN });
    const after = repository.commit({ 'policy.json': WIDER, 'gone.json': null });
    const { status, stdout } = run(repository.folder, ['diff', before, after]);
    repository.dispose();
    expect(status).toBe(0);
    expect(stdout).toContain(NEW);
    expect(stdout).toContain('- `gone.json`: `kms:Decrypt`');
  });

  test.each([
    [['diff', 'a'], 'diff takes two files, two folders or two commits: BASE and HEAD'],
    [['diff', 'a', 'a', 'a'], 'diff takes two files, two folders or two commits: BASE and HEAD'],
    [['diff', 'a', 'nowhere'], 'nowhere: no such file, folder or commit'],
    [
      ['diff', 'a', 'a/policy.json'],
      'a is a folder and a/policy.json is a file; diff compares two files, two folders or two commits',
    ],
    [['diff', 'a', 'a', '--format', 'sarif'], '--format sarif: it can be text, json'],
    [['diff', 'a', 'a', '--scope', 'new'], '--scope belongs to check, not to diff'],
  ])('%j is refused in one sentence', (args, expected) => {
    const { status, stderr } = run(folder({ 'a/policy.json': CLEAN }), args);
    expect([status, stderr]).toEqual([2, `kms-policy-review: ${expected}\n`]);
  });
});

test('a change of access in the work tree is told with the findings', () => {
  const repository = new Repository();
  repository.commit({ 'policy.json': CLEAN });
  writeFileSync(join(repository.folder, 'policy.json'), CLEAN.replace('kms:Decrypt', 'kms:*'));
  const { stdout } = run(repository.folder, ['check', '--base', 'HEAD']);
  repository.dispose();
  expect(stdout).toContain('New KMS access: 1 case.');
  expect(stdout).toContain('By what is declared in these files');
});

test('nothing found: exit code 0', () => {
  const { status, stdout } = run(folder({ 'policy.json': CLEAN, 'other.json': '{}' }), ['check']);
  expect(status).toBe(0);
  expect(stdout).toContain('No KMS policy mistake found.');
});

test('--fail-on decides what fails', () => {
  const root = folder({ 'p.json': POLICY.replace('"kms:Decrypt"', '"kms:CreateKey"') });
  expect(run(root, ['check']).status).toBe(0);
  expect(run(root, ['check', '--fail-on', 'warning']).status).toBe(1);
  expect(run(root, ['check', '--fail-on', 'never']).status).toBe(0);
});

test('colours only where they are wanted', () => {
  const root = folder({ 'p.json': POLICY });
  expect(run(root, ['check'], { FORCE_COLOR: '1' }).stdout).toContain('\u001b[31m');
  expect(run(root, ['check'], { FORCE_COLOR: '1', NO_COLOR: '1' }).stdout).not.toContain('\u001b');
});

describe('the JSON report', () => {
  const schema = JSON.parse(readFileSync(new URL('../../schema/report.schema.json', import.meta.url), 'utf8'));
  const ajv = new Ajv2020({ strict: false });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  const validate = ajv.compile(schema);

  test('is as its schema says, the same bytes twice, and tells what was read', () => {
    const root = folder({
      'p.json': POLICY,
      'b.json': '{"Statement": [{"Effect": "Allow" "Action": "kms:*"}]}',
      'none.yaml': 'kms: here\n',
      'gap.yaml':
        'Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument: !ImportValue kms\n',
    });
    const first = run(root, ['check', '--format', 'json']).stdout;
    expect(run(root, ['check', '--format', 'json']).stdout).toBe(first);
    const report = JSON.parse(first);
    expect(validate(report), ajv.errorsText(validate.errors)).toBe(true);
    expect(report.findings.map((finding: { rule: string }) => finding.rule)).toContain('wildcard-resource');
    expect(report.gaps).toMatchObject([{ path: 'gap.yaml', start: { line: 5, column: 23 } }]);
    expect(report.files.contents).toMatchObject([
      { path: 'b.json', policies: [{ kind: 'identity-policy' }] },
      { path: 'gap.yaml', policies: [] },
      { path: 'none.yaml', policies: [], reason: 'no policy document in it' },
      { path: 'p.json', policies: [{ kind: 'identity-policy', address: 'policy', statements: 1 }] },
    ]);
    expect(report.summary).toMatchObject({ incomplete: true });
  });

  test('goes into a file', () => {
    const root = folder({ 'p.json': POLICY });
    expect(run(root, ['check', '--format', 'json', '--output', 'report.out']).stdout).toBe('');
    expect(JSON.parse(readFileSync(join(root, 'report.out'), 'utf8')).schemaVersion).toBe(1);
  });
});

test('Markdown', () => {
  const { stdout } = run(folder({ 'p.json': POLICY }), ['check', '--format', 'markdown']);
  expect(stdout).toContain('| error | [wildcard-resource](');
});

const wrong: [string, string[], string][] = [
  ['an unknown option', ['check', '--formt', 'json'], 'unknown option "--formt"; did you mean "--format"?'],
  ['an unknown command', ['chek'], 'unknown command "chek"; did you mean "check"?'],
  ['a wrong value', ['check', '--fail-on', 'eror'], '--fail-on eror: it can be error, warning, notice, never'],
  ['a missing value', ['check', '--format'], "Option '--format <value>' argument missing"],
  ['a missing file', ['check', 'nowhere.json'], 'nowhere.json: no such file or folder'],
  ['a missing configuration', ['check', '--config', 'nowhere.yml'], '--config nowhere.yml: no such file'],
  [
    'an unknown rule',
    ['explain', 'wildcard-resorce'],
    'there is no rule "wildcard-resorce"; did you mean "wildcard-resource"?',
  ],
  ['--base outside a repository', ['check', '--base', 'main'], 'this is not a git repository'],
  ['--scope without --base', ['check', '--scope', 'new'], '--scope new needs --base'],
];
test.each(wrong)('%s: one sentence, exit code 2', (_name, args, sentence) => {
  const { status, stdout, stderr } = run(folder({ 'p.json': POLICY }), args);
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(sentence);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('a missing file does not keep its neighbours from being reviewed', () => {
  const { status, stdout, stderr } = run(folder({ 'p.json': POLICY }), ['check', 'nowhere.json', 'p.json']);
  expect(status).toBe(2);
  expect(stderr).toContain('nowhere.json');
  expect(stdout).toContain('wildcard-resource');
});

test('what cannot be read is said, and the rest is reviewed', () => {
  const root = folder({
    'utf16.json': Buffer.from(`\ufeff${POLICY}`, 'utf16le'),
    'latin1.json': Buffer.from('{"a": "é kms"}', 'latin1'),
    'binary.json': Buffer.from([123, 0, 125]),
    'bom.json': `\ufeff${POLICY}`,
    'p.json': POLICY,
  });
  const { status, stdout } = run(root, ['check']);
  expect(status).toBe(1);
  expect(stdout).toContain('utf16.json: UTF-16; save it as UTF-8');
  expect(stdout).toContain('latin1.json: not valid UTF-8');
  expect(stdout).toContain('binary.json: binary, it has NUL bytes');
  expect(stdout).toContain('bom.json:4:77 error wildcard-resource');
  expect(stdout).toContain('p.json:4:77 error wildcard-resource');
});

test('a link that leaves the folder is not followed', () => {
  const outside = folder({ 'secret.json': POLICY });
  const root = folder({ 'p.json': CLEAN });
  symlinkSync(join(outside, 'secret.json'), join(root, 'link.json'));
  symlinkSync(root, join(root, 'loop'));
  const { status, stdout } = run(root, ['check']);
  expect(status).toBe(0);
  expect(stdout).toContain('link.json: a link that leaves the folder');
});

test('broken YAML beside a whole file: file, line and the reason', () => {
  const root = folder({
    'bad.yaml': 'Statement:\n  - Effect: Allow\n    Action: kms:*\n   Resource: "*"\n',
    'p.json': POLICY,
  });
  const { status, stdout } = run(root, ['check']);
  expect(status).toBe(1);
  expect(stdout).toMatch(/bad\.yaml:\d+:\d+ error unreadable-file/);
  expect(stdout).toContain('p.json:4:77 error wildcard-resource');
});

test('hostile text does not steer the terminal', () => {
  const action = POLICY.replace('"kms:Decrypt"', '"kms:\\u001b[2JX\\u202e"').replace('Use', 'U\u001b]0;x\u0007');
  const { stdout } = run(folder({ 'p\u001b[31m.json': action }), ['check']);
  expect(stdout).toContain('unknown-action');
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
});

describe('check --base', () => {
  function repository(base: Record<string, string>, change: Record<string, string | null>): string {
    const repo = new Repository();
    folders.push(repo.folder);
    repo.commit({ 'README.md': 'x', ...base });
    repo.git('checkout', '-q', '-b', 'topic');
    for (const [path, content] of Object.entries(change)) {
      mkdirSync(dirname(join(repo.folder, path)), { recursive: true });
      if (content === null) rmSync(join(repo.folder, path));
      else writeFileSync(join(repo.folder, path), content);
    }
    return repo.folder;
  }

  test('only what is new counts, uncommitted and untracked files included', () => {
    const root = repository(
      { 'old.json': POLICY, 'same.json': POLICY, 'fixed.json': POLICY },
      {
        'old.json': `${POLICY}\n`,
        'fixed.json': CLEAN,
        'new dir/né "w".json': POLICY,
      },
    );
    const { status, stdout } = run(root, ['check', '--base', 'main']);
    expect(status).toBe(1);
    expect(stdout).toContain('new dir/né "w".json:4:77 error wildcard-resource');
    expect(stdout).not.toContain('old.json:');
    expect(stdout).not.toContain('same.json');
    expect(stdout).toContain('1 finding that the base already has is not listed.');
    expect(run(root, ['check', '--base', 'main', '--scope', 'changed']).stdout).toContain('old.json:4:77');
  });

  test('--scope all: files that did not change too', () => {
    const root = repository({ 'old.json': POLICY, 'bad.json': 'kms\u0000' }, { 'new.json': CLEAN });
    const { status, stdout } = run(root, ['check', '--base', 'main', '--scope', 'all']);
    expect(status).toBe(1);
    expect(stdout).toContain('old.json:4:77');
    // What did not change is no news of access, whatever is in it.
    expect(stdout).toContain('bad.json: binary');
    expect(stdout).not.toContain('may be new');
  });

  test('in a subfolder the configuration is that of the repository', () => {
    const off = 'rules:\n  wildcard-resource: off\n';
    const root = repository({ '.github/kms-policy-review.yml': off, 'sub/a.json': CLEAN }, { 'sub/a.json': POLICY });
    expect(run(join(root, 'sub'), ['check', '--base', 'main'])).toMatchObject({ status: 0, stderr: '' });
    writeFileSync(join(root, '.github/kms-policy-review.yml'), 'rules: 1\n');
    expect(run(join(root, 'sub'), ['check', '--base', 'main']).stderr).toContain('.github/kms-policy-review.yml:1:');
  });

  test('a deleted condition is new, a renamed file is not', () => {
    const guarded = POLICY.replace(
      '"*" }',
      '"*", "Condition": { "StringEquals": { "aws:ResourceAccount": "111122223333" } } }',
    );
    const root = repository(
      { 'guarded.json': guarded, 'before.json': POLICY },
      { 'guarded.json': POLICY, 'before.json': null, 'after.json': POLICY },
    );
    spawnSync('git', ['add', '-A'], { cwd: root });
    const { stdout } = run(root, ['check', '--base', 'main']);
    expect(stdout).toContain('guarded.json:4:77');
    expect(stdout).not.toContain('after.json:');
  });

  test('a changed module is read with what its callers pass, on both sides', () => {
    const use = (...resources: string[]): string => {
      const statements = resources.map((one) => `{ Effect = "Allow", Action = "kms:Decrypt", Resource = ${one} }`);
      return `variable "key" {}\nresource "aws_iam_policy" "p" {\n  policy = jsonencode({ Statement = [${statements.join(', ')}] })\n}\n`;
    };
    const base = {
      'modules/use/main.tf': use('var.key'),
      'live/main.tf': 'module "m" {\n  source = "../modules/use"\n  key    = "*"\n}\n',
    };
    const carried = repository(base, { 'modules/use/main.tf': `# a comment\n${use('var.key')}` });
    expect(run(carried, ['check', '--base', 'main'])).toMatchObject({ status: 0 });
    const worse = repository(base, { 'modules/use/main.tf': use('var.key', 'var.key') });
    const { status, stdout } = run(worse, ['check', '--base', 'main']);
    expect(status).toBe(1);
    expect(stdout).toContain('live/main.tf:3:12 error wildcard-resource');
    expect(stdout).toContain('1 finding that the base already has is not listed.');
    // The same without git, of the module alone.
    const alone = run(folder(base), ['check', 'modules']);
    expect(alone.stdout).toContain('live/main.tf:3:12 error wildcard-resource');
  });

  test('a file that was moved is not new before git is told either, but its copies are', () => {
    const root = repository(
      { 'before.json': POLICY },
      { 'before.json': null, 'a/after.json': POLICY, 'b/copy.json': POLICY },
    );
    const { status, stdout } = run(root, ['check', '--base', 'main']);
    expect(status).toBe(1);
    expect(stdout).not.toContain('a/after.json:');
    expect(stdout).toContain('b/copy.json:4:77 error');
    expect(stdout).toContain('1 finding that the base already has is not listed.');
  });

  test('a submodule is no file, whatever it is called', () => {
    const root = repository({ 'a.json': CLEAN }, { 'a.json': `${CLEAN}\n`, 'sub.json/a.txt': 'x' });
    const commit = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout.trim();
    const added = ['update-index', '--add', '--cacheinfo', `160000,${commit},sub.json`];
    expect(spawnSync('git', added, { cwd: root }).status).toBe(0);
    const { status, stdout } = run(root, ['check', '--base', 'main']);
    expect(status).toBe(0);
    expect(stdout).not.toContain('sub.json');
  });

  test('a link is followed in the base too', () => {
    const repo = new Repository();
    folders.push(repo.folder);
    symlinkSync('shared.json', join(repo.folder, 'link.json'));
    symlinkSync('../outside.json', join(repo.folder, 'out.json'));
    repo.commit({ 'shared.json': POLICY });
    repo.git('checkout', '-q', '-b', 'topic');
    writeFileSync(join(repo.folder, 'shared.json'), `${POLICY}\n`);
    rmSync(join(repo.folder, 'link.json'));
    rmSync(join(repo.folder, 'out.json'));
    repo.commit({ 'link.json': POLICY, 'out.json': POLICY });
    const { stdout } = run(repo.folder, ['check', '--base', 'main']);
    expect(stdout).toContain('out.json:4:77 error wildcard-resource');
    expect(stdout).not.toContain('link.json:4');
    expect(stdout).toContain('2 findings that the base already has are not listed.');
  });

  test('the merge base counts, not the tip', () => {
    const repo = new Repository();
    folders.push(repo.folder);
    repo.commit({ 'a.json': POLICY });
    repo.git('checkout', '-q', '-b', 'topic');
    repo.commit({ 'b.json': CLEAN });
    repo.git('checkout', '-q', 'main');
    repo.commit({ 'a.json': CLEAN });
    repo.git('checkout', '-q', 'topic');
    const { status } = run(repo.folder, ['check', '--base', 'main']);
    expect(status).toBe(0);
  });

  test('a ref that is none', () => {
    const root = repository({}, { 'a.json': POLICY });
    expect(run(root, ['check', '--base', 'nothing']).stderr).toContain('--base nothing: no such ref');
    expect(run(root, ['check', '--base=--output=x']).stderr).toContain('cannot begin with "-"');
  });
});

test('rules, explain, help and version', () => {
  const root = folder({});
  expect(run(root, ['rules']).stdout).toContain('wildcard-resource');
  expect(run(root, ['explain', 'alias-as-key']).stdout).toContain('target_key_arn');
  expect(run(root, ['--help']).stdout).toContain('kms-policy-review check');
  expect(run(root, []).stdout).toContain('kms-policy-review check');
  expect(run(root, ['--version']).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('the configuration: severities, kinds, suppressions, ignored paths', () => {
  const config = `rules:
  wildcard-resource: warning
policy-kinds:
  - paths: ["boundaries/**"]
    kind: permissions-boundary
paths-ignore: ["vendor/"]
suppressions:
  - rule: wildcard-resource
    path: known.json
    reason: shared by the platform team
  - rule: wildcard-resource
    path: expired.json
    reason: until the migration
    expires: 2020-01-01
`;
  const root = folder({
    '.github/kms-policy-review.yml': config,
    'p.json': POLICY,
    'boundaries/b.json': POLICY,
    'vendor/v.json': POLICY,
    'known.json': POLICY,
    'expired.json': POLICY,
  });
  const { status, stdout } = run(root, ['check']);
  expect(status).toBe(0);
  expect(stdout).toContain('p.json:4:77 warning wildcard-resource');
  expect(stdout).toContain('expired.json:4:77 warning');
  for (const quiet of ['boundaries/b.json', 'vendor/v.json', 'known.json']) expect(stdout).not.toContain(quiet);
  expect(stdout).toContain('1 finding suppressed by the configuration.');
});
