import type { Change } from '../policy/change.ts';
import { flag, saysOrDefaults } from '../policy/declared.ts';
import { code } from './code.ts';
import { ROTATION } from './references.ts';
import type { Rule } from './rule.ts';

export const keyRotation: Rule = {
  id: 'key-rotation',
  title: 'A key without automatic rotation',
  severity: 'notice',
  why: 'With automatic rotation AWS makes new key material once a year, or as often as one says; what was encrypted before stays readable, and nothing that uses the key notices. Without it one piece of key material protects everything for as long as the key exists.',
  remedy: 'Set `EnableKeyRotation` (Terraform: `enable_key_rotation`) to `true`.',
  quiet:
    'Keys that AWS cannot rotate by itself: asymmetric and HMAC keys, imported key material, custom key stores; replica keys, which follow their primary key; disabled keys; a value that is not in the files.',
  references: [ROTATION],
  bad: [
    {
      title: 'Rotation is not mentioned',
      template: 'CloudFormation',
      text: `{
  "Resources": { «"OrdersKey"»: { "Type": "AWS::KMS::Key", "Properties": { "Description": "orders" } } }
}`,
    },
    {
      title: 'Rotation is off',
      template: 'CloudFormation',
      text: `{
  "Resources": { "OrdersKey": { "Type": "AWS::KMS::Key", "Properties": { "KeySpec": "SYMMETRIC_DEFAULT", "EnableKeyRotation": «false» } } }
}`,
    },
  ],
  good: [
    {
      title: 'Rotation is on',
      template: 'CloudFormation',
      text: `{ "Resources": { "OrdersKey": { "Type": "AWS::KMS::Key", "Properties": { "EnableKeyRotation": true } } } }`,
    },
    {
      title: 'A key for signatures',
      template: 'CloudFormation',
      text: `{ "Resources": { "ReceiptsKey": { "Type": "AWS::KMS::Key", "Properties": { "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY" } } } }`,
    },
    {
      title: 'A replica key',
      template: 'CloudFormation',
      text: `{ "Resources": { "OrdersReplica": { "Type": "AWS::KMS::ReplicaKey", "Properties": { "PrimaryKeyArn": "arn:aws:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab" } } } }`,
    },
    {
      title: 'A key in a custom key store',
      template: 'Terraform',
      text: `{ "resource": { "aws_kms_key": { "orders": { "custom_key_store_id": "cks-1234567890abcdef0" } } } }`,
    },
  ],
  *checkDeclared(declared) {
    const rotates =
      declared.kind === 'key' &&
      saysOrDefaults(declared, 'KeySpec', 'SYMMETRIC_DEFAULT') &&
      saysOrDefaults(declared, 'KeyUsage', 'ENCRYPT_DECRYPT') &&
      saysOrDefaults(declared, 'Origin', 'AWS_KMS') &&
      declared.property('CustomKeyStoreId') === undefined &&
      flag(declared, 'Enabled', 'yes') === 'yes';
    if (!rotates || flag(declared, 'EnableKeyRotation', 'no') !== 'no') return;
    const isTerraform = declared.resourceType.startsWith('aws_');
    const name = isTerraform ? 'enable_key_rotation' : 'EnableKeyRotation';
    const written = declared.property('EnableKeyRotation');
    const change: Change = written
      ? { change: 'value', at: written.value.span, by: { flag: true } }
      : { change: 'property', of: declared.span, name, value: { flag: true } };
    yield {
      span: written?.value.span ?? declared.span,
      offending: 'no rotation',
      message: `AWS does not rotate the key material of ${code(declared.address)}.`,
      advice: `Write ${code(isTerraform ? `${name} = true` : `${name}: true`)}: what is encrypted already stays readable, and the key's ARN stays the same.`,
      repair: { title: 'Rotate the key automatically', changes: [change] },
    };
  },
};
