import { afterEach, expect } from 'vitest';
import { type Files, Repository } from './repository.ts';
import { type ActionRun, pullPayload, runAction } from './run-action.ts';
import type { Job } from './runner.ts';
import { type Server, startServer } from './server.ts';
import { type Permissions, State } from './state.ts';

interface ScenarioOptions {
  permissions?: Partial<Permissions>;
  ghes?: boolean;
}

/** A stand-in with a pull request on it, and runs of the Action for it. */
export interface Scenario extends Server {
  /** Runs the Action; the payload is that of the pull request as it is now where none is given. */
  run(job?: Partial<Job> & { env?: Record<string, string> }): Promise<ActionRun>;
}

export type OpenScenario = (base: Files, head: Files, options?: ScenarioOptions) => Promise<Scenario>;

/**
 * Makes pull requests from these files to those. After each test the last run of every one is made once more, and must
 * change nothing that anybody reads: neither review nor comment. What went wrong in the test is over by then; the
 * first run after it may still mend what was left undone.
 */
export function openScenarios(): OpenScenario {
  const open: { scenario: Scenario; last: () => Parameters<Scenario['run']>[0]; repository: Repository }[] = [];
  afterEach(async ({ task }) => {
    const all = open.splice(0);
    try {
      const isSound = task.result?.state !== 'fail';
      for (const { scenario, last } of isSound ? all : []) await expectSettled(scenario, last());
    } finally {
      for (const { scenario, repository } of all) {
        await scenario.close();
        repository.dispose();
      }
    }
  });
  return async (base, head, options = {}) => {
    const repository = new Repository();
    const first = repository.commit({ 'README.md': 'hello\n', ...base });
    repository.git('checkout', '-q', '-b', 'topic');
    const state = new State(repository, first, repository.commit(head), options.permissions ?? {});
    const server = await startServer(state, options);
    let last: Parameters<Scenario['run']>[0];
    const run: Scenario['run'] = (job = {}) => {
      last = { ...job, payload: job.payload ?? pullPayload(state) };
      return runAction(server, { payload: undefined, ...last });
    };
    const scenario = { ...server, run };
    open.push({ scenario, last: () => last, repository });
    return scenario;
  };
}

async function expectSettled(github: Scenario, job: Parameters<Scenario['run']>[0]): Promise<void> {
  expect(github.violations).toEqual([]);
  if (job === undefined) return;
  const { state } = github;
  const { rates, faults } = state;
  const wasBroken = faults.length > 0 || rates.primary !== undefined || rates.secondary !== undefined;
  faults.length = 0;
  Object.assign(rates, { primary: undefined, secondary: undefined });
  if (wasBroken) await github.run(job);
  const conversation = () => structuredClone([state.comments, state.reviews, state.issueComments]);
  const before = conversation();
  github.effects.length = 0;
  await github.run(job);
  expect(github.effects.filter((effect) => !effect.includes('/check-runs'))).toEqual([]);
  expect(conversation()).toEqual(before);
  expect(github.violations).toEqual([]);
}
