import { type Call, notFound, ok, page, type Route, refused } from '../answer.ts';
import { checkAnnotation, checkRun } from '../bodies.ts';
import type { CheckAnnotation, StoredCheckRun } from '../records.ts';
import type { State } from '../state.ts';

interface CheckBody {
  name?: string;
  head_sha?: string;
  status?: string;
  conclusion?: string;
  output?: { title?: string; summary?: string; text?: string; annotations?: CheckAnnotation[] };
}

/** The operations on check runs. */
export const CHECKS: Record<string, Route> = {
  'checks/create': (call) => {
    const body = call.body as CheckBody;
    const { name = '', head_sha: headSha = '' } = body;
    const problem = outputProblem(call.state, body);
    if (problem !== undefined) return refused(problem);
    if (call.state.repository.commitSha(headSha) !== headSha) return refused(`No commit found for SHA: ${headSha}`);
    const run: StoredCheckRun = {
      id: call.state.id(),
      name,
      headSha,
      suiteId: call.state.checkSuite(headSha).id,
      status: 'queued',
      conclusion: null,
      title: '',
      summary: '',
      text: null,
      annotations: [],
    };
    apply(run, body);
    call.state.checkRuns.push(run);
    return { status: 201, body: checkRun(run) };
  },
  'checks/update': (call) => {
    const run = findRun(call);
    const body = call.body as CheckBody;
    const problem = outputProblem(call.state, body);
    if (run === undefined) return notFound;
    if (problem !== undefined) return refused(problem);
    apply(run, body);
    return ok(checkRun(run));
  },
  'checks/list-for-ref': (call) => {
    const { state, search, parameters } = call;
    const sha = state.repository.commitSha(parameters['ref'] ?? '');
    const named = state.checkRuns.filter(
      ({ headSha, name, status }) =>
        headSha === sha && name === (search.get('check_name') ?? name) && status === (search.get('status') ?? status),
    );
    const isLast = (run: StoredCheckRun): boolean => run === named.findLast(({ name }) => name === run.name);
    const runs = search.get('filter') === 'all' ? named : named.filter(isLast);
    const answer = page(call, runs, checkRun);
    return { ...answer, body: { total_count: runs.length, check_runs: answer.body } };
  },
  'checks/list-annotations': (call) => {
    const run = findRun(call);
    return run === undefined ? notFound : page(call, run.annotations, checkAnnotation);
  },
};

function findRun({ state, parameters }: Call): StoredCheckRun | undefined {
  return state.checkRuns.find(({ id }) => id === Number(parameters['check_run_id']));
}

/** A conclusion completes a run; annotations are added to those of earlier requests. */
function apply(run: StoredCheckRun, { name, status, conclusion, output }: CheckBody): void {
  if (name !== undefined) run.name = name;
  if (conclusion !== undefined) run.conclusion = conclusion;
  run.status = conclusion === undefined ? (status ?? run.status) : 'completed';
  run.title = output?.title ?? run.title;
  run.summary = output?.summary ?? run.summary;
  run.text = output?.text ?? run.text;
  run.annotations.push(...(output?.annotations ?? []));
}

/** Limits that the schema does not have, or that a changed schema might lose. */
function outputProblem({ limits }: State, { output }: CheckBody): string | undefined {
  for (const text of [output?.summary ?? '', output?.text ?? '']) {
    if (text.length > limits.checkText)
      return `Invalid request.\n\nOnly ${limits.checkText} characters are allowed; ${text.length} were supplied.`;
  }
  for (const annotation of output?.annotations ?? []) {
    const { start_line: start, end_line: end, message, title = '', raw_details: details = '' } = annotation;
    const hasColumns = annotation.start_column !== undefined || annotation.end_column !== undefined;
    if (hasColumns && start !== end) return 'Invalid request.\n\nColumns are for annotations of one line.';
    if (end < start) return 'Invalid request.\n\nend_line is before start_line.';
    const isLong = [message, details].some((text) => Buffer.byteLength(text) > limits.annotationText);
    if (isLong || title.length > limits.annotationTitle) return 'Invalid request.\n\nThe annotation is too long.';
  }
  return undefined;
}
