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
  | ({ type: 'reference'; span: Span } & Path)
  /** A part of a value that is no reference: `jsondecode(...)["a"].b`. */
  | ({ type: 'access'; span: Span; of: Expression } & Path)
  | { type: 'conditional'; span: Span; condition: Expression; yes: Expression; no: Expression }
  /** `operands` are one or two. */
  | { type: 'operation'; span: Span; operator: string; operands: Expression[] }
  | ({ type: 'for'; span: Span; key?: Expression; value: Expression; condition?: Expression; grouped: boolean } & Loop)
  | { type: 'other'; span: Span; why?: string };

/** `path` as written, without white space; `indices` are what stands in its brackets, `[*]` left out. */
export interface Path {
  path: string;
  indices: Expression[];
}

/** What a `for` goes over, and the one or two names that it binds. */
export interface Loop {
  names: string[];
  collection: Expression;
}

/** A piece of a template string, at its offsets in the template's source. */
export type Piece =
  | TextPiece
  | ({ expression: Expression } & Offsets)
  /** `%{if}`; the offsets are those of that directive itself. */
  | ({ condition: Expression; yes: Piece[]; no: Piece[] } & Offsets)
  /** `%{for}`, likewise. */
  | ({ loop: Loop; body: Piece[] } & Offsets);

/** Decoded text. */
export interface TextPiece extends Offsets {
  text: string;
}

export interface Offsets {
  start: number;
  end: number;
}

export interface ParsedHcl {
  body: Body;
  problems: Problem[];
  /** The comments, in the order of the text; looked for only where one of them may be to this tool. */
  comments?: Span[];
}
