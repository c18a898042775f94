import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const WILD =
  '{"Version": "2012-10-17", "Statement": {"Sid": "Use", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}}';
const CLEAN = WILD.replace('"*"', '"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"');

/** Reviews a folder with this policy and these suppressions. */
function check(
  policy: string,
  suppressions: string,
  options: string[] = [],
): { status: number | null; stdout: string } {
  const folder = mkdtempSync(join(tmpdir(), 'kms-policy-review-suppressions-'));
  mkdirSync(join(folder, '.github'));
  writeFileSync(join(folder, 'policy.json'), policy);
  writeFileSync(join(folder, 'other.json'), '{}');
  writeFileSync(join(folder, '.github/kms-policy-review.yml'), `suppressions:\n${suppressions}`);
  const { status, stdout } = spawnSync(process.execPath, [CLI, 'check', ...options], { cwd: folder, encoding: 'utf8' });
  return { status, stdout };
}

const entry = (own = ''): string => `  - {rule: wildcard-resource, path: policy.json, reason: agreed${own}}\n`;

test('a suppression that is needed is only counted', () => {
  const { status, stdout } = check(WILD, entry());
  expect(status).toBe(0);
  expect(stdout).toContain('1 finding suppressed by the configuration.');
  expect(stdout).not.toContain('The suppression');
});

test('one that expired is named, and its finding is back', () => {
  const { status, stdout } = check(WILD, entry(', expires: 2020-02-29'));
  expect(status).toBe(1);
  expect(stdout).toContain(
    'The suppression of `wildcard-resource` in `policy.json` (line 2 of the configuration) expired on 2020-02-29: its finding counts again.',
  );
});

test.each([
  ['its finding is gone', CLEAN, entry()],
  ['its finding is gone and it expired', CLEAN, entry(', expires: 2020-02-29')],
  ['it is for another statement', WILD, entry(', sid: Gone')],
  ['no policy is in the file any more', '{}', entry()],
])('one that does nothing is named: %s', (_what, policy, suppressions) => {
  expect(check(policy, suppressions).stdout).toContain(
    'The suppression of `wildcard-resource` in `policy.json` (line 2 of the configuration) has no finding any more; take it out.',
  );
});

test('one for a file that was not looked at is left alone', () => {
  expect(check(CLEAN, entry(), ['other.json']).stdout).not.toContain('The suppression');
});

test('of many that do nothing only some are named', () => {
  const { stdout } = check(CLEAN, entry().repeat(7));
  expect(stdout.match(/The suppression/g)).toHaveLength(5);
  expect(stdout).toContain('2 suppressions more do nothing any more.');
});

test('an entry with a fingerprint is for that finding, also where the report shows none', () => {
  const json = JSON.parse(check(WILD, entry(), ['--format', 'json']).stdout);
  const own = `, fingerprint: ${json.findings[0].fingerprint}`;
  expect(json.findings[0].suppressed).toEqual({ reason: 'agreed' });
  expect(check(WILD, entry(own)).status).toBe(0);
  const { status, stdout } = check(WILD.replace('"kms:Decrypt"', '"kms:*"'), entry(own));
  expect(status).toBe(1);
  expect(stdout).toContain('has another fingerprint than its finding, which counts again.');
});
