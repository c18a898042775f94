import type { SourceFile, Span, Text } from '../../source/source-file.ts';
import type { HclParser } from '../../syntax/hcl.ts';
import type { Expression } from '../../syntax/hcl-tree.ts';
import type { Node, Parsed } from '../../syntax/node.ts';

/** The names that an expression can refer to. */
export interface Scope {
  module: ModuleScope;
  /** `each.value`, `statement.value`, names of a `for`: known values by their path. */
  values: ReadonlyMap<string, Node>;
}

/** The names of one module. */
export interface ModuleScope {
  /** With its last slash; empty for the root of what is reviewed. */
  folder: string;
  /** No call of it was read: it is what people run. */
  isRoot: boolean;
  locals: ReadonlyMap<string, Expression>;
  /** Variables by name with their default, where they have one. */
  defaults: ReadonlyMap<string, Expression | undefined>;
  /** Variables whose type is a set. */
  sets: ReadonlySet<string>;
  /** What variable files and the module's callers give; one value is certain, of several each is possible. */
  given: ReadonlyMap<string, readonly Given[]>;
  outputs: ReadonlyMap<string, Expression>;
  /** `data "template_file"` by name, the provider's own `templatefile()` of before Terraform 0.12. */
  templates: ReadonlyMap<string, { template: Expression; vars: Expression | undefined }>;
  /** The modules that are called here and were read, by the names of the calls. */
  calls: ReadonlyMap<string, ModuleScope>;
  /** The folders of the modules that are called here and were not read. */
  unread: ReadonlyMap<string, string>;
  /** It is certainly what people run, so that nothing calls it. */
  isRun: boolean;
  evaluation: Evaluation;
}

/** An expression and where its names are looked up. */
export interface Given {
  value: Expression;
  scope: Scope;
}

/** What the evaluation of all modules shares. */
export interface Evaluation {
  parse: HclParser;
  /** Reads YAML, where it is loaded. */
  yaml: ((text: Text) => Parsed) | undefined;
  files: TextFiles;
  /** Told of a module that was not read although something is made of its outputs, and of its caller. */
  missing(folder: string, caller: string): void;
  /** Told of a module whose arguments something is made of, and where. */
  called(folder: string, place: Span): void;
  /** The names of the documents that something is made of. */
  documents: Set<string>;
  /** Locals, variables and outputs that are being evaluated, against cycles. */
  open: Set<string>;
  /** How many more nodes the block that is being evaluated may have. */
  left: number;
  /** How many more nodes all blocks together may have. */
  total: number;
  /** How many expressions are being evaluated inside one another. */
  depth: number;
}

/** How many nodes one block may have. References that double at each step would else fill the memory. */
export const MAX_NODES = 100_000;
/** How many nodes all blocks of one evaluation may have together. */
const MAX_TOTAL_NODES = 2_000_000;
/** How deep references and expressions may lead into one another: each takes several calls of the evaluation. */
const MAX_EVALUATION_DEPTH = 400;

/** The beginning of an evaluation. */
export function openEvaluation(
  outside: Pick<Evaluation, 'parse' | 'yaml' | 'files' | 'missing' | 'called'>,
): Evaluation {
  return { ...outside, documents: new Set(), open: new Set(), left: MAX_NODES, total: MAX_TOTAL_NODES, depth: 0 };
}

/** Takes one more node. Answers why that is too much, if it is. */
export function overBounds(evaluation: Evaluation): string | undefined {
  evaluation.left--;
  evaluation.total--;
  if (evaluation.depth >= MAX_EVALUATION_DEPTH)
    return `it leads through more than ${MAX_EVALUATION_DEPTH} references and expressions`;
  if (evaluation.left < 0) return `it has more than ${MAX_NODES.toLocaleString('en')} parts`;
  if (evaluation.total < 0) return `all values together have more than ${MAX_TOTAL_NODES.toLocaleString('en')} parts`;
  return undefined;
}

/** The files that `file()` and its like may read: those of the repository. */
export interface TextFiles {
  /** A file by its path, or why it cannot be had. A file that was not asked for before is undefined: it is read then, and the evaluation done again. */
  find(path: string): SourceFile | { refused: string } | undefined;
  /** The paths of all files, for `fileset()`; undefined where they were not asked for before, or are not all known. */
  list?(): readonly string[] | undefined;
}
