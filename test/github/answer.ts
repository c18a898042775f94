import type { State } from './state.ts';

/** A request to an operation, after GitHub's schema has let it through. */
export interface Call {
  state: State;
  parameters: Record<string, string>;
  search: URLSearchParams;
  body: unknown;
  /** The header, in lower case. */
  accept: string;
  /** The address that was asked for, for links to other pages. */
  url: URL;
}

/** `text` is sent as it is, for media types other than JSON. */
export interface Answer {
  status: number;
  body?: unknown;
  text?: Buffer;
  headers?: Record<string, string>;
}

export type Route = (call: Call) => Answer;

/** An answer with a JSON body. */
export const ok = (body: unknown): Answer => ({ status: 200, body });

/** GitHub's answer where there is nothing, or nothing that the token may see. */
export const notFound: Answer = { status: 404, body: { message: 'Not Found', status: '404' } };

/** GitHub's 422; `errors` are plain strings for reviews and their comments. */
export function refused(message: string, errors?: readonly string[]): Answer {
  return { status: 422, body: { message, ...(errors === undefined ? {} : { errors }), status: '422' } };
}

/** One page of a list, with the `Link` header to the others. */
export function page<T>({ search, state, url }: Call, all: readonly T[], show: (item: T) => unknown): Answer {
  const { number, size } = pageAsked(search, state.limits);
  const last = Math.max(1, Math.ceil(all.length / size));
  const shown = all.slice((number - 1) * size, number * size);
  const link = (rel: string, to: number): string => {
    const target = new URL(url);
    target.searchParams.set('page', String(to));
    return `<${target}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link('prev', number - 1), link('first', 1)] : []),
    ...(number < last ? [link('next', number + 1), link('last', last)] : []),
  ];
  return { ...ok(shown.map(show)), headers: links.length === 0 ? {} : { link: links.join(', ') } };
}

/** GitHub cuts `per_page` to its maximum without a word. */
export function pageAsked(
  search: URLSearchParams,
  limits: { page: number; maxPage: number },
): { number: number; size: number } {
  const size = Math.min(Number(search.get('per_page') ?? limits.page) || limits.page, limits.maxPage);
  return { number: Math.max(1, Number(search.get('page') ?? 1)), size };
}
