import { type Answer, type Call, notFound, type Route } from './answer.ts';
import { findOperation, requestProblem, responseProblem, strayParts } from './contract.ts';
import { FORBIDDEN, mayCall } from './permissions.ts';
import { CHECKS } from './routes/checks.ts';
import { ISSUES } from './routes/issues.ts';
import { PULLS } from './routes/pulls.ts';
import { REPOSITORY } from './routes/repository.ts';
import type { State } from './state.ts';

const ROUTES: Record<string, Route> = { ...PULLS, ...REPOSITORY, ...CHECKS, ...ISSUES };

export interface RestRequest {
  method: string;
  /** Percent-encoded, without the base path of an Enterprise Server. */
  path: string;
  url: URL;
  body: unknown;
  accept: string;
}

/** The operation of GitHub's description that a request is for, such as `pulls/list-files`. */
export function operationOf({ method, path }: RestRequest): string | undefined {
  return findOperation(method, path)?.operation.operationId;
}

/**
 * Answers a REST request against the state. What neither is in GitHub's description nor fits it goes to `violations`,
 * in the answer as in the request.
 */
export function answerRest(state: State, request: RestRequest, violations: string[]): Answer {
  const { method, path, url, body, accept } = request;
  const found = findOperation(method, path);
  if (found === undefined) {
    violations.push(`${method} ${path}: no such operation`);
    return notFound;
  }
  const { operation, parameters } = found;
  const id = operation.operationId;
  const stray = strayParts(operation, url.searchParams, body);
  if (stray.length > 0) violations.push(`${id} does not know ${stray.join(', ')}`);
  if (!mayCall(state.permissions, id)) return { status: 403, body: { message: FORBIDDEN, status: '403' } };
  if (!isServed(state, parameters)) return notFound;
  const wrong = requestProblem(operation, body);
  if (wrong !== undefined) {
    violations.push(`${id}: ${wrong}`);
    return { status: 422, body: { message: `Invalid request.\n\n${wrong}`, status: '422' } };
  }
  const call: Call = { state, parameters, search: url.searchParams, body, accept, url };
  const answer = ROUTES[id]?.(call);
  if (answer === undefined) {
    violations.push(`the stand-in does not serve ${id}`);
    return { status: 501, body: { message: 'not served' } };
  }
  const lie = answer.text === undefined ? responseProblem(operation, answer.status, answer.body) : undefined;
  if (lie !== undefined) violations.push(`the stand-in's own answer to ${id}: ${lie}`);
  return answer;
}

/** Another repository or pull request is not there. */
function isServed(
  state: State,
  { owner, repo, pull_number: pull, issue_number: issue }: Record<string, string>,
): boolean {
  const number = pull ?? issue;
  const isHere = owner === undefined || (owner === state.owner && repo === state.repo);
  return isHere && (number === undefined || Number(number) === state.number);
}
