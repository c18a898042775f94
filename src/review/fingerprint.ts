import type { Finding } from '../rules/rule.ts';

/** Makes a short name of an identity. Two texts never get the same one. */
export type Digest = (text: string) => string;

/**
 * The identity of findings over time: rule, path, policy or resource, Sid and offending value; no line numbers and no message.
 * The severity of the rule itself belongs to the value, so that a finding that got worse is new. Equal ones in one
 * file are numbered in their order.
 */
export function fingerprints(findings: readonly Finding[], digest: Digest): string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const identity = JSON.stringify([
      finding.rule,
      finding.span.file.path,
      // The instances of a Terraform resource are one block.
      (finding.policy?.address ?? finding.declared?.address ?? '').replace(/\[[^\]]*\]$/, ''),
      finding.statement?.sid ?? '',
      finding.offending,
    ]);
    const count = seen.get(identity) ?? 0;
    seen.set(identity, count + 1);
    return digest(count === 0 ? identity : `${identity} ${count}`);
  });
}
