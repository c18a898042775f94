import { UserError } from '../source/user-error.ts';

/** What an event asks to review. */
export interface ReviewEvent {
  owner: string;
  repo: string;
  /** A full sha. */
  head: string;
  /**
   * What the configuration is read from, and what the change is compared with: a full sha, or the default branch for a
   * branch that is new; undefined where every file is reviewed.
   */
  base: string | undefined;
  /** Only for pull requests: somebody to comment to. */
  pull:
    | { number: number /** The head is in another repository, and the token read-only for it. */; fork: boolean }
    | undefined;
  /** Dependabot's token is read-only whatever the workflow says. */
  dependabot: boolean;
}

const EVENTS = ['pull_request', 'pull_request_target', 'merge_group', 'push', 'workflow_dispatch', 'schedule'];

interface Repo {
  id?: number;
}

interface Payload {
  pull_request?: {
    number?: number;
    head?: { sha?: string; repo?: Repo | null };
    base?: { sha?: string; repo?: Repo | null };
  };
  merge_group?: { head_sha?: string; base_sha?: string };
  ref?: string;
  before?: string;
  after?: string;
  deleted?: boolean;
  repository?: { default_branch?: string };
}

/** Reads the event's payload (JSON text). Throws a UserError where it is none that can be reviewed. */
export function readEvent(
  name: string,
  payloadText: string,
  env: { repository: string; sha: string; actor: string },
): ReviewEvent {
  if (!EVENTS.includes(name))
    throw new UserError(`the event "${name}" cannot be reviewed; use one of ${EVENTS.join(', ')}`);
  const [owner, repo] = env.repository.split('/');
  if (!owner || !repo) throw new UserError('GITHUB_REPOSITORY does not name a repository');
  const payload = parse(payloadText);
  const common = { owner, repo, dependabot: env.actor === 'dependabot[bot]' };
  if (name === 'pull_request' || name === 'pull_request_target') {
    const { number, head, base } = payload.pull_request ?? {};
    if (number === undefined || !head?.sha || !base?.sha) {
      throw new UserError(`the payload of the event "${name}" has no pull request (GITHUB_EVENT_PATH)`);
    }
    // On pull_request_target a fork's token may write like any other.
    const isElsewhere = head.repo?.id === undefined || head.repo.id !== base.repo?.id;
    const fork = name === 'pull_request' && isElsewhere;
    return { ...common, head: head.sha, base: base.sha, pull: { number, fork } };
  }
  if (name === 'merge_group') {
    const { head_sha: head, base_sha: base } = payload.merge_group ?? {};
    if (!head || !base) throw new UserError('the payload of the event "merge_group" has no head_sha and base_sha');
    return { ...common, head, base, pull: undefined };
  }
  const { head, base } = name === 'push' ? pushed(payload, env.sha) : { head: env.sha };
  return { ...common, head, base, pull: undefined };
}

/** `sha` is GITHUB_SHA: the commit also where a tag of its own was pushed, and one of the default branch after a deletion. */
function pushed(
  { ref = '', before, after, deleted, repository }: Payload,
  sha: string,
): { head: string; base?: string } {
  // Nothing is left to look at.
  if (deleted || isNone(after)) return { head: sha, base: sha };
  const head = ref.startsWith('refs/tags/') ? sha : (after ?? sha);
  if (before !== undefined && !isNone(before)) return { head, base: before };
  // The first push of a branch: what it brings is what the default branch does not have.
  const main = repository?.default_branch;
  return main === undefined || ref === '' || ref === `refs/heads/${main}` ? { head } : { head, base: main };
}

/** Where there is no commit GitHub writes one of zeros. */
function isNone(sha: string | undefined): boolean {
  return sha !== undefined && /^0+$/.test(sha);
}

function parse(text: string): Payload {
  try {
    const payload: unknown = JSON.parse(text);
    return typeof payload === 'object' && payload !== null ? payload : {};
  } catch {
    throw new UserError('the event payload is not JSON (GITHUB_EVENT_PATH)');
  }
}
