import type { Config, Suppression } from '../policy/config.ts';
import type { Finding } from '../rules/rule.ts';
import { matchPath } from '../source/path-glob.ts';

/** The entry of the configuration that suppresses a finding on this day (`YYYY-MM-DD`), if any. */
export function suppressionOf(finding: Finding, config: Config, today: string): Suppression | undefined {
  return config.suppressions.find((one) => isMeant(finding, one) && !isExpired(one, today));
}

/** An entry of the configuration that does nothing any more. */
export interface IdleSuppression {
  /** Of the configuration, 1-based. */
  line: number;
  rule: string;
  /** The glob of the entry. */
  path: string;
  /** `expired`: its finding counts again. `unused`: nothing that was read has a finding that it is meant for. */
  state: 'expired' | 'unused';
  /** `YYYY-MM-DD`. */
  expires?: string;
}

/** The entries that do nothing any more. An entry for files that were not looked at (`paths`) may still be needed. */
export function idleSuppressions(
  findings: readonly Finding[],
  paths: readonly string[],
  config: Config,
  today: string,
): IdleSuppression[] {
  return config.suppressions.flatMap((one): IdleSuppression[] => {
    const { line, rule, path, expires } = one;
    const isNeeded = findings.some((finding) => isMeant(finding, one));
    if (isNeeded ? !isExpired(one, today) : !paths.some((file) => matchPath(path, file))) return [];
    return [{ line, rule, path, state: isNeeded ? 'expired' : 'unused', ...(expires !== undefined && { expires }) }];
  });
}

function isMeant(finding: Finding, { rule, path, policy, sid }: Suppression): boolean {
  return (
    rule === finding.rule &&
    matchPath(path, finding.span.file.path) &&
    (policy === undefined || policy === (finding.policy ?? finding.declared)?.address) &&
    (sid === undefined || sid === finding.statement?.sid)
  );
}

/** The day of expiry is the last one on which an entry holds. */
function isExpired({ expires }: Suppression, today: string): boolean {
  return expires !== undefined && today > expires;
}
