import { type Glob, intersectGlobs, type Token } from '../policy/glob.ts';
import { OWN_ACCOUNT, OWN_PARTITION, OWN_REGION } from '../policy/pattern.ts';
import { code } from '../rules/code.ts';
import { and, FALSE, type Formula, or, TRUE, type Unknown, unknown } from './formula.ts';
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
  /** What stands in each field of the witness. */
  fields: Readonly<Record<string, string>>;
}

type Field = keyof ArnPattern;

/** A class of one field's words, and whether it matches in each of the ARN patterns. */
interface FieldClass {
  word: Word;
  matches: readonly Formula[];
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
 * Cuts the resources of KMS requests into cells. Undefined where there are too many. Whether a literal account or Region is the
 * own one, which has a name, is an unknown.
 */
export function resourceCells(
  patterns: readonly ResourcePattern[],
  kinds: ReadonlySet<On>,
): ResourceCell[] | undefined {
  const cells: ResourceCell[] = [];
  if (kinds.has('none')) cells.push(starCell(patterns));
  const arns: ArnPattern[] = [];
  const placed = patterns.map((pattern) => place(pattern, arns));
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
      const here = arns.map((_, i) => both(at(partition, i), both(at(region, i), at(account, i))));
      for (const name of names) {
        const matches = placed.map((pattern) =>
          matchesPattern(pattern, (arn) => both(here[arn] ?? FALSE, at(name, arn))),
        );
        const signature = matches.map(({ text }) => text).join();
        if (found.has(signature)) continue;
        if (found.size >= MAX_CLASSES) return undefined;
        const fields = { partition, region, account, resource: name };
        found.set(signature, {
          on,
          witness: [...'arn:', ...partition.word, ...':kms:', ...region.word, ':', ...account.word, ':', ...name.word],
          matches,
          fields: Object.fromEntries(Object.entries(fields).map(([field, { word }]) => [field, word.join('')])),
        });
      }
    }
    cells.push(...found.values());
  }
  return cells;
}

const at = ({ matches }: FieldClass, arn: number): Formula => matches[arn] ?? FALSE;

/** A pattern by the indices of its ARN patterns. */
interface Placed {
  must: readonly number[];
  may: readonly number[];
  fact: Unknown | undefined;
}

function place({ must, may, fact }: ResourcePattern, arns: ArnPattern[]): Placed {
  const add = (arn: ArnPattern): number => arns.push(arn) - 1;
  return { must: must.map(add), may: may.map(add), fact };
}

/** More combinations of fields than this are not looked at. */
const MAX_PRODUCT = 20_000;

function starCell(patterns: readonly ResourcePattern[]): ResourceCell {
  const matches = patterns.map(({ star, fact }) =>
    star === 'fact' && fact ? unknown(fact) : star === 'yes' ? TRUE : FALSE,
  );
  return { on: 'none', witness: ['*'], matches, fields: {} };
}

function matchesPattern({ must, may, fact }: Placed, match: (arn: number) => Formula): Formula {
  const [only] = must;
  const certain = must.length === 1 && only !== undefined ? match(only) : or(must.map(match));
  if (fact === undefined || may.length === 0) return certain;
  return or([certain, and([or(may.map(match)), unknown(fact)])]);
}

function both(one: Formula, other: Formula): Formula {
  if (one === FALSE || other === FALSE) return FALSE;
  return one === TRUE ? other : other === TRUE ? one : and([one, other]);
}

function classesOfField(
  field: Field,
  arns: readonly ArnPattern[],
  language: Language,
  examples: readonly string[],
): FieldClass[] | undefined {
  const places = new Map<string, number>();
  const patterns: Glob[] = [];
  const indices = arns.map((arn) => {
    const text = arn[field].join(' ');
    const known = places.get(text) ?? patterns.push(arn[field]) - 1;
    places.set(text, known);
    return known;
  });
  // One comparison is about one partition, unless the documents name several.
  if (field === 'partition') {
    const literals = patterns.filter((glob) => isLiteral(glob) && !glob.some(isName));
    const [own = [OWN_PARTITION]] = literals;
    if (literals.length <= 1) return [{ word: own, matches: arns.map(() => TRUE) }];
  }
  const named = patterns.map((glob) => glob.some(isName));
  return classesOf(patterns, language)?.map(({ word, matchedBy, isLiteral: isOnly }) => {
    const isNamed = word.some(isName);
    const each = patterns.map((glob, index) => {
      if (matchedBy.has(index)) return TRUE;
      return isOnly && (isNamed || named[index]) ? perhaps(field, glob, word) : FALSE;
    });
    const shown = isOnly ? word : (exampleOf(examples, patterns, matchedBy) ?? word);
    return { word: shown, matches: indices.map((index) => each[index] ?? FALSE) };
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
function perhaps(field: Field, glob: Glob, word: Word): Formula {
  const names = [...glob, ...word].filter(isName);
  if (!intersectGlobs(glob, word)) return FALSE;
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
  const about = aboutOf(field, glob, word);
  if (!isLiteral(glob)) return unknown({ key: `like ${field} ${glob.join('')} ${word.join('')}`, about });
  const [own, literal] = word.some(isName) ? [word.join(''), glob.join('')] : [glob.join(''), word.join('')];
  return unknown({ key: `same ${field} ${one} ${other}`, about, same: { field, own, literal }, ...elsewhere });
}

function aboutOf(field: Field, glob: Glob, word: Word): string {
  const own = [OWN_ACCOUNT, OWN_REGION, OWN_PARTITION];
  const [name, other] = word.some(isName) ? [word, glob] : [glob, word];
  if (name.length === 1 && own.includes(name[0] as Token)) {
    const what = field === 'account' ? 'the own account' : field === 'region' ? 'the own Region' : 'the own partition';
    return `whether ${what} is ${code(other.join('').replaceAll('**', '*'))} is not known here`;
  }
  return `whether ${nameOf(word.join(''))} is ${nameOf(glob.join('').replaceAll('**', '*'))} is not known here`;
}

function nameOf(text: string): string {
  return code(text.replace(/<=([^>]*)>/g, '$1').replace(/^(?:key|alias)\//, ''));
}
