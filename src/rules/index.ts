import { accountWideResource } from './account-wide-resource.ts';
import { aliasAsKey } from './alias-as-key.ts';
import { aliasPermissionPair } from './alias-permission-pair.ts';
import { broadGrant } from './broad-grant.ts';
import { confusedDeputy } from './confused-deputy.ts';
import { duplicateElement } from './duplicate-element.ts';
import { fullAccess } from './full-access.ts';
import { keyIdentifierNotArn } from './key-identifier-not-arn.ts';
import { keyLockout } from './key-lockout.ts';
import { keyRotation } from './key-rotation.ts';
import { mixedDuties } from './mixed-duties.ts';
import { noEffect } from './no-effect.ts';
import { notElement } from './not-element.ts';
import { openEndpointPolicy } from './open-endpoint-policy.ts';
import { preferKeyPolicy } from './prefer-key-policy.ts';
import { publicKey } from './public-key.ts';
import type { Rule } from './rule.ts';
import { selfScoping } from './self-scoping.ts';
import { starRequired } from './star-required.ts';
import { unknownAction } from './unknown-action.ts';
import { unlimitedCreateGrant } from './unlimited-create-grant.ts';
import { unlimitedCreateKey } from './unlimited-create-key.ts';
import { unreadableFile } from './unreadable-file.ts';
import { untrustedAccount } from './untrusted-account.ts';
import { weakCondition } from './weak-condition.ts';
import { wildcardAction } from './wildcard-action.ts';
import { wildcardResource } from './wildcard-resource.ts';

/** Every rule, in the order of the documentation. */
export const RULES: readonly Rule[] = [
  wildcardResource,
  accountWideResource,
  keyIdentifierNotArn,
  aliasAsKey,
  aliasPermissionPair,
  starRequired,
  unlimitedCreateKey,
  preferKeyPolicy,
  wildcardAction,
  notElement,
  fullAccess,
  untrustedAccount,
  unlimitedCreateGrant,
  publicKey,
  keyLockout,
  confusedDeputy,
  weakCondition,
  noEffect,
  selfScoping,
  mixedDuties,
  openEndpointPolicy,
  broadGrant,
  keyRotation,
  unknownAction,
  duplicateElement,
  unreadableFile,
];
