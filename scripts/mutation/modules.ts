import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Module, SourceTextModule, SyntheticModule } from 'node:vm';
import { ROOT } from './mutants.ts';

/** Sources without their types: a graph is loaded again for every mutant. */
const sources = new Map<string, string>();

function sourceOf(url: string): string {
  const source = sources.get(url) ?? stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'));
  sources.set(url, source);
  return source;
}

/** What a test file gets for `import ... from 'vitest'`. */
type Vitest = Readonly<Record<string, unknown>>;

/** Packages and what Node has are the same for every graph. */
const outside = new Map<string, Record<string, unknown>>();

/** The modules of this repository, loaded afresh, so that nothing that one mutant remembered is there for the next. */
export class ModuleGraph {
  readonly #modules = new Map<string, Promise<Module>>();
  readonly #vitest: Vitest;
  readonly #replaced: ReadonlyMap<string, string>;

  /** `replaced` are texts of TypeScript files that stand for those on the disk, by path from the root. */
  constructor(vitest: Vitest, replaced: ReadonlyMap<string, string>) {
    this.#vitest = vitest;
    this.#replaced = replaced;
  }

  /** Loads and runs a file, by its path from the root. */
  async load(path: string): Promise<void> {
    const module = await this.#module(new URL(path, new URL('../../', import.meta.url)).href);
    await this.#run(module);
  }

  async #run(module: Module): Promise<Module> {
    if (module.status === 'unlinked') await module.link((specifier, from) => this.#resolve(specifier, from.identifier));
    if (module.status === 'linked') await module.evaluate();
    return module;
  }

  #resolve(specifier: string, from: string): Promise<Module> {
    return this.#module(specifier.startsWith('.') ? new URL(specifier, from).href : specifier);
  }

  #module(id: string): Promise<Module> {
    let module = this.#modules.get(id);
    if (module === undefined) {
      module = this.#make(id);
      this.#modules.set(id, module);
    }
    return module;
  }

  async #make(id: string): Promise<Module> {
    if (id === 'vitest') return synthetic(id, this.#vitest);
    if (!id.startsWith('file:')) {
      const exports = outside.get(id) ?? { ...(await import(id)) };
      outside.set(id, exports);
      return synthetic(id, exports);
    }
    if (id.endsWith('.json')) return synthetic(id, { default: JSON.parse(readFileSync(fileURLToPath(id), 'utf8')) });
    const replaced = this.#replaced.get(relative(ROOT, fileURLToPath(id)));
    return new SourceTextModule(replaced === undefined ? sourceOf(id) : stripTypeScriptTypes(replaced), {
      identifier: id,
      initializeImportMeta: (meta) => Object.assign(meta, { url: id, dirname: dirname(fileURLToPath(id)) }),
      importModuleDynamically: async (specifier) => this.#run(await this.#resolve(specifier, id)),
    });
  }
}

function synthetic(id: string, exports: Readonly<Record<string, unknown>>): Module {
  const module: SyntheticModule = new SyntheticModule(
    Object.keys(exports),
    () => {
      for (const [name, value] of Object.entries(exports)) module.setExport(name, value);
    },
    { identifier: id },
  );
  return module;
}
