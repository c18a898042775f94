import { mayHoldPolicy } from '../syntax/scan.ts';

/** What proofs need to know of all that is reviewed, whatever part of it is reviewed at once. */
export interface Survey {
  /** Some text names another account than the own one: whoever names another one may mean its keys. */
  namesOthers: boolean;
  /** About what it costs to read once more the texts that speak of KMS, in characters. */
  size: number;
}

/** What a statement or a finding costs, in characters of text: rules ask more of them than of other text. */
export const DENSE = 500;

/** Looks at texts; `account` is the own one, 12 digits. */
export function surveyOf(texts: Iterable<string>, account: string | undefined): Survey {
  const surveyor = new Surveyor(account);
  for (const text of texts) surveyor.add(text, mayHoldPolicy(text));
  return surveyor.finish();
}

/** Looks at one text after the other. */
export class Surveyor {
  readonly #account: string | undefined;
  #size = 0;
  #namesOthers = false;
  /** Texts without a policy are looked at last: most often some policy names an account, and ends the search. */
  #others: string[] = [];

  constructor(account: string | undefined) {
    this.#account = account;
  }

  /** `holds`: the text may hold a policy. */
  add(text: string, holds: boolean): void {
    if (holds) this.#size += costOf(text);
    if (this.#namesOthers) return;
    if (!holds) this.#others.push(text);
    else if (namesOthers(text, this.#account)) {
      this.#namesOthers = true;
      this.#others = [];
    }
  }

  finish(): Survey {
    const namesOther = this.#namesOthers || this.#others.some((text) => namesOthers(text, this.#account));
    return { namesOthers: namesOther, size: this.#size };
  }
}

/** A statement has two such words in most languages, and seldom more than one finding. */
function costOf(text: string): number {
  if (!/kms/i.test(text)) return 0;
  return text.length + DENSE * (text.match(/effect|statement/gi)?.length ?? 0);
}

/** Whether a text names another account than this one; without an own one, whether it names any. */
export function namesOthers(text: string, account: string | undefined): boolean {
  // Most texts have no such number at all, and what looks around them is slow.
  if (!/\d{12}/.test(text)) return false;
  return (text.match(/(?<![\w.-])\d{12}(?![\w-])/g) ?? []).some((number) => number !== account);
}
