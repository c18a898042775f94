import { lookup } from '../../source/lookup.ts';
import {
  child,
  type Entry,
  literal,
  type MapNode,
  type Meaning,
  type Node,
  type OpaqueNode,
  type Part,
  type ScalarNode,
} from '../../syntax/node.ts';

/** SAM's policy templates for KMS and what they allow (aws/serverless-application-model, policy_templates.json). */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  KMSDecryptPolicy: ['kms:Decrypt'],
  KMSEncryptPolicy: ['kms:Encrypt'],
  KMSEncryptPolicy_v2: [
    'kms:Encrypt',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyPair',
    'kms:GenerateDataKeyPairWithoutPlaintext',
    'kms:GenerateDataKeyWithoutPlaintext',
  ],
};

/**
 * The statement that a policy template of SAM stands for: `KMSDecryptPolicy: {KeyId: ...}` is the permission on
 * `arn:PARTITION:kms:REGION:ACCOUNT:key/KeyId`. The action stands on the template's name, the resource on the key id.
 * Undefined for other templates, which have nothing to do with KMS.
 */
export function samStatement(node: Node): MapNode | undefined {
  const [entry, second] = node.type === 'map' ? node.entries : [];
  if (entry === undefined || second !== undefined) return undefined;
  const actions = lookup(TEMPLATES, literal(entry.key) ?? '');
  const keyId = child(entry.value, 'KeyId');
  if (actions === undefined || keyId === undefined) return undefined;
  const named = (text: string): ScalarNode => ({ ...entry.key, parts: [text] });
  const statement: Entry[] = [
    { key: named('Effect'), value: named('Allow') },
    { key: named('Action'), value: { type: 'list', span: entry.key.span, items: actions.map(named) } },
    { key: named('Resource'), value: resource(keyId) },
  ];
  return { type: 'map', span: node.span, entries: statement };
}

function resource(keyId: Node): ScalarNode {
  const own = (name: string, meaning: Meaning): OpaqueNode => ({
    type: 'opaque',
    span: keyId.span,
    expression: `\${AWS::${name}}`,
    meaning,
  });
  const id: readonly Part[] = keyId.type === 'scalar' ? keyId.parts : keyId.type === 'opaque' ? [keyId] : ['?'];
  const [first] = id;
  // An alias name inside a key ARN names nothing; as it stands the rule about identifiers can say so.
  const isAlias = typeof first === 'string' && first.startsWith('alias/');
  const prefix: Part[] = [
    'arn:',
    own('Partition', 'partition'),
    ':kms:',
    own('Region', 'region'),
    ':',
    own('AccountId', 'account'),
    ':key/',
  ];
  return { type: 'scalar', span: keyId.span, kind: 'string', parts: isAlias ? [...id] : joined(prefix, id) };
}

function joined(prefix: readonly Part[], id: readonly Part[]): Part[] {
  const [first, ...rest] = id;
  const last = prefix.at(-1);
  return typeof first === 'string' && typeof last === 'string'
    ? [...prefix.slice(0, -1), last + first, ...rest]
    : [...prefix, ...id];
}
