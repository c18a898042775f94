import type { CheckAnnotation, IssueComment, Reply, StoredCheckRun, StoredComment, StoredReview } from './records.ts';
import type { DiffRow } from './repository.ts';

/** Response bodies as GitHub describes them, filled with what the tests look at. */

const API = 'https://api.github.com';
const REPOSITORY = `${API}/repos/o/r`;
const TIME = '2026-01-01T00:00:00Z';

const USER_LINKS = 'followers following gists starred subscriptions organizations repos events received_events'.split(
  ' ',
);

function user(login: string, id = 1) {
  const url = `${API}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: `U_${id}`,
    avatar_url: 'https://avatars.example.com/u/1',
    gravatar_id: '',
    url,
    html_url: `https://github.com/${encodeURIComponent(login)}`,
    ...Object.fromEntries(USER_LINKS.map((link) => [`${link}_url`, `${url}/${link}`])),
    type: login.endsWith('[bot]') ? 'Bot' : 'User',
    site_admin: false,
  };
}

function commit(sha: string) {
  const url = `${REPOSITORY}/commits/${sha}`;
  const person = { name: 'A Person', email: 'person@example.com', date: TIME };
  return {
    url,
    sha,
    node_id: `C_${sha}`,
    html_url: url,
    comments_url: `${url}/comments`,
    commit: { url, author: person, committer: person, message: 'change', comment_count: 0, tree: { sha, url } },
    author: user('person'),
    committer: user('person'),
    parents: [],
  };
}

/** Commits are full shas, `ahead` newest first as git lists them; `files` are rows as `fileRow` makes them. */
export interface Compared {
  base: string;
  head: string;
  mergeBase: string;
  ahead: string[];
  behind: number;
  commits: string[];
  files: object[];
}

/** A comparison of two commits; its commits are oldest first. */
export function comparison({ base, head, mergeBase, ahead, behind, commits, files }: Compared) {
  const url = `${REPOSITORY}/compare/${base}...${head}`;
  const status = ahead.length === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged';
  return {
    url,
    html_url: url,
    permalink_url: url,
    diff_url: url,
    patch_url: url,
    base_commit: commit(base),
    merge_base_commit: commit(mergeBase),
    status,
    ahead_by: ahead.length,
    behind_by: behind,
    total_commits: ahead.length,
    commits: commits.map(commit),
    files,
  };
}

/** A row of a file list or of a comparison. */
export function fileRow(row: DiffRow) {
  const url = `https://github.com/o/r/blob/${row.sha}/${encodeURIComponent(row.filename)}`;
  return { ...row, blob_url: url, raw_url: url, contents_url: url };
}

/** The first comment of a thread. An outdated one has `line: null` and keeps `original_line` (1-based). */
export function reviewComment(comment: StoredComment) {
  const lines = {
    line: comment.line,
    ...(comment.originalLine === null ? {} : { original_line: comment.originalLine }),
    start_line: comment.startLine,
    original_start_line: comment.originalStartLine,
    side: comment.side,
    start_side: comment.originalStartLine === null ? null : comment.startSide,
  };
  return { ...commentBody(comment, comment), ...(comment.subjectType === 'file' ? { line: null } : lines) };
}

/** An answer in the thread of a comment. */
export function replyComment(root: StoredComment, reply: Reply) {
  return { ...reviewComment(root), ...commentBody(root, reply), in_reply_to_id: root.id };
}

function commentBody(root: StoredComment, { id, login, body }: Reply) {
  const url = `${REPOSITORY}/pulls/comments/${id}`;
  const link = { href: url };
  return {
    url,
    pull_request_review_id: root.reviewId,
    id,
    node_id: `PRRC_${id}`,
    diff_hunk: '@@ -1 +1 @@',
    path: root.path,
    commit_id: root.commit,
    original_commit_id: root.commit,
    user: user(login),
    body,
    created_at: TIME,
    updated_at: TIME,
    html_url: url,
    pull_request_url: url,
    author_association: 'NONE',
    _links: { self: link, html: link, pull_request: link },
    subject_type: root.subjectType,
  };
}

/** A review; only a submitted one has a time. */
export function review(stored: StoredReview) {
  const url = `${REPOSITORY}/pulls/1/reviews/${stored.id}`;
  return {
    id: stored.id,
    node_id: `PRR_${stored.id}`,
    user: user(stored.login),
    body: stored.body,
    state: stored.state,
    html_url: url,
    pull_request_url: url,
    _links: { html: { href: url }, pull_request: { href: url } },
    ...(stored.state === 'PENDING' ? {} : { submitted_at: TIME }),
    commit_id: stored.commit,
    author_association: 'NONE',
  };
}

/** A comment of the conversation. */
export function issueComment({ id, login, body }: IssueComment) {
  const url = `${REPOSITORY}/issues/comments/${id}`;
  return {
    id,
    node_id: `IC_${id}`,
    url,
    html_url: url,
    issue_url: `${REPOSITORY}/issues/1`,
    body,
    user: user(login),
    created_at: TIME,
    updated_at: TIME,
    author_association: 'NONE',
    performed_via_github_app: null,
  };
}

/** A check run with the count of its annotations, not the annotations. */
export function checkRun(run: StoredCheckRun) {
  const url = `${REPOSITORY}/check-runs/${run.id}`;
  return {
    id: run.id,
    node_id: `CR_${run.id}`,
    head_sha: run.headSha,
    external_id: '',
    url,
    html_url: url,
    details_url: url,
    status: run.status,
    conclusion: run.conclusion,
    started_at: TIME,
    completed_at: run.status === 'completed' ? TIME : null,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    name: run.name,
    check_suite: { id: run.suiteId },
    app: null,
    pull_requests: [],
  };
}

/** One annotation of a check run; GitHub answers null for what was left out. */
export function checkAnnotation(annotation: CheckAnnotation) {
  const defaults = { start_column: null, end_column: null, title: null, raw_details: null };
  return {
    ...defaults,
    ...annotation,
    blob_href: `https://github.com/o/r/blob/x/${encodeURIComponent(annotation.path)}`,
  };
}

/** A file of the contents operation; without its content where it is too large for JSON. */
export function fileContents(path: string, sha: string, bytes: Buffer, limit: number) {
  const url = `${REPOSITORY}/contents/${encodeURIComponent(path)}`;
  const isLarge = bytes.length > limit;
  return {
    type: 'file',
    encoding: isLarge ? 'none' : 'base64',
    size: bytes.length,
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    content: isLarge ? '' : bytes.toString('base64'),
    sha,
    url,
    git_url: url,
    html_url: url,
    download_url: url,
    _links: { git: url, self: url, html: url },
  };
}
