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
  // A file of ASCII alone is read and compiled at half the cost of one with a single character outside of Latin-1.
  charset: 'ascii',
  legalComments: 'none',
  logLevel: 'warning',
} satisfies BuildOptions;
/**
 * The halves of packages that are used: of jsonc-parser the scanner, without tables that are made at every start; yaml
 * without the file that asks the environment at each lexeme.
 */
const HALVES = {
  'jsonc-parser': './node_modules/jsonc-parser/lib/esm/impl/scanner.js',
  yaml: './node_modules/yaml/browser/dist/index.js',
};

/** Packages of the runner's toolkit do nothing when they are loaded, but do not say so: what is not used is left out. */
const LEAN: Plugin = {
  name: 'lean',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /./ }, async ({ path, pluginData, ...options }) => {
      if (pluginData === LEAN || !/@actions\/[a-z-]+\/lib/.test(options.importer)) return undefined;
      return { ...(await resolve(path, { ...options, pluginData: LEAN })), sideEffects: false };
    });
  },
};

/**
 * Bundles entries and what they load when they need it. Each file costs a start, so that the first entry and all pieces
 * which it loads at once become one file that the others share; and all files are CommonJS, which Node loads without its
 * loader of modules. Together that is a third of what a start costs above Node's own.
 */
export async function bundle(root: string, [first, ...others]: readonly [string, ...string[]]): Promise<Bundled> {
  const { outputFiles, metafile } = await build({
    ...OPTIONS,
    absWorkingDir: root,
    entryPoints: [first, ...others].map((entry) => ({ in: `src/${entry}.ts`, out: entry })),
    outdir: 'dist',
    write: false,
    splitting: true,
    format: 'esm',
    chunkNames: 'chunks/[name]-[hash]',
    metafile: true,
    mainFields: ['module', 'main'],
    alias: HALVES,
    plugins: [LEAN],
  });
  const dist = join(root, 'dist');
  const pieces = new Map(
    outputFiles.map(({ path, text }) => {
      const name = relative(dist, path).split(sep).join('/');
      return [name, pieceOf(text, metafile.outputs[`dist/${name}`])];
    }),
  );
  const core = new Core(`${first}.js`, pieces);
  const files = new Map([[core.name, await assemble(core.name, core.text, core)]]);
  for (const [name, { text }] of pieces)
    if (!core.has(name)) files.set(name, await assemble(name, core.takenBy(name, text), core));
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

/** An entry with the pieces that it loads at once, in one file. */
class Core {
  readonly name: string;
  readonly text: string;
  readonly #pieces: ReadonlyMap<string, Piece>;
  /** The entry is the last one, for it runs when the others are there. */
  readonly #names: readonly string[];

  constructor(entry: string, pieces: ReadonlyMap<string, Piece>) {
    this.name = entry;
    this.#pieces = pieces;
    this.#names = [...loadedAtOnce(entry, pieces), entry];
    this.text = this.#names.map((name, index) => this.#handOut(name, index)).join('\n');
  }

  has(name: string): boolean {
    return this.#names.includes(name);
  }

  piece(name: string): string {
    return this.#pieces.get(name)?.text ?? '';
  }

  /** What a piece exports is put together when somebody asks: most starts ask few pieces. */
  #handOut(name: string, index: number): string {
    const names = this.#pieces.get(name)?.exports ?? [];
    if (names.length === 0) return `import './${name}';`;
    const own = (one: string): string => `c${index}_${one}`;
    return `import { ${names.map((one) => `${one} as ${own(one)}`).join(', ')} } from './${name}';
export const c${index} = () => ({ ${names.map((one) => `${one}: ${own(one)}`).join(', ')} });`;
  }

  /** The text of another piece, which asks the file of the core instead of importing pieces of it. */
  takenBy(name: string, text: string): string {
    return text.replace(
      /\bimport (?:\{([^}]*)\} from )?("\.[^"]+");/g,
      (all, names: string | undefined, path: string) => {
        const target = targetOf(name, JSON.parse(path));
        if (!this.has(target)) return all;
        if (names === undefined) return '';
        const file = linkTo(name, this.name);
        return `const {${names.replace(/ as /g, ': ')}} = require("${file}").c${this.#names.indexOf(target)}();`;
      },
    );
  }
}

/** The pieces that an entry loads at once, without itself. */
function loadedAtOnce(entry: string, pieces: ReadonlyMap<string, Piece>): string[] {
  const found = new Set<string>();
  const stack = [...(pieces.get(entry)?.loads ?? [])];
  for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    stack.push(...(pieces.get(name)?.loads ?? []));
  }
  return [...found].sort();
}

/** The path in `dist/` that a path in one of its files means. */
function targetOf(name: string, path: string): string {
  return posix.normalize(posix.join(posix.dirname(name), path));
}

function linkTo(name: string, target: string): string {
  const path = posix.relative(posix.dirname(name), target);
  return path.startsWith('.') ? path : `./${path}`;
}

/** One file: pieces of the core are put into the file of the core, other pieces are files of their own. */
async function assemble(name: string, text: string, core: Core): Promise<string> {
  const plugin: Plugin = {
    name: 'pieces',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\./ }, ({ path, importer, kind }) => {
        const target = targetOf(importer === '' ? name : importer, path);
        return kind === 'import-statement' && name === core.name && core.has(target)
          ? { path: target, namespace: 'piece' }
          : { path: linkTo(name, target), external: true };
      });
      onLoad({ filter: /./, namespace: 'piece' }, ({ path }) => ({ contents: core.piece(path) }));
    },
  };
  const { outputFiles } = await build({
    ...OPTIONS,
    stdin: { contents: text, sourcefile: name },
    write: false,
    format: 'cjs',
    logOverride: { 'direct-eval': 'silent' },
    define: Object.fromEntries(META.map(({ meta, name }) => [meta, name])),
    // Names stay readable in stack traces; white space and syntax are where the bytes are.
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [plugin],
  });
  const made = outputFiles[0]?.text ?? '';
  const used = META.filter((one) => made.includes(one.name));
  return `${used.map((one) => `var ${one.name}=${one.value};`).join('')}${made}`;
}

/** What `import.meta` becomes; only the files that use it pay for it. */
const META = [
  { meta: 'import.meta.url', name: '__ownUrl', value: 'require("node:url").pathToFileURL(__filename).href' },
  { meta: 'import.meta.main', name: '__isMain', value: 'require.main===module' },
];
