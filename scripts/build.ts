import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.ts';
import { billOfMaterials, bundledPackages, licenses } from './bundled-packages.ts';

/** The checkout. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** The HCL parser and its grammar, which are loaded as files. */
const WASM = [
  'web-tree-sitter/web-tree-sitter.wasm',
  '@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm',
] as const;

/**
 * Bundles the Action (`main.js`), the command line (`cli.js`) and the chunks that they load when they need them.
 * The result depends only on the sources and the locked packages, not on the folder it is built in. Answers the files of
 * packages that are in it.
 */
export async function buildDist(outdir: string, root = ROOT): Promise<string[]> {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  const { files, inputs: sources } = await bundle(root, ['cli', 'main']);
  for (const [name, text] of files) {
    const file = join(outdir, name);
    mkdirSync(dirname(file), { recursive: true });
    if (name === 'cli.js') writeFileSync(file, `#!/usr/bin/env node\n${text}`, { mode: 0o755 });
    else writeFileSync(file, text);
  }
  for (const file of WASM) copyFileSync(join(root, 'node_modules', file), join(outdir, basename(file)));
  const inputs = [...new Set([...sources, ...WASM.map((file) => `node_modules/${file}`)])];
  const packages = bundledPackages(root, inputs);
  writeFileSync(join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
  writeFileSync(join(outdir, 'LICENSES.txt'), licenses(packages));
  const program = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(outdir, 'sbom.cdx.json'), billOfMaterials(program, packages));
  return inputs.filter((file) => file.includes('node_modules/'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildDist(join(ROOT, 'dist'));
