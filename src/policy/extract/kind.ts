import { reachedPermissions } from '../action.ts';
import { isStar } from '../deny.ts';
import { intersectGlobs, parseGlob } from '../glob.ts';
import { patternOf } from '../pattern.ts';
import type { Policy, PolicyKind, Statement } from '../policy.ts';

/** Words of a file's name that tell the kind of a plain policy document. */
const NAME_WORDS: readonly (readonly [string, PolicyKind])[] = [
  ['scp', 'service-control-policy'],
  ['rcp', 'resource-control-policy'],
  ['boundary', 'permissions-boundary'],
  ['vpce', 'vpc-endpoint-policy'],
  ['endpoint', 'vpc-endpoint-policy'],
  ['trust', 'trust-policy'],
];

/**
 * The kind of a document that no resource tells: a policy without principals hangs on an identity; one whose
 * principals are given KMS permissions on `*` and nothing else is a key policy. Where the text fits several
 * kinds the answer is `unknown`, and `policy-kinds` in the configuration decides.
 */
export function inferKind(policy: Policy, path: string): PolicyKind {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const words = name.split(/[^a-z0-9]+/);
  for (const [word, kind] of NAME_WORDS) if (words.includes(word)) return kind;
  const withPrincipal = policy.statements.filter((statement) => statement.principal || statement.notPrincipal);
  if (withPrincipal.length === 0) return 'identity-policy';
  if (policy.statements.every((statement) => speaksOnlyOf(statement, policy, 'sts'))) return 'trust-policy';
  if (!policy.statements.every((statement) => speaksOnlyOf(statement, policy, 'kms'))) {
    return policy.statements.some((statement) => reachedPermissions(statement, policy).length > 0)
      ? 'unknown'
      : 'resource-policy';
  }
  const onItself = policy.statements.every(
    (statement) =>
      (!statement.resource && !statement.notResource) ||
      statement.resource?.values.every((value) => isStar(value, policy)) === true,
  );
  return onItself ? 'key-policy' : 'unknown';
}

function speaksOnlyOf(statement: Statement, policy: Policy, service: string): boolean {
  const actions = statement.action?.values ?? statement.notAction?.values ?? [];
  return (
    actions.length > 0 &&
    actions.every((value) => {
      const { glob } = patternOf(value, policy);
      const prefix = glob.slice(0, glob.indexOf(':'));
      return (
        glob.includes(':') &&
        intersectGlobs(
          prefix.map((token) => token.toLowerCase()),
          parseGlob(service),
        )
      );
    })
  );
}
