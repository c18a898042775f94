import { ANY, containsGlob, type Glob, intersectGlobs, parseGlob, STAR, type Token } from '../policy/glob.ts';
import { isUnknown, OWN_ACCOUNT, patternOf } from '../policy/pattern.ts';
import { type Policy, show, type Value } from '../policy/policy.ts';
import { code } from '../rules/code.ts';
import type { Unknown } from './formula.ts';
import { isName, matchesWord } from './words.ts';

/** The parts of a pattern of KMS ARNs, `arn:PARTITION:kms:REGION:ACCOUNT:RESOURCE`, each matched by itself. */
export interface ArnPattern {
  partition: Glob;
  region: Glob;
  account: Glob;
  resource: Glob;
}

/** A Resource or NotResource value, taken apart. */
export interface ResourcePattern {
  text: string;
  /** What it certainly matches: an ARN that one of these matches. */
  must: ArnPattern[];
  /** What it matches where {@link fact} holds. */
  may: ArnPattern[];
  /** What is not known of the pattern; undefined where everything is. */
  fact: Unknown | undefined;
  /** Whether it matches the resource `*` of requests that are for no key. */
  star: 'yes' | 'no' | 'fact';
  glob: Glob;
  value: Value | undefined;
}

/** How a value is read; the own account's id where it is known. */
export interface Reading {
  version: string | undefined;
  account: string | undefined;
}

/** More wildcards than this in an ARN with missing fields are not tried in all ways. */
const MAX_LOOSE = 4;

/**
 * A value of Resource as patterns of the fields of an ARN. With exactly five colons there is one way to read it: no wildcard is
 * left a colon to match. With fewer, a star at the end takes what is missing
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html); whether one inside
 * runs over colons is documented both ways, so it is a fact that is not known.
 */
export function resourcePattern(value: Value, reading: Reading): ResourcePattern {
  const glob = globOf(value, reading);
  return patternFrom(glob, show(value), value);
}

/** The pattern of everything in one account. */
export function accountPattern(account: string): ResourcePattern {
  const glob = [...parseGlob('arn:*:kms:*:'), ...(account === OWN_ACCOUNT ? [OWN_ACCOUNT] : account), ':', STAR];
  return patternFrom(glob, account, undefined);
}

function patternFrom(glob: Glob, text: string, value: Value | undefined): ResourcePattern {
  const most = glob.map((token) => (isUnknown(token) ? STAR : token));
  const isOpen = glob.some(isUnknown);
  const must = isOpen ? [] : certainReading(glob);
  const may = isOpen || missing(glob) > 0 ? possibleReadings(most) : [];
  const more = may.filter((one) => !must.some((known) => sameArn(one, known)));
  const matchesStar = containsGlob(most, ['*']);
  const written = glob.join('');
  return {
    text,
    must,
    may: more,
    fact:
      isOpen || more.length > 0
        ? {
            key: `resource ${written}`,
            glob,
            about: isOpen
              ? `${code(text)} is not known here`
              : `how far the wildcards of ${code(text)} reach is not documented`,
          }
        : undefined,
    star: !matchesStar ? 'no' : isOpen ? 'fact' : 'yes',
    glob,
    value,
  };
}

/** A value's tokens: the own account filled in where it is known, references to one resource with one name. */
export function globOf(value: Value, reading: Reading): Glob {
  const policy: Pick<Policy, 'version'> = reading;
  return patternOf(value, policy).glob.flatMap((token) => {
    if (token === OWN_ACCOUNT && reading.account !== undefined) return [...reading.account];
    return token.startsWith('<=') ? [`<=${resourceName(token.slice(2, -1))}>`] : [token];
  });
}

/** `!GetAtt Key.Arn`, `!Ref Key` and `${Key}` all are of the resource `Key`; `aws_kms_key.k.arn` of `aws_kms_key.k`. */
function resourceName(expression: string): string {
  const inner = expression.replace(/^!(?:Ref|GetAtt) /, '').replace(/^\$\{(.*)\}$/s, '$1');
  return inner.replace(/\.(?:Arn|KeyId|arn|id|key_id|target_key_arn|target_key_id)$/, '');
}

/** Whether a name is of a resource that the template declares, not of one that it looks up. */
export function isDeclared(name: Token): boolean {
  return name.startsWith('<=') && !/^<=(?:.*\.)?data\./.test(name) && !/import/i.test(name);
}

function missing(glob: Glob): number {
  return 5 - glob.filter((token) => token === ':').length;
}

function certainReading(glob: Glob): ArnPattern[] {
  const lacks = missing(glob);
  if (lacks < 0 || (lacks > 0 && glob.at(-1) !== STAR)) return [];
  const tail: Token[] = [];
  for (let i = 0; i < lacks; i++) tail.push(':', STAR);
  return readFields([...glob, ...tail]);
}

/** Every way in which wildcards can stand for the colons that are missing. */
function possibleReadings(glob: Glob): ArnPattern[] {
  const lacks = missing(glob);
  if (lacks < 0) return [];
  // An ARN that just ends is filled up.
  if (!glob.includes(STAR) && !glob.includes(ANY)) return certainReading([...glob, ':', STAR]);
  const loose = glob.flatMap((token, index) => (token === STAR || token === ANY ? [index] : []));
  if (loose.length > MAX_LOOSE && lacks > 0) return readFields(parseGlob('arn:*:kms:*:*:*'));
  let all: { glob: Token[]; left: number }[] = [{ glob: [], left: lacks }];
  glob.forEach((token) => {
    all = all.flatMap(({ glob: done, left }) => {
      const ways = [{ glob: [...done, token], left }];
      if (token === ANY && left > 0) ways.push({ glob: [...done, ':'], left: left - 1 });
      for (let taken = 1; token === STAR && taken <= left; taken++) {
        const stars = Array.from({ length: taken }, () => [':', STAR]).flat();
        ways.push({ glob: [...done, STAR, ...stars], left: left - taken });
      }
      return ways;
    });
  });
  return all.flatMap(({ glob: whole, left }) => (left === 0 ? readFields(whole) : []));
}

/** The fields of a pattern with five colons, where it can match an ARN of KMS at all. */
function readFields(glob: Glob): ArnPattern[] {
  const fields: Token[][] = [[]];
  for (const token of glob) {
    if (token === ':') fields.push([]);
    else if (token !== STAR || fields.at(-1)?.at(-1) !== STAR) fields.at(-1)?.push(token);
  }
  const [arn, partition, service, region, account, resource, ...more] = fields;
  if (!arn || !partition || !service || !region || !account || !resource || more.length > 0) return [];
  const isArn = matchesWord(arn, [...'arn']) && matchesWord(service, [...'kms']);
  const isAccount = account.every((token) => token === STAR || token === ANY || isName(token) || /^\d$/.test(token));
  const isOurs = KINDS.some((kind) => intersectGlobs(resource, kind));
  return isArn && isAccount && isOurs ? [{ partition, region, account, resource }] : [];
}

const KINDS = [parseGlob('key/*'), parseGlob('alias/*')];

function sameArn(a: ArnPattern, b: ArnPattern): boolean {
  return (['partition', 'region', 'account', 'resource'] as const).every(
    (field) => a[field].join() === b[field].join(),
  );
}
