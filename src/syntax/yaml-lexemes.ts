import { Lexer } from 'yaml';

/** A text is not written the usual way. */
export class Unusual extends Error {}

/** Gives up reading the usual way. */
export function unusual(): never {
  throw new Unusual();
}

/** What a lexeme of YAML is. */
export const Kind = {
  Space: 0,
  Newline: 1,
  Comment: 2,
  Plain: 3,
  Single: 4,
  Double: 5,
  BlockHeader: 6,
  Item: 7,
  Colon: 8,
  Comma: 9,
  Open: 10,
  Close: 11,
  Tag: 12,
  Anchor: 13,
  Alias: 14,
  /** `---` */
  Start: 15,
  /** The library's mark where a document begins; it has no text. */
  Document: 16,
  End: 17,
  /** Anything else: errors, `...`, directives, explicit keys, a byte order mark. */
  Other: 18,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** Kinds by the first UTF-16 code unit of a lexeme that is not a scalar. */
const KINDS = new Map<number, Kind>([
  [0x02, Kind.Document],
  [0x0a, Kind.Newline],
  [0x20, Kind.Space],
  [0x09, Kind.Space],
  [0x21, Kind.Tag],
  [0x22, Kind.Double],
  [0x23, Kind.Comment],
  [0x26, Kind.Anchor],
  [0x27, Kind.Single],
  [0x2a, Kind.Alias],
  [0x2c, Kind.Comma],
  [0x3a, Kind.Colon],
  [0x3e, Kind.BlockHeader],
  [0x5b, Kind.Open],
  [0x5d, Kind.Close],
  [0x7b, Kind.Open],
  [0x7c, Kind.BlockHeader],
  [0x7d, Kind.Close],
]);
/** The library's mark before a plain or block scalar: what follows is its source, whatever it begins with. */
const SCALAR = 0x1f;
/** Its mark where a broken flow collection ends; it has no text. */
const FLOW_ERROR_END = 0x18;
const DASH = 0x2d;
const CARRIAGE_RETURN = 0x0d;

/** The lexemes of a text, one at a time, with their places. */
export class Lexemes {
  readonly #lexer: Iterator<string, void>;
  kind: Kind = Kind.Other;
  source = '';
  /** Offset where the lexeme begins. */
  at = 0;
  /** Offset of the first character of its line. */
  line = 0;

  constructor(text: string) {
    this.#lexer = new Lexer().lex(text);
    this.next();
    this.isApart = true;
  }

  /** Whether white space or the beginning of the line stands before the lexeme. */
  isApart = true;

  /** How far the lexeme stands from the beginning of its line. */
  get column(): number {
    return this.at - this.line;
  }

  is(kind: Kind): boolean {
    return this.kind === kind;
  }

  next(): void {
    this.at += this.source.length;
    this.isApart = this.kind === Kind.Space || this.kind === Kind.Newline;
    if (this.kind === Kind.Newline) this.line = this.at;
    let source = this.#lexer.next().value;
    if (source === undefined) {
      this.kind = Kind.End;
      this.source = '';
      return;
    }
    const unit = source.charCodeAt(0);
    if (unit === SCALAR && source.length === 1) {
      source = this.#lexer.next().value ?? '';
      this.kind = Kind.Plain;
    } else if (unit === DASH) this.kind = source.length === 1 ? Kind.Item : Kind.Start;
    else if (unit === CARRIAGE_RETURN) this.kind = source === '\r\n' ? Kind.Newline : Kind.Other;
    else this.kind = KINDS.get(unit) ?? Kind.Other;
    this.source = this.kind === Kind.Document || unit === FLOW_ERROR_END ? '' : source;
  }
}
