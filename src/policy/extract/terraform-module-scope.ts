import { nameOf, resolvePath } from '../../source/path.ts';
import type { SourceFile } from '../../source/source-file.ts';
import type { Block, Body, Expression } from '../../syntax/hcl-tree.ts';
import { literal, type Node } from '../../syntax/node.ts';
import { knownElements } from './terraform-elements.ts';
import { evaluate } from './terraform-evaluate.ts';
import { type Evaluation, type Given, MAX_NODES, type ModuleScope } from './terraform-scope.ts';
import { wholeNumber } from './terraform-values.ts';

/** How many instances of one block are looked at one by one. */
const MAX_INSTANCES = 100;

/** A Terraform file before anything is evaluated. */
export interface ParsedFile {
  file: SourceFile;
  body: Body;
}

/** The files of one folder. */
export interface Module {
  folder: string;
  files: ParsedFile[];
  /** The calls of this module that were read, with the caller. */
  callers: { caller: Module; block: Block }[];
  /** The modules that this one calls and that were read, by name. */
  calls: Map<string, Module>;
  /** The folders of those that were not read. */
  unread: Map<string, string>;
}

/** Finds the modules that a module calls by a path. */
export function connect(caller: Module, modules: ReadonlyMap<string, Module>): void {
  for (const block of blocksOf(caller, 'module')) {
    const source = block.body.attributes.find(({ name }) => literal(name) === 'source')?.value;
    const path = source && sourceText(source);
    if (path === undefined || !/^\.{1,2}\//.test(`${path}/`)) continue;
    const target = resolvePath(caller.folder, path);
    if (target === undefined) continue;
    const folder = target === '' ? '' : `${target}/`;
    const module = modules.get(folder);
    if (module === undefined) caller.unread.set(block.labels[0] ?? '', folder);
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

/**
 * `each.key` and `each.value` of a block's instances; one without them where they are not known or nothing asks for them,
 * and none where there certainly is none.
 */
export function elementsOf(block: Block, scope: ModuleScope): Map<string, Node>[] {
  const count = block.body.attributes.find(({ name }) => literal(name) === 'count')?.value;
  scope.evaluation.left = MAX_NODES;
  if (count && wholeNumber(evaluate(count, { module: scope, values: new Map() })) === 0) return [];
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

/** The blocks of a module that are of one kind: `data`, `resource`. */
export function blocksOf(module: Module, type: string): Block[] {
  return module.files.flatMap(({ body }) => body.blocks.filter((block) => literal(block.type) === type));
}

/** A module's scope while it is filled: the maps are those of the scope. */
interface Draft {
  scope: ModuleScope;
  given: Map<string, Given[]>;
  calls: Map<string, ModuleScope>;
}

/**
 * The names of modules. What a module is given is looked up when it is needed; only how often it is called must be known
 * before, so each module comes after those that call it, and of those that call one another in a circle one is called once.
 */
export function openScopes(modules: readonly Module[], evaluation: Evaluation): Map<Module, ModuleScope> {
  const drafts = new Map(modules.map((module) => [module, declaredIn(module, evaluation)]));
  for (const [module, { calls }] of drafts) {
    for (const [name, called] of module.calls) {
      const scope = drafts.get(called)?.scope;
      if (scope) calls.set(name, scope);
    }
  }
  for (const module of callersFirst(modules)) giveArguments(module, drafts);
  return new Map([...drafts].map(([module, { scope }]) => [module, scope]));
}

/** What a module declares by itself. */
function declaredIn(module: Module, evaluation: Evaluation): Draft {
  const locals = new Map<string, Expression>();
  const defaults = new Map<string, Expression | undefined>();
  const outputs = new Map<string, Expression>();
  const templates = new Map<string, { template: Expression; vars: Expression | undefined }>();
  const sets = new Set<string>();
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
  for (const block of blocksOf(module, 'data')) {
    const template = block.labels[0] === 'template_file' ? attribute(block, 'template') : undefined;
    if (template) templates.set(block.labels[1] ?? '', { template, vars: attribute(block, 'vars') });
  }
  const given: Draft['given'] = new Map();
  const calls: Draft['calls'] = new Map();
  const { folder, unread, callers } = module;
  const isRoot = callers.length === 0;
  const names = { locals, defaults, sets, given, outputs, templates, calls, unread };
  return { scope: { folder, isRoot, ...names, isRun: isRun(module), evaluation }, given, calls };
}

/** What the calls of a module and its variable files give its variables. */
function giveArguments(module: Module, drafts: ReadonlyMap<Module, Draft>): void {
  const own = drafts.get(module);
  if (own === undefined) return;
  const give = (name: string, one: Given): void => {
    const values = own.given.get(name) ?? [];
    own.given.set(name, values);
    values.push(one);
  };
  const omitted = new Set<string>();
  for (const { caller, block } of callersInOrder(module)) {
    const outer = drafts.get(caller)?.scope;
    if (outer === undefined) continue;
    const passed = new Set(block.body.attributes.map(({ name }) => literal(name) ?? ''));
    for (const values of elementsOf(block, outer)) {
      for (const { name, value } of block.body.attributes)
        give(literal(name) ?? '', { value, scope: { module: outer, values } });
      for (const name of own.scope.defaults.keys()) if (!passed.has(name)) omitted.add(name);
    }
  }
  // For a call that leaves out what another one passes it is the default.
  for (const name of omitted) {
    const value = own.scope.defaults.get(name);
    if (value && own.given.has(name)) give(name, { value, scope: { module: own.scope, values: new Map() } });
  }
  for (const { file, body } of module.files) {
    if (!isVariableFile(file.path)) continue;
    for (const { name, value } of body.attributes)
      give(literal(name) ?? '', { value, scope: { module: own.scope, values: new Map() } });
  }
}

/** Modules, each after those that call it where that is possible. */
function callersFirst(modules: readonly Module[]): Module[] {
  const waiting = new Map(modules.map((module) => [module, new Set(module.callers.map(({ caller }) => caller)).size]));
  const done = new Set<Module>();
  const settle = (first: Module): void => {
    const ready = [first];
    for (let module = ready.pop(); module; module = ready.pop()) {
      if (done.has(module)) continue;
      done.add(module);
      for (const called of new Set(module.calls.values())) {
        const left = (waiting.get(called) ?? 0) - 1;
        waiting.set(called, left);
        if (left === 0) ready.push(called);
      }
    }
  };
  for (const module of modules) if (module.callers.length === 0) settle(module);
  for (const module of modules) settle(module);
  return [...done];
}

/** The calls in the order of their files, so that findings come out in the same order every time. */
function callersInOrder({ callers }: Module): Module['callers'] {
  return callers.toSorted((a, b) => (a.caller.folder < b.caller.folder ? -1 : 1));
}

/** The variable files that Terraform loads by itself. */
function isVariableFile(path: string): boolean {
  return /^(?:terraform\.tfvars|.*\.auto\.tfvars)(?:\.json)?$/.test(nameOf(path));
}

/** What only the root of what people run has: a place for its state, or values of its own. */
function isRun(module: Module): boolean {
  const settings = blocksOf(module, 'terraform').flatMap(({ body }) => body.blocks);
  return (
    settings.some(({ type }) => ['backend', 'cloud'].includes(literal(type) ?? '')) ||
    module.files.some(({ file }) => isVariableFile(file.path))
  );
}
