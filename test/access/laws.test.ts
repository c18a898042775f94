import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareAccess } from '../../src/access/compare.ts';
import { keeps, narrows } from '../../src/access/prove.ts';
import { PERMISSIONS } from '../../src/kms/permissions.ts';
import { keyStatement, keyStatements, statement, statements } from './generated.ts';
import { allow, policies, type StatementJson, templatePolicies } from './policies.ts';
import { like } from './simulator.ts';

/** What must hold of any comparison, whatever the documents are. */

const RUNS = { numRuns: 40 };
const both = [
  ['identity-policy', statements, statement],
  ['key-policy', keyStatements, keyStatement],
] as const;

const isSame = (one: StatementJson[], other: StatementJson[], kind: 'identity-policy' | 'key-policy'): boolean => {
  const { added, removed, unknown } = compareAccess(policies(one, kind), policies(other, kind));
  return added.length + removed.length + unknown.length === 0;
};

test.each(both)('%s: the order of statements means nothing', (kind, list) => {
  fc.assert(
    fc.property(list, (one) => {
      expect(isSame(one, [...one].reverse(), kind)).toBe(true);
    }),
    RUNS,
  );
});

test.each(both)('%s: an Allow takes nothing away, a Deny gives nothing', (kind, list, single) => {
  fc.assert(
    fc.property(list, single, (one, more) => {
      const [before, after] = [policies(one, kind), policies([...one, more], kind)];
      const answer = more['Effect'] === 'Allow' ? keeps(before, after) : narrows(before, after);
      expect(answer).toBe('yes');
    }),
    RUNS,
  );
});

test.each(both)('%s: what is new one way is gone the other way', (kind, list) => {
  fc.assert(
    fc.property(list, list, (one, other) => {
      const there = compareAccess(policies(one, kind), policies(other, kind));
      const back = compareAccess(policies(other, kind), policies(one, kind));
      expect(there.added.length === 0).toBe(back.removed.length === 0);
      expect(there.removed.length === 0).toBe(back.added.length === 0);
    }),
    RUNS,
  );
});

test.each(both)('%s: what narrows twice narrows', (kind, list, single) => {
  fc.assert(
    fc.property(list, single, single, (one, first, second) => {
      const deny = (of: StatementJson): StatementJson => ({ ...of, Effect: 'Deny' });
      const [a, b, c] = [one, [...one, deny(first)], [...one, deny(first), deny(second)]];
      expect(narrows(policies(a, kind), policies(c, kind))).toBe('yes');
      expect(narrows(policies(b, kind), policies(c, kind))).toBe('yes');
    }),
    RUNS,
  );
});

test('what is new from a to c is new from a to b or from b to c', () => {
  fc.assert(
    fc.property(statements, statements, statements, (a, b, c) => {
      const [one, two, three] = [policies(a), policies(b), policies(c)];
      if (narrows(one, two) === 'yes' && narrows(two, three) === 'yes') expect(narrows(one, three)).toBe('yes');
    }),
    { numRuns: 100 },
  );
});

const list = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String);

/** One statement an action and resource. */
function split(one: StatementJson): StatementJson[] {
  if (!('Action' in one) || !('Resource' in one)) return [one];
  return list(one['Action']).flatMap((Action) =>
    list(one['Resource']).map((Resource) => ({ ...one, Action, Resource })),
  );
}

/** Patterns of actions as the names that they have today. */
function expand(one: StatementJson): StatementJson {
  const element = 'Action' in one ? 'Action' : 'NotAction';
  const names = list(one[element]).flatMap((pattern) => {
    const found = PERMISSIONS.filter(({ name }) => like(pattern.toLowerCase(), `kms:${name.toLowerCase()}`));
    return [pattern.startsWith('s3') ? [pattern] : [], found.map(({ name }) => `kms:${name}`)].flat();
  });
  return { ...one, [element]: names };
}

test.each(both)('%s: a statement split is the same', (kind, all) => {
  fc.assert(
    fc.property(all, (one) => {
      expect(isSame(one, one.flatMap(split), kind)).toBe(true);
    }),
    RUNS,
  );
});

test.each(both)('%s: patterns of actions are the names of today', (kind, all) => {
  fc.assert(
    fc.property(all, (one) => {
      expect(isSame(one, one.map(expand), kind)).toBe(true);
    }),
    RUNS,
  );
});

const RESOURCES = [
  '*',
  'arn:aws:kms:us-east-1:111122223333:key/*',
  'arn:aws:kms:us-east-1:111122223333:key/a',
  { Ref: 'KeyArn' },
  { Ref: 'OtherArn' },
  { 'Fn::GetAtt': ['AppKey', 'Arn'] },
  { 'Fn::Sub': 'arn:aws:kms:us-east-1:${AWS::AccountId}:key/*' },
  { 'Fn::Sub': 'arn:aws:kms:${AWS::Region}:111122223333:key/a' },
  { 'Fn::Sub': 'arn:aws:kms:us-east-1:111122223333:key/${KeyArn}*' },
];
const withHoles = fc.array(
  fc.tuple(fc.constantFrom(...RESOURCES), fc.constantFrom(...RESOURCES), fc.boolean()).map(([one, other, isDeny]) => ({
    ...allow('kms:Decrypt', [one, other]),
    Effect: isDeny ? 'Deny' : 'Allow',
  })),
  { maxLength: 3 },
);

/** The statements with each reference replaced as told. */
function fill(all: StatementJson[], values: Record<string, string>): StatementJson[] {
  let text = JSON.stringify(all);
  for (const [name, value] of Object.entries(values)) {
    text = text.replaceAll(`{"Ref":"${name}"}`, JSON.stringify(value)).replaceAll(`\${${name}}`, value);
  }
  return JSON.parse(text) as StatementJson[];
}

const VALUES = fc.constantFrom(
  'arn:aws:kms:us-east-1:111122223333:key/a',
  'arn:aws:kms:us-east-1:111122223333:key/b',
  'arn:aws:kms:eu-west-1:444455556666:key/c',
);

test('what is decided with references stays so whatever they stand for', () => {
  let decided = 0;
  fc.assert(
    fc.property(withHoles, withHoles, VALUES, VALUES, (before, after, KeyArn, OtherArn) => {
      const answer = narrows(templatePolicies(before), templatePolicies(after));
      if (answer === 'unknown') return;
      decided++;
      const given = { KeyArn, OtherArn, 'AWS::AccountId': '111122223333' };
      const one = templatePolicies(fill(before, given));
      const other = templatePolicies(fill(after, given));
      // What is new in every case is new in this one; what never is, is not.
      if (answer === 'yes') expect(narrows(one, other)).toBe('yes');
      else expect(narrows(one, other)).not.toBe('yes');
    }),
    { numRuns: 200 },
  );
  expect(decided).toBeGreaterThan(60);
});

test('a comparison that says nothing is new is right wherever the template is deployed', () => {
  let decided = 0;
  const place = fc.record({
    'AWS::AccountId': fc.constantFrom('111122223333', '999999999999'),
    'AWS::Region': fc.constantFrom('us-east-1', 'eu-west-1'),
    KeyArn: VALUES,
    OtherArn: VALUES,
  });
  fc.assert(
    fc.property(withHoles, withHoles, place, (before, after, given) => {
      const { added, unknown } = compareAccess(templatePolicies(before), templatePolicies(after));
      if (unknown.some(({ change }) => change === 'may-add')) return;
      decided++;
      const key = `arn:aws:kms:${given['AWS::Region']}:${given['AWS::AccountId']}:key/app`;
      const deployed = (all: StatementJson[]) =>
        templatePolicies(
          JSON.parse(
            JSON.stringify(fill(all, given)).replaceAll('{"Fn::GetAtt":["AppKey","Arn"]}', JSON.stringify(key)),
          ),
        );
      expect(narrows(deployed(before), deployed(after)) === 'yes').toBe(added.length === 0);
    }),
    { numRuns: 250 },
  );
  expect(decided).toBeGreaterThan(60);
});

test('the names of references mean nothing', () => {
  fc.assert(
    fc.property(withHoles, withHoles, (before, after) => {
      const turn = (all: StatementJson[]): StatementJson[] =>
        JSON.parse(
          JSON.stringify(all)
            .replaceAll('OtherArn', 'X')
            .replaceAll('KeyArn', 'OtherArn')
            .replaceAll('"X"', '"KeyArn"'),
        );
      const one = narrows(templatePolicies(before), templatePolicies(after));
      expect(narrows(templatePolicies(turn(before)), templatePolicies(turn(after)))).toBe(one);
    }),
    { numRuns: 100 },
  );
});
