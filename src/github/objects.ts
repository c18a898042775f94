import type { Contents } from '../changes/changes.ts';
import { decode, MAX_FILE_BYTES } from '../changes/decode.ts';
import type { RemoteFile, RemoteObject } from '../changes/remote-reader.ts';
import { type Client, Refusal } from './client.ts';
import type { Conversation } from './conversation.ts';
import type { ReviewEvent } from './event.ts';
import { OBJECTS_PER_QUERY } from './limits.ts';
import type { ThreadsAnswer } from './own-comments.ts';
import { askRepository, type QueryPart } from './query.ts';

interface Blob {
  oid: string;
  byteSize: number;
  isTruncated: boolean;
  text: string | null;
}

interface Tree {
  entries: { name: string; type: string; mode: number; object: Partial<Blob> | null }[];
}

const BLOB = '... on Blob { oid byteSize isTruncated text }';
/** A folder comes with the texts of its files: those of a Terraform module are all needed. */
const FIELDS = `${BLOB} ... on Tree { entries { name type mode object { ${BLOB} } } }`;

/**
 * What git expressions name, many a request; what does not exist has no entry. `along` is asked with the first of
 * them. Where GraphQL does not answer, REST is asked for one after another. Throws a Refusal.
 */
export async function readObjects(
  client: Client,
  event: ReviewEvent,
  wanted: readonly string[],
  along?: Conversation,
): Promise<Map<string, RemoteObject>> {
  const result = new Map<string, RemoteObject>();
  for (let at = 0; at < wanted.length; at += OBJECTS_PER_QUERY) {
    const batch = wanted.slice(at, at + OBJECTS_PER_QUERY);
    await readBatch(client, event, batch, at === 0 ? along : undefined, result);
  }
  return result;
}

async function readBatch(
  client: Client,
  event: ReviewEvent,
  batch: readonly string[],
  along: Conversation | undefined,
  into: Map<string, RemoteObject>,
): Promise<void> {
  let objects: (Partial<Blob & Tree> | null | undefined)[];
  try {
    objects = await askObjects(client, event, batch, along);
  } catch (error) {
    if (!(error instanceof Refusal) || error.kind === 'rate-limit') throw error;
    // What was asked along is asked for once more, alone, by whoever needs it.
    if (along) return readBatch(client, event, batch, undefined, into);
    if (error.kind === 'permission') throw error;
    if (error.kind === 'invalid' || batch.length === 1) {
      for (const expression of batch) await readByRest(client, event, expression, into);
      return;
    }
    // Too much for one answer: the halves may do.
    const middle = batch.length >> 1;
    await readBatch(client, event, batch.slice(0, middle), undefined, into);
    await readBatch(client, event, batch.slice(middle), undefined, into);
    return;
  }
  for (const [index, expression] of batch.entries()) {
    const object = objects[index];
    if (object?.entries) into.set(expression, { files: object.entries.flatMap(fileOf) });
    // A submodule has none of a blob's fields.
    else if (isBlob(object)) into.set(expression, await contentsOf(client, event, object));
  }
}

/** One request for many git objects, in their order; null for what does not exist. */
async function askObjects(
  client: Client,
  event: ReviewEvent,
  batch: readonly string[],
  along: Conversation | undefined,
): Promise<(Partial<Blob & Tree> | null | undefined)[]> {
  const part: QueryPart = {
    variables: Object.fromEntries(batch.map((value, index) => [`e${index}`, { type: 'String!', value }])),
    fields: batch.map((_, index) => `e${index}: object(expression: $e${index}) { ${FIELDS} }`).join('\n'),
  };
  type Answer = { repository: Record<string, Partial<Blob & Tree> | null> | null };
  const parts = along ? [part, along.firstPage] : [part];
  const answer = await askRepository<Answer & ThreadsAnswer>(client, event, parts);
  along?.keep(answer);
  return batch.map((_, index) => answer.repository?.[`e${index}`]);
}

function isBlob(object: Partial<Blob> | null | undefined): object is Blob {
  return object?.oid !== undefined && object.byteSize !== undefined;
}

/** How git marks a symbolic link. */
const LINK_MODE = 0o120000;

function fileOf({ name, type, mode, object }: Tree['entries'][number]): RemoteFile[] {
  if (type !== 'blob') return [];
  const text = isBlob(object) && isWhole(object) ? object.text : undefined;
  return [{ name, isLink: mode === LINK_MODE, ...(typeof text === 'string' && { text }) }];
}

/** GraphQL cuts long texts, and hides what is not UTF-8 behind replacement characters; the blob itself does neither. */
function isWhole({ byteSize, text, isTruncated }: Blob): boolean {
  return byteSize <= MAX_FILE_BYTES && text !== null && !isTruncated && !text.includes('\ufffd');
}

async function contentsOf(client: Client, event: ReviewEvent, blob: Blob): Promise<Contents> {
  if (isWhole(blob) && blob.text !== null) return { text: blob.text };
  return readBlob(client, event, blob.oid, blob.byteSize);
}

async function readBlob(client: Client, { owner, repo }: ReviewEvent, oid: string, bytes: number): Promise<Contents> {
  if (bytes > MAX_FILE_BYTES) return { unreadable: `larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB` };
  const { data } = await client.read((octokit) => octokit.rest.git.getBlob({ owner, repo, file_sha: oid }));
  return decode(Buffer.from(data.content, 'base64'));
}

async function readByRest(
  client: Client,
  event: ReviewEvent,
  expression: string,
  into: Map<string, RemoteObject>,
): Promise<void> {
  const { owner, repo } = event;
  const colon = expression.indexOf(':');
  const [ref, path] = [expression.slice(0, colon), expression.slice(colon + 1)];
  try {
    const { data } = await client.read((octokit) => octokit.rest.repos.getContent({ owner, repo, path, ref }));
    if (Array.isArray(data)) {
      const files = data.flatMap(({ name, type }): RemoteFile[] =>
        type === 'file' || isLinkType(type) ? [{ name, isLink: isLinkType(type) }] : [],
      );
      into.set(expression, { files });
    } else if (data.type === 'file') {
      // A large file has no content here.
      const isHere = data.encoding === 'base64' && data.content !== '';
      const contents = isHere
        ? decode(Buffer.from(data.content, 'base64'))
        : await readBlob(client, event, data.sha, data.size);
      into.set(expression, contents);
    }
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 404) throw error;
  }
}

/** REST lists links under a type that its description does not name. */
function isLinkType(type: string): boolean {
  return type === 'symlink';
}
