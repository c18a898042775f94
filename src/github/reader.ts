import type { RemoteReader } from '../changes/remote-reader.ts';
import { type Client, Refusal } from './client.ts';
import type { Conversation } from './conversation.ts';
import type { ReviewEvent } from './event.ts';
import { listCompared, listPullFiles, listTree } from './file-lists.ts';
import { readObjects } from './objects.ts';

/**
 * Reads what an event is about, by the API and as data only. Every method may throw a Refusal. The first request for
 * contents asks for the beginning of `conversation` as well, which saves a call.
 */
export function githubReader(client: Client, event: ReviewEvent, conversation?: Conversation): RemoteReader {
  const { owner, repo, head, base, pull } = event;
  let along = conversation;
  let mergeBase: string | undefined;
  return {
    description: pull ? `pull request #${pull.number} at ${head.slice(0, 12)}` : `commit ${head.slice(0, 12)}`,
    list: async () => {
      if (pull) return listPullFiles(client, event, pull.number);
      if (base === undefined) return listTree(client, event, head);
      const compared = await listCompared(client, event, base);
      mergeBase = compared.mergeBase;
      return compared.list;
    },
    tree: async () => {
      try {
        return await listTree(client, event, head);
      } catch (error) {
        // Nothing of the change itself hangs on it.
        if (!(error instanceof Refusal)) throw error;
        return { files: [], incomplete: [`GitHub did not list the files of the commit (${error.message})`] };
      }
    },
    mergeBase: async () => {
      if (base === undefined || mergeBase !== undefined) return mergeBase;
      const { data } = await client.read((octokit) =>
        octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead: `${base}...${head}`, per_page: 1 }),
      );
      return data.merge_base_commit.sha;
    },
    objects: async (wanted) => {
      const found = await readObjects(client, event, wanted, along);
      along = undefined;
      return found;
    },
  };
}
