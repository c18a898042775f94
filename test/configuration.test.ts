import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { DEFAULT_CONFIG } from '../src/policy/config.ts';
import { POLICY_KINDS } from '../src/policy/policy.ts';
import { parseConfiguration } from '../src/review/configuration.ts';
import { UserError } from '../src/source/user-error.ts';

const schema = JSON.parse(readFileSync(new URL('../schema/configuration.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ strict: false }).compile(schema);

const WHOLE = `trusted-accounts: ["111122223333", 444455556666]
trusted-organizations: [o-a1b2c3d4e5]
account: "012345678901"
rules:
  prefer-key-policy: off
paths: ["infra/**"]
paths-ignore: vendor/
policy-kinds:
  - paths: "scp/*.json"
    kind: service-control-policy
suppressions:
  - {rule: wildcard-action, path: a.json, policy: policy, sid: Use, reason: because, expires: 2030-01-31}
`;

test('every setting', () => {
  expect(parseConfiguration(WHOLE, 'c.yml')).toEqual({
    trustedAccounts: ['111122223333', '444455556666'],
    trustedOrganizations: ['o-a1b2c3d4e5'],
    account: '012345678901',
    rules: { 'prefer-key-policy': 'off' },
    paths: ['infra/**'],
    pathsIgnore: ['vendor/'],
    policyKinds: [{ paths: ['scp/*.json'], kind: 'service-control-policy' }],
    suppressions: [
      {
        rule: 'wildcard-action',
        path: 'a.json',
        policy: 'policy',
        sid: 'Use',
        reason: 'because',
        expires: '2030-01-31',
        line: 12,
      },
    ],
  });
  expect(validate(parse(WHOLE)), JSON.stringify(validate.errors)).toBe(true);
});

test.each(['', '# nothing yet\n', '---\n'])('an empty file is the defaults: %j', (text) => {
  expect(parseConfiguration(text, 'c.yml')).toEqual(DEFAULT_CONFIG);
});

const WRONG: [string, string][] = [
  ['ruels: {}', 'c.yml:1: unknown setting "ruels"; did you mean "rules"?'],
  [
    'paths: [a]\nrules:\n  wildcard-resorce: off',
    'c.yml:3: there is no rule "wildcard-resorce"; did you mean "wildcard-resource"?',
  ],
  ['rules:\n  wildcard-resource: fatal', 'c.yml:2: "fatal" is no level'],
  ['account: "1234"', 'c.yml:1: "1234" is no account id'],
  ['trusted-accounts: [{a: b}]', 'c.yml:1: each item must be a text'],
  ['trusted-organizations: [my-org]', 'c.yml:1: "my-org" is no organization id'],
  ['policy-kinds:\n  - paths: [a]\n    kind: keypolicy', 'c.yml:3: "keypolicy" is no kind; did you mean "key-policy"?'],
  ['policy-kinds:\n  - kind: key-policy', 'c.yml:2: "paths" is missing'],
  ['suppressions:\n  - rule: wildcard-action\n    path: a.json', 'c.yml:2: "reason" is missing'],
  ['suppressions:\n  - {rule: wildcard-action, path: a, reason: " "}', 'c.yml:2: "reason" is missing'],
  ['suppressions:\n  - {rule: wildcard-action, path: a, reason: x, expires: soon}', 'c.yml:2: "soon" is no date'],
  ['suppressions: {}', 'c.yml:1: suppressions must be a list'],
  ['- a', 'c.yml:1: the configuration must be a map'],
  ['a: [', 'c.yml:1: this is not valid YAML'],
  ['paths: []\npaths: []', 'c.yml:2: "paths" stands twice'],
];
test.each(WRONG)('%j is an error with its line', (text, message) => {
  expect(() => parseConfiguration(text, 'c.yml')).toThrow(UserError);
  expect(() => parseConfiguration(text, 'c.yml')).toThrow(message);
});

test('the schema for editors knows the same names', () => {
  const { properties } = schema;
  expect(Object.keys(properties)).toEqual([
    'trusted-accounts',
    'trusted-organizations',
    'account',
    'rules',
    'paths',
    'paths-ignore',
    'policy-kinds',
    'suppressions',
  ]);
  expect(properties['policy-kinds'].items.properties.kind.enum).toEqual([...POLICY_KINDS]);
});
