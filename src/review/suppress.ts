import type { Config, Suppression } from '../policy/config.ts';
import { not, type Tri } from '../policy/matching.ts';
import type { Policy, Statement } from '../policy/policy.ts';
import { code } from '../rules/code.ts';
import type { Finding } from '../rules/rule.ts';
import { matchPath } from '../source/path-glob.ts';
import { remember } from '../source/remember.ts';
import type { Analysis } from './analyse.ts';
import { commentsByFile, commentsNear, pairComments } from './known-comments.ts';
import { isAbout, type SuppressionComment } from './suppression-comment.ts';

/** Why a finding does not count. */
export interface Suppressed {
  reason: string;
  /** The file of the comment that says so; null for the configuration. */
  file: string | null;
  /** Of the comment or of the entry, 1-based. */
  line: number;
  /** The change brings the comment: whoever reviews it should see that. */
  isNew: boolean;
}

/** What becomes of a finding. */
export interface Verdict {
  suppressed: Suppressed | null;
  /** Why it counts although something suppressed it before: a sentence. Then it is new. */
  lapsed?: string;
}

/** Both sides of a change. */
export interface Sides {
  head: readonly Analysis[];
  /** Undefined where there is nothing to compare with. */
  base: readonly Analysis[] | undefined;
  config: Config;
  /** `YYYY-MM-DD`. */
  today: string;
  /** The fingerprints of the findings of both sides. */
  prints: ReadonlyMap<Finding, string>;
  /** Tells whether documents allow nothing that others do not; there where {@link mayBeBound} says so. */
  narrows?: Narrows | undefined;
}

/** Whether the documents of the second argument allow nothing that those of the first do not. */
export type Narrows = (before: readonly Policy[], after: readonly Policy[]) => Tri;

/** Whether anything may have to be compared with what it was in the base. */
export function mayBeBound(head: readonly Analysis[], config: Config): boolean {
  return config.suppressions.length > 0 || head.some(({ comments }) => comments !== undefined);
}

/**
 * Decides for each finding of head whether a comment or the configuration suppresses it. Where there is a base, both are
 * bound to what they suppressed there: when a statement grants more than it did, its finding comes back. A comment that
 * the base has not in these words is a new decision.
 */
export function openSuppressions(sides: Sides): (finding: Finding) => Verdict {
  const { config, today, prints } = sides;
  const baseFindings = sides.base?.flatMap((analysis) => analysis.findings) ?? [];
  const comments = commentsByFile(sides.head);
  const { known, removed } = pairComments(comments, commentsByFile(sides.base ?? []));
  const byPrint = new Map(baseFindings.map((one) => [prints.get(one), one]));
  const headPrints = new Set(sides.head.flatMap(({ findings }) => findings.map((one) => prints.get(one))));
  const under = remember((comment: SuppressionComment) => baseFindings.filter((one) => isAbout(comment, one)));
  const meant = remember((entry: Suppression) =>
    Map.groupBy(
      baseFindings.filter((one) => isMeant(one, entry)),
      placeOf,
    ),
  );
  const growth = (finding: Finding, before: readonly Finding[]): Tri => {
    const possible = likeliest(finding, before, byPrint.get(prints.get(finding)));
    let least: Tri = possible.length > MAX_COMPARED ? 'unknown' : 'yes';
    for (const one of possible.slice(0, MAX_COMPARED)) {
      const answer = exceeds(finding, one, sides.narrows);
      if (answer === 'no') return 'no';
      if (answer === 'unknown') least = 'unknown';
    }
    return least;
  };

  return (finding) => {
    let lapsed: string | undefined;
    for (const comment of commentsNear(finding, comments)) {
      const { file, line, reason, until } = comment;
      if (!isAbout(comment, finding) || isOver(until, today)) continue;
      const before = known.get(comment);
      const more = before && growth(finding, under(before));
      if (before === undefined || more === 'no') {
        const isNew = sides.base !== undefined && before === undefined;
        return { suppressed: { reason, file: file.path, line, isNew } };
      }
      const where = file.path === finding.span.file.path ? `line ${line}` : code(`${file.path}:${line}`);
      const was = under(before).length > 0 ? grown(finding, more) : 'nothing before';
      lapsed = `The comment in ${where} suppressed ${was}; to renew it, change its reason.`;
    }
    for (const entry of config.suppressions) {
      if (!isMeant(finding, entry) || isOver(entry.expires, today)) continue;
      const { fingerprint, line, reason } = entry;
      const here = meant(entry).get(placeOf(finding)) ?? [];
      const more =
        fingerprint === undefined && isOfThese(finding, here, headPrints, prints) ? growth(finding, here) : 'no';
      if (fingerprint === undefined ? more === 'no' : fingerprint === prints.get(finding))
        return { suppressed: { reason, file: null, line, isNew: false } };
      if (fingerprint === undefined) lapsed = `Line ${line} of the configuration suppressed ${grown(finding, more)}.`;
    }
    if (lapsed === undefined && removed.length > 0) {
      const same = byPrint.get(prints.get(finding));
      if (same && removed.some((comment) => isAbout(comment, same) && !isOver(comment.until, today)))
        lapsed = 'The comment that suppressed it is not there any more.';
    }
    return { suppressed: null, ...(lapsed !== undefined && { lapsed }) };
  };
}

/** How many statements of the base one of head is compared with; above it nothing is certain. */
const MAX_COMPARED = 20;

/** What a finding may have been in the base: of the same fingerprint first, and of the same Sid only where there is one. */
function likeliest(finding: Finding, before: readonly Finding[], same: Finding | undefined): readonly Finding[] {
  const sid = finding.statement?.sid;
  const named = sid === undefined ? [] : before.filter((one) => one.statement?.sid === sid);
  const possible = named.length > 0 ? named : before;
  return same && before.includes(same) ? [same, ...possible] : possible;
}

function grown({ statement }: Finding, more: Tri | undefined): string {
  if (statement?.effect !== 'Allow') return 'it for what stood here before';
  return `it for what the statement granted before, and it ${more === 'unknown' ? 'may grant' : 'grants'} more now`;
}

/**
 * Whether a finding is what became of those that an entry suppressed in the base at the same place: its statement has the
 * Sid of one, or one is there in the base only. What the entry had not to do with in the base is for it to suppress: it
 * is in the base's configuration.
 */
function isOfThese(
  finding: Finding,
  before: readonly Finding[],
  headPrints: ReadonlySet<string | undefined>,
  prints: ReadonlyMap<Finding, string>,
): boolean {
  const sid = finding.statement?.sid;
  return before.some((one) => {
    const print = prints.get(one);
    if (sid !== undefined && one.statement?.sid === sid) return true;
    return print === prints.get(finding) || !headPrints.has(print);
  });
}

function placeOf(finding: Finding): string {
  return JSON.stringify([finding.span.file.path, (finding.policy ?? finding.declared)?.address]);
}

/** Whether a finding is more than another of the same rule: a worse one, or of a statement that grants more. */
function exceeds(now: Finding, before: Finding, narrows: Narrows | undefined): Tri {
  // A file that cannot be read grants nothing by being wrong in another way.
  if (now.policy === undefined && now.declared === undefined) return 'no';
  if (!isOfAllow(now) || !isOfAllow(before)) return now.offending === before.offending ? 'no' : 'yes';
  if (isWorse(now, before)) return 'yes';
  return narrows ? not(narrows([alone(before)], [alone(now)])) : 'unknown';
}

type OfAllow = Finding & { policy: Policy; statement: Statement };

function isOfAllow(finding: Finding): finding is OfAllow {
  return finding.policy !== undefined && finding.statement?.effect === 'Allow';
}

/** The document with this Allow only; what it denies is denied of it too. */
function alone({ policy, statement }: OfAllow): Policy {
  return { ...policy, statements: policy.statements.filter((one) => one === statement || one.effect !== 'Allow') };
}

/** The rule's own severity stands first in the offending value, whatever the configuration makes of it. */
function isWorse(now: Finding, before: Finding): boolean {
  const order = ['notice', 'warning', 'error'];
  const rank = ({ offending }: Finding): number => order.indexOf(offending.split(' ', 1)[0] as string);
  return rank(now) > rank(before);
}

/** Whether an entry is for a finding; its fingerprint and its expiry are not looked at. */
export function isMeant(finding: Finding, { rule, path, policy, sid }: Suppression): boolean {
  return (
    rule === finding.rule &&
    matchPath(path, finding.span.file.path) &&
    (policy === undefined || policy === (finding.policy ?? finding.declared)?.address) &&
    (sid === undefined || sid === finding.statement?.sid)
  );
}

/** The day of expiry is the last one on which a suppression holds. */
export function isOver(day: string | undefined, today: string): boolean {
  return day !== undefined && today > day;
}
