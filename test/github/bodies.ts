/** Response bodies as GitHub describes them, filled with what the tests look at. */

const API = 'https://api.github.com';

function user(login: string, id = 1) {
  const url = `${API}/users/${encodeURIComponent(login)}`;
  const paths = [
    'followers',
    'following',
    'gists',
    'starred',
    'subscriptions',
    'organizations',
    'repos',
    'events',
    'received_events',
  ];
  return {
    login,
    id,
    node_id: `U_${id}`,
    avatar_url: 'https://avatars.example.com/u/1',
    gravatar_id: '',
    url,
    html_url: `https://github.com/${encodeURIComponent(login)}`,
    ...Object.fromEntries(paths.map((path) => [`${path}_url`, `${url}/${path}`])),
    type: login.endsWith('[bot]') ? 'Bot' : 'User',
    site_admin: false,
  };
}

function commit(sha: string) {
  const url = `${API}/repos/o/r/commits/${sha}`;
  const person = { name: 'A Person', email: 'person@example.com', date: '2026-01-01T00:00:00Z' };
  return {
    url,
    sha,
    node_id: `C_${sha}`,
    html_url: url,
    comments_url: `${url}/comments`,
    commit: {
      url,
      author: person,
      committer: person,
      message: 'change',
      comment_count: 0,
      tree: { sha, url },
    },
    author: user('person'),
    committer: user('person'),
    parents: [],
  };
}

export function comparison(base: string, head: string, mergeBase: string, files: object[]) {
  const url = `${API}/repos/o/r/compare/${base}...${head}`;
  return {
    url,
    html_url: url,
    permalink_url: url,
    diff_url: url,
    patch_url: url,
    base_commit: commit(base),
    merge_base_commit: commit(mergeBase),
    status: 'diverged',
    ahead_by: 1,
    behind_by: 0,
    total_commits: 1,
    commits: [commit(head)],
    files,
  };
}

export function fileRow(row: { filename: string; sha: string }) {
  const url = `https://github.com/o/r/blob/${row.sha}/${encodeURIComponent(row.filename)}`;
  return { ...row, blob_url: url, raw_url: url, contents_url: url };
}

export interface StoredComment {
  id: number;
  threadId: string;
  path: string;
  line: number | null;
  startLine: number | null;
  originalLine: number | null;
  subjectType: 'line' | 'file';
  body: string;
  login: string;
  commit: string;
  resolved: boolean;
  minimized: boolean;
  replies: { login: string; body: string }[];
}

export function reviewComment(comment: StoredComment) {
  const url = `${API}/repos/o/r/pulls/comments/${comment.id}`;
  const link = { href: url };
  return {
    url,
    pull_request_review_id: 1,
    id: comment.id,
    node_id: `PRRC_${comment.id}`,
    diff_hunk: '@@ -1 +1 @@',
    path: comment.path,
    commit_id: comment.commit,
    original_commit_id: comment.commit,
    user: user(comment.login),
    body: comment.body,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    html_url: url,
    pull_request_url: url,
    author_association: 'NONE',
    _links: { self: link, html: link, pull_request: link },
    ...(comment.line === null ? {} : { line: comment.line }),
    ...(comment.originalLine === null ? {} : { original_line: comment.originalLine }),
    ...(comment.startLine === null ? {} : { start_line: comment.startLine }),
    side: 'RIGHT',
    subject_type: comment.subjectType,
  };
}

export function review(id: number, login: string, body: string, commitId: string) {
  const url = `${API}/repos/o/r/pulls/1/reviews/${id}`;
  return {
    id,
    node_id: `PRR_${id}`,
    user: user(login),
    body,
    state: 'COMMENTED',
    html_url: url,
    pull_request_url: url,
    _links: { html: { href: url }, pull_request: { href: url } },
    submitted_at: '2026-01-01T00:00:00Z',
    commit_id: commitId,
    author_association: 'NONE',
  };
}

export interface StoredCheckRun {
  id: number;
  name: string;
  headSha: string;
  conclusion: string | null;
  title: string;
  summary: string;
  annotations: object[];
}

export function checkRun(run: StoredCheckRun) {
  const url = `${API}/repos/o/r/check-runs/${run.id}`;
  return {
    id: run.id,
    node_id: `CR_${run.id}`,
    head_sha: run.headSha,
    external_id: '',
    url,
    html_url: url,
    details_url: url,
    status: 'completed',
    conclusion: run.conclusion,
    started_at: '2026-01-01T00:00:00Z',
    completed_at: '2026-01-01T00:00:00Z',
    output: {
      title: run.title,
      summary: run.summary,
      text: null,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    name: run.name,
    check_suite: { id: 1 },
    app: null,
    pull_requests: [],
  };
}
