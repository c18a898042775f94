/** A place in the text: 1-based line, 1-based column in UTF-16 code units. */
export interface Position {
  line: number;
  column: number;
}

/** A piece of a file: `[start, end)` as offsets in UTF-16 code units. */
export interface Span {
  file: SourceFile;
  start: number;
  end: number;
  /** Where a value that stands here was passed on to the place that uses it: a local, a module's argument; the nearest to here first. */
  via?: readonly Span[];
}

/**
 * Anything a parser can read: the decoded text, and the way from an offset in it back to the file.
 * A SourceFile is its own text; a document inside a string is an {@link EmbeddedText}.
 */
export interface Text {
  readonly file: SourceFile;
  readonly text: string;
  /** The outer span of the decoded piece `[start, end)`. */
  span(start: number, end: number): Span;
}

/** One file of the repository: its path (relative, forward slashes) and its text. */
export class SourceFile implements Text {
  readonly path: string;
  readonly text: string;
  readonly file: SourceFile = this;
  #lineStarts: number[] | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  /** A piece of the file; what a parser says of places after the end is moved to the end. */
  span(start: number, end: number): Span {
    const { length } = this.text;
    return { file: this, start: Math.min(start, length), end: Math.min(end, length) };
  }

  /** The line and column of an offset; an offset outside the text is moved to its nearest end. */
  position(offset: number): Position {
    const starts = this.#starts();
    const at = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: at - (starts[low] as number) + 1 };
  }

  /** The offset of a 1-based line's first character. Lines past the end give the text's length. */
  lineStart(line: number): number {
    return this.#starts()[line - 1] ?? this.text.length;
  }

  /** A 1-based line without its line break; empty where the file has no such line. */
  line(line: number): string {
    const start = this.lineStart(line);
    let end = this.lineStart(line + 1);
    while (end > start && (this.text[end - 1] === '\n' || this.text[end - 1] === '\r')) end--;
    return this.text.slice(start, end);
  }

  get lineCount(): number {
    return this.#starts().length;
  }

  slice(span: Span): string {
    return this.text.slice(span.start, span.end);
  }

  #starts(): number[] {
    if (this.#lineStarts === undefined) {
      // LF, CRLF and a lone CR end a line, as they do on GitHub.
      const starts = [0];
      const text = this.text;
      for (let i = 0; i < text.length; i++) {
        const unit = text.charCodeAt(i);
        if (unit === 10 || (unit === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
      }
      this.#lineStarts = starts;
    }
    return this.#lineStarts;
  }
}
