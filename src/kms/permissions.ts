import { CORRECTIONS } from './corrections.ts';
import { JUDGEMENTS } from './judgements.ts';
import { REFERENCE } from './reference.data.ts';

/** A KMS permission: what the reference says, what had to be corrected in it, and what we judge of it. */
export interface Permission {
  /** Without the `kms:` prefix, spelled as AWS spells it. */
  name: string;
  access: 'Read' | 'List' | 'Write' | 'Tagging' | 'Permissions management' | 'unknown';
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
  /** What its holder can do to a key, as what follows the name in a sentence; of permissions that are safest in key policies. */
  because?: string;
  /** Condition keys that its requests may carry, besides the global ones. `*` stands for a name of the author's. */
  conditionKeys: readonly string[];
}

/** The day of the reference, `YYYY-MM-DD`: what is newer is not known here. */
export const KNOWN_UNTIL = REFERENCE.source.date;

/** The levels of access; the reference may give several, of which the one that tells most comes first. */
const LEVELS = ['Permissions management', 'Tagging', 'Write', 'List', 'Read'] as const;

const known = Object.entries({ ...REFERENCE.permissions, ...CORRECTIONS.permissions });

/** Every permission, by name. */
export const PERMISSIONS: readonly Permission[] = known
  .map(([name, { access, resourceTypes, conditionKeys }]): Permission => {
    const ofTypes = resourceTypes.flatMap((type) => REFERENCE.resourceTypes[type]?.conditionKeys ?? []);
    const corrected = CORRECTIONS.conditionKeys[name] ?? [];
    return {
      name,
      access: LEVELS.find((level) => access.split(', ').includes(level)) ?? 'unknown',
      on: resourceTypes.includes('alias') ? 'alias' : resourceTypes.includes('key') ? 'key' : 'none',
      ...JUDGEMENTS[name],
      conditionKeys: [...new Set([...ofTypes, ...conditionKeys, ...corrected])],
    };
  })
  .sort((a, b) => (a.name < b.name ? -1 : 1));

/**
 * A permission that is named and that the reference has not: it may be newer. It counts as one for a key, of which
 * nothing else is known.
 */
export function unknownPermission(name: string): Permission {
  return { name, access: 'unknown', on: 'key', conditionKeys: [] };
}
