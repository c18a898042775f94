import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The WebAssembly files of the HCL parser: beside the bundle in `dist/`, or in the packages when the sources run.
 * Throws where they are in neither place, which means that the installation is broken.
 */
export function readGrammar(): { runtime: Uint8Array; grammar: Uint8Array } {
  return {
    runtime: read('web-tree-sitter.wasm', 'web-tree-sitter'),
    grammar: read('tree-sitter-terraform.wasm', '@tree-sitter-grammars/tree-sitter-hcl'),
  };
}

function read(name: string, packageName: string): Uint8Array {
  const places = [`./${name}`, `../${name}`, `../../node_modules/${packageName}/${name}`];
  const found = places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`${name} is missing from the installation`);
  return readFileSync(found);
}
