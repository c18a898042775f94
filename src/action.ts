import { everyRemoteFile } from './changes/every-file.ts';
import { remoteChanges } from './changes/remote.ts';
import type { RemoteReader } from './changes/remote-reader.ts';
import { preferWorkspace } from './changes/workspace.ts';
import { type Client, type Clock, openClient, Refusal } from './github/client.ts';
import { type ReviewEvent, readEvent } from './github/event.ts';
import { openGithub } from './github/github.ts';
import { githubReader } from './github/reader.ts';
import { siteOf } from './github/site.ts';
import { type Config, DEFAULT_CONFIG } from './policy/config.ts';
import type { Acknowledgement } from './report/acknowledged.ts';
import { renderAnnotations, type WorkflowAnnotation } from './report/annotations.ts';
import { renderJson } from './report/json.ts';
import type { Publisher } from './report/publisher.ts';
import { renderSummary } from './report/summary.ts';
import { sha256 } from './review/digest.ts';
import type { Review } from './review/review.ts';
import { RULES } from './rules/index.ts';
import { runReview } from './run.ts';
import { looksAt, type RunOptions } from './run-options.ts';
import { UserError } from './source/user-error.ts';

/** What the Action needs of the runner. */
export interface Runner {
  input(name: string): string;
  output(name: string, value: string): void;
  annotate(annotation: WorkflowAnnotation): void;
  warn(message: string): void;
  /** Shows why the job failed before there was a review, and fails it. */
  fail(message: string): void;
  /** Prints lines in which nothing is a command. */
  log(text: string): void;
  /** Appends GitHub Markdown to the job summary. */
  summarize(markdown: string): Promise<void>;
  readFile(path: string): string;
  writeFile(path: string, text: string): void;
  env: Readonly<Record<string, string | undefined>>;
  clock?: Clock;
  /** `YYYY-MM-DD`. */
  today: string;
}

/**
 * The Action from the event to the exit code: read, review, then show the same findings in annotations, review, check
 * run, summary and outputs. The exit code is the review's conclusion and hangs on no write. What the user must mend is
 * one sentence; anything else that breaks is a bug. Never throws.
 */
export async function runAction(runner: Runner): Promise<number> {
  try {
    return await reviewAndShow(runner);
  } catch (error) {
    const bug =
      error instanceof Error ? `This is a bug of the program, please report it. ${error.stack}` : String(error);
    runner.fail(error instanceof UserError ? error.message : bug);
    return 1;
  }
}

async function reviewAndShow(runner: Runner): Promise<number> {
  const { options, post } = readInputs(runner.input, runner.today);
  const event = openEvent(runner);
  const token = runner.input('github-token');
  if (token === '') throw new UserError('the input github-token is empty; it is `${{ github.token }}` by default');
  const client = await openClient(token, {
    apiUrl: runner.env['GITHUB_API_URL'] || undefined,
    ...(runner.clock && { clock: runner.clock }),
  });
  const site = siteOf(event, runner.env);
  const { reader, publisher } = openGithub(client, event, { comments: post.review || post.summaryComment, site });
  const { review, looksAt } = await reviewEvent(client, reader, event, runner, options);
  for (const annotation of post.annotations ? renderAnnotations(review) : []) runner.annotate(annotation);
  const { problems, acknowledged } = await publish(publisher, review, looksAt, post);
  await show(runner, renderSummary(review, problems, acknowledged, site.link), problems);
  await writeOutputs(runner, review);
  return review.conclusion === 'failure' ? 1 : 0;
}

function openEvent(runner: Runner): ReviewEvent {
  const { GITHUB_EVENT_NAME, GITHUB_EVENT_PATH, GITHUB_REPOSITORY, GITHUB_SHA, GITHUB_ACTOR } = runner.env;
  let payload: string;
  try {
    payload = runner.readFile(GITHUB_EVENT_PATH ?? '');
  } catch {
    throw new UserError(
      'the event payload cannot be read (GITHUB_EVENT_PATH); this program runs as a step of a GitHub workflow',
    );
  }
  const env = { repository: GITHUB_REPOSITORY ?? '', sha: GITHUB_SHA ?? '', actor: GITHUB_ACTOR ?? '' };
  return readEvent(GITHUB_EVENT_NAME ?? '', payload, env);
}

const DEFAULT_PATH = '.github/kms-policy-review.yml';

async function reviewEvent(
  client: Client,
  reader: RemoteReader,
  event: ReviewEvent,
  runner: Runner,
  options: RunOptions,
): Promise<{ review: Review; looksAt: (path: string) => boolean }> {
  const path = (runner.input('config') || DEFAULT_PATH).replace(/^(\.\/)+/, '');
  try {
    const { changes, configuration } = await openChanges(client, reader, event, path, runner, options);
    let config: Config = DEFAULT_CONFIG;
    if (configuration !== undefined) {
      if ('unreadable' in configuration) throw new UserError(`${path}: ${configuration.unreadable}`);
      config = (await import('./review/configuration.ts')).parseConfiguration(configuration.text, path);
    }
    const review = await runReview(changes, config, options);
    if (configuration === undefined && path !== DEFAULT_PATH && review.files.candidates > 0)
      runner.warn(`The configuration ${path} (input config) is not in the base; the defaults were used.`);
    return { review, looksAt: (file) => looksAt(file, config, options) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.kind !== 'permission')
      throw new UserError(
        `GitHub did not answer what is needed to review (${error.status || 'no answer'}: ${error.message})`,
      );
    throw new UserError(
      `the token may not read the pull request or its files; give the job \`permissions: contents: read\` and \`pull-requests: write\` (${error.status}: ${error.message})`,
    );
  }
}

async function openChanges(
  client: Client,
  reader: RemoteReader,
  event: ReviewEvent,
  path: string,
  runner: Runner,
  { scope }: RunOptions,
): ReturnType<typeof remoteChanges> {
  try {
    const { GITHUB_WORKSPACE } = runner.env;
    const near = await preferWorkspace(reader, event, GITHUB_WORKSPACE);
    // Without a base the list has every file anyway.
    const asked = scope === 'all' && event.base !== undefined ? everyRemoteFile(near) : near;
    return await remoteChanges(asked, event, path);
  } catch (error) {
    const isGone = error instanceof Refusal && error.status === 404 && event.pull === undefined;
    if (!isGone || event.base === undefined) throw error;
    // A force-push left the commit before it behind, or the branches share no history.
    const alone = { ...event, base: undefined };
    const changes = await remoteChanges(githubReader(client, alone), alone, path);
    runner.warn(`There is no comparison with ${event.base} any more; every file was reviewed.`);
    return changes;
  }
}

interface Posted {
  /** What went wrong, in sentences. */
  problems: string[];
  acknowledged: readonly Acknowledgement[];
}

/** Posts review, summary comment and check run. A bug here must not hide the findings. */
async function publish(
  publisher: Publisher,
  review: Review,
  looksAt: (path: string) => boolean,
  post: Inputs['post'],
): Promise<Posted> {
  const problems: string[] = [];
  let acknowledged: readonly Acknowledgement[] = [];
  const attempt = async (send: () => Promise<string[]>): Promise<void> => {
    try {
      problems.push(...(await send()));
    } catch (error) {
      problems.push(`Posting broke, which is a bug of this program: ${messageOf(error)}`);
    }
  };
  if (post.review)
    await attempt(async () => {
      const published = await publisher.publishReview(review, looksAt);
      acknowledged = published.acknowledged;
      return published.problems;
    });
  if (post.summaryComment) await attempt(() => publisher.publishSummaryComment(review, acknowledged));
  if (post.checkRun) await attempt(() => publisher.publishCheckRun(review, acknowledged));
  return { problems, acknowledged };
}

async function show(runner: Runner, summary: string, problems: readonly string[]): Promise<void> {
  for (const problem of problems) runner.warn(problem);
  try {
    await runner.summarize(summary);
  } catch (error) {
    runner.warn(`The job summary cannot be written, so it is in the log: ${messageOf(error)}`);
    runner.log(summary);
  }
}

async function writeOutputs(runner: Runner, review: Review): Promise<void> {
  const { errors, warnings, notices, incomplete } = review.summary;
  const json = await writeReport(runner, 'json-file', () => renderJson(review));
  const sarif = await writeReport(runner, 'sarif-file', async () =>
    (await import('./report/sarif.ts')).renderSarif(review, RULES),
  );
  const html = await writeReport(runner, 'html-file', async () =>
    (await import('./report/html.ts')).renderHtml(review),
  );
  const outputs = {
    conclusion: review.conclusion,
    findings: errors + warnings + notices,
    errors,
    warnings,
    notices,
    'new-access': review.access?.newAccess ?? 'unknown',
    incomplete,
    'sarif-file': sarif,
    'json-file': json,
    'html-file': html,
  };
  try {
    for (const [name, value] of Object.entries(outputs)) runner.output(name, String(value));
  } catch (error) {
    runner.warn(`The outputs cannot be written: ${messageOf(error)}`);
  }
}

/** Writes a report where an input asks for it; answers the path, empty where nothing was written. The gate does not hang on it. */
async function writeReport(runner: Runner, input: string, render: () => string | Promise<string>): Promise<string> {
  const path = runner.input(input);
  if (path === '') return '';
  try {
    runner.writeFile(path, await render());
    return path;
  } catch (error) {
    runner.warn(`The report of the input ${input} cannot be written to ${path}: ${messageOf(error)}`);
    return '';
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What the Action's inputs ask for. */
interface Inputs {
  options: RunOptions;
  /** What is shown beside the job summary, which always is. */
  post: { review: boolean; summaryComment: boolean; checkRun: boolean; annotations: boolean };
}

/** Reads the inputs; one that is empty has its default. `today` is `YYYY-MM-DD`. Throws a UserError for a wrong one. */
function readInputs(input: (name: string) => string, today: string): Inputs {
  const choose = <T extends string>(name: string, values: readonly T[], fallback: T): T => {
    const text = input(name) || fallback;
    const value = values.find((one) => one === text);
    if (value === undefined) throw new UserError(`the input ${name} is "${text}"; it can be ${values.join(', ')}`);
    return value;
  };
  const flag = (name: string, fallback: 'true' | 'false'): boolean =>
    choose(name, ['true', 'false'], fallback) === 'true';
  const lines = (name: string): string[] =>
    input(name)
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const max = input('max-comments') || '25';
  if (!/^\d{1,3}$/.test(max))
    throw new UserError(`the input max-comments is "${max}"; it must be a number from 0 to 100`);
  return {
    options: {
      scope: choose('scope', ['new', 'changed', 'all'], 'new'),
      failOn: choose('fail-on', ['error', 'warning', 'notice', 'never'], 'error'),
      failOnIncomplete: flag('fail-on-incomplete', 'false'),
      maxComments: Math.min(Number(max), 100),
      paths: lines('paths'),
      pathsIgnore: lines('paths-ignore'),
      today,
      digest: sha256,
    },
    post: {
      review: flag('review', 'true'),
      summaryComment: flag('summary-comment', 'false'),
      checkRun: flag('check-run', 'true'),
      annotations: flag('annotations', 'true'),
    },
  };
}
