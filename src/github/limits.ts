/** What the platform allows, and what we allow ourselves. Each with its source. */

/** Rows a page of `GET pulls/{n}/files` at most (GitHub's OpenAPI description). */
export const FILES_PER_PAGE = 100;
/** Rows of that list at most in all; a list of exactly this length may be cut (OpenAPI description). */
export const MAX_FILES = 3000;
/** Files of a comparison at most (OpenAPI description). */
export const MAX_COMPARED_FILES = 300;
/** Annotations a check-run request (OpenAPI description, `maxItems`). */
export const ANNOTATIONS_PER_REQUEST = 50;
/** Annotations of a check run; a job may make a thousand requests an hour, and nobody reads more. Ours. */
export const MAX_ANNOTATIONS = 100;
/** Files and folders a GraphQL request; a query costs one point whatever its size (docs: rate limits of the GraphQL API). Ours. */
export const OBJECTS_PER_QUERY = 100;
/** Characters of a comment; the API refuses bodies over 65,536 (its error message). */
export const MAX_BODY = 60_000;
/** Tries for reads that meet a server error or a cut connection. Ours. */
export const MAX_TRIES = 3;
/** The first pause between tries; each later one is twice as long. Ours. */
export const FIRST_PAUSE_MS = 250;
/** How long all waits for rate limits together may take before the run goes on without writing. Ours. */
export const MAX_RATE_WAIT_MS = 60_000;
/** Without a `retry-after` header the documentation asks for a minute (docs: best practices for using the REST API). */
export const DEFAULT_RATE_WAIT_MS = 60_000;
/** The shortest wait for a rate limit, also where GitHub asks for none: waiting must come to an end. Ours. */
export const MIN_RATE_WAIT_MS = 1000;
/** Between two requests that change something (docs: best practices for using the REST API, "wait at least one second"). */
export const WRITE_PAUSE_MS = 1000;
/** How long an answer may take. GitHub itself ends requests after ten seconds; proxies and slow lines add to it. Ours. */
export const REQUEST_TIMEOUT_MS = 60_000;
/** Review threads or comments a page at most (GraphQL's limit of `first`, OpenAPI description of `per_page`). */
export const COMMENTS_PER_PAGE = 100;
/** Comments on files that one run posts; each notifies by itself. Ours. */
export const MAX_FILE_COMMENTS = 10;
/** Comments of a thread that are asked who answered. Ours. */
export const ANSWERS_PER_THREAD = 10;
/** Mutations a GraphQL request. Ours. */
export const MUTATIONS_PER_REQUEST = 50;
/** The login of a job's token (how GitHub shows the author of what workflows post). */
export const JOB_LOGIN = 'github-actions[bot]';
/** Pages of review threads that are read. Ours. */
export const MAX_THREAD_PAGES = 20;
