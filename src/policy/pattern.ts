import type { OpaqueNode } from '../syntax/node.ts';
import { ANY, containsGlob, type Glob, parseGlob, STAR, type Token } from './glob.ts';
import { type Policy, UNKNOWN_VERSION, type Value } from './policy.ts';

/** The own account, Region and partition: one value for the whole template, nowhere a wildcard. */
export const OWN_ACCOUNT: Token = '<account>';
export const OWN_REGION: Token = '<region>';
export const OWN_PARTITION: Token = '<partition>';
const OWN_SUFFIX: Token = '<suffix>';

/** A value as a pattern. */
export interface Pattern {
  readonly glob: Glob;
  /** Some of the text is not known: the pattern has tokens that may stand for anything. */
  readonly unknown: boolean;
  /** The text of a pattern that is nothing but text; wildcards may be in it. */
  readonly text?: string;
}

/** The pattern of a text. Its tokens are made when somebody asks: most ARNs are decided by their text. */
class TextPattern implements Pattern {
  readonly text: string;
  readonly unknown = false;
  #glob: Glob | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get glob(): Glob {
    this.#glob ??= parseGlob(this.text);
    return this.#glob;
  }
}

/**
 * A value of an Action, Resource or Condition as a pattern: template references that are known become
 * names that equal only themselves, policy variables too, and what is not known becomes a name of its own.
 * Policy variables exist only in documents of version 2012-10-17; before it they are plain text
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html).
 */
export function patternOf(value: Value, policy: Pick<Policy, 'version'>): Pattern {
  // Every rule asks for it, and a value belongs to one policy.
  value.pattern ??= makePattern(value, policy);
  return value.pattern;
}

function makePattern(value: Value, policy: Pick<Policy, 'version'>): Pattern {
  const text = sharedText(value);
  if (text === undefined) return readPattern(value, policy);
  let pattern = shared.get(text);
  if (pattern === undefined) {
    pattern = new TextPattern(text);
    if (shared.size < MAX_SHARED) shared.set(text, pattern);
  }
  return pattern;
}

/** The same few actions and ARNs stand in many policies; one pattern for equal texts also shares what is asked of it. */
function sharedText({ parts }: Value): string | undefined {
  const [part] = parts;
  // A text with a variable depends on the policy's version.
  const isShared = typeof part === 'string' && part.length <= MAX_SHARED_LENGTH && !part.includes('$');
  return parts.length === 1 && isShared ? part : undefined;
}

const MAX_SHARED = 10_000;
const MAX_SHARED_LENGTH = 200;
const shared = new Map<string, Pattern>();

function readPattern(value: Value, policy: Pick<Policy, 'version'>): Pattern {
  const glob: Token[] = [];
  let unknown = false;
  for (const part of value.parts) {
    if (typeof part === 'string') {
      if (policy.version === '2012-10-17' && part.includes('${')) unknown = pushVariables(glob, part) || unknown;
      else if (policy.version === UNKNOWN_VERSION && part.includes('${')) {
        unknown = true;
        glob.push(`<?${part}>`);
      } else push(glob, parseGlob(part));
    } else {
      const tokens = referenceTokens(part);
      if (tokens === undefined) {
        unknown = true;
        glob.push(`<?${part.expression}>`);
      } else push(glob, tokens);
    }
  }
  return { glob, unknown };
}

function push(glob: Token[], tokens: Glob): void {
  for (const token of tokens) if (token !== STAR || glob.at(-1) !== STAR) glob.push(token);
}

function referenceTokens(part: OpaqueNode): Glob | undefined {
  const name: Token = `<=${part.expression}>`;
  switch (part.meaning) {
    case 'account':
      return [OWN_ACCOUNT];
    case 'region':
      return [OWN_REGION];
    case 'partition':
      return [OWN_PARTITION];
    case 'url-suffix':
      return [OWN_SUFFIX];
    case 'key-arn':
      return [...'arn:', OWN_PARTITION, ...':kms:', OWN_REGION, ':', OWN_ACCOUNT, ...':key/', name];
    case 'alias-arn':
      return [...'arn:', OWN_PARTITION, ...':kms:', OWN_REGION, ':', OWN_ACCOUNT, ...':alias/', name];
    case 'alias-name':
      return [...'alias/', name];
    case 'key-id':
    // It equals only itself, so that no key and no alias is among what it matches.
    case 'other-arn':
      return [name];
    case 'none':
      return [];
    case 'unknown':
      return undefined;
  }
}

/** Reads `${...}`; answers whether one of them is not known. */
function pushVariables(glob: Token[], text: string): boolean {
  let unknown = false;
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('${', at);
    const close = open < 0 ? -1 : text.indexOf('}', open);
    if (close < 0) {
      push(glob, parseGlob(text.slice(at)));
      break;
    }
    push(glob, parseGlob(text.slice(at, open)));
    const name = text.slice(open + 2, close).trim();
    const folded = name.toLowerCase();
    if (name === '*' || name === '?' || name === '$') glob.push(name);
    else if (folded === 'aws:principalaccount') glob.push(OWN_ACCOUNT);
    // It compares the resource's account with itself: every account matches.
    else if (folded === 'aws:resourceaccount') push(glob, [STAR]);
    else {
      unknown = true;
      glob.push(`<?\${${name}}>`);
    }
    at = close + 1;
  }
  return unknown;
}

/** Whether the pattern is `*` or an equivalent such as `**`. */
export function isAnything(pattern: Pattern): boolean {
  if (pattern.text !== undefined) return STARS.test(pattern.text);
  return pattern.glob.length === 1 && pattern.glob[0] === STAR;
}

const STARS = /^\*+$/;

/** Whether it ends with a star. */
export function isOpenEnded(pattern: Pattern): boolean {
  return pattern.text === undefined ? pattern.glob.at(-1) === STAR : pattern.text.endsWith('*');
}

/** What {@link containsGlob} answers of two patterns. Two texts are mostly told apart by how they begin. */
export function containsPattern(outer: Pattern, inner: Pattern): boolean {
  if (outer.text !== undefined && inner.text !== undefined) {
    const wildcard = outer.text.search(WILDCARD);
    if (wildcard < 0) return outer.text === inner.text;
    if (!inner.text.startsWith(outer.text.slice(0, wildcard))) return false;
  }
  return containsGlob(outer.glob, inner.glob);
}

const WILDCARD = /[*?]/;

/** Whether the pattern has no wildcard and nothing unknown. */
export function isExact(pattern: Pattern): boolean {
  if (pattern.text !== undefined) return !WILDCARD.test(pattern.text);
  return !pattern.unknown && !pattern.glob.includes(STAR) && !pattern.glob.includes(ANY);
}

/** Whether a token stands for text that is not known at all. */
export function isUnknown(token: Token): boolean {
  return token.startsWith('<?');
}
