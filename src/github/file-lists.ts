import type { RestEndpointMethodTypes } from '@octokit/rest';
import type { ChangedFile, ChangeList } from '../changes/changes.ts';
import { parseHunks } from '../review/place.ts';
import type { Client } from './client.ts';
import type { ReviewEvent } from './event.ts';
import { FILES_PER_PAGE, MAX_COMPARED_FILES, MAX_FILES } from './limits.ts';

/** A row of a file list; `patch` is absent for binary, huge and cut files. */
type Row = RestEndpointMethodTypes['pulls']['listFiles']['response']['data'][number];

/** The files of a pull request. Throws a Refusal. */
export async function listPullFiles(
  client: Client,
  { owner, repo }: ReviewEvent,
  pull_number: number,
): Promise<ChangeList> {
  const files: ChangedFile[] = [];
  // Until a short page: the number of files that the payload tells has been wrong.
  for (let page = 1; files.length < MAX_FILES; page++) {
    const { data } = await client.read((octokit) =>
      octokit.rest.pulls.listFiles({ owner, repo, pull_number, per_page: FILES_PER_PAGE, page }),
    );
    files.push(...data.map(changedFile));
    if (data.length < FILES_PER_PAGE) return { files, incomplete: [] };
  }
  const reason = `GitHub lists at most ${MAX_FILES} files of a pull request; the rest was not reviewed`;
  return { files, incomplete: [reason] };
}

/**
 * The files that the event's head changes since it left `base`, and where it left it. A comparison shows the first 300
 * of them; the others are found by comparing the two trees. Throws a Refusal.
 */
export async function listCompared(
  client: Client,
  event: ReviewEvent,
  base: string,
): Promise<{ list: ChangeList; mergeBase: string }> {
  const { owner, repo, head } = event;
  if (base === head) return { list: { files: [], incomplete: [] }, mergeBase: base };
  const { data } = await client.read((octokit) =>
    octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead: `${base}...${head}`, per_page: 1 }),
  );
  const mergeBase = data.merge_base_commit.sha;
  const files = (data.files ?? []).map(changedFile);
  if (files.length < MAX_COMPARED_FILES) return { list: { files, incomplete: [] }, mergeBase };
  const before = await readTree(client, event, mergeBase);
  const after = await readTree(client, event, head);
  const isCut = before.isCut || after.isCut;
  return {
    list: {
      files: [...files, ...differences(before.blobs, after.blobs, files)],
      incomplete: isCut ? ['GitHub cut the list of files; the rest was not reviewed'] : [],
    },
    mergeBase,
  };
}

/** Every file of a commit. Throws a Refusal. */
export async function listTree(client: Client, event: ReviewEvent, commit: string): Promise<ChangeList> {
  const { blobs, isCut } = await readTree(client, event, commit);
  const files = [...blobs.keys()].map((path): ChangedFile => ({ path, status: 'unchanged' }));
  return { files, incomplete: isCut ? ['GitHub cut the list of files; the rest was not reviewed'] : [] };
}

/** The blobs of a commit by path. */
async function readTree(
  client: Client,
  { owner, repo }: ReviewEvent,
  commit: string,
): Promise<{ blobs: Map<string, string>; isCut: boolean }> {
  const { data } = await client.read((octokit) =>
    octokit.rest.git.getTree({ owner, repo, tree_sha: commit, recursive: '1' }),
  );
  const entries = data.tree.flatMap(({ type, path, sha }): [string, string][] =>
    type === 'blob' && path !== undefined && sha !== undefined ? [[path, sha]] : [],
  );
  return { blobs: new Map(entries), isCut: data.truncated };
}

/** What changed between two trees and is not listed yet. A file that only moved keeps where it was. */
function differences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  listed: readonly ChangedFile[],
): ChangedFile[] {
  const known = new Set(listed.flatMap(({ path, previousPath }) => [path, previousPath]));
  const moved = new Map([...before].filter(([path]) => !after.has(path)).map(([path, sha]) => [sha, path]));
  return [...after].flatMap(([path, sha]): ChangedFile[] => {
    if (known.has(path) || before.get(path) === sha) return [];
    if (before.has(path)) return [{ path, status: 'modified' }];
    const previousPath = moved.get(sha);
    return [previousPath === undefined ? { path, status: 'added' } : { path, status: 'renamed', previousPath }];
  });
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
