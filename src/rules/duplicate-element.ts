import { isAboutKms } from '../policy/allow.ts';
import type { Repair } from '../policy/change.ts';
import type { Policy, Statement } from '../policy/policy.ts';
import { type Entry, literal, type MapNode, type Node } from '../syntax/node.ts';
import { code } from './code.ts';
import { IAM_GRAMMAR } from './references.ts';
import type { Rule } from './rule.ts';

export const duplicateElement: Rule = {
  id: 'duplicate-element',
  title: 'The same element twice in one object',
  severity: 'error',
  why: 'IAM forbids an element twice in one object, and most JSON and YAML readers keep the last one without a word: what applies is not what one reads. A `Condition` that is written twice is the dangerous case.',
  remedy: 'Join the two, or take one out. Several values of one condition key go into one list.',
  quiet:
    'The same name in different objects; merge keys of YAML that are overridden on purpose; policies that may be about other services.',
  references: [IAM_GRAMMAR],
  bad: [
    {
      title: 'Two conditions, of which one is lost',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Principal": { "AWS": "111122223333" }, "Action": "kms:Decrypt", "Resource": "*",
    "Condition": { "StringEquals": { "kms:ViaService": "s3.us-east-1.amazonaws.com" } },
    «"Condition"»: { "StringEquals": { "kms:CallerAccount": "111122223333" } }
  }
}`,
    },
    {
      title: 'The same twice',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": { "AWS": "111122223333" },
    "Action": ["kms:Decrypt", "kms:DescribeKey"],
    "Resource": "*",
    «"Action"»: ["kms:Decrypt", "kms:DescribeKey"]
  }
}`,
    },
  ],
  good: [
    {
      title: 'One condition with two keys',
      kind: 'key-policy',
      text: `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow", "Principal": { "AWS": "111122223333" }, "Action": "kms:Decrypt", "Resource": "*",
    "Condition": { "StringEquals": { "kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": "111122223333" } }
  }
}`,
    },
  ],
  *check(policy) {
    if (!isAboutKms(policy)) return;
    for (const { first, second, owner } of duplicates(policy.node)) {
      const name = literal(second.key) ?? '';
      const statement = statementAround(policy, owner);
      yield {
        ...(statement && { statement }),
        span: second.key.span,
        offending: name,
        message: `${code(name)} stands twice in this object; IAM refuses it, and most readers keep only the last one.`,
        advice: `Join the two ${code(name)} elements into one, or take one out.`,
        related: [{ span: first.key.span, note: `the first ${code(name)}` }],
        repair: isSame(first.value, second.value) ? once(second) : undefined,
      };
    }
  },
};

interface Duplicate {
  first: Entry;
  second: Entry;
  owner: MapNode;
}

function duplicates(root: Node): Duplicate[] {
  const found: Duplicate[] = [];
  const seen = new Set<Node>();
  const stack: Node[] = [root];
  while (stack.length > 0) {
    const node = stack.pop() as Node;
    if ((node.type !== 'list' && node.type !== 'map') || seen.has(node)) continue;
    seen.add(node);
    if (node.type === 'map') for (const one of doubled(node)) found.push(one);
    const inner = node.type === 'list' ? node.items : node.entries.map(({ value }) => value);
    // The first one is looked at first.
    for (let at = inner.length - 1; at >= 0; at--) stack.push(inner[at] as Node);
  }
  return found;
}

/** The entries of one object whose names stood before. */
function doubled(owner: MapNode): Duplicate[] {
  if (owner.entries.length < 2) return [];
  const found: Duplicate[] = [];
  const first = new Map<string, Entry>();
  for (const entry of owner.entries) {
    const name = literal(entry.key);
    const known = name === undefined ? undefined : first.get(name);
    if (known) found.push({ first: known, second: entry, owner });
    else if (name !== undefined) first.set(name, entry);
  }
  return found;
}

/** Where both say the same, one is enough. */
function once({ key }: Entry): Repair {
  return {
    title: 'Take out the second one, which says the same',
    changes: [{ change: 'remove-entry', name: key.span }],
  };
}

/** Whether two values say the same in the same order; nothing that cannot be read does. */
function isSame(one: Node, other: Node): boolean {
  if (one.type === 'scalar' && other.type === 'scalar') {
    const text = literal(one);
    return text !== undefined && text === literal(other) && one.kind === other.kind;
  }
  if (one.type === 'list' && other.type === 'list')
    return (
      one.items.length === other.items.length && one.items.every((item, at) => isSame(item, other.items[at] as Node))
    );
  if (one.type !== 'map' || other.type !== 'map' || one.entries.length !== other.entries.length) return false;
  return one.entries.every(({ key, value }, at) => {
    const entry = other.entries[at] as Entry;
    return isSame(key, entry.key) && isSame(value, entry.value);
  });
}

/** The statement in which a map stands. */
function statementAround(policy: Policy, node: MapNode): Statement | undefined {
  return policy.statements.find(({ span }) => node.span.start >= span.start && node.span.end <= span.end);
}
