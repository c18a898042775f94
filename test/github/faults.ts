/** Something that goes wrong, for requests whose `METHOD path`, operation or GraphQL text has this piece in it. */
export interface Fault {
  match: string;
  /** So many that match are let pass before. */
  skip?: number;
  /** How many times; afterwards all is well. */
  times: number;
  /**
   * `status` answers that; `cut` closes the connection before, `cut-after` after the work is done, `cut-within` in the
   * middle of the answer; `stored` does the work and then answers 502; `slow` answers late; `gather` lets all of them
   * wait until the last one has come.
   */
  kind: 'status' | 'cut' | 'cut-after' | 'cut-within' | 'stored' | 'slow' | 'gather';
  status?: number;
  headers?: Record<string, string>;
  message?: string;
  /** Milliseconds, for `slow`. */
  delay?: number;
  /** Those that wait, for `gather`. */
  waiting?: (() => void)[];
}

/** Waits for the others of a `gather`; the last one lets all of them go. */
export async function gather(fault: Fault): Promise<void> {
  fault.waiting ??= [];
  const { waiting } = fault;
  if (fault.times > 0) return new Promise((go) => waiting.push(go));
  for (const go of waiting) go();
}

/** Counts one fault down; undefined where nothing goes wrong. */
export function takeFault(faults: readonly Fault[], call: string): Fault | undefined {
  const fault = faults.find((one) => one.times > 0 && call.includes(one.match));
  if (fault?.skip) {
    fault.skip--;
    return undefined;
  }
  if (fault) fault.times--;
  return fault;
}

/** GitHub's secondary limit on content creation: so many writes in a window, and what it says then. */
export interface SecondaryLimit {
  writes: number;
  /** Milliseconds. */
  window: number;
  status: 403 | 429;
  /** Seconds; GitHub sometimes leaves the header out. */
  retryAfter?: number;
}

/** GitHub's primary limit: so many requests until a time, in seconds since 1970. */
export interface PrimaryLimit {
  limit: number;
  remaining: number;
  reset: number;
  status: 403 | 429;
}

export interface Limited {
  status: number;
  headers: Record<string, string>;
  message: string;
}

/** The two rate limits of a token; off until a test sets them. */
export class RateLimits {
  secondary: SecondaryLimit | undefined;
  primary: PrimaryLimit | undefined;
  #writes: number[] = [];

  /** Counts a request; answers the refusal where it is one too many. `now` is in milliseconds. */
  take(isWrite: boolean, now: number): Limited | undefined {
    const { primary, secondary } = this;
    if (primary) {
      if (primary.remaining === 0)
        return {
          status: primary.status,
          headers: this.headers(),
          message: 'API rate limit exceeded for installation.',
        };
      primary.remaining--;
    }
    if (!secondary || !isWrite) return undefined;
    this.#writes = this.#writes.filter((time) => time > now - secondary.window);
    if (this.#writes.length >= secondary.writes) {
      const wait = secondary.retryAfter;
      return {
        status: secondary.status,
        headers: { ...this.headers(), ...(wait === undefined ? {} : { 'retry-after': String(wait) }) },
        message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      };
    }
    this.#writes.push(now);
    return undefined;
  }

  /** What every answer says about the primary limit. */
  headers(): Record<string, string> {
    if (this.primary === undefined) return {};
    const { limit, remaining, reset } = this.primary;
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-used': String(limit - remaining),
      'x-ratelimit-reset': String(reset),
      'x-ratelimit-resource': 'core',
    };
  }
}
