import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package of which something is in `dist/`. */
interface BundledPackage {
  name: string;
  version: string;
  /** As SPDX has it. */
  license: string;
  /** The text of its licence. */
  text: string;
}

/** The packages that some files of `root` are from, by name. */
export function bundledPackages(root: string, inputs: Iterable<string>): BundledPackage[] {
  // By folder: the bundled version of a package may be one that stands inside another package.
  const folders = new Map<string, string>();
  for (const input of inputs) {
    const [folder, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)(?=\/)/.exec(input) ?? [];
    if (folder && name) folders.set(`${name} ${folder}`, folder);
  }
  return [...folders]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, path]) => {
      const folder = join(root, path);
      const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file
        ? readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim()
        : 'No licence file is shipped with the package.';
      return { name: key.slice(0, key.indexOf(' ')), version, license, text };
    });
}

/** `LICENSES.txt`. */
export function licenses(packages: readonly BundledPackage[]): string {
  return packages
    .map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/**
 * What the program is made of as a CycloneDX 1.5 document (https://cyclonedx.org/docs/1.5/json/). It says what was bundled,
 * not what is installed to build it; without a time and a serial number, so that the same sources give the same bytes.
 */
export function billOfMaterials(
  program: { name: string; version: string; license: string },
  packages: readonly BundledPackage[],
): string {
  const component = ({ name, version, license }: Omit<BundledPackage, 'text'>) => ({
    'bom-ref': `${name}@${version}`,
    name,
    version,
    licenses: [/[ ()]/.test(license) ? { expression: license } : { license: { id: license } }],
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
  });
  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { type: 'application', ...component(program) } },
    components: packages.map((one) => ({ type: 'library', ...component(one), scope: 'required' })),
    dependencies: [
      {
        ref: `${program.name}@${program.version}`,
        dependsOn: packages.map(({ name, version }) => `${name}@${version}`),
      },
    ],
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}
