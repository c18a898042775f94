import { EmbeddedBuilder } from '../../source/embedded.ts';
import { type Hole, holedText, splitHoles } from '../../syntax/holes.ts';
import {
  child,
  type Entry,
  literal,
  type Meaning,
  type Node,
  type OpaqueNode,
  type Part,
  type ScalarNode,
} from '../../syntax/node.ts';

/** A variable of the Serverless Framework; `${aws:username}` and `${AWS::Region}` are IAM's and CloudFormation's. */
const VARIABLE =
  /^\$\{\s*(?:(?:self|opt|env|sls|param|ssm|s3|cf|git|terraform|output|strToBool|file)(?:\([^)]*\))?:|file\(|aws:(?:accountId|region)\b)/;

/** How many variables may lead to one another. */
const MAX_STEPS = 20;
/** How many values one file may take from elsewhere in it. */
const MAX_VALUES = 10_000;

/**
 * A service's tree with its variables resolved where the file itself tells them
 * (https://www.serverless.com/framework/docs/guides/variables): `${self:custom.key}` is that value, of
 * `${opt:stage, 'dev'}` the default is a possible one, of `${self:custom.keys.${opt:stage}}` every key;
 * `${aws:accountId}` is the own account; all others are not known.
 * In the text of `Fn::Sub` a value that is known takes the variable's place, before CloudFormation's own are looked at.
 */
export function resolveVariables(root: Node): Node {
  return new Resolver(root).resolve(root, []);
}

class Resolver {
  readonly #root: Node;
  #left = MAX_VALUES;
  constructor(root: Node) {
    this.#root = root;
  }

  resolve(node: Node, open: readonly string[]): Node {
    if (node.type === 'list') return { ...node, items: node.items.map((item) => this.resolve(item, open)) };
    if (node.type === 'map') {
      return { ...node, entries: node.entries.map((entry) => this.#entry(entry, open)) };
    }
    return node.type === 'scalar' ? this.#scalar(node, open) : node;
  }

  #entry({ key, value }: Entry, open: readonly string[]): Entry {
    if (literal(key) !== 'Fn::Sub') return { key, value: this.resolve(value, open) };
    if (value.type !== 'list') return { key, value: this.#insideSub(value, open) };
    const [text, ...names] = value.items;
    const items = names.map((one) => this.resolve(one, open));
    return { key, value: { ...value, items: text ? [this.#insideSub(text, open), ...items] : items } };
  }

  #insideSub(node: Node, open: readonly string[]): Node {
    if (node.type !== 'scalar' || node.embedded === undefined || !literal(node)?.includes('${')) return node;
    const decoded = node.embedded();
    const builder = new EmbeddedBuilder();
    let at = 0;
    for (const { start, end } of variables(decoded.text)) {
      const value = this.#value(decoded.text.slice(start, end), decoded.span(start, end), open);
      const known = textOf(value);
      if (known === undefined) continue;
      builder.copy(decoded.text, at, start);
      builder.replace(known, start, end);
      at = end;
    }
    if (at === 0) return node;
    builder.copy(decoded.text, at, decoded.text.length);
    const text = builder.finish(decoded);
    return { ...node, parts: [text.text], embedded: () => text };
  }

  #scalar(node: ScalarNode, open: readonly string[]): Node {
    const text = literal(node);
    if (node.embedded === undefined || !text?.includes('${')) return node;
    const decoded = node.embedded();
    const found = variables(decoded.text);
    const [only] = found;
    if (only && found.length === 1 && decoded.text.trim() === decoded.text.slice(only.start, only.end))
      return this.#value(decoded.text.slice(only.start, only.end), node.span, open);
    const holes = found.map(({ start, end }): Hole => {
      const value = this.#value(decoded.text.slice(start, end), decoded.span(start, end), open);
      return { start, end, value: asParts(value) };
    });
    if (holes.length === 0) return node;
    const outer = holedText(decoded, holes);
    const scalar: ScalarNode = {
      type: 'scalar',
      span: node.span,
      kind: 'string',
      parts: splitHoles(decoded.text, holes),
    };
    return outer ? { ...scalar, embedded: () => outer } : scalar;
  }

  /** What `${a:b, c}` stands for: the first of its sources that is known; one after a source that is not known is possible. */
  #value(expression: string, span: OpaqueNode['span'], open: readonly string[]): Node {
    const unknown: OpaqueNode = { type: 'opaque', span, expression, meaning: meaningOf(expression) };
    if (unknown.meaning !== 'unknown' || open.length > MAX_STEPS || open.includes(expression)) return unknown;
    const inner = [...open, expression];
    const possible: Node[] = [];
    const sources = split(expression.slice(2, -1), ',').map((source) => source.trim());
    for (const source of sources) {
      const path = /^self:((?:[\w.-]|\$\{.*\})+)$/s.exec(source)?.[1];
      const quoted = /^(?:'([^']*)'|"([^"]*)")$/.exec(source);
      let own: Own = { values: [], isOne: true };
      if (path !== undefined) own = this.#own(path, span, inner);
      else if (quoted) own.values = [{ type: 'scalar', span, kind: 'string', parts: [quoted[1] ?? quoted[2] ?? ''] }];
      possible.push(...own.values);
      // The file's own value is certain where nothing outside can come before it.
      if (own.isOne && own.values[0] && source === sources[0]) return own.values[0];
    }
    return possible.length > 0 ? { ...unknown, alternatives: possible, open: true } : unknown;
  }

  /**
   * What stands at a path of the file. Of `keys.${opt:stage}` any member of `keys` is possible, for whoever deploys says
   * which; where the variable in it is known, it is that member alone.
   */
  #own(path: string, from: OpaqueNode['span'], open: readonly string[]): Own {
    let here: Node[] = [this.#root];
    let isOne = true;
    for (const step of split(path, '.')) {
      const name = this.#step(step, from, open);
      if (name === undefined) return { values: [], isOne };
      if (name === ANY) isOne = false;
      // An alias stands for a node at many places; each is looked at once.
      here = [...new Set(here.flatMap((node) => (name === ANY ? membersOf(node) : member(node, name))))];
      this.#left -= here.length;
      if (this.#left < 0) return { values: [], isOne };
    }
    const values = here.map((found) => {
      const value = this.resolve(found, open);
      return { ...value, span: { ...value.span, via: [...(value.span.via ?? []), from] } };
    });
    return { values, isOne };
  }

  /** The name that a step of a path stands for, `ANY` where it is not known; undefined where only a part of it is not. */
  #step(step: string, from: OpaqueNode['span'], open: readonly string[]): string | typeof ANY | undefined {
    let name = '';
    let at = 0;
    for (const { start, end } of variables(step)) {
      const variable = step.slice(start, end);
      const text = textOf(this.#value(variable, from, open));
      // A path that leads to itself leads nowhere.
      if (text === undefined && open.includes(variable)) return undefined;
      if (text === undefined) return start === 0 && end === step.length ? ANY : undefined;
      name += step.slice(at, start) + text;
      at = end;
    }
    return name + step.slice(at);
  }
}

/** What a path of the file leads to: one value, or those of which somebody else says which. */
interface Own {
  values: Node[];
  isOne: boolean;
}

/** Every member of a map or a list. */
const ANY = Symbol('any');

function membersOf(node: Node): Node[] {
  if (node.type === 'map') return node.entries.map(({ value }) => value);
  return node.type === 'list' ? node.items : [];
}

function member(node: Node, name: string): Node[] {
  const found = node.type === 'list' ? node.items[Number(name)] : child(node, name);
  return found ? [found] : [];
}

/** Splits a variable into its sources, or a path into its steps; the commas and dots of variables inside are theirs. */
function split(text: string, at: ',' | '.'): string[] {
  const pieces: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}') depth--;
    else if (text[i] === at && depth === 0) {
      pieces.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...pieces, text.slice(from)];
}

/** A value as a text of `Fn::Sub`, which knows the own account and Region by the same variables; undefined where it is no one text. */
function textOf(node: Node): string | undefined {
  if (node.type !== 'scalar') return undefined;
  const texts = node.parts.map((part) => {
    if (typeof part === 'string') return part;
    return part.meaning === 'account' || part.meaning === 'region' ? part.expression : undefined;
  });
  return texts.includes(undefined) ? undefined : texts.join('');
}

function meaningOf(expression: string): Meaning {
  if (/^\$\{\s*aws:accountId\s*\}$/.test(expression)) return 'account';
  return /^\$\{\s*aws:region\s*\}$/.test(expression) ? 'region' : 'unknown';
}

/** The variables of a text, braces balanced. */
function variables(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (let start = text.indexOf('${'); start >= 0; start = text.indexOf('${', start + 2)) {
    if (!VARIABLE.test(text.slice(start, start + 200))) continue;
    let depth = 0;
    let end = start + 1;
    for (; end < text.length; end++) {
      if (text[end] === '{') depth++;
      else if (text[end] === '}' && --depth === 0) break;
    }
    if (end >= text.length) break;
    found.push({ start, end: end + 1 });
    start = end - 1;
  }
  return found;
}

function asParts(node: Node): readonly Part[] {
  if (node.type === 'scalar') return node.parts;
  return [node.type === 'opaque' ? node : { type: 'opaque', span: node.span, expression: '${…}', meaning: 'unknown' }];
}
