import type { Span } from './source-file.ts';

/** One piece of a fix: the text that takes the place of a span. Offsets refer to the original text. */
export interface Edit {
  span: Span;
  text: string;
}
