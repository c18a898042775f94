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
  const { true: holding = [], false: others = [] } = Object.groupBy(texts, (text) => `${mayHoldPolicy(text)}`);
  return surveySorted(holding, others, account);
}

/** The same, of texts that may hold a policy and of others. */
export function surveySorted(
  holding: readonly string[],
  others: readonly string[],
  account: string | undefined,
): Survey {
  const isOther = (text: string): boolean => namesOthers(text, account);
  return {
    // Policies name accounts, and the first text that names another one ends the search.
    namesOthers: holding.some(isOther) || others.some(isOther),
    size: holding.reduce((sum, text) => sum + costOf(text), 0),
  };
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
