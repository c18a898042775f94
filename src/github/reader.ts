import type { RestEndpointMethodTypes } from '@octokit/rest';
import type { ChangedFile, ChangeList, Contents } from '../changes/changes.ts';
import { decode, MAX_FILE_BYTES } from '../changes/decode.ts';
import type { RemoteFile, RemoteReader } from '../changes/remote-reader.ts';
import { parseHunks } from '../review/place.ts';
import { type Client, Refusal } from './client.ts';
import type { ReviewEvent } from './event.ts';
import { BLOBS_PER_QUERY, FILES_PER_PAGE, MAX_COMPARED_FILES, MAX_FILES } from './limits.ts';

/** Reads what an event is about, by the API and as data only. Every method may throw a Refusal. */
export function githubReader(client: Client, event: ReviewEvent): RemoteReader {
  const { owner, repo, head, base, pull } = event;
  return {
    description: pull ? `pull request #${pull.number} at ${head.slice(0, 12)}` : `commit ${head.slice(0, 12)}`,
    list: async () => {
      if (pull) return listPullFiles(client, owner, repo, pull.number);
      return base === undefined ? listTree(client, owner, repo, head) : listCompared(client, owner, repo, base, head);
    },
    tree: async () => {
      try {
        return await listTree(client, owner, repo, head);
      } catch (error) {
        // Nothing of the change itself hangs on it.
        if (!(error instanceof Refusal)) throw error;
        return { files: [], incomplete: [`GitHub did not list the files of the commit (${error.message})`] };
      }
    },
    mergeBase: async () => {
      if (base === undefined) return undefined;
      const { data } = await client.read((octokit) =>
        octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead: `${base}...${head}`, per_page: 1 }),
      );
      return data.merge_base_commit.sha;
    },
    names: (wanted) => readNames(client, owner, repo, wanted),
    blobs: (wanted) => readBlobs(client, owner, repo, wanted),
  };
}

/** A row of a file list; `patch` is absent for binary, huge and cut files. */
type Row = RestEndpointMethodTypes['pulls']['listFiles']['response']['data'][number];

async function listPullFiles(client: Client, owner: string, repo: string, number: number): Promise<ChangeList> {
  const files: ChangedFile[] = [];
  // Until a short page: the number of files that the payload tells has been wrong.
  for (let page = 1; files.length < MAX_FILES; page++) {
    const { data } = await client.read((octokit) =>
      octokit.rest.pulls.listFiles({ owner, repo, pull_number: number, per_page: FILES_PER_PAGE, page }),
    );
    files.push(...data.map(changedFile));
    if (data.length < FILES_PER_PAGE) return { files, incomplete: [] };
  }
  const reason = `GitHub lists at most ${MAX_FILES} files of a pull request; the rest was not reviewed`;
  return { files, incomplete: [reason] };
}

async function listCompared(
  client: Client,
  owner: string,
  repo: string,
  base: string,
  head: string,
): Promise<ChangeList> {
  const { data } = await client.read((octokit) =>
    octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead: `${base}...${head}` }),
  );
  const rows = data.files ?? [];
  const reason = `GitHub lists at most ${MAX_COMPARED_FILES} files of a comparison; the rest was not reviewed`;
  return { files: rows.map(changedFile), incomplete: rows.length >= MAX_COMPARED_FILES ? [reason] : [] };
}

async function listTree(client: Client, owner: string, repo: string, head: string): Promise<ChangeList> {
  const { data } = await client.read((octokit) =>
    octokit.rest.git.getTree({ owner, repo, tree_sha: head, recursive: '1' }),
  );
  const files = data.tree.flatMap(({ type, path }): ChangedFile[] =>
    type === 'blob' && path !== undefined ? [{ path, status: 'unchanged' }] : [],
  );
  return { files, incomplete: data.truncated ? ['GitHub cut the list of files; the rest was not reviewed'] : [] };
}

function changedFile({ filename, status, patch, previous_filename: previous }: Row): ChangedFile {
  const known = status === 'added' || status === 'removed' || status === 'renamed' || status === 'unchanged';
  return {
    path: filename,
    // A copy has no base of its own.
    status: status === 'copied' ? 'added' : known ? status : 'modified',
    ...(status === 'renamed' && previous !== undefined ? { previousPath: previous } : {}),
    ...(patch === undefined ? {} : { hunks: parseHunks(patch) }),
  };
}

interface Blob {
  oid: string;
  byteSize: number;
  isBinary: boolean | null;
  isTruncated: boolean;
  text: string | null;
}

/** The texts of `commit:path` expressions, many a request. A path that is not there has no entry. */
async function readBlobs(
  client: Client,
  owner: string,
  repo: string,
  wanted: readonly string[],
): Promise<Map<string, Contents>> {
  const result = new Map<string, Contents>();
  for (let at = 0; at < wanted.length; at += BLOBS_PER_QUERY) {
    await readBatch(client, owner, repo, wanted.slice(at, at + BLOBS_PER_QUERY), result);
  }
  return result;
}

/** How git marks a symbolic link. */
const LINK_MODE = 0o120000;

/** The files in folders, given as `commit:folder`. */
async function readNames(
  client: Client,
  owner: string,
  repo: string,
  wanted: readonly string[],
): Promise<Map<string, RemoteFile[]>> {
  const result = new Map<string, RemoteFile[]>();
  const fields = '... on Tree { entries { name type mode } }';
  for (let at = 0; at < wanted.length; at += BLOBS_PER_QUERY) {
    const batch = wanted.slice(at, at + BLOBS_PER_QUERY);
    const objects = await readObjects<{ entries?: { name: string; type: string; mode: number }[] }>(
      client,
      owner,
      repo,
      batch,
      fields,
    );
    for (const [index, expression] of batch.entries()) {
      const entries = objects[index]?.entries;
      if (entries)
        result.set(
          expression,
          entries.filter(({ type }) => type === 'blob').map(({ name, mode }) => ({ name, isLink: mode === LINK_MODE })),
        );
    }
  }
  return result;
}

/** One request for many git objects, in their order; null for what does not exist. */
async function readObjects<T>(
  client: Client,
  owner: string,
  repo: string,
  batch: readonly string[],
  fields: string,
): Promise<(T | null | undefined)[]> {
  const names = batch.map((_, index) => `e${index}`);
  const query = `query($owner: String!, $repo: String!, ${names.map((name) => `$${name}: String!`).join(', ')}) {
    repository(owner: $owner, name: $repo) {
      ${names.map((name) => `${name}: object(expression: $${name}) { ${fields} }`).join('\n')}
    }
  }`;
  const variables = { owner, repo, ...Object.fromEntries(batch.map((expression, index) => [`e${index}`, expression])) };
  const answer = await client.read((octokit) =>
    octokit.graphql<{ repository: Record<string, T | null> | null }>(query, variables),
  );
  return names.map((name) => answer.repository?.[name]);
}

async function readBatch(
  client: Client,
  owner: string,
  repo: string,
  batch: readonly string[],
  into: Map<string, Contents>,
): Promise<void> {
  let objects: (Partial<Blob> | null | undefined)[];
  try {
    const fields = '... on Blob { oid byteSize isBinary isTruncated text }';
    objects = await readObjects<Partial<Blob>>(client, owner, repo, batch, fields);
  } catch (error) {
    // Too much for one answer: the halves may do.
    if (!(error instanceof Refusal) || error.kind !== 'unavailable' || batch.length === 1) throw error;
    const middle = batch.length >> 1;
    await readBatch(client, owner, repo, batch.slice(0, middle), into);
    await readBatch(client, owner, repo, batch.slice(middle), into);
    return;
  }
  for (const [index, expression] of batch.entries()) {
    const blob = objects[index];
    // A folder or a submodule has none of a blob's fields.
    if (blob?.oid !== undefined) into.set(expression, await contentsOf(client, owner, repo, blob as Blob));
  }
}

async function contentsOf(client: Client, owner: string, repo: string, blob: Blob): Promise<Contents> {
  if (blob.byteSize > MAX_FILE_BYTES) return { unreadable: `larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB` };
  // GraphQL cuts long texts, and hides what is not UTF-8 behind replacement characters; the blob itself does neither.
  if (blob.text !== null && !blob.isTruncated && !blob.text.includes('\ufffd')) return { text: blob.text };
  const { data } = await client.read((octokit) => octokit.rest.git.getBlob({ owner, repo, file_sha: blob.oid }));
  return decode(Buffer.from(data.content, 'base64'));
}
