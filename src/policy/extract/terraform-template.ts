import { EmbeddedBuilder } from '../../source/embedded.ts';
import type { Span } from '../../source/source-file.ts';
import type { Expression, Piece } from '../../syntax/hcl-tree.ts';
import { type Hole, holedText, splitHoles } from '../../syntax/holes.ts';
import type { Node, OpaqueNode, ScalarNode } from '../../syntax/node.ts';
import { MAX_OUTCOMES } from '../../syntax/outcomes.ts';
import { knownElements } from './terraform-elements.ts';
import type { Scope } from './terraform-scope.ts';
import { asParts, MAX_TEXT, possible, truth } from './terraform-values.ts';

type Template = Extract<Expression, { type: 'template' }>;
type Evaluate = (expression: Expression, scope: Scope) => Node;
/** Which way each directive goes whose value is not known, by its text. */
type Decisions = ReadonlyMap<string, number>;
/** Why a template cannot be rendered, and the directive that is to blame; or a directive that can go several ways. */
type Stop = { why: string; at: Span } | { undecided: string; ways: number; open: boolean };

/**
 * The text of a template. A directive whose value is not known makes every way that it can go a possible text; the same
 * condition goes the same way wherever it stands.
 */
export function evaluateTemplate(template: Template, scope: Scope, evaluate: Evaluate): Node {
  const { span, pieces, source } = template;
  const [only] = pieces;
  // `"${x}"` is x itself, whatever it is.
  if (pieces.length === 1 && only && 'expression' in only) {
    const value = evaluate(only.expression, scope);
    return value.type === 'opaque' ? (asParts(value)[0] as OpaqueNode) : value;
  }
  const results: ScalarNode[] = [];
  const ways: Decisions[] = [new Map()];
  let isOpen = false;
  for (let decisions = ways.pop(); decisions; decisions = ways.pop()) {
    const rendering = new Rendering(template, decisions, evaluate);
    const stop = rendering.render(pieces, scope, '');
    if (stop && 'why' in stop) return unread(stop.at, stop.why);
    if (stop === undefined) {
      const text = rendering.finish();
      if (text === undefined) return unread(span, 'it has too many expressions');
      results.push(text);
      continue;
    }
    if (results.length + ways.length + stop.ways > MAX_OUTCOMES) {
      return unread(span, `its directives can go more than ${MAX_OUTCOMES} ways`);
    }
    isOpen ||= stop.open;
    for (let way = stop.ways - 1; way >= 0; way--) ways.push(new Map(decisions).set(stop.undecided, way));
  }
  const [first] = results;
  return results.length === 1 && first
    ? first
    : { ...possible(span, results, isOpen), expression: shown(source.file.slice(span)) };
}

function unread(span: Span, why: string): OpaqueNode {
  return { type: 'opaque', span, expression: shown(span.file.slice(span)), meaning: 'unknown', why };
}

/** The first line of an expression. */
function shown(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

/** One way through a template. */
class Rendering {
  readonly #template: Template;
  readonly #decisions: Decisions;
  readonly #evaluate: Evaluate;
  readonly #builder = new EmbeddedBuilder();
  readonly #holes: Hole[] = [];
  /** Of the text with the values in it. */
  #length = 0;
  constructor(template: Template, decisions: Decisions, evaluate: Evaluate) {
    this.#template = template;
    this.#decisions = decisions;
    this.#evaluate = evaluate;
  }

  /** Appends pieces; `round` tells the rounds of the loops around them apart. */
  render(pieces: readonly Piece[], scope: Scope, round: string): Stop | undefined {
    for (const piece of pieces) {
      const stop = this.#piece(piece, scope, round);
      if (stop) return stop;
      if (this.#length > MAX_TEXT)
        return { why: `it gets longer than ${MAX_TEXT.toLocaleString('en')} characters`, at: this.#template.span };
    }
    return undefined;
  }

  #piece(piece: Piece, scope: Scope, round: string): Stop | undefined {
    const source = this.#template.source.text;
    if ('text' in piece) {
      if (piece.text === source.slice(piece.start, piece.end)) this.#builder.copy(source, piece.start, piece.end);
      else this.#builder.replace(piece.text, piece.start, piece.end);
      this.#length += piece.text.length;
      return undefined;
    }
    if ('loop' in piece) return this.#loop(piece, scope, round);
    if ('condition' in piece) return this.#condition(piece, scope, round);
    const { expression } = piece;
    if (expression.type === 'other' && source.startsWith('%{', piece.start))
      return { why: expression.why ?? 'it cannot be read', at: expression.span };
    const start = this.#builder.text.length;
    const value = this.#evaluate(expression, scope);
    const parts = asParts(value);
    for (const part of parts) this.#length += typeof part === 'string' ? part.length : 1;
    // What stands for it in the text, until it is known whether the text needs it.
    this.#builder.copy(source, piece.start, piece.end);
    const isJson = value.type === 'opaque' && expression.type === 'call' && expression.name === 'jsonencode';
    this.#holes.push({ start, end: this.#builder.text.length, value: isJson ? ['"', ...parts, '"'] : parts });
    return undefined;
  }

  #condition(piece: Extract<Piece, { condition: Expression }>, scope: Scope, round: string): Stop | undefined {
    const value = truth(this.#evaluate(piece.condition, scope));
    if (value !== undefined) return this.render(value ? piece.yes : piece.no, scope, round);
    const way = this.#decide(piece.condition, scope, round, 2, false);
    return typeof way === 'number' ? this.render(way === 0 ? piece.yes : piece.no, scope, round) : way;
  }

  #loop({ loop, body, start, end }: Extract<Piece, { loop: unknown }>, scope: Scope, round: string): Stop | undefined {
    let collection = this.#evaluate(loop.collection, scope);
    if (collection.type === 'opaque' && collection.alternatives?.length) {
      const { alternatives, open } = collection;
      const way = this.#decide(loop.collection, scope, round, alternatives.length, open === true);
      if (typeof way !== 'number') return way;
      collection = alternatives[way] ?? collection;
    }
    const elements = knownElements(collection);
    if (elements === undefined) {
      const written = loop.collection.span.file.slice(loop.collection.span);
      return { why: `the elements of \`${shown(written)}\` are not known`, at: this.#template.source.span(start, end) };
    }
    const [first = '', second] = loop.names;
    for (const [index, { key, value }] of elements.entries()) {
      const values = new Map(scope.values);
      if (second === undefined) values.set(first, value);
      else values.set(first, key).set(second, value);
      const stop = this.render(body, { ...scope, values }, `${round}.${index}`);
      if (stop) return stop;
    }
    return undefined;
  }

  /** The way that a directive goes this time. In a loop, one that speaks of the loop's names can go another way in each round. */
  #decide(expression: Expression, scope: Scope, round: string, ways: number, open: boolean): number | Stop {
    const text = expression.span.file.slice(expression.span);
    const speaksOfNames = [...scope.values.keys()].some((name) => text.includes(name));
    const undecided = speaksOfNames ? `${round} ${text}` : text;
    return this.#decisions.get(undecided) ?? { undecided, ways, open };
  }

  /** The text so far; undefined where it has more holes than can be told apart. */
  finish(): ScalarNode | undefined {
    const text = this.#builder.finish(this.#template.source);
    const outer = holedText(text, this.#holes);
    if (outer === undefined) return undefined;
    const parts = splitHoles(text.text, this.#holes);
    return { type: 'scalar', span: this.#template.span, kind: 'string', parts, embedded: () => outer };
  }
}
