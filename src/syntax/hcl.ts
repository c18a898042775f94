import { Language, Parser, type Tree, type Node as TreeNode } from 'web-tree-sitter';
import type { Span, Text } from '../source/source-file.ts';
import { refuseHcl } from './bounds.ts';
import type { Attribute, Block, Body, Expression, ParsedHcl, Piece } from './hcl-tree.ts';
import type { Problem, ScalarNode } from './node.ts';

const MAX_PROBLEMS = 20;
/** How deep expressions may nest: the walk over the tree is recursive, and each level costs it several calls. */
const MAX_EXPRESSIONS = 250;

/** Reads HCL; made once a run, because the grammar must be loaded. */
export type HclParser = (text: Text) => ParsedHcl;

/** Loads tree-sitter and its grammar for Terraform from their WebAssembly files. */
export async function openHclParser(runtime: Uint8Array, grammar: Uint8Array): Promise<HclParser> {
  await Parser.init({ wasmBinary: runtime });
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  return (text) => parseHcl(parser, text);
}

function parseHcl(parser: Parser, text: Text): ParsedHcl {
  const empty: Body = { span: text.span(0, text.text.length), attributes: [], blocks: [] };
  const refuse = (at: number, message: string): ParsedHcl => ({
    body: empty,
    problems: [{ span: text.span(at, at + 1), message, bound: true }],
  });
  const refusal = refuseHcl(text.text);
  if (refusal) return refuse(refusal.at, refusal.message);
  let tree: Tree | null = null;
  try {
    tree = parser.parse(text.text);
    if (tree === null) return refuse(0, 'the parser gave up');
    const problems = problemsOf(tree.rootNode, text);
    const body = named(tree.rootNode, 'body')[0];
    return { body: body ? new Reader(text, problems).body(body) : empty, problems };
  } catch (error) {
    if (error instanceof RangeError) return refuse(0, 'nested too deep to be read');
    // What WebAssembly throws when its code aborts.
    if (!(error instanceof Error && error.name === 'RuntimeError')) throw error;
    return refuse(0, 'the parser has no more memory');
  } finally {
    tree?.delete();
  }
}

/** Errors and missing tokens, outermost first. */
function problemsOf(root: TreeNode, text: Text): Problem[] {
  const problems: Problem[] = [];
  const stack: TreeNode[] = root.hasError ? [root] : [];
  while (stack.length > 0 && problems.length < MAX_PROBLEMS) {
    const node = stack.pop() as TreeNode;
    if (node.isMissing)
      problems.push({ span: text.span(node.startIndex, node.endIndex), message: `"${node.type}" is missing` });
    else if (node.isError) {
      const shown = text.text.slice(node.startIndex, node.endIndex).trim().split('\n', 1)[0]?.slice(0, 30);
      problems.push({
        span: text.span(node.startIndex, node.endIndex),
        message: `unexpected ${JSON.stringify(shown)}`,
      });
    } else if (node.hasError) for (const child of node.children.toReversed()) if (child) stack.push(child);
  }
  return problems;
}

function named(node: TreeNode, ...types: string[]): TreeNode[] {
  return node.namedChildren.filter((child): child is TreeNode => child !== null && types.includes(child.type));
}

/** Turns tree-sitter's tree into ours. */
class Reader {
  readonly #text: Text;
  readonly #problems: Problem[];
  #depth = 0;

  constructor(text: Text, problems: Problem[]) {
    this.#text = text;
    this.#problems = problems;
  }

  #span(node: TreeNode): Span {
    return this.#text.span(node.startIndex, node.endIndex);
  }

  #word(node: TreeNode): ScalarNode {
    return { type: 'scalar', span: this.#span(node), kind: 'string', parts: [node.text] };
  }

  body(node: TreeNode): Body {
    const attributes: Attribute[] = [];
    const blocks: Block[] = [];
    for (const child of named(node, 'attribute', 'block')) {
      const [name] = named(child, 'identifier');
      if (name === undefined) continue;
      if (child.type === 'attribute') {
        const [value] = named(child, 'expression');
        if (value) attributes.push({ name: this.#word(name), value: this.expression(value) });
        continue;
      }
      const labels = named(child, 'identifier', 'string_lit').slice(1);
      const [inner] = named(child, 'body');
      blocks.push({
        type: this.#word(name),
        labels: labels.map((label) => label.text.replace(/^"|"$/g, '')),
        head: { ...this.#span(name), end: this.#span(labels.at(-1) ?? name).end },
        body: inner ? this.body(inner) : { span: this.#span(child), attributes: [], blocks: [] },
        span: this.#span(child),
      });
    }
    return { span: this.#span(node), attributes, blocks };
  }

  /** Operators and conditions nest without brackets. */
  expression(node: TreeNode): Expression {
    const span = this.#span(node);
    if (this.#depth >= MAX_EXPRESSIONS) {
      this.#problems.push({ span, message: `expressions nest more than ${MAX_EXPRESSIONS} levels deep`, bound: true });
      return { type: 'other', span };
    }
    this.#depth++;
    const expression = this.#within(node, span);
    this.#depth--;
    return expression;
  }

  #within(node: TreeNode, span: Span): Expression {
    const parts = node.namedChildren.filter((child): child is TreeNode => child !== null && child.type !== 'comment');
    const [first] = parts;
    if (first === undefined) return { type: 'other', span };
    if (first.type === 'variable_expr') {
      const isPath = parts.slice(1).every((part) => ['get_attr', 'index', 'splat'].includes(part.type));
      return isPath ? { type: 'reference', span, path: node.text.replace(/\s+/g, '') } : { type: 'other', span };
    }
    if (parts.length > 1) return this.#access(parts, span);
    return this.#single(first, span);
  }

  /** A part of a call's or collection's value: steps follow it. */
  #access([first, ...steps]: readonly TreeNode[], span: Span): Expression {
    const isPath = steps.every((part) => ['get_attr', 'index', 'splat'].includes(part.type));
    if (first === undefined || !isPath) return { type: 'other', span };
    const path = steps.map((step) => step.text).join('');
    const of = this.#single(first, this.#span(first));
    return of.type === 'other' ? of : { type: 'access', span, of, path: path.replace(/\s+/g, '') };
  }

  #single(first: TreeNode, span: Span): Expression {
    switch (first.type) {
      case 'expression':
        return this.expression(first);
      case 'literal_value':
        return this.#literal(first);
      case 'template_expr':
        return this.#template(first);
      case 'collection_value':
        return this.#collection(first);
      case 'function_call':
        return this.#call(first);
      case 'conditional': {
        const [condition, yes, no] = named(first, 'expression').map((part) => this.expression(part));
        return condition && yes && no ? { type: 'conditional', span, condition, yes, no } : { type: 'other', span };
      }
      case 'for_expr':
        return this.#for(first);
      default:
        return { type: 'other', span };
    }
  }

  #literal(node: TreeNode): Expression {
    const [value] = node.namedChildren;
    const span = this.#span(node);
    if (value?.type === 'string_lit')
      return { type: 'template', span, pieces: this.#pieces(value), source: this.#text };
    const kind = value?.type === 'numeric_lit' ? 'number' : value?.type === 'bool_lit' ? 'boolean' : 'null';
    return { type: 'literal', span, scalar: { type: 'scalar', span, kind, parts: [node.text] } };
  }

  #template(node: TreeNode): Expression {
    const [template] = named(node, 'quoted_template', 'heredoc_template');
    if (template === undefined) return { type: 'other', span: this.#span(node) };
    const pieces = this.#pieces(template);
    return {
      type: 'template',
      span: this.#span(node),
      pieces:
        template.type === 'heredoc_template' && template.text.startsWith('<<-')
          ? dedent(pieces, this.#text.text)
          : pieces,
      source: this.#text,
    };
  }

  /** The pieces of a string or heredoc, escapes decoded (heredocs have none but `$${` and `%%{`). */
  #pieces(node: TreeNode): Piece[] {
    const pieces: Piece[] = [];
    const isHeredoc = node.type === 'heredoc_template';
    for (const child of node.namedChildren) {
      if (child === null) continue;
      if (child.type === 'template_literal') this.#text_(child, isHeredoc, pieces);
      else if (child.type === 'template_interpolation') {
        const [inner] = named(child, 'expression');
        const expression: Expression = inner ? this.expression(inner) : { type: 'other', span: this.#span(child) };
        pieces.push({ expression, start: child.startIndex, end: child.endIndex });
      } else if (child.type === 'template_directive') {
        pieces.push({
          expression: { type: 'other', span: this.#span(child) },
          start: child.startIndex,
          end: child.endIndex,
        });
      }
    }
    return pieces;
  }

  #text_(node: TreeNode, isHeredoc: boolean, pieces: Piece[]): void {
    const source = this.#text.text;
    const pattern = isHeredoc ? /\$\$\{|%%\{/g : /\$\$\{|%%\{|\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)/gs;
    pattern.lastIndex = node.startIndex;
    let at = node.startIndex;
    for (
      let match = pattern.exec(source);
      match !== null && match.index < node.endIndex;
      match = pattern.exec(source)
    ) {
      if (match.index > at) pieces.push({ text: source.slice(at, match.index), start: at, end: match.index });
      at = match.index + match[0].length;
      pieces.push({ text: decodeEscape(match[0]), start: match.index, end: at });
    }
    if (at < node.endIndex) pieces.push({ text: source.slice(at, node.endIndex), start: at, end: node.endIndex });
  }

  #collection(node: TreeNode): Expression {
    const span = this.#span(node);
    const [inner] = named(node, 'tuple', 'object');
    if (inner?.type === 'tuple')
      return { type: 'list', span, items: named(inner, 'expression').map((item) => this.expression(item)) };
    const entries = inner ? named(inner, 'object_elem') : [];
    return {
      type: 'object',
      span,
      entries: entries.flatMap((entry) => {
        const [key, value] = [entry.childForFieldName('key'), entry.childForFieldName('val')];
        return key && value ? [{ key: this.#key(key), value: this.expression(value) }] : [];
      }),
    };
  }

  /** A bare word as an object's key is its text, not a reference. */
  #key(node: TreeNode): Expression {
    const key = this.expression(node);
    if (key.type !== 'reference' || node.text.startsWith('(')) return key;
    return {
      type: 'literal',
      span: key.span,
      scalar: { type: 'scalar', span: key.span, kind: 'string', parts: [key.path] },
    };
  }

  #call(node: TreeNode): Expression {
    const [name] = named(node, 'identifier');
    const [list] = named(node, 'function_arguments');
    const values = list ? named(list, 'expression').map((one) => this.expression(one)) : [];
    return {
      type: 'call',
      span: this.#span(node),
      name: name?.text ?? '',
      arguments: values,
      expands: list?.text.trimEnd().endsWith('...') === true,
    };
  }

  #for(node: TreeNode): Expression {
    const span = this.#span(node);
    const [inner] = named(node, 'for_tuple_expr', 'for_object_expr');
    const [intro] = inner ? named(inner, 'for_intro') : [];
    if (inner === undefined || intro === undefined) return { type: 'other', span };
    const [collection] = named(intro, 'expression');
    const results = named(inner, 'expression').map((one) => this.expression(one));
    const value = results.at(-1);
    if (collection === undefined || value === undefined) return { type: 'other', span };
    const [key] = results.length > 1 ? results : [];
    return {
      type: 'for',
      span,
      names: named(intro, 'identifier').map((name) => name.text),
      collection: this.expression(collection),
      ...(key ? { key } : {}),
      value,
      filtered: named(inner, 'for_cond').length > 0,
    };
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function decodeEscape(text: string): string {
  if (text === '$${' || text === '%%{') return text.slice(1);
  const kind = text[1] ?? '';
  if (kind !== 'u' && kind !== 'U') return ESCAPES[kind] ?? kind;
  const code = Number.parseInt(text.slice(2), 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

/** Takes the common indentation from the lines of a `<<-` heredoc. */
function dedent(pieces: readonly Piece[], source: string): Piece[] {
  const lineStarts: { piece: number; at: number }[] = [];
  let least = Number.POSITIVE_INFINITY;
  pieces.forEach((piece, index) => {
    if (!('text' in piece)) return;
    for (let at = piece.start; at < piece.end; at++) {
      if (at > 0 && source[at - 1] !== '\n') continue;
      let end = at;
      while (source[end] === ' ' || source[end] === '\t') end++;
      if (source[end] === '\n' || source[end] === '\r') continue;
      least = Math.min(least, end - at);
      lineStarts.push({ piece: index, at });
    }
  });
  if (!Number.isFinite(least) || least === 0) return [...pieces];
  return pieces.flatMap((piece, index): Piece[] => {
    const own = lineStarts.filter((line) => line.piece === index);
    if (!('text' in piece) || own.length === 0) return [piece];
    const result: Piece[] = [];
    let from = piece.start;
    for (const { at } of own) {
      if (at > from) result.push({ text: source.slice(from, at), start: from, end: at });
      from = Math.min(at + least, piece.end);
    }
    if (from < piece.end) result.push({ text: source.slice(from, piece.end), start: from, end: piece.end });
    return result;
  });
}
