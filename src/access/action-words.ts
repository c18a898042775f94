import { PERMISSIONS } from '../kms/permissions.ts';
import type { On } from './resources.ts';

/** A pattern stands for at least so many names. */
const MIN_NAMES = 3;

/** The names of the permissions that are asked for on some kinds of resources. */
function universe(kinds: ReadonlySet<On>, isKeyPolicy: boolean): string[] {
  return PERMISSIONS.filter(({ on, iamOnly }) => {
    if (isKeyPolicy) return on !== 'none' && !iamOnly;
    return kinds.has(on) || (on === 'alias' && kinds.has('key'));
  }).map(({ name }) => name);
}

/**
 * Names of permissions as few action patterns, sorted: `kms:*`, `kms:GenerateDataKey*`, `kms:Decrypt`. A pattern is used only
 * where it covers, of what can be asked for on these kinds of resources, exactly names of the set.
 */
export function actionPatterns(names: readonly string[], kinds: ReadonlySet<On>, isKeyPolicy: boolean): string[] {
  const all = universe(kinds, isKeyPolicy);
  if (names.length <= MIN_NAMES) return names.map((name) => `kms:${name}`).sort();
  const wanted = new Set(names);
  const left = new Set(names);
  const patterns: string[] = [];
  // The whole service first, then longer and longer beginnings, which end where a word ends.
  const prefixes = new Set(['', ...names.flatMap(beginnings)]);
  for (const prefix of [...prefixes].sort((a, b) => a.length - b.length || (a < b ? -1 : 1))) {
    const covered = all.filter((name) => name.startsWith(prefix));
    if (covered.length < MIN_NAMES || !covered.every((name) => wanted.has(name))) continue;
    if (!covered.some((name) => left.has(name))) continue;
    patterns.push(`kms:${prefix}*`);
    for (const name of covered) left.delete(name);
  }
  return [...patterns, ...[...left].map((name) => `kms:${name}`)].sort();
}

const SEVERITY = ['critical', 'high', 'medium', 'low'];
const RANKS = new Map(
  PERMISSIONS.map(({ name, sensitivity, cryptographic }) => [
    name,
    sensitivity ? SEVERITY.indexOf(sensitivity) : cryptographic ? SEVERITY.indexOf('medium') : SEVERITY.length,
  ]),
);

/** How much the strongest of some permissions can do: 0 is the most. */
export function strengthOf(names: readonly string[]): number {
  return Math.min(SEVERITY.length, ...names.map((name) => RANKS.get(name) ?? SEVERITY.length));
}

/** `GenerateDataKeyPair` begins with `Generate`, `GenerateData`, `GenerateDataKey` and itself. */
function beginnings(name: string): string[] {
  const words = name.match(/[A-Z][a-z]*|[^A-Z]+/g) ?? [];
  return words.map((_, index) => words.slice(0, index + 1).join(''));
}
