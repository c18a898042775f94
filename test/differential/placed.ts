/**
 * Texts that know where each element of one JSON document was written in them. An element is named by its JSON pointer
 * (RFC 6901), a name in an object by the pointer of its value and `#`.
 */
export interface Placed {
  text: string;
  places: readonly Place[];
}

interface Place {
  pointer: string;
  /** `[start, end)` in the text, quotes included. */
  start: number;
  end: number;
}

/** Texts one after the other. */
export function concat(...pieces: readonly (string | Placed)[]): Placed {
  let text = '';
  const places: Place[] = [];
  for (const piece of pieces) {
    const { text: more, places: inside } = typeof piece === 'string' ? { text: piece, places: [] } : piece;
    for (const { pointer, start, end } of inside)
      places.push({ pointer, start: start + text.length, end: end + text.length });
    text += more;
  }
  return { text, places };
}

export function join(pieces: readonly Placed[], between: string): Placed {
  return concat(...pieces.flatMap((piece, index) => (index > 0 ? [between, piece] : [piece])));
}

/** The whole text is the element. */
export function at(pointer: string, piece: string | Placed): Placed {
  const { text, places } = concat(piece);
  return { text, places: [...places, { pointer, start: 0, end: text.length }] };
}

/** Every stretch that the pattern finds in another spelling; what is between stays. Elements move with their first and last character. */
export function respell(placed: Placed, pattern: RegExp, spell: (found: string, index: number) => string): Placed {
  const moved = new Int32Array(placed.text.length + 1);
  let text = '';
  let from = 0;
  const copy = (to: number): void => {
    for (let i = from; i < to; i++) moved[i] = text.length + i - from;
    text += placed.text.slice(from, to);
  };
  for (const { index, 0: found } of placed.text.matchAll(pattern)) {
    copy(index);
    moved.fill(text.length, index, index + found.length);
    text += spell(found, index);
    from = index + found.length;
  }
  copy(placed.text.length);
  moved[placed.text.length] = text.length;
  const places = placed.places.map(({ pointer, start, end }) => ({
    pointer,
    start: moved[start] as number,
    end: moved[end] as number,
  }));
  return { text, places };
}

/** The pointer of an object's value or a list's item. */
export function inside(pointer: string, step: string | number): string {
  return `${pointer}/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The pointer of an object's name. */
export function nameOf(pointer: string): string {
  return `${pointer}#`;
}
