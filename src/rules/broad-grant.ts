import { items, literal } from '../syntax/node.ts';
import { code } from './code.ts';
import { GRANTS } from './references.ts';
import type { Rule } from './rule.ts';

/** Every operation that uses a symmetric encryption key; only these can be narrowed by a grant constraint. */
const SYMMETRIC_USE = [
  'Encrypt',
  'Decrypt',
  'ReEncryptFrom',
  'ReEncryptTo',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
];

export const broadGrant: Rule = {
  id: 'broad-grant',
  title: 'A grant that gives more than one task needs',
  severity: 'warning',
  why: 'A grant adds to every policy, no policy shows it, and it has no end. With `CreateGrant` among its operations the grantee can pass the use of the key on to any principal of any account. With every operation of the key and no constraint it is as good as the key itself.',
  remedy:
    'List the operations that the grantee calls, leave `CreateGrant` out, and limit it to an encryption context with `constraints`.',
  quiet:
    'Grants with some operations, and grants with a constraint; operations that are not in the files; asymmetric and HMAC keys, which no constraint can narrow.',
  references: [GRANTS],
  bad: [
    {
      title: 'The grantee may pass it on',
      template: 'Terraform',
      text: `{
  "resource": { "aws_kms_grant": { "worker": { "key_id": "\${aws_kms_key.orders.key_id}", "grantee_principal": "\${aws_iam_role.worker.arn}", "operations": ["Decrypt", «"CreateGrant"»] } } }
}`,
    },
    {
      title: 'Every operation, for whatever is encrypted',
      template: 'Terraform',
      text: `{
  "resource": { "aws_kms_grant": { "worker": {
    "key_id": "\${aws_kms_key.orders.key_id}",
    "grantee_principal": "\${aws_iam_role.worker.arn}",
    «"operations"»: ["Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "DescribeKey"]
  } } }
}`,
    },
  ],
  good: [
    {
      title: 'What the task needs',
      template: 'Terraform',
      text: `{ "resource": { "aws_kms_grant": { "worker": { "grantee_principal": "\${aws_iam_role.worker.arn}", "operations": ["Decrypt", "GenerateDataKey", "RetireGrant"] } } } }`,
    },
    {
      title: 'Every operation, for one encryption context',
      template: 'Terraform',
      text: `{
  "resource": { "aws_kms_grant": { "worker": {
    "grantee_principal": "\${aws_iam_role.worker.arn}",
    "operations": ["Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"],
    "constraints": { "encryption_context_subset": { "department": "orders" } }
  } } }
}`,
    },
  ],
  *checkDeclared(declared) {
    if (declared.kind !== 'grant') return;
    const operations = declared.property('Operations');
    if (operations === undefined) return;
    const listed = items(operations.value);
    const passesOn = listed.find((operation) => literal(operation) === 'CreateGrant');
    if (passesOn) {
      yield {
        span: passesOn.span,
        offending: 'CreateGrant',
        message: `With ${code('CreateGrant')} the grantee of ${code(declared.address)} can hand the use of the key to any principal of any account.`,
        advice: `Remove ${code('CreateGrant')}; make a grant for each principal that needs the key.`,
      };
      return;
    }
    const names = new Set(listed.map(literal));
    if (declared.property('Constraints') !== undefined || !SYMMETRIC_USE.every((name) => names.has(name))) return;
    yield {
      span: operations.key.span,
      offending: 'every operation',
      message: `${code(declared.address)} gives every use of the key, for whatever is encrypted under it.`,
      advice: `List the operations that the grantee calls, or add ${code('constraints')} with the encryption context of its data.`,
    };
  },
};
