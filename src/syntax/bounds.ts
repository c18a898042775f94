/**
 * What is refused before a parser sees it: the parsers of YAML and HCL are recursive, and slow on what nobody writes.
 * Brackets and white space in strings count too, and long documents have unbalanced ones, so every bound is far above
 * what anybody writes.
 */

/** Why a text is not read, and where that is seen. */
export interface Refusal {
  at: number;
  message: string;
}

/** How deep brackets, blocks and indentation may nest. */
const MAX_DEPTH = 1000;
/** Line breaks and flow punctuation of one YAML file; reading costs about ten microseconds for each. */
const MAX_YAML_MARKS = 500_000;
/** Characters of one HCL file; the parser's memory is bounded, and it aborts when it has no more. */
const MAX_HCL_CHARACTERS = 4_000_000;
/** The squares of the lengths of white space runs, added up: that is what HCL's parser spends on white space. */
const MAX_HCL_BLANK_SQUARES = 100_000_000;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

/** Why a YAML text is not read; undefined where it is. */
export function refuseYaml(source: string): Refusal | undefined {
  let depth = 0;
  let marks = 0;
  const columns: number[] = [];
  for (let i = 0; i < source.length; i++) {
    if ((i === 0 || source.charCodeAt(i - 1) === LINE_FEED) && indentation(source, i, columns) > MAX_DEPTH)
      return tooDeep(i);
    switch (source[i]) {
      case '[':
      case '{':
        if (++depth > MAX_DEPTH) return tooDeep(i);
        marks++;
        break;
      case ']':
      case '}':
        if (depth > 0) depth--;
        break;
      case ',':
      case '\n':
        if (++marks > MAX_YAML_MARKS) return tooMany(i, MAX_YAML_MARKS, 'lines and values');
        break;
      default:
    }
  }
  return undefined;
}

/** Why an HCL text is not read; undefined where it is. */
export function refuseHcl(source: string): Refusal | undefined {
  if (source.length > MAX_HCL_CHARACTERS) return tooMany(MAX_HCL_CHARACTERS, MAX_HCL_CHARACTERS, 'characters');
  let depth = 0;
  let blank = 0;
  let squares = 0;
  for (let i = 0; i < source.length; i++) {
    const unit = source.charCodeAt(i);
    if (unit === SPACE || unit === TAB || unit === LINE_FEED || unit === CARRIAGE_RETURN) {
      // (n + 1)² - n²: the sum of the squares grows with each character of a run.
      squares += 2 * blank++ + 1;
      if (squares > MAX_HCL_BLANK_SQUARES) return { at: i, message: 'too much white space in one place' };
      continue;
    }
    blank = 0;
    if (unit === 0x5b || unit === 0x7b || unit === 0x28) {
      if (++depth > MAX_DEPTH) return tooDeep(i);
    } else if ((unit === 0x5d || unit === 0x7d || unit === 0x29) && depth > 0) depth--;
  }
  return undefined;
}

/**
 * How many levels are open in the line that begins at `start`: each `- ` and `? ` and each key to the right of the one
 * before opens one. `columns` holds the columns of the open levels and is kept from line to line.
 */
function indentation(source: string, start: number, columns: number[]): number {
  let at = start;
  for (;;) {
    while (source.charCodeAt(at) === SPACE) at++;
    const character = source[at];
    if (character === undefined || character === '\n' || character === '\r' || character === '#') break;
    const column = at - start;
    while ((columns.at(-1) ?? -1) >= column) columns.pop();
    columns.push(column);
    if (columns.length > MAX_DEPTH || (character !== '-' && character !== '?')) break;
    const next = source.charCodeAt(at + 1);
    if (next !== SPACE && next !== LINE_FEED) break;
    at++;
  }
  return columns.length;
}

function tooDeep(at: number): Refusal {
  return { at, message: `nested more than ${MAX_DEPTH} levels deep` };
}

function tooMany(at: number, most: number, what: string): Refusal {
  return { at, message: `more than ${most.toLocaleString('en')} ${what}` };
}
