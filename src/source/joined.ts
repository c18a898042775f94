import type { SourceFile, Span, Text } from './source-file.ts';

/** A piece of a joined text: its text, and where each part of it stands. */
export interface JoinedPiece {
  text: string;
  span(start: number, end: number): Span;
}

/** Texts of several places of one file, read as one: the pieces of a document that a template joins. */
export class JoinedText implements Text {
  readonly file: SourceFile;
  readonly text: string;
  readonly #pieces: readonly JoinedPiece[];
  readonly #starts: readonly number[];
  readonly #whole: Span;

  /** `whole` is the place of the expression that joins them, for what has no better one. */
  constructor(whole: Span, pieces: readonly JoinedPiece[]) {
    this.file = whole.file;
    this.#whole = whole;
    this.#pieces = pieces.filter(({ text }) => text !== '');
    const starts: number[] = [];
    let text = '';
    for (const piece of this.#pieces) {
      starts.push(text.length);
      text += piece.text;
    }
    this.#starts = starts;
    this.text = text;
  }

  /** The place of a stretch; of one that goes over several pieces from the first of them to the last. */
  span(start: number, end: number): Span {
    const first = this.#at(start);
    if (first === undefined) return this.#whole;
    const last = Math.max(first, this.#at(Math.max(start, end - 1)) ?? first);
    const from = this.#inside(first, start, last > first ? Number.MAX_SAFE_INTEGER : end);
    if (last === first) return from;
    const to = this.#inside(last, 0, end);
    // Pieces may stand anywhere: a parameter's value is far from the text around it.
    return from.file === to.file && to.end >= from.start ? { ...from, end: to.end } : this.#whole;
  }

  #inside(index: number, start: number, end: number): Span {
    const piece = this.#pieces[index] as JoinedPiece;
    const offset = this.#starts[index] as number;
    const clamp = (at: number): number => Math.max(0, Math.min(at - offset, piece.text.length));
    return piece.span(clamp(start), clamp(end));
  }

  #at(offset: number): number | undefined {
    let found: number | undefined;
    for (let i = 0; i < this.#starts.length && (this.#starts[i] as number) <= offset; i++) found = i;
    return found;
  }
}
