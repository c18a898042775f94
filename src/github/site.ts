import type { Link } from '../report/words.ts';
import type { ReviewEvent } from './event.ts';

/** Where things are on the web, for readers. */
export interface Site {
  /** A line of a file at the event's head. */
  link: Link;
  /** The page of this run, which has the job summary; undefined where it is not known. */
  runUrl: string | undefined;
}

/** The web site of the server that the run belongs to, from the runner's environment. */
export function siteOf(
  { owner, repo, head }: ReviewEvent,
  { GITHUB_SERVER_URL: server, GITHUB_RUN_ID: run }: Readonly<Record<string, string | undefined>>,
): Site {
  const repository = `${server || 'https://github.com'}/${owner}/${repo}`;
  return {
    link: (path, line) => `${repository}/blob/${head}/${path.split('/').map(encode).join('/')}#L${line}`,
    runUrl: run && /^\d+$/.test(run) ? `${repository}/actions/runs/${run}` : undefined,
  };
}

/** Nothing is left that ends a Markdown link. */
function encode(segment: string): string {
  const hex = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(segment.toWellFormed()).replace(/[!'()*~]/g, hex);
}
