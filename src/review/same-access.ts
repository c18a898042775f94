import { canonicalText } from '../access/canonical.ts';
import { keeps, narrows } from '../access/prove.ts';
import { OWN_ACCOUNT } from '../policy/pattern.ts';
import { type Policy, type Statement, show } from '../policy/policy.ts';
import type { Finding } from '../rules/rule.ts';

/** Whether the policies of the findings allow no more than before and still what is meant, and all others say the same. */
export function isSameAccess(
  old: readonly Policy[],
  fresh: readonly Policy[],
  findings: readonly Finding[],
  account: string | undefined,
): boolean {
  if (old.length !== fresh.length) return false;
  return old.every((before, index) => {
    const after = fresh[index] as Policy;
    if (before.address !== after.address || before.kind !== after.kind) return false;
    if (canonicalText([before]) === canonicalText([after])) return true;
    const own = findings.filter(({ policy }) => policy?.address === before.address);
    return own.length > 0 && isNarrowed(before, after, own, account);
  });
}

function isNarrowed(before: Policy, after: Policy, findings: readonly Finding[], account: string | undefined): boolean {
  if (otherServices(before) !== otherServices(after)) return false;
  const options = { account };
  if (narrows([before], [after], options) !== 'yes') return false;
  const kept = findings.map(({ repair }) => repair?.keeps);
  if (kept.includes('what-it-says')) return true;
  if (!kept.includes('own-account')) return keeps([before], [after], {}, options) === 'yes';
  return keeps([before], [after], { account: account ?? OWN_ACCOUNT }, options) === 'yes';
}

/** What a document says of other services, action by action: a fix leaves that alone. */
function otherServices({ statements }: Policy): string {
  return statements.flatMap(otherActions).sort().join('\n');
}

function otherActions(statement: Statement): string[] {
  const { action, notAction, effect } = statement;
  const others = (action ?? notAction)?.values.filter((value) => !/^kms:/i.test(show(value))) ?? [];
  const rest = canonicalText([
    {
      kind: 'unknown',
      address: '',
      version: undefined,
      node: statement.node,
      span: statement.span,
      gaps: [],
      statements: [{ ...statement, action: undefined, notAction: undefined }],
    },
  ]);
  return others.map((value) => `${effect} ${notAction ? 'not ' : ''}${show(value)} ${rest}`);
}
