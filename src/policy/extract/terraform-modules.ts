import { folderOf } from '../../source/path.ts';
import type { Span } from '../../source/source-file.ts';
import type { OwnReference } from '../../syntax/content.ts';
import type { HclParser } from '../../syntax/hcl.ts';
import type { Block } from '../../syntax/hcl-tree.ts';
import { literal } from '../../syntax/node.ts';
import type { Gap } from '../policy.ts';
import type { TerraformFile, TerraformModule } from './terraform.ts';
import type { TerraformBlock } from './terraform-block.ts';
import { evaluateBody } from './terraform-evaluate.ts';
import { blocksOf, connect, elementsOf, type Module, openScopes, type ParsedFile } from './terraform-module-scope.ts';
import { mergeOverrides } from './terraform-override.ts';
import { documentName } from './terraform-reference.ts';
import {
  type Evaluation,
  MAX_NODES,
  type ModuleScope,
  openEvaluation,
  type Scope,
  type TextFiles,
} from './terraform-scope.ts';
import { mayHoldDocument } from './terraform-types.ts';

/** What the evaluation of modules needs from outside. */
export interface Outside {
  parse: HclParser;
  yaml: Evaluation['yaml'];
  files: TextFiles;
  /** Whether a folder was read only because a module under review is called there: of it only what is passed is looked at. */
  isCaller?(folder: string): boolean;
  /** Called with the folder of a module that is called and was not given, and the folder of the caller. */
  missing?(folder: string, caller: string): void;
  /** Called with the folder of a module that a policy needs the arguments of, and a place where it does. */
  called?(folder: string, place: Span): void;
}

/**
 * The files of several folders, each folder a module, with their blocks evaluated. Locals and variables are those of the
 * whole module; a variable is what its variable files say, else what the calls of the module say, else perhaps its default.
 */
export function evaluateModules(files: readonly ParsedFile[], outside: Outside): TerraformModule[] {
  const modules = new Map<string, Module>();
  for (const parsed of files) {
    const folder = folderOf(parsed.file.path);
    const module: Module = modules.get(folder) ?? {
      folder,
      files: [],
      callers: [],
      calls: new Map(),
      unread: new Map(),
    };
    modules.set(folder, module);
    module.files.push(parsed);
  }
  const order = new Map(files.map(({ file }, index) => [file.path, index]));
  for (const module of modules.values()) module.files = mergeOverrides(module.files);
  for (const module of modules.values()) connect(module, modules);
  const { parse, yaml, files: texts, missing = () => undefined, called = () => undefined } = outside;
  const evaluation = openEvaluation({ parse, yaml, files: texts, missing, called });
  const { documents } = evaluation;
  const scopes = openScopes([...modules.values()], evaluation);
  const reviewed = new Set([...modules.values()].filter(({ folder }) => outside.isCaller?.(folder) !== true));
  // What is called by what is reviewed is reviewed too; a set is walked to its end while it grows.
  for (const module of reviewed) for (const one of module.calls.values()) reviewed.add(one);
  const callers = [...modules.values()].filter((one) => !reviewed.has(one));
  for (const { folder, unread } of reviewed) for (const one of unread.values()) missing(one, folder);
  const evaluate = (module: Module, only?: ReadonlySet<string>): TerraformModule => {
    const scope = scopes.get(module) as ModuleScope;
    const evaluated = module.files.map((parsed) => evaluateFile(parsed, module, scope, only));
    return {
      folder: module.folder,
      files: evaluated.toSorted((a, b) => (order.get(a.file.path) ?? 0) - (order.get(b.file.path) ?? 0)),
      called: new Map([...module.calls].map(([name, one]) => [name, one.folder])),
      isCaller: only !== undefined,
      own: ownAccount(module),
    };
  };
  const result = [...reviewed].map((module) => evaluate(module));
  // A caller's documents are those that it passes; one may be made of others.
  for (let known = -1; known < documents.size; ) {
    known = documents.size;
    for (const module of callers) evaluate(module, documents);
  }
  return [...result, ...callers.map((module) => evaluate(module, documents))];
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

/** The blocks of a file; of a caller `only` the documents of these names. */
function evaluateFile(
  { file, body }: ParsedFile,
  module: Module,
  scope: ModuleScope,
  only: ReadonlySet<string> | undefined,
): TerraformFile {
  const blocks = (kind: string): TerraformBlock[] =>
    body.blocks
      .filter(({ type }) => literal(type) === kind)
      .filter(({ labels }) => only === undefined || only.has(documentName(module.folder, labels[1] ?? '')))
      .flatMap((block) => instances(block, scope));
  const data = blocks('data');
  if (only !== undefined) return { file, resources: [], data, calls: [] };
  return {
    file,
    resources: blocks('resource'),
    data,
    // What is passed to a module that was read is seen there.
    calls: blocks('module').filter(({ type }) => !module.calls.has(type)),
    missing: body.blocks.flatMap((block): Gap[] => {
      const folder = literal(block.type) === 'module' ? module.unread.get(block.labels[0] ?? '') : undefined;
      if (folder === undefined) return [];
      return [{ span: block.head, reason: `no Terraform file of the module in \`${folder}\` can be read here` }];
    }),
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
