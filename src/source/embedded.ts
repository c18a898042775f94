import type { SourceFile, Span, Text } from './source-file.ts';

/**
 * A stretch of decoded text and where it comes from. `copy`: every decoded code unit is the outer
 * one at the same distance. Otherwise the stretch is one piece (an escape, a folded line break):
 * its decoded units all come from the whole outer stretch.
 */
export interface Stretch {
  /** Decoded offset where the stretch begins. */
  at: number;
  /** Offsets in the outer text that the stretch comes from. */
  start: number;
  end: number;
  copy: boolean;
}

/**
 * A document inside another (JSON in a YAML block scalar, in an escaped JSON string): the decoded
 * text with a map from each decoded offset to the outer one, so that spans inside come out in the
 * coordinates of the file. Outer offsets are those of `outer`, which may itself be embedded.
 */
export class EmbeddedText implements Text {
  readonly file: SourceFile;
  readonly text: string;
  readonly #outer: Text;
  readonly #stretches: readonly Stretch[];

  /** `stretches` are in order, begin at decoded offset 0 and cover the whole decoded text. */
  constructor(outer: Text, text: string, stretches: readonly Stretch[]) {
    this.file = outer.file;
    this.text = text;
    this.#outer = outer;
    this.#stretches = stretches;
  }

  span(start: number, end: number): Span {
    if (this.#stretches.length === 0) return this.#outer.span(0, 0);
    const from = this.#outerStart(start);
    return this.#outer.span(from, end > start ? Math.max(from, this.#outerEnd(end)) : from);
  }

  #outerStart(offset: number): number {
    const stretch = this.#stretch(offset);
    return stretch.copy ? Math.min(stretch.start + offset - stretch.at, stretch.end) : stretch.start;
  }

  /** An end is exclusive: it is the end of the unit before it, so that a whole escape is covered. */
  #outerEnd(offset: number): number {
    const stretch = this.#stretch(offset - 1);
    return stretch.copy ? Math.min(stretch.start + offset - stretch.at, stretch.end) : stretch.end;
  }

  #stretch(offset: number): Stretch {
    let low = 0;
    let high = this.#stretches.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#stretches[middle] as Stretch).at <= offset) low = middle;
      else high = middle - 1;
    }
    return this.#stretches[low] as Stretch;
  }
}

/** Collects decoded text and its stretches while a string literal is read. */
export class EmbeddedBuilder {
  #text = '';
  readonly #stretches: Stretch[] = [];

  /** `[start, end)` of the outer text stands as it is. */
  copy(outer: string, start: number, end: number): void {
    if (end <= start) return;
    const last = this.#stretches.at(-1);
    if (last?.copy && last.end === start) last.end = end;
    else this.#stretches.push({ at: this.#text.length, start, end, copy: true });
    this.#text += outer.slice(start, end);
  }

  /** `[start, end)` of the outer text stands for `decoded`. Nothing is kept of an empty one. */
  replace(decoded: string, start: number, end: number): void {
    if (decoded === '') return;
    this.#stretches.push({ at: this.#text.length, start, end, copy: false });
    this.#text += decoded;
  }

  get text(): string {
    return this.#text;
  }

  finish(outer: Text): EmbeddedText {
    return new EmbeddedText(outer, this.#text, this.#stretches);
  }
}
