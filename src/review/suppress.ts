import type { Config, Suppression } from '../policy/config.ts';
import type { Finding } from '../rules/rule.ts';
import { matchPath } from '../source/path-glob.ts';

/** The entry of the configuration that suppresses a finding on this day (`YYYY-MM-DD`), if any. */
export function suppressionOf(finding: Finding, config: Config, today: string): Suppression | undefined {
  return config.suppressions.find(
    ({ rule, path, policy, sid, expires }) =>
      rule === finding.rule &&
      matchPath(path, finding.span.file.path) &&
      (policy === undefined || policy === (finding.policy ?? finding.declared)?.address) &&
      (sid === undefined || sid === finding.statement?.sid) &&
      (expires === undefined || today <= expires),
  );
}
