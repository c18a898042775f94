import { remember } from '../source/remember.ts';
import type { Span } from '../source/source-file.ts';

/**
 * A value as it is written, for edits: where it begins and ends, what stands between its parts, and how a text must be
 * written to stand there. Made from the parsers' trees only when an edit is wanted; nothing is evaluated, so that what a
 * rule found is looked for by its place, and what does not stand there itself is not found.
 */
export interface Written {
  type: 'map' | 'list' | 'scalar' | 'other';
  layer: Layer;
  /** In the layer's text, from the first character to the last of its own. */
  start: number;
  end: number;
  /** As the parsers give it to the rules. */
  span: Span;
  /** How its members are apart: by commas in brackets, each on lines of its own (YAML's block style), or in the body of an HCL block. */
  layout: 'brackets' | 'lines' | 'body';
  members: Member[];
  /** A list of the arguments of a function, which is no list of the author's. */
  isArguments?: boolean;
  /** What stands in it as a text or an argument of its own: the JSON in a string, the object in `jsonencode(...)`. */
  inside(): Written[];
}

/** An item of a list, an entry of a map, an attribute or block of an HCL body. */
export interface Member {
  start: number;
  end: number;
  value: Written;
  /** What it is called; absent for an item. */
  name?: { text: string; start: number; end: number; span: Span };
  /** A block of an HCL body; its value is the block's body. */
  isBlock?: boolean;
}

/** A text in one language: a file, or a document inside a string of another layer. */
export interface Layer {
  language: 'JSON' | 'YAML' | 'HCL';
  text: string;
  /** Where a part of the text stands in the file. */
  span(start: number, end: number): Span;
  /** A text of this language as it must be written into the file; undefined where it cannot stand there. */
  encode(text: string): string | undefined;
  /** Whose variables `${...}` in its strings are: CloudFormation's (in `Fn::Sub`), Terraform's, or nobody's. */
  variables: 'Fn::Sub' | 'Terraform' | undefined;
  /** It is a text inside another. */
  isEmbedded: boolean;
}

/** A written value with its way from the root: each container, and the member of it that the way goes through. */
export interface Found {
  value: Written;
  way: Step[];
}

export interface Step {
  container: Written;
  index: number;
}

/** The value at a place of the file, whose span is exactly that; undefined where none is. */
export function findValue(roots: readonly Written[], span: Span): Found | undefined {
  return descend(roots, span, (container, way) =>
    isSame(container.span, span) ? { value: container, way } : undefined,
  );
}

/** The entry whose name stands at a place of the file. */
export function findEntry(roots: readonly Written[], name: Span): Step | undefined {
  return descend(roots, name, (container) => {
    const index = container.members.findIndex((member) => member.name !== undefined && isSame(member.name.span, name));
    return index < 0 ? undefined : { container, index };
  });
}

/** Asks every value that a place lies in, from the outside in. */
function descend<T>(
  roots: readonly Written[],
  span: Span,
  ask: (value: Written, way: Step[]) => T | undefined,
): T | undefined {
  let level: { value: Written; way: Step[] }[] = roots.map((value) => ({ value, way: [] }));
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { value, way } of level) {
      if (!isIn(span, value)) continue;
      const answer = ask(value, way);
      if (answer !== undefined) return answer;
      value.members.forEach((member, index) => {
        if (isIn(span, member.value)) next.push({ value: member.value, way: [...way, { container: value, index }] });
      });
      for (const inner of value.inside()) next.push({ value: inner, way });
    }
    level = next;
  }
  return undefined;
}

/** A body's own span leaves out the braces, and that of a block of YAML its last lines: its places in the text tell more. */
function isIn(span: Span, value: Written): boolean {
  const own = value.layer.isEmbedded ? value.layer.span(value.start, value.end) : value;
  const start = Math.min(own.start, value.span.start);
  const end = Math.max(own.end, value.span.end);
  return span.file === value.span.file && span.start >= start && span.end <= end;
}

function isSame(one: Span, other: Span): boolean {
  return one.file === other.file && one.start === other.start && one.end === other.end;
}

/** What stands between two members, without its comments, and whether it has some. */
export interface Gap {
  start: number;
  end: number;
  text: string;
  hasComment: boolean;
  /** Nothing but white space, a comma or a dash, and comments: what the layout allows there. */
  isPlain: boolean;
}

/**
 * The texts before the first member, between each two, and after the last; the brackets are not in them. Every edit of a
 * long list or map asks for the same.
 */
export const gapsOf = remember(findGaps);

function findGaps({ layer, layout, members, start, end, type }: Written): Gap[] {
  const inner = layout === 'brackets' ? { start: start + 1, end: end - 1 } : { start, end };
  const edges = [inner.start, ...members.flatMap((member) => [member.start, member.end]), inner.end];
  const dash = layout === 'lines' && type === 'list';
  const last = members.length;
  return Array.from({ length: members.length + 1 }, (_, index): Gap => {
    const [from, to] = [edges[2 * index] as number, edges[2 * index + 1] as number];
    const text = layer.text.slice(from, to);
    const bare = withoutComments(text, layer.language);
    // A comma may follow the last item in YAML and HCL; the parsers say where it may not.
    const mayComma = layout === 'brackets' && index > 0;
    const pattern = mayComma ? /^\s*,?\s*$/ : dash && index < last ? /^\s*-\s*$/ : /^\s*$/;
    return { start: from, end: to, text, hasComment: bare !== text, isPlain: from <= to && pattern.test(bare) };
  });
}

function withoutComments(text: string, language: Layer['language']): string {
  if (language === 'JSON') return text;
  if (language === 'YAML') return text.replace(/(^|\s)#[^\r\n]*/g, '$1');
  return text.replace(/(?:#|\/\/)[^\r\n]*|\/\*[\s\S]*?\*\//g, '');
}

/** Whether a value has comments in it. */
export function hasComments(value: Written): boolean {
  if (value.type !== 'map' && value.type !== 'list') return false;
  return gapsOf(value).some((gap) => gap.hasComment) || value.members.some((one) => isCommented(one));
}

/** Whether a member has comments in it, before its value or inside. */
export function isCommented({ name, value, isBlock }: Member): boolean {
  if (hasComments(value)) return true;
  if (name === undefined || isBlock) return false;
  const text = value.layer.text.slice(name.end, value.start);
  return withoutComments(text, value.layer.language) !== text;
}

/** Whether everything on a way can be told apart: no anchor, merge key or other thing of the language stands between. */
export function isPlainWay(way: readonly Step[]): boolean {
  return way.every(({ container, index }) => isPlain(container) && isPlainValue(container, index));
}

/** Whether everything in a value can be told apart, as on a way to it. */
export function isPlainWhole(value: Written): boolean {
  if (value.type !== 'map' && value.type !== 'list') return true;
  if (!isPlain(value)) return false;
  return value.members.every((member, index) => isPlainValue(value, index) && isPlainWhole(member.value));
}

/** Whether between the members of a container stands only what its layout needs. */
export function isPlain(container: Written): boolean {
  return gapsOf(container).every((gap) => gap.isPlain);
}

/** Whether between a name and its value stands only the sign that parts them: no anchor and no tag of its own. */
function isPlainValue({ layer, members }: Written, index: number): boolean {
  const { name, value, isBlock } = members[index] as Member;
  if (name === undefined || isBlock) return true;
  return /^\s*[:=]\s*$/.test(withoutComments(layer.text.slice(name.end, value.start), layer.language));
}
