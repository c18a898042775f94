import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PolicyKind } from '../../src/policy/policy.ts';
import { SourceFile } from '../../src/source/source-file.ts';
import { parseJson } from '../../src/syntax/json.ts';
import type { Node } from '../../src/syntax/node.ts';

export type Kind = Exclude<PolicyKind, 'unknown'>;

export const CORPUS = fileURLToPath(new URL('../corpus', import.meta.url));
/** The folders of the corpus. */
export const KINDS: Readonly<Record<string, Kind>> = {
  boundary: 'permissions-boundary',
  endpoint: 'vpc-endpoint-policy',
  identity: 'identity-policy',
  key: 'key-policy',
  rcp: 'resource-control-policy',
  resource: 'resource-policy',
  scp: 'service-control-policy',
  session: 'session-policy',
  trust: 'trust-policy',
};

export function parse(text: string): Node {
  const { documents, problems } = parseJson(new SourceFile('policy.json', text));
  if (problems.length > 0) throw new Error(`not JSON: ${text}`);
  return documents[0] as Node;
}

export const corpus = Object.entries(KINDS).flatMap(([folder, kind]) =>
  readdirSync(join(CORPUS, folder))
    .sort()
    .map((name) => ({ name: `${folder}/${name}`, kind, text: readFileSync(join(CORPUS, folder, name), 'utf8') })),
);
