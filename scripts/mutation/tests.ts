import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { expect } from 'vitest';

/** A test file's outermost tests and describes, in order; what is in a describe is collected when it is run. */
export interface Unit {
  name: string;
  run(): Promise<void>;
}

type Body = (...args: unknown[]) => unknown;

/** Collects what a test file declares; its `vitest` is what the file imports. */
export function collector(file: string): { units: Unit[]; vitest: Readonly<Record<string, unknown>> } {
  const units: Unit[] = [];
  let into = units;
  const test = (name: string, body: Body): void => {
    into.push({ name, run: async () => void (await body()) });
  };
  const describe = (name: string, body: Body): void => {
    into.push({
      name,
      run: async () => {
        const outer = into;
        const own: Unit[] = [];
        into = own;
        try {
          body();
        } finally {
          into = outer;
        }
        for (const unit of own) await unit.run();
      },
    });
  };
  return {
    units,
    vitest: {
      test: withEach(test),
      it: withEach(test),
      describe: withEach(describe),
      expect: expecting(dirname(file)),
    },
  };
}

type Declare = (name: string, body: Body) => void;

function withEach(declare: Declare): Declare & { each(cases: readonly unknown[]): Declare } {
  const each = (cases: readonly unknown[]): Declare => {
    return (name, body) => {
      cases.forEach((one, index) => {
        const args: unknown[] = Array.isArray(one) ? one : [one];
        declare(titled(name, args, index), () => body(...args));
      });
    };
  };
  return Object.assign(declare.bind(undefined), { each });
}

/** A name that tells the cases apart. */
function titled(name: string, [first]: readonly unknown[], index: number): string {
  if (typeof first === 'string') return name.replace('%s', first);
  const own = typeof first === 'object' && first !== null && 'name' in first ? String(first.name) : `#${index}`;
  return name.replace('$name', own);
}

/** Vitest's own assertions; snapshots in files need its runner, and are compared here. */
function expecting(folder: string): unknown {
  const own = (actual: unknown, message?: string): unknown => {
    const assertion = expect(actual, message);
    const compare = async (path: string): Promise<void> =>
      expect(actual, message).toBe(readFileSync(resolve(folder, path), 'utf8'));
    return Object.defineProperty(assertion, 'toMatchFileSnapshot', { value: compare });
  };
  return Object.assign(own, expect);
}
