import type { Gap, PolicyKind } from '../policy/policy.ts';
import { code } from '../rules/code.ts';
import { type Attachment, type Documents, isElsewhere, type Pair, pairAttachments } from './attachments.ts';
import { type Cause, placeOf } from './blame.ts';
import type { Options } from './cells.ts';
import { compareAccess } from './compare.ts';
import type { Example, Row } from './row.ts';

/** The KMS access of two versions of some files, compared: plain data, for reports. */
export interface AccessDiff {
  /** Whether something is allowed that was not. `unknown`: nothing certain, and something that hangs on what is not known. */
  newAccess: boolean | 'unknown';
  added: AccessRow[];
  removed: AccessRow[];
  /** What may be new, or gone. */
  unknown: AccessRow[];
  /** How many identities, keys and documents have KMS policies that differ. */
  compared: number;
}

export interface AccessRow {
  change: Row['change'];
  /** What it hangs on; null where a file or a document could not be read. */
  policy: { kind: PolicyKind; addresses: string[]; path: string } | null;
  /** Who, where the document names principals; else it is who the document hangs on. */
  principals: string[];
  /** In a key policy: `direct` needs nothing else, `with-iam` an IAM policy as well. */
  route: Row['route'];
  /** Of `direct`: with an IAM policy it was allowed before, or still is. */
  otherwiseWithIam: boolean;
  /** Action patterns that cover exactly what changed, of the permissions of today. */
  actions: string[];
  resources: { pattern: string; except: string[] }[];
  /** It is only a part of the resources, which the patterns cannot tell. */
  partial: boolean;
  /** What the requests must carry, a clause with code spans; empty where nothing is asked. */
  condition: string;
  /** What it hangs on that is not known, clauses with code spans. */
  reasons: string[];
  /** What is taken for granted, clauses with code spans. */
  assumes: string[];
  /** Where it comes from: 1-based lines of head, or of base where something was taken out. */
  causes: { path: string; line: number; side: 'base' | 'head'; why: Cause['why'] }[];
  /** A request that is new (or gone). References stand in it as `${Name}`. */
  example: Example | null;
}

/** A file that may hold policies and could not be read, on either side. */
export interface Lost {
  path: string;
  reason: string;
}

/** More than this many differing attachments are not compared. */
const MAX_COMPARED = 1000;

/** Compares all that two versions of some files say of KMS, by what each policy hangs on. */
export function diffAccess(
  base: readonly Documents[],
  head: readonly Documents[],
  lost: readonly Lost[],
  options: Options,
): AccessDiff {
  const unread = unreadOf(base, head, lost);
  const isRead = ({ path }: Documents): boolean => !unread.paths.has(path);
  const pairs = pairAttachments(base.filter(isRead), head.filter(isRead));
  const rows = new Map<string, AccessRow>();
  let compared = 0;
  for (const pair of pairs.slice(0, MAX_COMPARED)) {
    const found = rowsOf(pair, unread, options);
    if (found === undefined) continue;
    compared++;
    for (const row of found) add(rows, row);
  }
  const all = [...rows.values(), ...unread.rows];
  if (pairs.length > MAX_COMPARED)
    all.push(bareRow('may-add', null, `more than ${MAX_COMPARED} policies differ, and the others were not compared`));
  const of = (...changes: Row['change'][]): AccessRow[] => all.filter(({ change }) => changes.includes(change));
  const added = of('added');
  const newAccess = added.length > 0 || (of('may-add').length > 0 ? 'unknown' : false);
  return { newAccess, added, removed: of('removed'), unknown: of('may-add', 'may-remove'), compared };
}

/** The rows of one pair; undefined where neither side is about KMS. */
function rowsOf({ before, after }: Pair, unread: Unread, options: Options): AccessRow[] | undefined {
  const { added, removed, unknown, touchesKms } = compareAccess(before?.policies ?? [], after?.policies ?? [], options);
  if (!touchesKms) return undefined;
  const attachment = (after ?? before) as Attachment;
  return [...added, ...removed, ...unknown].map((row) => {
    const plain = plainRow(row, attachment);
    // What stood in a document that could not be read may have been the same.
    if (before === undefined && row.change === 'added' && unread.base.has(attachment.path))
      return { ...plain, change: 'may-add', reasons: ['a policy of the base could not be read'] };
    if (after === undefined && row.change === 'removed' && unread.head.has(attachment.path))
      return { ...plain, change: 'may-remove', reasons: ['a policy could not be read'] };
    return plain;
  });
}

function plainRow(row: Row, { kind, address, path }: Attachment): AccessRow {
  return {
    change: row.change,
    policy: { kind, addresses: [address], path },
    principals: row.principals,
    route: row.route,
    otherwiseWithIam: row.otherwiseWithIam,
    actions: row.actions,
    resources: row.resources.map(({ text, except }) => ({ pattern: text, except })),
    partial: row.isPart,
    condition: row.situation,
    reasons: row.reasons,
    assumes: row.assumes,
    causes: row.causes.map(({ span, why }) => ({ ...placeOf(span), side: SIDES[why], why })),
    example: row.example ?? null,
  };
}

const SIDES = { allowed: 'head', denied: 'head', 'denial-removed': 'base', 'allow-removed': 'base' } as const;

/** Adds a row; one that only differs in what it hangs on joins the other one. */
function add(rows: Map<string, AccessRow>, row: AccessRow): void {
  const { policy, ...rest } = row;
  const key = JSON.stringify([policy?.kind, policy?.path, rest]);
  const known = rows.get(key);
  if (known?.policy && policy) known.policy.addresses.push(...policy.addresses);
  else rows.set(key, row);
}

/** What could not be read, on which side. */
interface Unread {
  rows: AccessRow[];
  /** Files that are not compared at all. */
  paths: Set<string>;
  /** Files in which some policy could not be read. */
  base: Set<string>;
  head: Set<string>;
}

function unreadOf(base: readonly Documents[], head: readonly Documents[], lost: readonly Lost[]): Unread {
  const unread: Unread = { rows: [], paths: new Set(), base: new Set(), head: new Set() };
  const drop = (path: string, reason: string): void => {
    if (unread.paths.has(path)) return;
    unread.paths.add(path);
    unread.rows.push({ ...bareRow('may-add', null, reason), causes: [] });
  };
  for (const { path, reason } of lost) drop(path, path === '' ? reason : `${code(path)} could not be read: ${reason}`);
  for (const { path, isWhole } of [...head, ...base])
    if (!isWhole) drop(path, `${code(path)} has errors, so its policies are not compared`);
  const textOf = ({ span, reason }: Gap): string => `${reason} ${span.file.slice(span)}`;
  const known = new Set(base.flatMap(({ gaps }) => gaps.map(textOf)));
  const still = new Set(head.flatMap(({ gaps }) => gaps.map(textOf)));
  for (const { path, gaps } of head)
    for (const gap of gaps) {
      if (isElsewhere(gap.kind) || known.has(textOf(gap)) || unread.paths.has(path)) continue;
      unread.head.add(path);
      unread.rows.push(bareRow('may-add', gap, gap.reason));
    }
  for (const { path, gaps } of base)
    if (gaps.some((gap) => !isElsewhere(gap.kind) && !still.has(textOf(gap)))) unread.base.add(path);
  return unread;
}

function bareRow(change: Row['change'], gap: Gap | null, reason: string): AccessRow {
  return {
    change,
    policy: null,
    principals: [],
    route: 'direct',
    otherwiseWithIam: false,
    actions: [],
    resources: [],
    partial: false,
    condition: '',
    reasons: [reason],
    assumes: [],
    causes: gap ? [{ ...placeOf(gap.span), side: 'head', why: 'allowed' }] : [],
    example: null,
  };
}
