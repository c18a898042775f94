import type { Span, Text } from '../source/source-file.ts';
import type { Problem, ScalarNode } from './node.ts';

/** An HCL file before anything is evaluated: attributes and blocks, with expressions as trees. */
export interface Body {
  span: Span;
  attributes: Attribute[];
  blocks: Block[];
}

export interface Attribute {
  name: ScalarNode;
  value: Expression;
}

export interface Block {
  type: ScalarNode;
  /** The labels' texts: `resource "aws_kms_key" "main"` has two. */
  labels: string[];
  /** Where it is named: its type and labels, in JSON its last label. */
  head: Span;
  body: Body;
  span: Span;
}

export type Expression =
  | { type: 'literal'; span: Span; scalar: ScalarNode }
  | { type: 'template'; span: Span; pieces: Piece[]; source: Text }
  | { type: 'list'; span: Span; items: Expression[] }
  | { type: 'object'; span: Span; entries: { key: Expression; value: Expression }[] }
  | { type: 'call'; span: Span; name: string; arguments: Expression[]; expands: boolean }
  | { type: 'reference'; span: Span; path: string }
  /** A part of a value that is no reference: `jsondecode(...)["a"].b`. `path` is the rest as written, without white space. */
  | { type: 'access'; span: Span; of: Expression; path: string }
  | { type: 'conditional'; span: Span; condition: Expression; yes: Expression; no: Expression }
  | {
      type: 'for';
      span: Span;
      names: string[];
      collection: Expression;
      key?: Expression;
      value: Expression;
      filtered: boolean;
    }
  | { type: 'other'; span: Span };

/** A piece of a template string: decoded text and the offsets it comes from, or an expression. */
export type Piece =
  | { text: string; start: number; end: number }
  | { expression: Expression; start: number; end: number };

export interface ParsedHcl {
  body: Body;
  problems: Problem[];
  /** The comments, in the order of the text; looked for only where one of them may be to this tool. */
  comments?: Span[];
}
