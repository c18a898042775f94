import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CLI } from './measure.ts';

/** Other tools for the same job, with only their KMS and IAM checks on. */

/** What a tool said: the checks that it has something to say of, by file. */
type Reports = readonly (readonly [path: string, check: string])[];

export interface Tool {
  name: string;
  /** The folders of the repository that it understands. */
  folders: readonly string[];
  /** What is on, in words. */
  checks: string;
  /** The commands that go through folders; most need one. */
  commands(root: string, bin: string): string[][];
  /** It has no way to end well when it finds something. */
  mayFail?: true;
  /** Reads what the commands printed. */
  read(outputs: readonly string[], root: string): Reports;
}

/** What pip or go fetches, and how the tool says its version. */
export interface Peer extends Tool {
  from: 'pip' | 'go';
  package: string;
  version: string[];
  /** Passes over the files; three where it is left out. */
  passes?: number;
}

const CHECKOV =
  'CKV_AWS_1 CKV_AWS_7 CKV_AWS_33 CKV_AWS_49 CKV_AWS_60 CKV_AWS_61 CKV_AWS_62 CKV_AWS_63 CKV_AWS_107 CKV_AWS_108 CKV_AWS_109 CKV_AWS_110 CKV_AWS_111 CKV_AWS_227 CKV_AWS_283 CKV_AWS_286 CKV_AWS_287 CKV_AWS_288 CKV_AWS_289 CKV_AWS_290 CKV_AWS_355 CKV_AWS_356 CKV2_AWS_40 CKV2_AWS_64'.split(
    ' ',
  );
const CFN_LINT = 'E1156 E1157 E1162 E3510 E3511 E3512 E3514 E3530 I3510 W2511 W3037'.split(' ');
const TFSEC =
  'aws-kms-auto-rotate-keys,aws-iam-no-policy-wildcards,aws-iam-block-kms-policy-wildcard,aws-iam-no-user-attached-policies';

interface CheckovReport {
  results?: { failed_checks: { check_id: string; file_abs_path: string }[] };
}

/** This program, under the same conditions. */
export const OURS: Tool = {
  name: 'kms-policy-review',
  folders: ['policies', 'templates', 'terraform'],
  checks: 'all',
  commands: (root) => [[process.execPath, CLI, 'check', root, '--format', 'json', '--fail-on', 'never']],
  read: ([output = '']) => {
    const { findings } = JSON.parse(output) as { findings: { rule: string; path: string }[] };
    return findings.map(({ rule, path }) => [path, rule]);
  },
};

export const PEERS: readonly Peer[] = [
  {
    name: 'checkov',
    from: 'pip',
    package: 'checkov',
    version: ['--version'],
    folders: ['templates', 'terraform'],
    checks: `${CHECKOV.length} checks of KMS and IAM`,
    commands: (root, bin) => [
      [join(bin, 'checkov'), '--directory', root, '--framework', 'terraform', 'cloudformation'].concat([
        ...['--check', CHECKOV.join(','), '--output', 'json', '--quiet', '--compact', '--soft-fail', '--skip-download'],
      ]),
    ],
    read: ([output = '']) =>
      [JSON.parse(output) as CheckovReport | CheckovReport[]]
        .flat()
        .flatMap(({ results }) => results?.failed_checks ?? [])
        .map((one) => [one.file_abs_path, one.check_id]),
  },
  {
    name: 'cfn-lint',
    from: 'pip',
    package: 'cfn-lint',
    version: ['--version'],
    folders: ['templates'],
    checks: `${CFN_LINT.length} rules of KMS and IAM`,
    commands: (root, bin) => [
      [join(bin, 'cfn-lint'), ...filesIn(root, '.yaml'), '--format', 'json', '--non-zero-exit-code', 'none'].concat([
        ...['--ignore-checks', 'E', 'W', 'I', '--include-checks', 'I', '--mandatory-checks', ...CFN_LINT],
      ]),
    ],
    read: ([output = '']) =>
      (JSON.parse(output || '[]') as { Rule: { Id: string }; Filename: string }[]).map((one) => [
        one.Filename,
        one.Rule.Id,
      ]),
  },
  {
    name: 'parliament',
    from: 'pip',
    package: 'parliament',
    version: ['--version'],
    folders: ['policies'],
    checks: 'all, they are of policies alone',
    mayFail: true,
    commands: (root, bin) => [
      [join(bin, 'parliament'), '--directory', root, '--include_policy_extension', 'json', '--json'],
    ],
    read: ([output = '']) =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as { issue: string; detail?: unknown; location: { filepath?: string } })
        .map((one) => [one.location.filepath ?? '', one.issue]),
  },
  {
    name: 'cloudsplaining',
    from: 'pip',
    package: 'cloudsplaining',
    version: ['--version'],
    folders: ['policies'],
    checks: 'all, one process a policy, as its command line wants',
    mayFail: true,
    passes: 1,
    commands: (root, bin) =>
      filesIn(root, '.json').map((file) => [join(bin, 'cloudsplaining'), 'scan-policy-file', '--input-file', file]),
    read: (outputs, root) =>
      filesIn(root, '.json').flatMap((file, index) =>
        [...(outputs[index] ?? '').matchAll(/Issue found: (.*)/g)].map(([, issue = '']) => [file, issue] as const),
      ),
  },
  // Its checks live on in Trivy, which takes half an hour to build from its module.
  {
    name: 'tfsec',
    from: 'go',
    package: 'github.com/aquasecurity/tfsec/cmd/tfsec@v1.28.14',
    version: ['--version'],
    folders: ['terraform'],
    checks: 'those of KMS and IAM are shown; it runs them all',
    commands: (root, bin) => [
      [join(bin, 'tfsec'), root, '--format', 'json', '--soft-fail', '--no-color', '--filter-results', TFSEC],
    ],
    read: ([output = '']) => {
      const { results } = JSON.parse(output) as {
        results: { long_id: string; location: { filename: string } }[] | null;
      };
      return (results ?? []).map((one) => [one.location.filename, one.long_id]);
    },
  },
];

/** Installs a tool into a folder of its own unless it is there. Answers where its program is; throws with the reason. */
export function install(peer: Peer, folder: string): string {
  const home = join(folder, peer.name);
  const bin = join(home, 'bin');
  if (existsSync(join(bin, peer.name))) return bin;
  const run = (command: string, args: string[], env: Record<string, string> = {}): void => {
    execFileSync(command, args, { env: { ...process.env, ...env }, stdio: 'pipe', timeout: INSTALL_MS });
  };
  if (peer.from === 'pip') {
    run('python3', ['-m', 'venv', home]);
    run(join(bin, 'pip'), ['install', '--quiet', '--disable-pip-version-check', peer.package]);
  } else run('go', ['install', peer.package], { GOBIN: bin });
  return bin;
}

const INSTALL_MS = 1_800_000;

function filesIn(root: string, ending: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => join(root, file));
}
