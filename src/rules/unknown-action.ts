import { KNOWN_UNTIL, PERMISSIONS } from '../kms/permissions.ts';
import { namesKms, reachedPermissions } from '../policy/action.ts';
import { intersectGlobs, parseGlob, STAR } from '../policy/glob.ts';
import { patternOf } from '../policy/pattern.ts';
import { type Policy, type Statement, show, type Value } from '../policy/policy.ts';
import { lookup } from '../source/lookup.ts';
import { distance } from '../source/nearest.ts';
import { code } from './code.ts';
import { names } from './phrase.ts';
import { PERMISSIONS_TABLE } from './references.ts';
import type { Rule } from './rule.ts';

/** API operations whose permission has another name. */
const RENAMED: Readonly<Record<string, readonly string[]>> = {
  reencrypt: ['kms:ReEncryptFrom', 'kms:ReEncryptTo'],
  deletekey: ['kms:ScheduleKeyDeletion'],
  getkey: ['kms:DescribeKey'],
  rotatekey: ['kms:RotateKeyOnDemand'],
};

export const unknownAction: Rule = {
  id: 'unknown-action',
  title: 'No KMS permission has this name',
  severity: 'error',
  why: 'A name that is no permission allows and denies nothing, without any error from IAM. `kms:ReEncrypt` is the usual one: the permissions are `kms:ReEncryptFrom` and `kms:ReEncryptTo`. A name that is like no other may be newer than what this tool knows; then it is a warning, and counts as a permission for keys of which nothing is certain.',
  remedy: 'Write the name of the permission; the message names the nearest one.',
  quiet: 'Names in any letter case, patterns that match at least one permission, and names with a reference in them.',
  references: [PERMISSIONS_TABLE],
  bad: [
    {
      title: 'An API operation that is no permission',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": ["kms:Decrypt", «"kms:ReEncrypt"»], "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
}`,
    },
    {
      title: 'A slip of the pen in a Deny',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Deny", "Action": «"kms:SheduleKeyDeletion"», "Resource": "*" }
}`,
    },
    {
      title: 'A pattern that matches nothing',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": [«"kms:Rotation*"», "kms:Decrypt"], "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
}`,
    },
    {
      title: 'A name like no other, which may be newer',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": ["kms:Decrypt", «"kms:EscrowKeyMaterial"»], "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
}`,
    },
  ],
  good: [
    {
      title: 'Any letter case, and a pattern',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": ["KMS:decrypt", "kms:ReEncrypt*"], "Resource": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" }
}`,
    },
  ],
  *check(policy) {
    for (const statement of policy.statements) {
      for (const value of [...(statement.action?.values ?? []), ...(statement.notAction?.values ?? [])]) {
        const written = show(value);
        if (!/^kms:/i.test(written) || !namesKms(value, policy) || isMatched(value, statement, policy)) continue;
        const nearest = suggestions(written);
        // What NotAction names is what the statement leaves alone.
        const does = statement.notAction ? 'exempts' : statement.effect === 'Deny' ? 'denies' : 'allows';
        const found = { statement, span: value.span, offending: written };
        if (nearest.length > 0 || !mayBeName(written)) {
          const message = `${code(written)} matches no KMS permission, so it ${does} nothing.`;
          const advice =
            nearest.length > 0 ? `Write ${names(nearest)}.` : 'Take it out, or write the name of a permission.';
          yield { ...found, message, advice };
        } else {
          yield {
            ...found,
            severity: 'warning',
            message: `${code(written)} matches no KMS permission of ${KNOWN_UNTIL}, nor is any name like it: it ${does} nothing, or it is newer, and then no rule judges what it ${does}.`,
            advice:
              'Take it out, or write the name of a permission; where it is newer, look at this statement yourself.',
          };
        }
      }
    }
  },
};

function isMatched(value: Value, statement: Statement, policy: Policy): boolean {
  if (statement.action)
    return reachedPermissions(statement, policy).some(
      ({ permission, values }) => values.includes(value) && PERMISSIONS.includes(permission),
    );
  const glob = patternOf(value, policy).glob.map((token) => token.toLowerCase());
  return PERMISSIONS.some((permission) => intersectGlobs(glob, parseGlob(`kms:${permission.name.toLowerCase()}`)));
}

/** Whether AWS could name a permission so: letters and digits, which a pattern may leave open. */
function mayBeName(written: string): boolean {
  return /^kms:[a-z0-9*?]+$/i.test(written);
}

/** The permissions whose names are nearest; none where nothing is near. */
function suggestions(written: string): string[] {
  const name = written
    .slice(written.indexOf(':') + 1)
    .toLowerCase()
    .replaceAll(STAR, '')
    .replaceAll('*', '');
  const renamed = lookup(RENAMED, name);
  if (renamed) return [...renamed];
  const near = PERMISSIONS.map((permission) => ({
    permission,
    distance: distance(name, permission.name.toLowerCase()),
  }))
    .filter((one) => one.distance <= Math.max(2, Math.floor(name.length / 4)))
    .sort((a, b) => a.distance - b.distance);
  const best = near[0]?.distance;
  return near
    .filter((one) => one.distance === best)
    .slice(0, 2)
    .map((one) => `kms:${one.permission.name}`);
}
