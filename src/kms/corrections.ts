import type { Reference } from './reference.ts';

/** Where the published reference is known to be wrong, with the page that says so. A correction goes when its error does. */
export const CORRECTIONS: {
  /** Permissions that it has not. */
  permissions: Reference['permissions'];
  /** Condition keys that it has not for a permission. */
  conditionKeys: Readonly<Record<string, readonly string[]>>;
} = {
  permissions: {
    // KMS API reference, https://docs.aws.amazon.com/kms/latest/APIReference/API_Encapsulate.html and API_Decapsulate.html,
    // read September 2026. The condition keys are those that every request naming a key has.
    Decapsulate: { access: 'Write', resourceTypes: ['key'], conditionKeys: ['kms:CallerAccount', 'kms:ViaService'] },
    Encapsulate: { access: 'Write', resourceTypes: ['key'], conditionKeys: ['kms:CallerAccount', 'kms:ViaService'] },
  },
  conditionKeys: {
    // The permissions table has it, https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html.
    UntagResource: ['aws:RequestTag/*'],
  },
};
