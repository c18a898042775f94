import type { Client } from './client.ts';
import type { ReviewEvent } from './event.ts';

/** A part of a GraphQL query about the repository; several go with one request, as long as their names differ. */
export interface QueryPart {
  /** Its variables by name. */
  variables: Record<string, { type: string; value: unknown }>;
  /** Fields of `repository`. */
  fields: string;
  /** Fields of the query itself. */
  rootFields?: string;
}

/** Asks for all the parts in one request; answers the `data`. Throws a Refusal, also where one part is refused. */
export async function askRepository<T>(
  client: Client,
  { owner, repo }: ReviewEvent,
  parts: readonly QueryPart[],
): Promise<T> {
  const variables = Object.assign({}, ...parts.map((part) => part.variables)) as QueryPart['variables'];
  const declared = Object.entries(variables).map(([name, { type }]) => `, $${name}: ${type}`);
  const values = Object.fromEntries(Object.entries(variables).map(([name, { value }]) => [name, value]));
  const query = `query($owner: String!, $repo: String!${declared.join('')}) {
    ${parts.flatMap(({ rootFields }) => rootFields ?? []).join('\n')}
    repository(owner: $owner, name: $repo) {
      ${parts.map(({ fields }) => fields).join('\n')}
    }
  }`;
  return client.read((octokit) => octokit.graphql<T>(query, { owner, repo, ...values }));
}
