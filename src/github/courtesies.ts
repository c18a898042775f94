import { type Client, Refusal } from './client.ts';
import { MUTATIONS_PER_REQUEST } from './limits.ts';

/** A change that only tidies the conversation up: what has to be said is said without it. */
export type Courtesy =
  | { do: 'resolve' | 'unresolve'; threadId: string }
  | { do: 'hide'; nodeId: string; as: 'RESOLVED' | 'DUPLICATE' }
  | { do: 'show'; nodeId: string };

/** Sends them, many a request. What GitHub refuses is left undone: many tokens may not, and nothing hangs on it. */
export async function sendCourtesies(client: Client, courtesies: readonly Courtesy[]): Promise<void> {
  for (let at = 0; at < courtesies.length; at += MUTATIONS_PER_REQUEST) {
    const batch = courtesies.slice(at, at + MUTATIONS_PER_REQUEST);
    const declared = batch.map((_, index) => `$i${index}: ID!`).join(', ');
    const fields = batch.map((courtesy, index) => `m${index}: ${mutationOf(courtesy, `$i${index}`)}`).join('\n');
    const values = Object.fromEntries(batch.map((courtesy, index) => [`i${index}`, idOf(courtesy)]));
    try {
      await client.write((octokit) => octokit.graphql(`mutation(${declared}) {\n${fields}\n}`, values));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
}

function mutationOf(courtesy: Courtesy, id: string): string {
  const answer = '{ clientMutationId }';
  switch (courtesy.do) {
    case 'resolve':
      return `resolveReviewThread(input: {threadId: ${id}}) ${answer}`;
    case 'unresolve':
      return `unresolveReviewThread(input: {threadId: ${id}}) ${answer}`;
    case 'hide':
      return `minimizeComment(input: {subjectId: ${id}, classifier: ${courtesy.as}}) ${answer}`;
    case 'show':
      return `unminimizeComment(input: {subjectId: ${id}}) ${answer}`;
  }
}

function idOf(courtesy: Courtesy): string {
  return 'threadId' in courtesy ? courtesy.threadId : courtesy.nodeId;
}
