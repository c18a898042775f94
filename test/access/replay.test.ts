import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Cell, type Cells, cellsOf, gained, type Situation } from '../../src/access/cells.ts';
import type { Formula } from '../../src/access/formula.ts';
import type { Word } from '../../src/access/words.ts';
import { PERMISSIONS } from '../../src/kms/permissions.ts';
import { CONTEXT_VALUES, keyStatements, statements } from './generated.ts';
import { policies, type StatementJson } from './policies.ts';
import { type Caller, holds, isAllowed, like, MISTAKES, type Mistake, type Request } from './simulator.ts';

const value = (formula: Formula): boolean => {
  if (formula.kind !== 'constant') throw new Error(`nothing is unknown here, but ${formula.text} is`);
  return formula.value;
};

/**
 * Requests of a cell in a situation: its example for each permission, and for one of them every way in which the situation
 * can come about, one key at a time.
 */
function requestsOf(cell: Cell, { keys }: Situation): Request[] {
  const caller = callerOf(cell);
  const request = (action: string, ways: readonly (readonly Word[])[]): Request => {
    const carried = keys.flatMap(({ key }, i) => {
      const way = ways[i] ?? [];
      return way.length === 0 ? [] : [[key, way.map((one) => one.join(''))] as const];
    });
    const resource = cell.resource.witness.join('');
    return {
      action: `kms:${action}`,
      resource,
      context: Object.fromEntries(carried),
      ...(caller && { principal: caller }),
    };
  };
  const first = keys.map(({ ways }) => ways[0] as readonly Word[]);
  const [action = '', ...more] = cell.subjects.map(({ permission }) => permission.name);
  return [
    ...more.map((name) => request(name, first)),
    request(action, first),
    ...keys.flatMap(({ ways }, i) => ways.slice(1).map((way) => request(action, first.with(i, way)))),
  ];
}

function callerOf({ principal: { kind, name, account }, route }: Cell): Caller | undefined {
  const hasIamAllow = route === 'with-iam';
  switch (kind) {
    case 'holder':
      return undefined;
    case 'service':
      return { service: name, hasIamAllow };
    case 'identity':
      return { arn: name, account: account as string, hasIamAllow };
    case 'rest-of-account':
      return { arn: `arn:aws:iam::${account}:role/somebody`, account: account as string, hasIamAllow };
    case 'other-account':
      return { arn: 'arn:aws:iam::999999999999:role/somebody', account: '999999999999', hasIamAllow };
    case 'other-service':
      return { service: 'other.amazonaws.com', hasIamAllow };
    default:
      throw new Error(`no caller is ${kind}`);
  }
}

/** The requests whose example the simulator decides differently, on either side. */
function disagreements(before: StatementJson[], after: StatementJson[], cells: Cells, mistake?: Mistake): Request[] {
  return cells.cells.flatMap((cell) =>
    cell.outcome.situations.flatMap((situation) => {
      const found = [value(situation.before), value(situation.after)];
      return requestsOf(cell, situation).filter(
        (request) =>
          isAllowed(before, request, mistake) !== found[0] || isAllowed(after, request, mistake) !== found[1],
      );
    }),
  );
}

const all = (before: StatementJson[], after: StatementJson[], kind?: 'key-policy'): Cells | undefined =>
  cellsOf(policies(before, kind), policies(after, kind), {}, true);

test('identity policies: each cell is allowed where the simulator allows it', () => {
  fc.assert(
    fc.property(statements, statements, (before, after) => {
      const cells = all(before, after);
      if (cells) expect(disagreements(before, after, cells)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('key policies: each cell is allowed where the simulator allows it', () => {
  fc.assert(
    fc.property(keyStatements, keyStatements, (before, after) => {
      const cells = all(before, after, 'key-policy');
      if (cells) expect(disagreements(before, after, cells)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

/** Pairs that stay the same from run to run, with their cells. */
const SAMPLES = [
  ...fc
    .sample(fc.tuple(statements, statements), { numRuns: 100, seed: 1 })
    .map((pair) => [...pair, undefined] as const),
  ...fc
    .sample(fc.tuple(keyStatements, keyStatements), { numRuns: 100, seed: 1 })
    .map((pair) => [...pair, 'key-policy' as const] as const),
].flatMap(([before, after, kind]) => {
  const cells = all(before, after, kind);
  return cells ? [{ before, after, cells }] : [];
});

test('few pairs are too complex', () => {
  expect(SAMPLES.length).toBeGreaterThan(195);
});

test.each(MISTAKES)('a replay notices the mistake: %s', (mistake) => {
  const found = SAMPLES.some(({ before, after, cells }) => disagreements(before, after, cells, mistake).length > 0);
  expect(found).toBe(true);
});

const accounts = ['111122223333', '111100000000', '444455556666', '111122224444'];
const regions = ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-south-1'];
const names = ['a', 'ab', 'b', 'cb', 'abc', 'mrk-1', 'z'];
const arn = (kind: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...regions), fc.constantFrom(...accounts), fc.constantFrom(...names))
    .map(([region, account, name]) => `arn:aws:kms:${region}:${account}:${kind}/${name}`);

/** A request as AWS would make it: the resource is one of those that the permission is asked for on. */
const request: fc.Arbitrary<Request> = fc.constantFrom(...PERMISSIONS).chain(({ name, on }) =>
  fc
    .tuple(
      on === 'none' ? fc.constant('*') : on === 'key' ? arn('key') : fc.oneof(arn('key'), arn('alias')),
      fc.tuple(
        ...Object.entries(CONTEXT_VALUES).map(([key, values]) =>
          fc.option(fc.constantFrom(...values)).map((one) => [key, one] as const),
        ),
      ),
    )
    .map(([resource, entries]) => ({
      action: `kms:${name}`,
      resource,
      context: Object.fromEntries(entries.filter((entry): entry is readonly [string, string[]] => entry[1] !== null)),
    })),
);

/** The cell and situation that a request belongs to, by what the simulator's own matching says of patterns and tests. */
function placeOf(cells: Cells, asked: Request): Situation | undefined {
  const on = asked.resource === '*' ? 'none' : asked.resource.includes(':key/') ? 'key' : 'alias';
  for (const cell of cells.cells) {
    if (cell.resource.on !== on || !cell.subjects.some(({ permission }) => `kms:${permission.name}` === asked.action))
      continue;
    const witness = cell.resource.witness.join('');
    if (!cells.patterns.every(({ text }) => like(text, witness) === like(text, asked.resource))) continue;
    const tests = cell.active.flatMap(({ term }) => term.statement.conditions);
    const found = cell.outcome.situations.find(({ keys }) =>
      tests.every((test) => {
        const own = keys.find(({ key }) => key === test.key.toLowerCase());
        const values = test.values.map(({ parts }) => String(parts[0]));
        const [way = []] = own?.ways ?? [];
        const carried = way.length === 0 ? undefined : way.map((one) => one.join(''));
        return (
          holds(test.operator, values, carried) === holds(test.operator, values, asked.context[test.key.toLowerCase()])
        );
      }),
    );
    if (found) return found;
  }
  return undefined;
}

test('random requests are what the cell that they belong to is', () => {
  let changed = 0;
  fc.assert(
    fc.property(
      statements,
      statements,
      fc.array(request, { minLength: 20, maxLength: 20 }),
      (before, after, requests) => {
        const cells = cellsOf(policies(before), policies(after));
        if (cells === undefined) return;
        for (const asked of requests) {
          const [was, is] = [isAllowed(before, asked), isAllowed(after, asked)];
          if (was === is) continue;
          changed++;
          const place = placeOf(cells, asked);
          expect(place, `no cell for ${JSON.stringify(asked)}`).toBeDefined();
          if (place) expect(value(gained(place, is ? 'added' : 'removed'))).toBe(true);
        }
      },
    ),
    { numRuns: 250 },
  );
  // The test means nothing where the sides hardly ever differ.
  expect(changed).toBeGreaterThan(60);
});
