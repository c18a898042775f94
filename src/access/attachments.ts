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
  for (const [key, one] of after) {
    const other = before.get(key);
    if (other === undefined) continue;
    before.delete(key);
    after.delete(key);
    pairs.push({ before: other, after: one });
  }
  const different = pairs.filter((pair) => !saysTheSame(pair));
  const moved = pairMoved(different, [...before.values()], [...after.values()]);
  return moved.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
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

/** Pairs what has another name on the other side: equal documents first (which are left out then), then those most alike. */
function pairMoved(pairs: readonly Pair[], before: readonly Attachment[], after: readonly Attachment[]): Pair[] {
  const equal = new Map<string, Attachment[]>();
  const textOf = ({ kind, policies }: Attachment): string => `${kind} ${canonicalText(policies)}`;
  for (const one of before) equal.set(textOf(one), [...(equal.get(textOf(one)) ?? []), one]);
  const gone = new Set(before);
  const fresh = after.filter((one) => {
    const same = equal.get(textOf(one))?.pop();
    if (same) gone.delete(same);
    return same === undefined;
  });
  const found: Pair[] = [...pairs];
  const isFew = gone.size * fresh.length <= MAX_CANDIDATES * MAX_CANDIDATES;
  for (const one of fresh) {
    const like = isFew ? mostAlike(one, gone) : undefined;
    if (like) gone.delete(like);
    found.push({ before: like, after: one });
  }
  return [...found, ...[...gone].map((one) => ({ before: one, after: undefined }))];
}

function mostAlike(one: Attachment, others: ReadonlySet<Attachment>): Attachment | undefined {
  const own = new Set(statementTexts(one.policies));
  let best: { other: Attachment; likeness: number } | undefined;
  for (const other of others) {
    if (other.kind !== one.kind) continue;
    const theirs = new Set(statementTexts(other.policies));
    const shared = [...theirs].filter((text) => own.has(text)).length;
    const likeness = shared / Math.max(1, own.size + theirs.size - shared);
    if (likeness >= MIN_LIKENESS && likeness > (best?.likeness ?? 0)) best = { other, likeness };
  }
  return best?.other;
}
