import type { Span, Text } from '../source/source-file.ts';
import type { TreeNode } from './hcl-nodes.ts';
import { named, stringPieces } from './hcl-string.ts';
import type { Attribute, Block, Body, Expression, Path } from './hcl-tree.ts';
import type { Problem, ScalarNode } from './node.ts';

/** How deep expressions may nest: the walk over the tree is recursive, and each level costs it several calls. */
const MAX_EXPRESSIONS = 250;

/** Turns tree-sitter's tree into ours. */
export class Reader {
  readonly #text: Text;
  readonly #problems: Problem[];
  #depth = 0;

  /** What is nested too deep is added to the problems. */
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

  expression(node: TreeNode): Expression {
    const parts = node.children.filter(({ type }) => type !== 'comment');
    return this.#parts(parts, this.#span(node));
  }

  /** A value and the steps into it. Operators and conditions nest without brackets. */
  #parts(parts: readonly TreeNode[], span: Span): Expression {
    if (this.#depth >= MAX_EXPRESSIONS) {
      const message = `expressions nest more than ${MAX_EXPRESSIONS} levels deep`;
      this.#problems.push({ span, message, bound: true });
      return { type: 'other', span };
    }
    this.#depth++;
    const expression = this.#within(parts, span);
    this.#depth--;
    return expression;
  }

  #within(parts: readonly TreeNode[], span: Span): Expression {
    const [first, ...steps] = parts;
    if (first === undefined || !steps.every((part) => STEPS.includes(part.type))) return { type: 'other', span };
    if (first.type === 'variable_expr') return { type: 'reference', span, ...this.#path(parts) };
    const value = this.#single(first, steps.length > 0 ? this.#span(first) : span);
    return steps.length === 0 || value.type === 'other'
      ? value
      : { type: 'access', span, of: value, ...this.#path(steps) };
  }

  #path(parts: readonly TreeNode[]): Path {
    const indices: Expression[] = [];
    const collect = (node: TreeNode): void => {
      const [index] = named(node, 'expression');
      if (index) indices.push(this.expression(index));
      else for (const child of node.children) collect(child);
    };
    for (const part of parts) if (part.type === 'index' || part.type === 'splat') collect(part);
    const path = parts.map((part) => part.text).join('');
    return { path: path.replace(/\s+/g, ''), indices };
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
      case 'operation':
        return this.#operation(first);
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
    const [value] = node.children;
    const span = this.#span(node);
    if (value?.type === 'string_lit') return this.#string(value, span);
    const kind = value?.type === 'numeric_lit' ? 'number' : value?.type === 'bool_lit' ? 'boolean' : 'null';
    return { type: 'literal', span, scalar: { type: 'scalar', span, kind, parts: [node.text] } };
  }

  #template(node: TreeNode): Expression {
    const [template] = named(node, 'quoted_template', 'heredoc_template');
    const span = this.#span(node);
    return template ? this.#string(template, span) : { type: 'other', span };
  }

  #string(node: TreeNode, span: Span): Expression {
    const pieces = stringPieces(node, this.#text, (inner) => this.expression(inner));
    return { type: 'template', span, pieces, source: this.#text };
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
        const [key, value] = ['key', 'val'].map((field) => entry.children.find((one) => one.field === field));
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

  /** `a == b`, `!a`: the operands are the nodes on both sides of the operator. */
  #operation(node: TreeNode): Expression {
    const span = this.#span(node);
    const [inner] = named(node, 'binary_operation', 'unary_operation');
    const sides: TreeNode[][] = [[]];
    let operator = '';
    for (const child of inner?.children ?? []) {
      if (child.type === 'comment') continue;
      if (child.isNamed) sides.at(-1)?.push(child);
      else if (child.type !== '(' && child.type !== ')') {
        operator = child.type;
        sides.push([]);
      }
    }
    const operands = sides.flatMap((parts): Expression[] => {
      const [first, last] = [parts[0], parts.at(-1)];
      return first && last ? [this.#parts(parts, this.#text.span(first.startIndex, last.endIndex))] : [];
    });
    return operator === '' || operands.length === 0 || sides.length > 2
      ? { type: 'other', span }
      : { type: 'operation', span, operator, operands };
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
    const [only] = named(inner, 'for_cond').flatMap((part) => named(part, 'expression'));
    return {
      type: 'for',
      span,
      names: named(intro, 'identifier').map((name) => name.text),
      collection: this.expression(collection),
      ...(key ? { key } : {}),
      value,
      ...(only ? { condition: this.expression(only) } : {}),
      grouped: named(inner, 'ellipsis').length > 0,
    };
  }
}

/** What leads from a value to a part of it. */
const STEPS = ['get_attr', 'index', 'splat'];
