import { reachedPermissions } from '../policy/action.ts';
import { speaksOfKms } from '../policy/allow.ts';
import { type Pattern, patternOf } from '../policy/pattern.ts';
import { type Policy, type Statement, show, type Value } from '../policy/policy.ts';
import { arnReference } from '../policy/reference.ts';
import type { Meaning } from '../syntax/node.ts';
import { code } from './code.ts';
import { ownArn } from './phrase.ts';
import { BEST_PRACTICES } from './references.ts';
import type { Rule } from './rule.ts';

export const keyIdentifierNotArn: Rule = {
  id: 'key-identifier-not-arn',
  title: 'A key ID or alias name stands where an ARN is needed',
  severity: 'error',
  why: 'The `Resource` of an IAM policy takes ARNs only. A key ID, an alias name, or a reference that gives one, names no resource: IAM refuses the policy, or the statement never applies.',
  remedy:
    'Write the key ARN. In CloudFormation use `!GetAtt Key.Arn` (`!Ref Key` is the key ID), in Terraform `aws_kms_key.key.arn` (`.id` and `.key_id` are the key ID).',
  quiet: 'Key ARNs and references that give them; a key ID inside an ARN.',
  references: [BEST_PRACTICES],
  bad: [
    {
      title: 'A key ID',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": «"1234abcd-12ab-34cd-56ef-1234567890ab"» }
}`,
    },
    {
      title: 'The ID of a multi-Region key',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": [«"mrk-1234abcd12ab34cd56ef1234567890ab"»] }
}`,
    },
    {
      title: 'An alias name',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": «"alias/app"» }
}`,
    },
  ],
  good: [
    {
      title: 'A key ARN',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
}`,
    },
    {
      title: 'The ARN of a multi-Region key',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": ["arn:aws:kms:*:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab"] }
}`,
    },
  ],
  *check(policy, { config }) {
    if (policy.kind !== 'identity-policy') return;
    for (const statement of policy.statements) {
      if (!speaksOfKms(statement, policy)) continue;
      const values = [...(statement.resource?.values ?? []), ...(statement.notResource?.values ?? [])];
      for (const value of values) {
        const what = identifier(value, policy);
        if (what === undefined) continue;
        yield {
          statement,
          span: value.span,
          offending: show(value),
          message: `${code(show(value))} is ${what}, not an ARN: it names no key here, so ${statement.effect === 'Deny' ? 'this Deny denies nothing' : 'the permission is never given'} (IAM may refuse the policy).`,
          advice: advice(value, statement, policy, config.account),
        };
      }
    }
  },
};

/** The very text to write, as far as the files tell it. It gives access that is not there today, so that a person must want it. */
function advice(value: Value, statement: Statement, policy: Policy, account: string | undefined): string {
  const written = show(value);
  const isForAlias = reachedPermissions(statement, policy).every(({ permission }) => permission.on === 'alias');
  if (meaningOf(value) === 'alias-name') {
    if (isForAlias) return `Write ${code(aliasArn(written))}, which is the ARN of the alias.`;
    return `Write the ARN of the key: ${code(targetArn(written))}.`;
  }
  const reference = arnReference(value);
  if (reference) return `Write ${code(reference)}, which is the key ARN.`;
  if (!written.startsWith('alias/')) {
    const id = written.replace(/^key\//, '');
    return `Write the key ARN: ${code(ownArn(policy, account, `key/${id}`))}.`;
  }
  if (isForAlias) return `Write the ARN of the alias: ${code(ownArn(policy, account, written))}.`;
  const condition = code(`"ForAnyValue:StringEquals": {"kms:ResourceAliases": "${written}"}`);
  return `Write the ARN of the key; or, to follow the alias, ${code(ownArn(policy, account, 'key/*'))} with the condition ${condition}.`;
}

/** What a value that is a reference and nothing else stands for. */
function meaningOf({ parts: [only, ...more] }: Value): Meaning | undefined {
  return typeof only === 'object' && more.length === 0 ? only.meaning : undefined;
}

/** Terraform's reference to an attribute of an alias, in a text or not. */
const ALIAS_ATTRIBUTE = /\.(?:name|id)(?=\}?$)/;

/** The ARN of an alias of the template by a reference to its name. */
function aliasArn(written: string): string {
  if (ALIAS_ATTRIBUTE.test(written)) return written.replace(ALIAS_ATTRIBUTE, '.arn');
  const name = written.replace(/^!Ref (.*)$/, '${$1}');
  return `!Sub arn:\${AWS::Partition}:kms:\${AWS::Region}:\${AWS::AccountId}:${name}`;
}

/** The ARN of the key behind an alias of the template; CloudFormation does not give it by the alias. */
function targetArn(written: string): string {
  return ALIAS_ATTRIBUTE.test(written) ? written.replace(ALIAS_ATTRIBUTE, '.target_key_arn') : '!GetAtt KEY.Arn';
}

/** What a bare identifier is, in words; undefined where the value is none or not certain. */
function identifier(value: Value, policy: Policy): string | undefined {
  const pattern: Pattern = patternOf(value, policy);
  const meaning = meaningOf(value);
  if (meaning === 'key-id') return 'a key ID';
  if (meaning !== undefined) return meaning === 'alias-name' ? 'an alias name' : undefined;
  if (pattern.unknown) return undefined;
  const text = show(value);
  if (text.startsWith('alias/')) return 'an alias name';
  const id = text.startsWith('key/') ? text.slice('key/'.length) : text;
  if (isKeyId(id)) return id === text ? 'a key ID' : 'the end of an ARN';
  return undefined;
}

/** A UUID, or `mrk-` and 32 hexadecimal digits. */
function isKeyId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) || /^mrk-[0-9a-f]{32}$/i.test(text);
}
