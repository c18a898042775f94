import type { PolicyKind } from './policy.ts';

/** What `.github/kms-policy-review.yml` says, checked and with its defaults filled in. */
export interface Config {
  /** 12-digit account ids that may be named; empty: nothing is said about foreign accounts. */
  trustedAccounts: string[];
  trustedOrganizations: string[];
  /** The own account id, 12 digits. */
  account: string | undefined;
  /** A rule's severity, where it differs from the rule's own. */
  rules: Record<string, 'off' | 'notice' | 'warning' | 'error'>;
  paths: string[];
  pathsIgnore: string[];
  /** The kind of the policy documents in files that match; the first match decides. */
  policyKinds: { paths: string[]; kind: PolicyKind }[];
  suppressions: Suppression[];
}

export interface Suppression {
  rule: string;
  /** A path glob. */
  path: string;
  policy?: string;
  sid?: string;
  reason: string;
  /** `YYYY-MM-DD`: the last day on which it holds. */
  expires?: string;
  /** As reports print it: then it holds for exactly this finding, and no longer when the statement grants more. */
  fingerprint?: string;
  /** 1-based line in the configuration, for reports of unused entries. */
  line: number;
}

export const DEFAULT_CONFIG: Config = {
  trustedAccounts: [],
  trustedOrganizations: [],
  account: undefined,
  rules: {},
  paths: [],
  pathsIgnore: [],
  policyKinds: [],
  suppressions: [],
};
