import type { SourceFile, Span } from '../../source/source-file.ts';
import type { Block, Body, Expression } from '../../syntax/hcl-tree.ts';
import { literal, type Node } from '../../syntax/node.ts';
import type { TerraformFile } from './terraform.ts';
import type { TerraformBlock } from './terraform-block.ts';
import { evaluate, evaluateBody, type Scope } from './terraform-evaluate.ts';

/** A Terraform file before anything is evaluated. */
export interface ParsedFile {
  file: SourceFile;
  body: Body;
}

/** The files of one folder. */
interface Module {
  folder: string;
  files: ParsedFile[];
  /** The calls of other modules that were read, with the caller. */
  calls: { caller: Module; block: Block }[];
}

/**
 * The files of several folders, each folder a module, with their blocks evaluated. Locals and variables are those of the
 * whole module; a variable is what its variable files say, else what the calls of the module say, else perhaps its default.
 */
export function evaluateModules(files: readonly ParsedFile[]): TerraformFile[][] {
  const modules = new Map<string, Module>();
  for (const parsed of files) {
    const folder = folderOf(parsed.file.path);
    const module = modules.get(folder) ?? { folder, files: [], calls: [] };
    modules.set(folder, module);
    module.files.push(parsed);
  }
  for (const caller of modules.values()) {
    for (const block of blocksOf(caller, 'module')) {
      const source = block.body.attributes.find(({ name }) => literal(name) === 'source')?.value;
      const path =
        source?.type === 'template' ? source.pieces.map((piece) => ('text' in piece ? piece.text : '?')).join('') : '';
      const target = path.startsWith('.') ? modules.get(resolveFolder(caller.folder, path)) : undefined;
      target?.calls.push({ caller, block });
    }
  }
  const scopes = new Map<Module, Scope>();
  return [...modules.values()].map((module) => {
    const scope = scopeOf(module, scopes);
    return module.files.map(({ file, body }) => {
      const blocks = (kind: string): TerraformBlock[] =>
        body.blocks
          .filter(({ type }) => literal(type) === kind)
          .map((block) => {
            const [type = '', name = ''] = block.labels;
            return { type, name, body: evaluateBody(block.body, scope), span: headOf(block) };
          });
      return { file, resources: blocks('resource'), data: blocks('data') };
    });
  });
}

/** A block's type and labels, without the brace. */
function headOf({ span }: Block): Span {
  const [head = ''] = span.file.slice(span).split('{', 1);
  return { ...span, end: span.start + head.trimEnd().length };
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** A folder relative to another one; `..` above the root stays and then names no folder that was read. */
function resolveFolder(from: string, path: string): string {
  const steps = from.split('/').filter((step) => step !== '');
  for (const step of path.split('/')) {
    if (step === '..' && steps.length > 0 && steps.at(-1) !== '..') steps.pop();
    else if (step !== '.' && step !== '') steps.push(step);
  }
  return steps.length === 0 ? '' : `${steps.join('/')}/`;
}

function blocksOf(module: Module, type: string): Block[] {
  return module.files.flatMap(({ body }) => body.blocks.filter((block) => literal(block.type) === type));
}

/** A module's names. A module that calls itself, by whatever way, sees itself without arguments. */
function scopeOf(module: Module, scopes: Map<Module, Scope>): Scope {
  const known = scopes.get(module);
  if (known) return known;
  const locals = new Map<string, Expression>();
  const defaults = new Map<string, Expression | undefined>();
  const given = new Map<string, Node[]>();
  const scope: Scope = { locals, variables: defaults, given, values: new Map(), open: new Set() };
  scopes.set(module, scope);
  for (const block of blocksOf(module, 'locals')) {
    for (const { name, value } of block.body.attributes) locals.set(literal(name) ?? '', value);
  }
  for (const block of blocksOf(module, 'variable')) {
    defaults.set(block.labels[0] ?? '', block.body.attributes.find(({ name }) => literal(name) === 'default')?.value);
  }
  const found: [string, Node[]][] = [];
  for (const { caller, block } of callsInOrder(module)) {
    const outer = scopeOf(caller, scopes);
    for (const { name, value } of block.body.attributes) {
      const key = literal(name) ?? '';
      const values = found.find(([one]) => one === key)?.[1];
      if (values) values.push(evaluate(value, outer));
      else found.push([key, [evaluate(value, outer)]]);
    }
  }
  for (const { file, body } of module.files) {
    if (!isVariableFile(file.path)) continue;
    for (const { name, value } of body.attributes) found.push([literal(name) ?? '', [evaluate(value, scope)]]);
  }
  for (const [name, values] of found) given.set(name, values);
  return scope;
}

/** The calls in the order of their files, so that findings come out in the same order every time. */
function callsInOrder({ calls }: Module): Module['calls'] {
  return calls.toSorted((a, b) => (a.caller.folder < b.caller.folder ? -1 : 1));
}

/** The variable files that Terraform loads by itself. */
function isVariableFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name === 'terraform.tfvars' || name.endsWith('.auto.tfvars');
}
