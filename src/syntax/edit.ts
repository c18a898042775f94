import type { Edit } from '../source/edit.ts';
import type { Content, Own } from './content.ts';
import { indentAt, render, renderEntry, type Style, startsLine, styleOf } from './render.ts';
import { type Gap, gapsOf, isCommented, isPlain, type Layer, type Member, type Step, type Written } from './written.ts';
import { lineBreakOf } from './written-inside.ts';

/**
 * Edits of written values, each in the language, quotes, indentation and line ends of its place. They answer undefined
 * for every shape that is not quite what they know: a comment that would go with what is removed, an anchor, a merge key.
 */

/** A text in place of `[start, end)` of a layer's text, not yet written as the file needs it. */
export interface LayerEdit {
  layer: Layer;
  start: number;
  end: number;
  text: string;
}

/**
 * The edits of the file, in its order and each once; undefined where a text cannot stand in the file, or where two overlap.
 * Texts that come in at one place stand in the order of the edits.
 */
export function fileEdits(edits: readonly LayerEdit[]): Edit[] | undefined {
  const encoded: Edit[] = [];
  for (const { layer, start, end, text } of edits) {
    const written = layer.encode(text);
    if (written === undefined) return undefined;
    encoded.push({ span: layer.span(start, end), text: written });
  }
  encoded.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  const apart: Edit[] = [];
  for (const edit of encoded) {
    const last = apart.at(-1);
    if (
      last === undefined ||
      edit.span.start > last.span.end ||
      (edit.span.start === last.span.end && !isInsertion(last))
    )
      apart.push(edit);
    else if (isInsertion(last) && edit.span.start === last.span.start) {
      if (isInsertion(edit) && edit.text === last.text) continue;
      apart[apart.length - 1] = { span: edit.span, text: last.text + edit.text };
    } else if (!isSame(edit, last)) return undefined;
  }
  return apart;
}

function isInsertion({ span }: Edit): boolean {
  return span.start === span.end;
}

function isSame(one: Edit, other: Edit): boolean {
  return one.span.start === other.span.start && one.span.end === other.span.end && one.text === other.text;
}

/** The text `[start, end)` of a layer with edits of it applied; undefined where one lies elsewhere or two overlap. */
export function copyWith({ layer, start, end }: Written, edits: readonly LayerEdit[]): string | undefined {
  let copy = '';
  let at = start;
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (edit.layer !== layer || edit.start < at || edit.end > end) return undefined;
    copy += layer.text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return copy + layer.text.slice(at, end);
}

/** Another value in place of a scalar, which is an item or the value of an entry. */
export function replaceValue(step: Step, by: Content, own: Own): LayerEdit | undefined {
  const { value } = step.container.members[step.index] as Member;
  if (value.type === 'map' || value.type === 'list') return undefined;
  const written = render(by, { ...valueStyle(step, own), isBlock: false, isMultiline: false });
  return written === undefined ? undefined : { layer: value.layer, start: value.start, end: value.end, text: written };
}

/** Other items in place of all that a list has, or of the one scalar that stands for a list. */
export function replaceItems(step: Step, items: readonly Content[], own: Own): LayerEdit | undefined {
  const { value } = step.container.members[step.index] as Member;
  const { layer, start, end, members } = value;
  const [first, ...more] = items;
  if (first === undefined || value.type === 'map') return undefined;
  if (value.type !== 'list') return replaceValue(step, more.length === 0 ? first : { items }, own);
  const [one] = members;
  if (one === undefined || !isPlain(value)) return undefined;
  const style = { ...styleOf(value, own, one), isMultiline: false };
  const written = items.map((item) => render(item, style));
  if (!written.every((text) => text !== undefined)) return undefined;
  const [head, ...tail] = written;
  const between = betweenItems(value);
  const text = tail.reduce((all, next) => all + between + next, head as string);
  const last = members.at(-1) as Member;
  return { layer, start: Math.max(start, one.start), end: Math.min(end, last.end), text };
}

/** What stands between the items of a list. */
function betweenItems(list: Written): string {
  const { layer, layout, members } = list;
  const [one] = members as [Member];
  const lineBreak = lineBreakOf(layer.text);
  if (layout === 'lines') {
    const before = layer.text.slice(lineStart(layer.text, one.start), one.start);
    const dash = before.lastIndexOf('-');
    return `${lineBreak}${' '.repeat(Math.max(0, dash))}${before.slice(dash)}`;
  }
  return startsLine(layer.text, one.start)
    ? `,${lineBreak}${indentAt(layer.text, one.start)}`
    : separatorOf(gapsOf(list));
}

/** Takes members out of a list or map, with what parts them from the others. At least one stays. */
export function removeMembers(container: Written, indexes: Iterable<number>): LayerEdit[] | undefined {
  const { members } = container;
  const removed = new Set(indexes);
  if (!isPlain(container) || removed.size >= members.length) return undefined;
  const gaps = gapsOf(container);
  const edits: LayerEdit[] = [];
  for (let first = 0; first < members.length; first++) {
    if (!removed.has(first)) continue;
    let last = first;
    while (removed.has(last + 1)) last++;
    const edit = removeRun(container, gaps, first, last);
    if (edit === undefined) return undefined;
    edits.push(edit);
    first = last;
  }
  return edits;
}

function removeRun(container: Written, gaps: readonly Gap[], first: number, last: number): LayerEdit | undefined {
  const { layer, members, layout } = container;
  const [from, to] = [members[first] as Member, members[last] as Member];
  for (let i = first + 1; i <= last; i++) if (gaps[i]?.hasComment) return undefined;
  for (let i = first; i <= last; i++) if (isCommented(members[i] as Member)) return undefined;
  if (isFollowed(gaps[last + 1], layer.text, to.end)) return undefined;
  // A comment on the lines above speaks of what comes.
  const above = gaps[first] as Gap;
  if (above.hasComment && (first === 0 || !isOnFirstLine(above))) return undefined;
  if (layout === 'brackets') {
    if (first > 0) return above.hasComment ? undefined : cut(layer, (members[first - 1] as Member).end, to.end);
  } else if (startsLine(layer.text, from.start) || (container.type === 'list' && startsItem(layer.text, from.start))) {
    // Nothing but the run stands on its lines.
    if (!/^[ \t]*$/.test(restOfLine(layer.text, to.end))) return undefined;
    const line = lineStart(layer.text, from.start);
    return line === 0 ? cut(layer, 0, nextLine(layer.text, to.end)) : cut(layer, endOfText(layer.text, line), to.end);
  } else if (first > 0) return undefined;
  const next = members[last + 1];
  return next === undefined || gaps[last + 1]?.hasComment ? undefined : cut(layer, from.start, next.start);
}

function cut(layer: Layer, start: number, end: number): LayerEdit {
  return { layer, start, end, text: '' };
}

/** The end of the last line before `line` that is not blank: blank lines above go with what is below them. */
function endOfText(source: string, line: number): number {
  for (let at = line; at > 0; ) {
    const end = at - (source[at - 2] === '\r' ? 2 : 1);
    at = lineStart(source, end);
    if (!/^[ \t]*$/.test(source.slice(at, end))) return end;
  }
  return 0;
}

/** Whether all comments of a gap stand on its first line, where they belong to the member before. */
function isOnFirstLine({ text }: Gap): boolean {
  const lineBreak = text.indexOf('\n');
  return lineBreak >= 0 && !/[#/]/.test(text.slice(lineBreak));
}

/** Whether a comment follows on the line on which a member ends. */
function isFollowed(gap: Gap | undefined, source: string, at: number): boolean {
  return gap?.hasComment === true && /[#/]/.test(restOfLine(source, at));
}

/** An entry after a member of a map or body. */
export function addEntry(step: Step, name: string, value: Content, own: Own): LayerEdit | undefined {
  const style = styleOf(step.container, own, step.container.members[step.index]);
  const written = renderEntry(name, value, aligned(step, name, value, style));
  return written === undefined ? undefined : insertAfter(step, written);
}

/** As `terraform fmt` does it: the sign under that of the line before, where the name leaves room for it. */
function aligned({ container, index }: Step, name: string, value: Content, style: Style): Style {
  const { name: other, value: before } = container.members[index] as Member;
  const isLine = style.layer.language === 'HCL' && style.isMultiline && !('entries' in value);
  if (!isLine || other === undefined || before.type === 'map') return style;
  const sign = style.layer.text.slice(other.end, before.start);
  const room = other.end - other.start + sign.length - sign.trimStart().length - name.length;
  return room > 0 ? { ...style, colon: `${' '.repeat(room)}${style.colon.trimStart()}` } : style;
}

/** Items after an item of a list. */
export function addItems(step: Step, items: readonly Content[], own: Own): LayerEdit | undefined {
  const style = { ...styleOf(step.container, own, step.container.members[step.index]), isMultiline: false };
  const written = items.map((item) => render(item, style));
  if (!written.every((one) => one !== undefined)) return undefined;
  return insertAfter(step, ...written);
}

/** Puts texts, which are members as they must be written, after a member. */
export function insertAfter({ container, index }: Step, ...written: readonly string[]): LayerEdit | undefined {
  const { layer, layout, type, members } = container;
  const member = members[index] as Member;
  const gaps = gapsOf(container);
  if (!isPlain(container)) return undefined;
  if (layout === 'brackets' && usesCommas(container, gaps)) {
    if (isFollowed(gaps[index + 1], layer.text, member.end)) return undefined;
    const isOwnLine = startsLine(layer.text, member.start);
    const between = isOwnLine ? `,${lineBreakOf(layer.text)}${indentAt(layer.text, member.start)}` : separatorOf(gaps);
    return { layer, start: member.end, end: member.end, text: written.map((one) => `${between}${one}`).join('') };
  }
  // Each on a line of its own, after a comment that may stand on the line.
  const rest = restOfLine(layer.text, member.end);
  const before = layer.text.slice(lineStart(layer.text, member.start), member.start);
  if (!/^[ \t]*(?:(?:#|\/\/).*)?$/.test(rest) || !/^(?:[ \t]*|[ -]*)$/.test(before)) return undefined;
  const isItem = layout === 'lines' && type === 'list';
  if (isItem && !startsItem(layer.text, member.start)) return undefined;
  const lead = isItem ? before : layout === 'lines' ? ' '.repeat(before.length) : before;
  const isApart = layout === 'body' && (member.isBlock === true || written.some((one) => one.endsWith('}')));
  const lineBreak = lineBreakOf(layer.text);
  const at = member.end + rest.length;
  const text = written.map((one) => `${isApart ? lineBreak : ''}${lineBreak}${lead}${one}`).join('');
  return { layer, start: at, end: at, text };
}

/** Whether the members of brackets are parted by commas; in HCL line breaks do it too. */
function usesCommas({ layer, members, type }: Written, gaps: readonly Gap[]): boolean {
  if (layer.language !== 'HCL' || type === 'list') return true;
  return gaps.some(({ text }) => text.includes(',')) || !startsLine(layer.text, (members[0] as Member).start);
}

/** What stands between members on one line. */
function separatorOf(gaps: readonly Gap[]): string {
  return gaps.slice(1, -1).find(({ text }) => /^,[ \t]*$/.test(text))?.text ?? ', ';
}

/** Makes a list of a map that stands alone, with another map after it. */
export function wrapInList({ layer, layout, start, end }: Written, more: string): LayerEdit[] | undefined {
  if (layout !== 'brackets') return undefined;
  return [
    { layer, start, end: start, text: '[' },
    { layer, start: end, end, text: `, ${more}]` },
  ];
}

/** The first entry of an empty map in brackets, or of an empty body. */
export function fillEmpty(map: Written, name: string, value: Content, own: Own): LayerEdit | undefined {
  const { layer, start, end, layout, members } = map;
  const isBody = layout === 'body';
  const [from, to] = isBody ? [start, end] : [start + 1, end - 1];
  if (members.length > 0 || layout === 'lines' || !/^\s*$/.test(layer.text.slice(from, to))) return undefined;
  const style = styleOf(map, own, undefined);
  const written = renderEntry(name, value, style);
  if (written === undefined) return undefined;
  const lineBreak = lineBreakOf(layer.text);
  const text = isBody
    ? `${lineBreak}${style.indent}${style.unit}${written}${lineBreak}${style.indent}`
    : `${style.pad}${written}${style.pad}`;
  return { layer, start: from, end: to, text };
}

/** How a value is written: with its own quotes. */
function valueStyle({ container, index }: Step, own: Own): Style {
  const member = container.members[index] as Member;
  const style = styleOf(container, own, member);
  const first = member.value.layer.text[member.value.start];
  return { ...style, quote: first === '"' || first === "'" ? first : style.quote };
}

function lineStart(source: string, at: number): number {
  return source.lastIndexOf('\n', at - 1) + 1;
}

/** What follows on the same line, without the line break. */
function restOfLine(source: string, at: number): string {
  return /^[^\r\n]*/.exec(source.slice(at))?.[0] ?? '';
}

function nextLine(source: string, at: number): number {
  const found = source.indexOf('\n', at);
  return found < 0 ? source.length : found + 1;
}

/** Whether only white space and the dash of one item stand before an offset in its line. */
function startsItem(source: string, at: number): boolean {
  return /^[ \t]*-[ \t]+$/.test(source.slice(lineStart(source, at), at));
}
