import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Server, TOKEN } from './server.ts';
import type { State } from './state.ts';

/** What a job is started with. */
export interface Job {
  /** The event's name; `pull_request` where it is left out. */
  event?: string | undefined;
  /** The payload, or its text as it is. */
  payload: unknown;
  /** The Action's inputs by name. A runner gives the defaults of action.yml too: the caller says which. */
  inputs?: Record<string, string> | undefined;
}

/** The file of the job summary in the runner's folder. */
export const SUMMARY = 'summary.md';
const FILE_COMMANDS = { GITHUB_OUTPUT: 'output', GITHUB_STEP_SUMMARY: SUMMARY, GITHUB_ENV: 'env' };
const OTHER_FILES = { GITHUB_STATE: 'state', GITHUB_PATH: 'path' };

/**
 * The environment of a runner and nothing else: no proxies, no tokens of whoever runs the tests. Its files are in a new
 * temporary folder, HOME; those for file commands exist and are empty, as on a runner.
 */
export function runnerEnvironment(server: Server, { event = 'pull_request', payload, inputs = {} }: Job) {
  const folder = mkdtempSync(join(tmpdir(), 'kms-policy-review-run-'));
  const file = (name: string, text = ''): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const { state, url, ghes } = server;
  const isPull = event.startsWith('pull_request');
  const origin = new URL(url).origin;
  const environment: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__self',
    GITHUB_ACTOR: 'person',
    GITHUB_API_URL: url,
    GITHUB_GRAPHQL_URL: `${origin}${ghes ? '/api' : ''}/graphql`,
    GITHUB_SERVER_URL: ghes ? origin : 'https://github.com',
    GITHUB_REPOSITORY: `${state.owner}/${state.repo}`,
    GITHUB_REPOSITORY_OWNER: state.owner,
    GITHUB_SHA: commitOf(state, event),
    GITHUB_REF: event === 'pull_request' ? `refs/pull/${state.number}/merge` : 'refs/heads/main',
    GITHUB_BASE_REF: isPull ? 'main' : '',
    GITHUB_HEAD_REF: isPull ? 'topic' : '',
    GITHUB_EVENT_NAME: event,
    GITHUB_EVENT_PATH: file('event.json', typeof payload === 'string' ? payload : JSON.stringify(payload)),
    GITHUB_WORKSPACE: folder,
    GITHUB_WORKFLOW: 'KMS',
    GITHUB_JOB: 'review',
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_NUMBER: '1',
    GITHUB_RUN_ATTEMPT: '1',
    RUNNER_OS: 'Linux',
    RUNNER_ARCH: 'X64',
    RUNNER_NAME: 'runner',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_TEMP: folder,
    RUNNER_TOOL_CACHE: folder,
    'INPUT_GITHUB-TOKEN': TOKEN,
  };
  for (const [name, path] of Object.entries({ ...FILE_COMMANDS, ...OTHER_FILES })) environment[name] = file(path);
  for (const [name, value] of Object.entries(inputs)) {
    environment[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] = value;
  }
  return environment;
}

/** GITHUB_SHA: on `pull_request` the test merge commit, whose lines are not those of the head. */
function commitOf(state: State, event: string): string {
  if (event === 'pull_request') return state.repository.testMerge(state.base, state.head) ?? state.head;
  return event === 'pull_request_target' ? state.base : state.head;
}
