import { folderOf, nameOf, resolvePath } from '../../source/path.ts';
import type { SourceFile } from '../../source/source-file.ts';
import type { OwnReference } from '../../syntax/content.ts';
import type { HclParser } from '../../syntax/hcl.ts';
import type { Block, Body, Expression } from '../../syntax/hcl-tree.ts';
import { literal, type Node } from '../../syntax/node.ts';
import type { TerraformFile, TerraformModule } from './terraform.ts';
import type { TerraformBlock } from './terraform-block.ts';
import { knownElements } from './terraform-elements.ts';
import { evaluate, evaluateBody } from './terraform-evaluate.ts';
import { mergeOverrides } from './terraform-override.ts';
import {
  type Evaluation,
  type Given,
  MAX_NODES,
  type ModuleScope,
  type Scope,
  type TextFiles,
} from './terraform-scope.ts';
import { mayHoldDocument } from './terraform-types.ts';

/** How many instances of one block are looked at one by one. */
const MAX_INSTANCES = 100;

/** A Terraform file before anything is evaluated. */
export interface ParsedFile {
  file: SourceFile;
  body: Body;
}

/** What the evaluation of modules needs from outside. */
export interface Outside {
  parse: HclParser;
  yaml: Evaluation['yaml'];
  files: TextFiles;
  /** Called with the folder of a module that is called and was not given. */
  missing(folder: string): void;
}

/** The files of one folder. */
interface Module {
  folder: string;
  files: ParsedFile[];
  /** The calls of this module that were read, with the caller. */
  callers: { caller: Module; block: Block }[];
  /** The modules that this one calls and that were read, by name. */
  calls: Map<string, Module>;
}

/**
 * The files of several folders, each folder a module, with their blocks evaluated. Locals and variables are those of the
 * whole module; a variable is what its variable files say, else what the calls of the module say, else perhaps its default.
 */
export function evaluateModules(files: readonly ParsedFile[], outside: Outside): TerraformModule[] {
  const modules = new Map<string, Module>();
  for (const parsed of files) {
    const folder = folderOf(parsed.file.path);
    const module: Module = modules.get(folder) ?? { folder, files: [], callers: [], calls: new Map() };
    modules.set(folder, module);
    module.files.push(parsed);
  }
  const paths = files.map(({ file }) => file.path);
  for (const module of modules.values()) module.files = mergeOverrides(module.files);
  for (const module of modules.values()) connect(module, modules, outside);
  const { parse, yaml, files: texts } = outside;
  const evaluation: Evaluation = { parse, yaml, files: texts, open: new Set(), left: MAX_NODES };
  const scopes = new Map<Module, ModuleScope>();
  return [...modules.values()].map((module) => {
    const scope = scopeOf(module, scopes, evaluation);
    const evaluated = module.files.map((parsed) => evaluateFile(parsed, module, scope));
    return {
      folder: module.folder,
      files: evaluated.toSorted((a, b) => paths.indexOf(a.file.path) - paths.indexOf(b.file.path)),
      called: new Map([...module.calls].map(([name, called]) => [name, called.folder])),
      own: ownAccount(module),
    };
  });
}

/**
 * The module's `data "aws_caller_identity"`. Where any block has a provider of its own, which may be for another account,
 * nobody can tell whose the identity is.
 */
function ownAccount(module: Module): OwnReference | undefined {
  const blocks = module.files.flatMap(({ body }) => body.blocks);
  const hasProvider = ({ body: { attributes } }: Block): boolean =>
    attributes.some(({ name }) => literal(name) === 'provider' || literal(name) === 'providers');
  if (blocks.some(hasProvider)) return undefined;
  const [identity] = blocksOf(module, 'data').filter(({ labels, body }) => {
    const isCounted = body.attributes.some(({ name }) => literal(name) === 'count' || literal(name) === 'for_each');
    return labels[0] === 'aws_caller_identity' && !isCounted;
  });
  const name = `data.aws_caller_identity.${identity?.labels[1] ?? ''}.account_id`;
  return identity && { language: 'Terraform', name };
}

/** Finds the modules that a module calls by a path. */
function connect(caller: Module, modules: ReadonlyMap<string, Module>, outside: Outside): void {
  for (const block of blocksOf(caller, 'module')) {
    const source = block.body.attributes.find(({ name }) => literal(name) === 'source')?.value;
    const path = source && sourceText(source);
    if (path === undefined || !/^\.{1,2}\//.test(`${path}/`)) continue;
    const target = resolvePath(caller.folder, path);
    if (target === undefined) continue;
    const folder = target === '' ? '' : `${target}/`;
    const module = modules.get(folder);
    if (module === undefined) outside.missing(folder);
    else {
      module.callers.push({ caller, block });
      caller.calls.set(block.labels[0] ?? '', module);
    }
  }
}

function sourceText(source: Expression): string | undefined {
  if (source.type === 'literal') return literal(source.scalar);
  return source.type === 'template'
    ? source.pieces.map((piece) => ('text' in piece ? piece.text : '?')).join('')
    : undefined;
}

function evaluateFile({ file, body }: ParsedFile, module: Module, scope: ModuleScope): TerraformFile {
  const blocks = (kind: string): TerraformBlock[] =>
    body.blocks.filter(({ type }) => literal(type) === kind).flatMap((block) => instances(block, scope));
  return {
    file,
    resources: blocks('resource'),
    data: blocks('data'),
    // What is passed to a module that was read is seen there.
    calls: blocks('module').filter(({ type }) => !module.calls.has(type)),
  };
}

/** A block once for each element of a known `for_each` that its body speaks of, else once. */
function instances(block: Block, scope: ModuleScope): TerraformBlock[] {
  const [type = '', name = ''] = block.labels;
  const source = block.span.file.slice(block.span);
  if (!mayHoldDocument(type, source)) return [];
  const { evaluation } = scope;
  const once = (values: Scope['values'], instance?: string): TerraformBlock => {
    evaluation.left = MAX_NODES;
    const body = evaluateBody(block.body, { module: scope, values });
    return { type, name, body, span: block.span, head: block.head, ...(instance !== undefined && { instance }) };
  };
  return elementsOf(block, scope).map((values) => {
    const key = literal(values.get('each.key'));
    return once(values, key === undefined ? undefined : `["${key}"]`);
  });
}

/** `each.key` and `each.value` of a block's instances; one without them where they are not known or nothing asks for them. */
function elementsOf(block: Block, scope: ModuleScope): Map<string, Node>[] {
  if (!block.span.file.slice(block.span).includes('each.')) return [new Map()];
  const each = block.body.attributes.find(({ name }) => literal(name) === 'for_each')?.value;
  scope.evaluation.left = MAX_NODES;
  const elements = each && knownElements(evaluate(each, { module: scope, values: new Map() }));
  if (elements === undefined || elements.length > MAX_INSTANCES) return [new Map()];
  return elements.map(({ key, value }) => {
    // It can only be a set or a map: the members of a list are their own keys.
    const name = key.type === 'scalar' && key.kind === 'number' ? value : key;
    return new Map([
      ['each.key', name],
      ['each.value', value],
    ]);
  });
}

function blocksOf(module: Module, type: string): Block[] {
  return module.files.flatMap(({ body }) => body.blocks.filter((block) => literal(block.type) === type));
}

/** A module's names. A module that calls itself, by whatever way, sees itself without arguments. */
function scopeOf(module: Module, scopes: Map<Module, ModuleScope>, evaluation: Evaluation): ModuleScope {
  const known = scopes.get(module);
  if (known) return known;
  const locals = new Map<string, Expression>();
  const defaults = new Map<string, Expression | undefined>();
  const outputs = new Map<string, Expression>();
  const sets = new Set<string>();
  const given = new Map<string, Given[]>();
  const calls = new Map<string, ModuleScope>();
  const isRoot = module.callers.length === 0;
  const scope: ModuleScope = {
    folder: module.folder,
    isRoot,
    locals,
    defaults,
    sets,
    given,
    outputs,
    calls,
    evaluation,
  };
  scopes.set(module, scope);
  for (const block of blocksOf(module, 'locals')) {
    for (const { name, value } of block.body.attributes) locals.set(literal(name) ?? '', value);
  }
  const attribute = (block: Block, wanted: string): Expression | undefined =>
    block.body.attributes.find(({ name }) => literal(name) === wanted)?.value;
  for (const block of blocksOf(module, 'variable')) {
    const name = block.labels[0] ?? '';
    defaults.set(name, attribute(block, 'default'));
    const type = attribute(block, 'type');
    if (type?.type === 'call' && type.name === 'set') sets.add(name);
  }
  for (const block of blocksOf(module, 'output')) {
    const value = attribute(block, 'value');
    if (value) outputs.set(block.labels[0] ?? '', value);
  }
  const give = (name: string, one: Given): void => {
    given.set(name, [...(given.get(name) ?? []), one]);
  };
  for (const { caller, block } of callersInOrder(module)) {
    const outer = scopeOf(caller, scopes, evaluation);
    for (const values of elementsOf(block, outer)) {
      for (const { name, value } of block.body.attributes)
        give(literal(name) ?? '', { value, scope: { module: outer, values } });
    }
  }
  for (const { file, body } of module.files) {
    if (!isVariableFile(file.path)) continue;
    for (const { name, value } of body.attributes)
      give(literal(name) ?? '', { value, scope: { module: scope, values: new Map() } });
  }
  for (const [name, called] of module.calls) calls.set(name, scopeOf(called, scopes, evaluation));
  return scope;
}

/** The calls in the order of their files, so that findings come out in the same order every time. */
function callersInOrder({ callers }: Module): Module['callers'] {
  return callers.toSorted((a, b) => (a.caller.folder < b.caller.folder ? -1 : 1));
}

/** The variable files that Terraform loads by itself. */
function isVariableFile(path: string): boolean {
  return /^(?:terraform\.tfvars|.*\.auto\.tfvars)(?:\.json)?$/.test(nameOf(path));
}
