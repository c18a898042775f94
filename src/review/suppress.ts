import type { Config, Suppression } from '../policy/config.ts';
import { grantsMore } from '../policy/grants-more.ts';
import { code } from '../rules/code.ts';
import type { Finding } from '../rules/rule.ts';
import { matchPath } from '../source/path-glob.ts';
import type { Analysis } from './analyse.ts';
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
}

/**
 * Decides for each finding of head whether a comment or the configuration suppresses it. Where there is a base, both are
 * bound to what they suppressed there: when a statement grants more than it did, its finding comes back. A comment that
 * the base has not in these words is a new decision.
 */
export function openSuppressions(sides: Sides): (finding: Finding) => Verdict {
  const { config, today } = sides;
  const baseFindings = sides.base?.flatMap((analysis) => analysis.findings);
  const comments = commentsByFile(sides.head);
  const { known, removed } = pairComments(comments, commentsByFile(sides.base ?? []));
  const headPrints = new Set(sides.head.flatMap(({ findings }) => findings.map((one) => sides.prints.get(one))));
  const inBase = remember((entry: Suppression) => baseFindings?.filter((one) => isMeant(one, entry)) ?? []);
  const byPrint = new Map(baseFindings?.map((one) => [sides.prints.get(one), one]));
  const under = remember((comment: SuppressionComment) => baseFindings?.filter((one) => isAbout(comment, one)) ?? []);

  return (finding) => {
    let lapsed: string | undefined;
    for (const comment of commentsNear(finding, comments)) {
      const { file, line, reason, until } = comment;
      if (!isAbout(comment, finding) || isOver(until, today)) continue;
      const before = known.get(comment);
      if (before === undefined || under(before).some((one) => !exceeds(finding, one))) {
        const isNew = sides.base !== undefined && before === undefined;
        return { suppressed: { reason, file: file.path, line, isNew } };
      }
      const was = under(before).length > 0 ? grown(finding) : 'nothing before';
      const where = file.path === finding.span.file.path ? `line ${line}` : code(`${file.path}:${line}`);
      lapsed = `The comment in ${where} suppressed ${was}; to renew it, change its reason.`;
    }
    for (const entry of config.suppressions) {
      if (!isMeant(finding, entry) || isOver(entry.expires, today)) continue;
      const { fingerprint, line, reason } = entry;
      const holds =
        fingerprint === undefined
          ? !hasGrown(finding, inBase(entry), headPrints, sides.prints)
          : fingerprint === sides.prints.get(finding);
      if (holds) return { suppressed: { reason, file: null, line, isNew: false } };
      if (fingerprint === undefined) lapsed = `Line ${line} of the configuration suppressed ${grown(finding)}.`;
    }
    if (lapsed === undefined && removed.length > 0) {
      const same = byPrint.get(sides.prints.get(finding));
      if (same && removed.some((comment) => isAbout(comment, same) && !isOver(comment.until, today)))
        lapsed = 'The comment that suppressed it is not there any more.';
    }
    return { suppressed: null, ...(lapsed !== undefined && { lapsed }) };
  };
}

function grown({ statement }: Finding): string {
  return statement?.effect === 'Allow'
    ? 'it for what the statement granted before, and it grants more now'
    : 'it for what stood here before';
}

/**
 * Whether the finding is of something that an entry suppressed in the base and that is more now. What the entry had not
 * to do with in the base is for it to suppress: it is in the base's configuration.
 */
function hasGrown(
  finding: Finding,
  inBase: readonly Finding[],
  headPrints: ReadonlySet<string | undefined>,
  prints: ReadonlyMap<Finding, string>,
): boolean {
  const here = inBase.filter((one) => placeOf(one) === placeOf(finding));
  if (here.some((one) => !exceeds(finding, one))) return false;
  const sid = finding.statement?.sid;
  return here.some((one) => {
    const print = prints.get(one);
    if (sid !== undefined && one.statement?.sid === sid) return true;
    return print === prints.get(finding) || !headPrints.has(print);
  });
}

function placeOf(finding: Finding): string {
  return JSON.stringify([finding.span.file.path, (finding.policy ?? finding.declared)?.address]);
}

/** Whether a finding is more than another of the same rule: a worse one, or of a statement that grants more. */
function exceeds(now: Finding, before: Finding): boolean {
  const isSame = now.offending === before.offending;
  // A file that cannot be read grants nothing by being wrong in another way.
  if (now.policy === undefined && now.declared === undefined) return false;
  const [a, b] = [now.statement, before.statement];
  if (a?.effect !== 'Allow' || b?.effect !== 'Allow' || !now.policy || !before.policy) return !isSame;
  if (now.offending.split(' ', 1)[0] !== before.offending.split(' ', 1)[0] && isWorse(now, before)) return true;
  return grantsMore({ statement: a, policy: now.policy }, { statement: b, policy: before.policy });
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

type CommentsByFile = ReadonlyMap<string, readonly SuppressionComment[]>;

function commentsByFile(analyses: readonly Analysis[]): CommentsByFile {
  return new Map(analyses.flatMap(({ file, comments }) => (comments ? [[file.path, comments] as const] : [])));
}

/** The comments of the files that a finding has to do with. */
function commentsNear({ span, statement, policy, declared }: Finding, comments: CommentsByFile): SuppressionComment[] {
  if (comments.size === 0) return [];
  const places = [span, statement?.span, policy?.span, declared?.span];
  const paths = new Set(places.flatMap((place) => (place ? [place.file.path] : [])));
  return [...paths].flatMap((path) => comments.get(path) ?? []);
}

/** Which comments of head are those of the base, and which ones of the base are not there any more. */
function pairComments(
  head: CommentsByFile,
  base: CommentsByFile,
): { known: ReadonlyMap<SuppressionComment, SuppressionComment>; removed: SuppressionComment[] } {
  const known = new Map<SuppressionComment, SuppressionComment>();
  const left = new Set([...base.values()].flat());
  const lineOf = ({ file, target }: SuppressionComment): string => file.line(target ?? 0).trim();
  // Equal words above the same line first, so that a copy elsewhere in the file is the new one.
  for (const isSame of [(a: SuppressionComment, b: SuppressionComment) => lineOf(a) === lineOf(b), () => true]) {
    for (const [path, comments] of head) {
      for (const comment of comments) {
        if (known.has(comment)) continue;
        const same = base.get(path)?.find((one) => left.has(one) && one.text === comment.text && isSame(comment, one));
        if (same === undefined) continue;
        known.set(comment, same);
        left.delete(same);
      }
    }
  }
  return { known, removed: [...left] };
}

function remember<K, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    let value = made.get(key);
    if (value === undefined) {
      value = make(key);
      made.set(key, value);
    }
    return value;
  };
}
