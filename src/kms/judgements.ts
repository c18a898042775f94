import type { Permission } from './permissions.ts';

/**
 * What the service authorization reference does not say of a permission: the columns "Cross-account use" and "Policy
 * type" of the permissions table of the KMS developer guide
 * (https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html, read September 2026),
 * whether it is a cryptographic operation (the same guide, Concepts), and our own judgement of what its holder can do.
 * Every permission has an entry, so that a new one is judged before it is used.
 */
export const JUDGEMENTS: Readonly<Record<string, Judgement>> = {
  CancelKeyDeletion: { sensitivity: 'medium' },
  ConnectCustomKeyStore: { iamOnly: true, sensitivity: 'medium' },
  CreateAlias: {
    sensitivity: 'medium',
  },
  CreateCustomKeyStore: { iamOnly: true, sensitivity: 'medium' },
  CreateGrant: {
    crossAccount: true,
    sensitivity: 'high',
  },
  CreateKey: { iamOnly: true, sensitivity: 'high' },
  Decapsulate: { crossAccount: true, cryptographic: true },
  Decrypt: { crossAccount: true, cryptographic: true },
  DeleteAlias: { sensitivity: 'medium' },
  DeleteCustomKeyStore: {
    iamOnly: true,
    sensitivity: 'high',
  },
  DeleteImportedKeyMaterial: {
    sensitivity: 'high',
    because: 'makes a key with imported material unusable at once, with no waiting period',
  },
  DeriveSharedSecret: { crossAccount: true, cryptographic: true },
  DescribeCustomKeyStores: { iamOnly: true },
  DescribeKey: { crossAccount: true },
  DisableKey: { sensitivity: 'high', because: 'stops everything that is encrypted under the key' },
  DisableKeyRotation: { sensitivity: 'medium' },
  DisconnectCustomKeyStore: {
    iamOnly: true,
    sensitivity: 'high',
  },
  EnableKey: { sensitivity: 'medium' },
  EnableKeyRotation: { sensitivity: 'low' },
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
  GetParametersForImport: { sensitivity: 'low' },
  GetPublicKey: { crossAccount: true },
  ImportKeyMaterial: {
    sensitivity: 'high',
    because: 'puts key material that the caller knows into a key, or lets it expire',
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
    because: 'replaces the key policy, so that its holder can give itself or anybody every permission on the key',
  },
  ReEncryptFrom: { crossAccount: true, cryptographic: true },
  ReEncryptTo: { crossAccount: true, cryptographic: true },
  ReplicateKey: {
    sensitivity: 'high',
    because: 'makes a replica with the same key material in another Region, under a key policy of the caller',
  },
  RetireGrant: {
    crossAccount: true,
    iamOnly: true,
    sensitivity: 'medium',
  },
  RevokeGrant: {
    crossAccount: true,
    sensitivity: 'medium',
    because: 'takes grants away from the services that use the key',
  },
  RotateKeyOnDemand: { sensitivity: 'low' },
  ScheduleKeyDeletion: {
    sensitivity: 'critical',
    because: 'destroys the key when the waiting period ends, and with it all that is encrypted under it',
  },
  Sign: { crossAccount: true, cryptographic: true },
  SynchronizeMultiRegionKey: {
    sensitivity: 'high',
  },
  TagResource: { sensitivity: 'medium' },
  UntagResource: {
    sensitivity: 'medium',
  },
  UpdateAlias: {
    sensitivity: 'medium',
  },
  UpdateCustomKeyStore: {
    iamOnly: true,
    sensitivity: 'high',
  },
  UpdateKeyDescription: { sensitivity: 'low' },
  UpdatePrimaryRegion: { sensitivity: 'medium' },
  Verify: { crossAccount: true, cryptographic: true },
  VerifyMac: { crossAccount: true, cryptographic: true },
};

export type Judgement = Pick<Permission, 'crossAccount' | 'iamOnly' | 'cryptographic' | 'sensitivity' | 'because'>;
