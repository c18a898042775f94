import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.ts';

/** The checkout. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** The HCL parser and its grammar, which are loaded as files. */
const WASM = [
  'web-tree-sitter/web-tree-sitter.wasm',
  '@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm',
] as const;

/**
 * Bundles the Action (`main.js`), the command line (`cli.js`) and the chunks that they load when they need them.
 * The result depends only on the sources and the locked packages, not on the folder it is built in.
 */
export async function buildDist(outdir: string): Promise<void> {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  const { files, inputs: sources } = await bundle(ROOT, ['cli', 'main']);
  for (const [name, text] of files) {
    const file = join(outdir, name);
    mkdirSync(dirname(file), { recursive: true });
    if (name === 'cli.js') writeFileSync(file, `#!/usr/bin/env node\n${text}`, { mode: 0o755 });
    else writeFileSync(file, text);
  }
  const inputs = new Set(sources);
  for (const file of WASM) copyFileSync(join(ROOT, 'node_modules', file), join(outdir, basename(file)));
  inputs.add(`node_modules/${WASM[1]}`);
  writeFileSync(join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
  writeFileSync(join(outdir, 'LICENSES.txt'), licenses(inputs));
}

/** The licence texts of every package in the bundle, by name. */
function licenses(inputs: Iterable<string>): string {
  // By folder: the bundled version of a package may be one that stands inside another package.
  const folders = new Map<string, string>();
  for (const input of inputs) {
    const [folder, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)(?=\/)/.exec(input) ?? [];
    if (folder && name) folders.set(`${name} ${folder}`, folder);
  }
  return [...folders]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, path]) => {
      const name = key.slice(0, key.indexOf(' '));
      const folder = join(ROOT, path);
      const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file
        ? readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim()
        : 'No licence file is shipped with the package.';
      return `${name} ${version} (${license})\n\n${text}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildDist(join(ROOT, 'dist'));
