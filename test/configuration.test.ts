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
  - rule: key-rotation
    path: "**/*.tf"
    reason: because
    fingerprint: 0123456789abcdef0123456789abcdef
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
      {
        rule: 'key-rotation',
        path: '**/*.tf',
        reason: 'because',
        fingerprint: '0123456789abcdef0123456789abcdef',
        line: 13,
      },
    ],
  });
  expect(validate(parse(WHOLE)), JSON.stringify(validate.errors)).toBe(true);
});

test.each(['', '# nothing yet\n', '---\n'])('an empty file is the defaults: %j', (text) => {
  expect(parseConfiguration(text, 'c.yml')).toEqual(DEFAULT_CONFIG);
});

const SUPPRESSION = 'suppressions:\n  - rule: wildcard-action\n    path: a.json\n    reason: x\n';
const WRONG: [string, string][] = [
  // Names.
  ['ruels: {}', 'c.yml:1: unknown setting "ruels"; did you mean "rules"?'],
  ['zzzzzzzzzzzz: {}', 'c.yml:1: unknown setting "zzzzzzzzzzzz"; it can be trusted-accounts, trusted-organizations,'],
  [
    'paths: [a]\nrules:\n  wildcard-resorce: off',
    'c.yml:3: there is no rule "wildcard-resorce"; did you mean "wildcard-resource"?',
  ],
  ['rules:\n  wildcard-resource: fatal', 'c.yml:2: "fatal" is no level'],
  ['rules:\n  wildcard-resource: warn', 'c.yml:2: "warn" is no level; did you mean "warning"?'],
  ['rules: [wildcard-resource]', 'c.yml:1: rules must be a map from a rule to off, notice, warning or error'],
  ['policy-kinds:\n  - paths: [a]\n    kind: keypolicy', 'c.yml:3: "keypolicy" is no kind; did you mean "key-policy"?'],
  ['policy-kinds:\n  - path: [a]\n    kind: key-policy', 'c.yml:2: unknown key "path"; did you mean "paths"?'],
  [`${SUPPRESSION}    until: 2030-01-01`, 'c.yml:5: unknown key "until"; it can be rule, path, policy, sid, reason,'],
  [`${SUPPRESSION}    expire: 2030-01-01`, 'c.yml:5: unknown key "expire"; did you mean "expires"?'],
  [
    'suppressions:\n  - {rule: wildcard-actions, path: a, reason: x}',
    'c.yml:2: there is no rule "wildcard-actions"; did you mean "wildcard-action"?',
  ],
  // Accounts and organizations.
  ['account: "1234"', 'c.yml:1: "1234" is no account id, which has twelve digits'],
  [
    'account: 12345678901',
    'c.yml:1: "12345678901" is no account id, which has twelve digits; did you mean "012345678901"?',
  ],
  [
    'trusted-accounts:\n  - 1111-2222-3333',
    'c.yml:2: "1111-2222-3333" is no account id, which has twelve digits; did you mean "111122223333"?',
  ],
  ['trusted-accounts: [1.1e11]', 'c.yml:1: "1.1e11" is no account id'],
  ['trusted-accounts: [{a: b}]', 'c.yml:1: each item must be a text'],
  ['trusted-accounts:\n  -\n', 'c.yml:2: each item must be a text'],
  ['trusted-organizations: [my-org]', 'c.yml:1: "my-org" is no organization id'],
  // Globs.
  ['paths: ["/infra/**"]', 'c.yml:1: "/infra/**" begins with /; did you mean "infra/**"?'],
  ['paths:\n  - "infra\\\\*.tf"', 'c.yml:2: "infra\\*.tf" has \\; did you mean "infra/*.tf"?'],
  ['paths-ignore: ["{a,b}/**"]', 'c.yml:1: "{a,b}/**" has {, but globs have only *, ** and ?'],
  ['paths-ignore: ["../a"]', 'c.yml:1: "../a" has ..;'],
  ['paths: [" "]', 'c.yml:1: a glob is empty'],
  ['paths: ["!vendor/"]', 'c.yml:1: every glob begins with !, which takes out of nothing; write "**" first'],
  ['policy-kinds:\n  - paths: ["a[0-9].json"]\n    kind: key-policy', 'c.yml:2: "a[0-9].json" has [,'],
  ['suppressions:\n  - {rule: wildcard-action, path: "!a", reason: x}', 'c.yml:2: "!a" begins with !;'],
  // What is missing, or of another kind.
  ['policy-kinds:\n  - kind: key-policy', 'c.yml:2: "paths" is missing'],
  ['suppressions:\n  - rule: wildcard-action\n    path: a.json', 'c.yml:2: "reason" is missing'],
  ['suppressions:\n  - {rule: wildcard-action, path: a, reason: " "}', 'c.yml:2: "reason" is missing'],
  ['suppressions:\n  - {rule: wildcard-action, reason: x}', 'c.yml:2: "path" is missing'],
  ['suppressions:\n  - {path: a, reason: x}', 'c.yml:2: "rule" is missing'],
  ['suppressions:\n  - {rule: wildcard-action, path: a, reason: x, expires: soon}', 'c.yml:2: "soon" is no date'],
  [`${SUPPRESSION}    expires: 2030-02-30`, 'c.yml:5: "2030-02-30" is no date; write YYYY-MM-DD'],
  [`${SUPPRESSION}    expires: 01/02/2030`, 'c.yml:5: "01/02/2030" is no date; write YYYY-MM-DD'],
  [`${SUPPRESSION}    fingerprint: abc`, 'c.yml:5: "abc" is no fingerprint; the JSON report has it'],
  ['suppressions: {}', 'c.yml:1: suppressions must be a list'],
  ['suppressions: [wildcard-action]', 'c.yml:1: each item of suppressions must be a map'],
  ['- a', 'c.yml:1: the configuration must be a map'],
  ['a: [', 'c.yml:1: this is not valid YAML'],
  ['paths: [a]\n---\npaths: [b]', 'c.yml:3: a second document'],
  // The same twice.
  ['paths: []\npaths: []', 'c.yml:2: "paths" stands twice'],
  ['rules:\n  key-rotation: off\n  key-rotation: error', 'c.yml:3: "key-rotation" stands twice'],
  [`${SUPPRESSION}    reason: y`, 'c.yml:5: "reason" stands twice'],
];
test('account ids keep their zeros, with quotes or without', () => {
  expect(parseConfiguration('account: 012345678901', 'c.yml').account).toBe('012345678901');
  expect(parseConfiguration('trusted-accounts: [000000000001]', 'c.yml').trustedAccounts).toEqual(['000000000001']);
});

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
