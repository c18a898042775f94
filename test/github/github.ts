import type { Fault, PrimaryLimit, SecondaryLimit } from './faults.ts';
import type { Limits } from './limits.ts';
import { type Permissions, RECOMMENDED, readOnly } from './permissions.ts';
import { type Files, Repository } from './repository.ts';
import { runnerEnvironment } from './runner.ts';
import { type Server, startServer } from './server.ts';
import { State } from './state.ts';

/** A repository with a pull request in it: from `base`, the tip of main, to `head`, the tip of another branch. */
export interface PullRepository {
  repository: Repository;
  base: string;
  head: string;
}

/**
 * Makes a git repository whose main branch has the files of `base` and whose topic branch changes them to those of
 * `head` (null takes a file away). With `baseLater` main has moved on since topic left it.
 */
export function gitRepo({ base, head, baseLater }: { base: Files; head: Files; baseLater?: Files }): PullRepository {
  const repository = new Repository();
  const fork = repository.commit(base);
  repository.git('checkout', '-q', '-b', 'topic');
  const tip = repository.commit(head);
  repository.git('checkout', '-q', 'main');
  return { repository, base: baseLater === undefined ? fork : repository.commit(baseLater), head: tip };
}

/** How the stand-in is set up; everything else is as on github.com with the permissions that the README asks for. */
export interface GitHubOptions {
  repo: PullRepository;
  pull?: { number?: number; fork?: boolean };
  permissions?: Partial<Permissions>;
  /** Serve as an Enterprise Server, under `/api/v3` and `/api/graphql`. */
  ghes?: boolean;
  faults?: Fault[];
  secondaryLimit?: SecondaryLimit;
  primaryLimit?: PrimaryLimit;
  /** Lower limits, so that tests need not be large. */
  limits?: Partial<Limits>;
}

export interface GitHub extends Server {
  /** A clean environment for a process of the Action, as `runnerEnvironment` makes it. */
  env(event: string, payload: unknown, inputs?: Record<string, string>): Record<string, string>;
  /** A new commit on the head branch; answers its sha. */
  push(files: Files): string;
}

/** Starts a stand-in for a repository. Closing it removes the repository too. A fork's token can only read. */
export async function startGitHub(options: GitHubOptions): Promise<GitHub> {
  const { repo, pull = {}, ghes = false, limits = {} } = options;
  const asked = { ...RECOMMENDED, ...options.permissions };
  const permissions = pull.fork ? readOnly(asked) : asked;
  const state = new State(repo.repository, repo.base, repo.head, permissions, { number: pull.number ?? 1 });
  state.faults.push(...(options.faults ?? []));
  state.rates.secondary = options.secondaryLimit;
  state.rates.primary = options.primaryLimit;
  Object.assign(state.limits, limits);
  const server = await startServer(state, { ghes });
  return {
    ...server,
    env: (event, payload, inputs) => runnerEnvironment(server, { event, payload, inputs }),
    push: (files) => state.push(files),
    close: async () => {
      await server.close();
      repo.repository.dispose();
    },
  };
}
