import examples from '@octokit/webhooks-examples/api.github.com/index.json' with { type: 'json' };
import { eventProblem } from './contract.ts';
import type { State } from './state.ts';

type Json = null | boolean | number | string | Json[] | Payload;

/** The parsed text of an event's payload. */
export interface Payload {
  [key: string]: Json;
}

type PullAction = 'opened' | 'synchronize' | 'reopened' | 'edited' | 'ready_for_review';

export interface PullOptions {
  action?: PullAction;
  /** The head is in another repository, whose owner is not the base's. */
  fork?: boolean;
  draft?: boolean;
  number?: number;
}

/** Properties that GitHub's description requires of a repository today and that the examples are too old to have. */
const NEWER = { has_discussions: false, topics: [], visibility: 'public', homepage: null };
const EXAMPLE_NAME = 'Codertocat/Hello-World';

/**
 * A real payload of `pull_request`, with the fixture's names, numbers and commits in it. There is no example of
 * `edited` nor of a fork: these are made out of `opened`. Throws where the result is not as GitHub describes it.
 */
export function pullPayload(state: State, options: PullOptions = {}): Payload {
  const { action = 'opened', fork = false, draft = false, number = state.number } = options;
  const payload = example('pull_request', action === 'edited' ? 'opened' : action, state);
  const pull = at(payload, 'pull_request');
  const base = at(pull, 'base');
  const head = at(pull, 'head');
  Object.assign(payload, { action, number });
  Object.assign(pull, { number, draft, merge_commit_sha: state.repository.testMerge(state.base, state.head) });
  pull['auto_merge'] ??= null;
  Object.assign(base, { sha: state.base, ref: 'main', label: `${state.owner}:main` });
  Object.assign(head, { sha: state.head, ref: 'topic', label: `${fork ? 'stranger' : state.owner}:topic` });
  if (fork) {
    const full_name = `stranger/${state.repo}`;
    head['repo'] = { ...at(head, 'repo'), id: 999, node_id: 'R_999', full_name, fork: true };
  }
  if (action === 'edited') payload['changes'] = { base: { ref: { from: 'release' }, sha: { from: state.base } } };
  return checked(`pull-request-${action.replaceAll('_', '-')}`, payload);
}

/** A real payload of `merge_group`: the head of the queue, with base and head of the fixture. */
export function mergeGroupPayload(state: State): Payload {
  const payload = example('merge_group', 'checks_requested', state);
  Object.assign(at(payload, 'merge_group'), { base_sha: state.base, head_sha: state.head });
  return checked('merge-group-checks-requested', payload);
}

/**
 * A real payload of `push` from base to head of `branch` in a repository whose default branch is main. The first push
 * of a branch has 40 zeros before it.
 */
export function pushPayload(state: State, { before = state.base, branch = 'main' } = {}): Payload {
  const payload = example('push', undefined, state);
  const isFirst = /^0+$/.test(before);
  const ref = `refs/heads/${branch}`;
  Object.assign(payload, { ref, before, after: state.head, created: isFirst, deleted: false });
  Object.assign(at(payload, 'repository'), { default_branch: 'main' });
  return checked('push', payload);
}

/** The pull request as `GET pulls/{number}` answers it. */
export function pullRequestBody(state: State): Json {
  return pullPayload(state)['pull_request'] ?? null;
}

function example(name: string, action: string | undefined, state: State): Payload {
  const all = (examples as unknown as { name: string; examples: Payload[] }[]).find((one) => one.name === name);
  const found = all?.examples.filter((one) => one['action'] === action).at(-1);
  if (found === undefined) throw new Error(`no example of ${name} ${action}`);
  const text = JSON.stringify(found)
    .replaceAll(EXAMPLE_NAME, `${state.owner}/${state.repo}`)
    .replaceAll('"Hello-World"', JSON.stringify(state.repo));
  const payload = JSON.parse(text) as Payload;
  for (const holder of [payload, ...pullSides(payload)]) {
    const repository = holder['repository'] ?? holder['repo'];
    if (isObject(repository)) Object.assign(repository, { ...NEWER, ...repository, homepage: null });
  }
  return payload;
}

function pullSides(payload: Payload): Payload[] {
  const pull = payload['pull_request'];
  return isObject(pull) ? [at(pull, 'base'), at(pull, 'head')] : [];
}

function isObject(value: Json | undefined): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at(payload: Payload, key: string): Payload {
  const value = payload[key];
  if (!isObject(value)) throw new Error(`the example has no ${key}`);
  return value;
}

function checked(event: string, payload: Payload): Payload {
  const problem = eventProblem(event, payload);
  if (problem !== undefined) throw new Error(`${event}: ${problem}`);
  return payload;
}
