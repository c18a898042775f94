import { type Answer, type Call, notFound, ok, page, type Route, refused } from '../answer.ts';
import { issueComment } from '../bodies.ts';
import type { IssueComment } from '../records.ts';

/** The operations on a pull request's conversation. */
export const ISSUES: Record<string, Route> = {
  'issues/list-comments': (call) => page(call, call.state.issueComments, issueComment),
  'issues/create-comment': (call) =>
    bodyProblem(call) ?? { status: 201, body: issueComment(call.state.addIssueComment(bodyOf(call))) },
  'issues/update-comment': (call) => {
    const found = findComment(call);
    if (found === undefined) return notFound;
    const problem = bodyProblem(call);
    if (problem !== undefined) return problem;
    found.body = bodyOf(call);
    return ok(issueComment(found));
  },
  'issues/delete-comment': (call) => {
    const found = findComment(call);
    if (found === undefined) return notFound;
    call.state.issueComments = call.state.issueComments.filter((comment) => comment !== found);
    return { status: 204 };
  },
};

function bodyOf({ body }: Call): string {
  return (body as { body: string }).body;
}

function findComment({ state, parameters }: Call): IssueComment | undefined {
  return state.issueComments.find(({ id }) => id === Number(parameters['comment_id']));
}

function bodyProblem(call: Call): Answer | undefined {
  const body = bodyOf(call);
  const { limits } = call.state;
  if (body.trim() === '') return refused('Validation Failed', ["Body can't be blank"]);
  return body.length > limits.body
    ? refused('Validation Failed', [`Body is too long (maximum is ${limits.body} characters)`])
    : undefined;
}
