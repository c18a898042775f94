import { join, posix, relative, sep } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

/** The text of every file of the bundle by its path, and the sources that are in them. */
interface Bundled {
  files: Map<string, string>;
  inputs: string[];
}

/** A piece that esbuild cut, before it is put into a file. */
interface Piece {
  text: string;
  exports: string[];
  /** The pieces that it loads at once. */
  loads: string[];
}

const OPTIONS = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
} satisfies BuildOptions;
/** What the first entry loads at once. */
const CORE = 'core.js';
/**
 * The halves of packages that are used: of jsonc-parser the scanner, without tables that are made at every start; yaml
 * without the file that asks the environment at each lexeme.
 */
const HALVES = {
  'jsonc-parser': './node_modules/jsonc-parser/lib/esm/impl/scanner.js',
  yaml: './node_modules/yaml/browser/dist/index.js',
};

/**
 * Bundles entries and what they load when they need it. Each file costs a start, so that all pieces which the first entry
 * loads at once become one file that the others share; and all files are CommonJS, which Node loads without its loader
 * of modules. Together that is a third of what a start costs above Node's own.
 */
export async function bundle(root: string, entries: readonly [string, ...string[]]): Promise<Bundled> {
  const { outputFiles, metafile } = await build({
    ...OPTIONS,
    absWorkingDir: root,
    entryPoints: entries.map((entry) => ({ in: `src/${entry}.ts`, out: entry })),
    outdir: 'dist',
    write: false,
    splitting: true,
    format: 'esm',
    chunkNames: 'chunks/[name]-[hash]',
    metafile: true,
    mainFields: ['module', 'main'],
    alias: HALVES,
  });
  const dist = join(root, 'dist');
  const pieces = new Map(
    outputFiles.map(({ path, text }) => {
      const name = relative(dist, path).split(sep).join('/');
      return [name, pieceOf(text, metafile.outputs[`dist/${name}`])];
    }),
  );
  const core = [...loadedAtOnce(`${entries[0]}.js`, pieces)].sort();
  const files = new Map<string, string>();
  const all = core.map((name, index) => `export * as c${index} from './${name}';`).join('\n');
  files.set(CORE, await assemble(CORE, all, pieces, []));
  for (const [name, { text }] of pieces)
    if (!core.includes(name)) files.set(name, await assemble(name, text, pieces, core));
  return { files, inputs: Object.keys(metafile.inputs) };
}

function pieceOf(text: string, output: Metafile['outputs'][string] | undefined): Piece {
  const loads = (output?.imports ?? []).filter(({ kind, external }) => kind === 'import-statement' && !external);
  return {
    // Not `import()`, which would start the loader of modules after all.
    text: text.replace(/\bimport\(("\.[^"]+")\)/g, 'Promise.resolve().then(() => require($1))'),
    exports: output?.exports ?? [],
    loads: loads.map(({ path }) => path.replace(/^dist\//, '')),
  };
}

/** The pieces that an entry loads at once, without itself. */
function loadedAtOnce(entry: string, pieces: ReadonlyMap<string, Piece>): Set<string> {
  const found = new Set<string>();
  const stack = [...(pieces.get(entry)?.loads ?? [])];
  for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    stack.push(...(pieces.get(name)?.loads ?? []));
  }
  return found;
}

/** One file: pieces of the core are asked of it, other pieces are files of their own; the core's own are put into it. */
async function assemble(
  name: string,
  text: string,
  pieces: ReadonlyMap<string, Piece>,
  core: readonly string[],
): Promise<string> {
  const folder = posix.dirname(name);
  const link = (target: string): string => {
    const path = posix.relative(folder, target);
    return path.startsWith('.') ? path : `./${path}`;
  };
  const plugin: Plugin = {
    name: 'pieces',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\./ }, ({ path, importer, kind }) => {
        const target = posix.normalize(posix.join(posix.dirname(importer === '' ? name : importer), path));
        const isInside = kind === 'import-statement' && (name === CORE || core.includes(target));
        return isInside ? { path: target, namespace: 'piece' } : { path: link(target), external: true };
      });
      onLoad({ filter: /./, namespace: 'piece' }, ({ path }) => {
        const { text: contents = '', exports = [] } = pieces.get(path) ?? {};
        if (name === CORE) return { contents };
        const taken = `const { ${exports.join(', ')} } = require('./${posix.relative(posix.dirname(path), CORE)}').c${core.indexOf(path)};`;
        return { contents: `${taken}\nexport { ${exports.join(', ')} };` };
      });
    },
  };
  const { outputFiles } = await build({
    ...OPTIONS,
    stdin: { contents: text, sourcefile: name },
    write: false,
    format: 'cjs',
    logOverride: { 'direct-eval': 'silent' },
    define: { 'import.meta.url': OWN_URL },
    // Names stay readable in stack traces; white space and syntax are where the bytes are.
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [plugin],
  });
  const made = outputFiles[0]?.text ?? '';
  return made.includes(OWN_URL) ? `${MAKE_OWN_URL}${made}` : made;
}

/** What `import.meta.url` becomes; only the files that use it pay for it. */
const OWN_URL = '__ownUrl';
const MAKE_OWN_URL = `var ${OWN_URL}=require("node:url").pathToFileURL(__filename).href;`;
