import type { RemoteReader } from '../changes/remote-reader.ts';
import type { Publisher } from '../report/publisher.ts';
import type { Client } from './client.ts';
import { openConversation } from './conversation.ts';
import type { ReviewEvent } from './event.ts';
import { githubPublisher } from './publish.ts';
import { githubReader } from './reader.ts';
import type { Site } from './site.ts';

/** GitHub for one event: what is read of it, and what is posted to it. Without `comments` no comment is looked at. */
export function openGithub(
  client: Client,
  event: ReviewEvent,
  { comments, site }: { comments: boolean; site: Site },
): { reader: RemoteReader; publisher: Publisher } {
  const conversation = event.pull && openConversation(client, event, event.pull.number);
  const reader = githubReader(client, event, comments ? conversation : undefined);
  return { reader, publisher: githubPublisher(client, event, conversation, site) };
}
