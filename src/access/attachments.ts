import type { Gap, Policy, PolicyKind } from '../policy/policy.ts';
import { folderOf } from '../source/path.ts';
import { canonicalText, statementTexts } from './canonical.ts';

/** The policies of one file on one side. */
export interface Documents {
  /** The file's path in head, also for the base's. */
  path: string;
  policies: readonly Policy[];
  /** What of the file's policies could not be read at all. */
  gaps: readonly Gap[];
  /** Nothing of the file was lost to an error in it. */
  isWhole: boolean;
}

/** What policies hang on, together: a role with all its policies, a key with its own, a document that stands alone. */
export interface Attachment {
  kind: PolicyKind;
  /** The identity's or key's name in the template, else the document's address. */
  address: string;
  /** The file of the first of them. */
  path: string;
  policies: Policy[];
}

/** An attachment on both sides; without one of them it is new, or gone. */
export interface Pair {
  before: Attachment | undefined;
  after: Attachment | undefined;
}

/** Kinds whose documents give no access to KMS, whatever stands in them. */
const ELSEWHERE: ReadonlySet<PolicyKind> = new Set(['trust-policy', 'resource-policy']);

/** Whether a kind of document gives no access to KMS. */
export function isElsewhere(kind: PolicyKind | undefined): boolean {
  return kind !== undefined && ELSEWHERE.has(kind);
}

/** Documents of which at least this share of statements is equal are the same one under another name. */
const MIN_LIKENESS = 0.5;
/** With more than this many left over, they are not compared with one another. */
const MAX_CANDIDATES = 500;

/** The pairs whose documents differ in what is written; those that say the same are left out. */
export function pairAttachments(base: readonly Documents[], head: readonly Documents[]): Pair[] {
  const before = attachmentsOf(base);
  const after = attachmentsOf(head);
  const pairs: Pair[] = [];
  const take = (isPair: (pair: Pair) => boolean): void => {
    for (const [key, one] of after) {
      const pair = { before: before.get(key), after: one };
      if (pair.before === undefined || !isPair(pair)) continue;
      before.delete(key);
      after.delete(key);
      if (!saysTheSame(pair)) pairs.push(pair);
    }
  };
  // The place in a list is no name: what stands there now may have stood elsewhere.
  take((pair) => saysTheSame(pair) || !pair.after?.address.startsWith('/'));
  pairs.push(...pairMoved(before, after));
  take(() => true);
  for (const one of before.values()) pairs.push({ before: one, after: undefined });
  for (const one of after.values()) pairs.push({ before: undefined, after: one });
  return pairs.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

function orderOf({ before, after }: Pair): string {
  const { path = '', address = '', kind = '' } = after ?? before ?? {};
  return [path, address, kind].join('\n');
}

function saysTheSame({ before, after }: Pair): boolean {
  return canonicalText(before?.policies ?? []) === canonicalText(after?.policies ?? []);
}

/** Groups the policies of one side by what they hang on. */
function attachmentsOf(documents: readonly Documents[]): Map<string, Attachment> {
  const found = new Map<string, Attachment>();
  for (const { path, policies } of documents) {
    // A Terraform folder is one module, whichever of its files something stands in.
    for (const policy of policies) {
      if (isElsewhere(policy.kind)) continue;
      const scope =
        policy.resourceType !== undefined && /^(?:aws_|data)/.test(policy.resourceType) ? folderOf(path) : path;
      const holders = policy.holders?.length ? policy.holders : [unitOf(policy)];
      for (const address of holders) {
        const key = JSON.stringify([policy.kind, scope, address]);
        const known = found.get(key);
        if (known) known.policies.push(policy);
        else found.set(key, { kind: policy.kind, address, path, policies: [policy] });
      }
    }
  }
  return found;
}

/** The resource of a template; a document elsewhere is a unit of its own. */
function unitOf({ address, resourceType }: Policy): string {
  return resourceType?.startsWith('AWS::') ? (address.split('.')[0] ?? address) : address;
}

/**
 * Pairs what has another name on the other side, and takes it out: equal documents, of which nothing is said, and then
 * those most alike.
 */
function pairMoved(before: Map<string, Attachment>, after: Map<string, Attachment>): Pair[] {
  const textOf = ({ kind, policies }: Attachment): string => `${kind} ${canonicalText(policies)}`;
  const equal = Map.groupBy(before.keys(), (key) => textOf(before.get(key) as Attachment));
  for (const [key, one] of after) {
    const same = equal.get(textOf(one))?.pop();
    if (same === undefined) continue;
    before.delete(same);
    after.delete(key);
  }
  if (before.size * after.size > MAX_CANDIDATES * MAX_CANDIDATES) return [];
  const pairs: Pair[] = [];
  for (const [key, one] of after) {
    const like = mostAlike(one, before);
    if (like === undefined) continue;
    pairs.push({ before: before.get(like), after: one });
    before.delete(like);
    after.delete(key);
  }
  return pairs;
}

/** The key of the one that shares most statements; undefined where none shares enough. */
function mostAlike(one: Attachment, others: ReadonlyMap<string, Attachment>): string | undefined {
  const own = new Set(statementTexts(one.policies));
  let best: { key: string; likeness: number } | undefined;
  for (const [key, other] of others) {
    if (other.kind !== one.kind) continue;
    const theirs = new Set(statementTexts(other.policies));
    const shared = [...theirs].filter((text) => own.has(text)).length;
    const likeness = shared / Math.max(1, own.size + theirs.size - shared);
    if (likeness >= MIN_LIKENESS && likeness > (best?.likeness ?? 0)) best = { key, likeness };
  }
  return best?.key;
}
