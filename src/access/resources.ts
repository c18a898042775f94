import { type Glob, intersectGlobs, type Token } from '../policy/glob.ts';
import { OWN_ACCOUNT, OWN_PARTITION, OWN_REGION } from '../policy/pattern.ts';
import { and, FALSE, type Formula, or, TRUE, unknown } from './formula.ts';
import { ACCOUNTS, ALIASES, KEYS, PARTITIONS, REGIONS } from './languages.ts';
import { type ArnPattern, isDeclared, type ResourcePattern } from './resource-pattern.ts';
import { classesOf, isLiteral, isName, type Language, MAX_CLASSES, matchesWord, type Word } from './words.ts';

/** What a request is for: no key, a key, or an alias. */
export type On = 'none' | 'key' | 'alias';

/** All resources that no pattern of either side tells apart, shown by one of them. */
export interface ResourceCell {
  on: On;
  /** An ARN, or `*`. References stand in it as names in angle brackets. */
  witness: Word;
  /** Whether each pattern matches it, in the order of the patterns. */
  matches: readonly Formula[];
  /** The same for all keys that look alike: the witness is not the only one. */
  isOne: boolean;
}

type Field = keyof ArnPattern;

/** A class of one field's words, and whether each of the field's patterns matches it, by the pattern's text. */
interface FieldClass {
  word: Word;
  matches: ReadonlyMap<string, Formula>;
  isLiteral: boolean;
}

/** Words that look like real ones, for examples. */
const EXAMPLES: Record<Exclude<Field, 'resource'> | 'key' | 'alias', readonly string[]> = {
  partition: ['aws', 'aws-cn'],
  region: ['us-east-1', 'eu-west-1', 'ap-southeast-2'],
  account: ['111122223333', '444455556666', '777788889999'],
  key: ['key/1234abcd-12ab-34cd-56ef-1234567890ab', 'key/mrk-1234abcd12ab34cd56ef1234567890ab'],
  alias: ['alias/example', 'alias/another', 'alias/app/example'],
};

/**
 * Cuts the resources of KMS requests into cells. Undefined where there are too many. `fixed` is what is known of the own
 * Region, account and partition beside their names: nothing, so whether a literal one is the own one is an unknown.
 */
export function resourceCells(
  patterns: readonly ResourcePattern[],
  kinds: ReadonlySet<On>,
): ResourceCell[] | undefined {
  const cells: ResourceCell[] = [];
  if (kinds.has('none')) cells.push(starCell(patterns));
  const arns = patterns.flatMap(({ must, may }) => [...must, ...may]);
  const partitions = classesOfField('partition', arns, PARTITIONS, EXAMPLES.partition);
  const regions = classesOfField('region', arns, REGIONS, EXAMPLES.region);
  const accounts = classesOfField('account', arns, ACCOUNTS, EXAMPLES.account);
  if (!partitions || !regions || !accounts) return undefined;
  const places = partitions.flatMap((p) => regions.flatMap((r) => accounts.map((a) => [p, r, a] as const)));
  for (const on of ['key', 'alias'] as const) {
    if (!kinds.has(on)) continue;
    const names = classesOfField('resource', arns, on === 'key' ? KEYS : ALIASES, EXAMPLES[on]);
    if (names === undefined || names.length * places.length > MAX_PRODUCT) return undefined;
    const found = new Map<string, ResourceCell>();
    for (const [partition, region, account] of places) {
      for (const name of names) {
        const at: Record<Field, FieldClass> = { partition, region, account, resource: name };
        const matches = patterns.map((pattern) => matchesPattern(pattern, at));
        const signature = matches.map(({ text }) => text).join();
        if (found.has(signature)) continue;
        if (found.size >= MAX_CLASSES) return undefined;
        const words = [partition.word, [...':kms:'], region.word, [':'], account.word, [':'], name.word];
        const isOne = [region, account, name].every((one) => one.isLiteral);
        found.set(signature, { on, witness: [...'arn:', ...words.flat()], matches, isOne });
      }
    }
    cells.push(...found.values());
  }
  return cells;
}

/** More combinations of fields than this are not looked at. */
const MAX_PRODUCT = 20_000;

function starCell(patterns: readonly ResourcePattern[]): ResourceCell {
  const matches = patterns.map(({ star, fact }) =>
    star === 'fact' && fact ? unknown(fact) : star === 'yes' ? TRUE : FALSE,
  );
  return { on: 'none', witness: ['*'], matches, isOne: true };
}

function matchesPattern({ must, may, fact }: ResourcePattern, at: Record<Field, FieldClass>): Formula {
  const certain = or(must.map((arn) => matchesArn(arn, at)));
  if (fact === undefined || may.length === 0) return certain;
  return or([certain, and([or(may.map((arn) => matchesArn(arn, at))), unknown(fact)])]);
}

function matchesArn(arn: ArnPattern, at: Record<Field, FieldClass>): Formula {
  const parts: Formula[] = [];
  for (const field of ['account', 'region', 'partition', 'resource'] as const) {
    const match = at[field].matches.get(arn[field].join(' ')) ?? FALSE;
    if (match === FALSE) return FALSE;
    if (match !== TRUE) parts.push(match);
  }
  return parts.length === 0 ? TRUE : and(parts);
}

function classesOfField(
  field: Field,
  arns: readonly ArnPattern[],
  language: Language,
  examples: readonly string[],
): FieldClass[] | undefined {
  const globs = new Map<string, Glob>(arns.map((arn) => [arn[field].join(' '), arn[field]]));
  // One comparison is about one partition, unless the documents name several.
  if (field === 'partition') {
    const literals = [...globs.values()].filter((glob) => isLiteral(glob) && !glob.some(isName));
    const [own = [OWN_PARTITION]] = literals;
    if (literals.length <= 1)
      return [{ word: own, isLiteral: true, matches: new Map([...globs.keys()].map((text) => [text, TRUE])) }];
  }
  const patterns = [...globs.values()];
  const classes = classesOf(patterns, language);
  return classes?.map(({ word, matchedBy, isLiteral: literal }) => {
    const shown = literal ? word : (exampleOf(examples, patterns, matchedBy) ?? word);
    const matches = new Map(
      [...globs].map(([text, glob], index) => [
        text,
        matchedBy.has(index) ? TRUE : perhaps(field, glob, word, literal),
      ]),
    );
    return { word: shown, matches, isLiteral: literal };
  });
}

function exampleOf(examples: readonly string[], patterns: readonly Glob[], matchedBy: ReadonlySet<number>) {
  return examples
    .map((example): Word => [...example])
    .find((word) => patterns.every((glob, index) => matchesWord(glob, word) === matchedBy.has(index)));
}

/**
 * Whether a pattern that does not match a word as both are written may be the same all the same, because one of them has
 * a name in it. The class of all other words stands for what is none of the named ones, so it is never the same.
 */
function perhaps(field: Field, glob: Glob, word: Word, literal: boolean): Formula {
  const names = [...glob, ...word].filter(isName);
  if (names.length === 0 || !literal || !intersectGlobs(glob, word)) return FALSE;
  const [one, other] = [glob.join(''), word.join('')].sort() as [string, string];
  const elsewhere = isLiteral(glob) && !word.some(isName) ? { elsewhere: true as const } : {};
  if (isLiteral(glob) && field === 'resource' && names.every(isDeclared)) {
    return unknown({
      key: `same ${one} ${other}`,
      about: `${nameOf(one)} and ${nameOf(other)} are two keys`,
      assumedFalse: true,
      ...elsewhere,
    });
  }
  const key = isLiteral(glob) ? `same ${field} ${one} ${other}` : `like ${field} ${glob.join('')} ${word.join('')}`;
  return unknown({ key, about: aboutOf(field, glob, word), ...elsewhere });
}

function aboutOf(field: Field, glob: Glob, word: Word): string {
  const own = [OWN_ACCOUNT, OWN_REGION, OWN_PARTITION];
  const [name, other] = word.some(isName) ? [word, glob] : [glob, word];
  if (name.length === 1 && own.includes(name[0] as Token)) {
    const what = field === 'account' ? 'the own account' : field === 'region' ? 'the own Region' : 'the own partition';
    return `whether ${what} is \`${other.join('').replaceAll('**', '*')}\` is not known here`;
  }
  return `whether ${nameOf(word.join(''))} is ${nameOf(glob.join('').replaceAll('**', '*'))} is not known here`;
}

function nameOf(text: string): string {
  return `\`${text.replace(/<=([^>]*)>/g, '$1').replace(/^(?:key|alias)\//, '')}\``;
}
