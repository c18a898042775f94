import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

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
  // One build an entry: each loads a few large files instead of many shared splinters, which is what a cold start
  // is spent on. Chunks of the same content have the same name, so nothing is there twice.
  const inputs = new Set<string>();
  for (const entry of ['main', 'cli']) {
    const { metafile } = await bundle(entry, outdir);
    for (const input of Object.keys(metafile.inputs)) inputs.add(input);
  }
  provideRequire(outdir);
  for (const file of WASM) copyFileSync(join(ROOT, 'node_modules', file), join(outdir, basename(file)));
  inputs.add(`node_modules/${WASM[1]}`);
  const cli = join(outdir, 'cli.js');
  writeFileSync(cli, `#!/usr/bin/env node\n${readFileSync(cli, 'utf8')}`, { mode: 0o755 });
  writeFileSync(join(outdir, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(join(outdir, 'LICENSES.txt'), licenses(inputs));
}

const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * CommonJS packages (fast-glob, undici) call `require` for built-in modules. Only the files that have esbuild's helper
 * for it get a real one: loading `node:module` costs every start.
 */
function provideRequire(outdir: string): void {
  for (const name of readdirSync(outdir, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js')) continue;
    const file = join(outdir, name);
    const text = readFileSync(file, 'utf8');
    if (text.includes('Dynamic require of')) writeFileSync(file, `${REQUIRE}\n${text}`);
  }
}

function bundle(entry: string, outdir: string) {
  return build({
    absWorkingDir: ROOT,
    entryPoints: { [entry]: `src/${entry}.ts` },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    chunkNames: 'chunks/[name]-[hash]',
    // Names stay readable in stack traces; white space and syntax are where the bytes are.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    charset: 'utf8',
    metafile: true,
    logLevel: 'warning',
    // jsonc-parser's `main` is a UMD file that bundlers cannot look into.
    mainFields: ['module', 'main'],
  });
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
