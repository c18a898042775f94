import type { Permission } from './permissions.ts';

/**
 * What the service authorization reference does not say of a permission: the columns "Cross-account use" and "Policy
 * type" of the permissions table of the KMS developer guide
 * (https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html, read September 2026),
 * whether it is a cryptographic operation (the same guide, Concepts), and our own judgement of what its holder can do.
 * Every permission has an entry, so that a new one is judged before it is used.
 */
export const JUDGEMENTS: Readonly<Record<string, Judgement>> = {
  CancelKeyDeletion: { sensitivity: 'medium', because: 'brings a key back from pending deletion (Disabled)' },
  ConnectCustomKeyStore: { iamOnly: true, sensitivity: 'medium', because: 'custom key store management' },
  CreateAlias: {
    sensitivity: 'medium',
    because: 'adds an alias to a key: alias-based (kms:ResourceAliases) ABAC can be defeated',
  },
  CreateCustomKeyStore: { iamOnly: true, sensitivity: 'medium', because: 'custom key store management' },
  CreateGrant: {
    crossAccount: true,
    sensitivity: 'high',
    because:
      'lets the holder delegate cryptographic operations (Decrypt, ...) to any principal in any account outside the key policy',
  },
  CreateKey: { iamOnly: true, sensitivity: 'high', because: 'creator sets the key policy of the new key' },
  Decapsulate: { crossAccount: true, cryptographic: true },
  Decrypt: { crossAccount: true, cryptographic: true },
  DeleteAlias: { sensitivity: 'medium', because: 'removes an alias: breaks callers and alias-based ABAC' },
  DeleteCustomKeyStore: {
    iamOnly: true,
    sensitivity: 'high',
    because: 'custom key store management affects every key in the store',
  },
  DeleteImportedKeyMaterial: {
    sensitivity: 'high',
    because: 'makes an EXTERNAL-origin key unusable at once, with no waiting period',
  },
  DeriveSharedSecret: { crossAccount: true, cryptographic: true },
  DescribeCustomKeyStores: { iamOnly: true },
  DescribeKey: { crossAccount: true },
  DisableKey: { sensitivity: 'high', because: 'denial of service on everything encrypted under the key' },
  DisableKeyRotation: { sensitivity: 'medium', because: 'turns off automatic rotation' },
  DisconnectCustomKeyStore: {
    iamOnly: true,
    sensitivity: 'high',
    because: 'all keys of the custom key store become unusable while disconnected',
  },
  EnableKey: { sensitivity: 'medium', because: 're-enables a disabled key' },
  EnableKeyRotation: { sensitivity: 'low', because: 'changes the rotation setting' },
  Encapsulate: { crossAccount: true, cryptographic: true },
  Encrypt: { crossAccount: true, cryptographic: true },
  GenerateDataKey: { crossAccount: true, cryptographic: true },
  GenerateDataKeyPair: { crossAccount: true, cryptographic: true },
  GenerateDataKeyPairWithoutPlaintext: { crossAccount: true, cryptographic: true },
  GenerateDataKeyWithoutPlaintext: { crossAccount: true, cryptographic: true },
  GenerateMac: { crossAccount: true, cryptographic: true },
  GenerateRandom: { iamOnly: true, cryptographic: true },
  GetKeyLastUsage: {},
  GetKeyPolicy: {},
  GetKeyRotationStatus: { crossAccount: true },
  GetParametersForImport: { sensitivity: 'low', because: 'first step of an import (wrapping key and token)' },
  GetPublicKey: { crossAccount: true },
  ImportKeyMaterial: {
    sensitivity: 'high',
    because: 'puts caller-known key material in an EXTERNAL key, or lets it expire',
  },
  ListAliases: { iamOnly: true },
  ListGrants: { crossAccount: true },
  ListKeyPolicies: {},
  ListKeyRotations: {},
  ListKeys: { iamOnly: true },
  ListResourceTags: {},
  ListRetirableGrants: { crossAccount: true, iamOnly: true },
  PutKeyPolicy: {
    sensitivity: 'critical',
    because: 'replaces the key policy, so the holder can give itself or anybody every permission on the key',
  },
  ReEncryptFrom: { crossAccount: true, cryptographic: true },
  ReEncryptTo: { crossAccount: true, cryptographic: true },
  ReplicateKey: {
    sensitivity: 'high',
    because:
      'creates a replica with the same key material in another Region, with a key policy chosen by the caller; also needs CreateKey',
  },
  RetireGrant: {
    crossAccount: true,
    iamOnly: true,
    sensitivity: 'medium',
    because: 'ends a grant; effect limited to retiring principals / grantees named by the grant',
  },
  RevokeGrant: {
    crossAccount: true,
    sensitivity: 'medium',
    because: 'deletes any grant on the key: outage of the services that use it',
  },
  RotateKeyOnDemand: { sensitivity: 'low', because: 'rotates the material now; counts against a per-key limit' },
  ScheduleKeyDeletion: {
    sensitivity: 'critical',
    because: 'irreversible loss of all data under the key once the waiting period ends',
  },
  Sign: { crossAccount: true, cryptographic: true },
  SynchronizeMultiRegionKey: {
    sensitivity: 'high',
    because: 'internal action used by the KMS service-linked role only; no principal should be given it by hand',
  },
  TagResource: { sensitivity: 'medium', because: 'adds tags: aws:ResourceTag ABAC can be defeated' },
  UntagResource: {
    sensitivity: 'medium',
    because: 'removes tags: aws:ResourceTag ABAC (and Deny-by-tag) can be defeated',
  },
  UpdateAlias: {
    sensitivity: 'medium',
    because: 'repoints an alias: applications using the alias switch keys; alias-based ABAC can be defeated',
  },
  UpdateCustomKeyStore: {
    iamOnly: true,
    sensitivity: 'high',
    because: 'repoints or re-credentials a custom key store',
  },
  UpdateKeyDescription: { sensitivity: 'low', because: 'metadata only' },
  UpdatePrimaryRegion: { sensitivity: 'medium', because: 'moves the primary of a multi-Region key set' },
  Verify: { crossAccount: true, cryptographic: true },
  VerifyMac: { crossAccount: true, cryptographic: true },
};

export type Judgement = Pick<Permission, 'crossAccount' | 'iamOnly' | 'cryptographic' | 'sensitivity' | 'because'>;
