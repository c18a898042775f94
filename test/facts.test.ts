import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compareReferences, type PublishedTexts, readPublished, renderReference } from '../scripts/facts.ts';
import { CORRECTIONS } from '../src/kms/corrections.ts';
import { JUDGEMENTS } from '../src/kms/judgements.ts';
import { PERMISSIONS } from '../src/kms/permissions.ts';
import { REFERENCE } from '../src/kms/reference.data.ts';
import type { Reference } from '../src/kms/reference.ts';

/** The facts about AWS are generated, and what stands beside them by hand fits them. */

test('the data is what the generator writes, and nobody edited it', () => {
  const text = readFileSync(new URL('../src/kms/reference.data.ts', import.meta.url), 'utf8');
  expect(renderReference(REFERENCE)).toBe(text);
});

test('every permission is judged, and nothing else is', () => {
  const names = Object.keys({ ...REFERENCE.permissions, ...CORRECTIONS.permissions });
  expect(Object.keys(JUDGEMENTS).sort()).toEqual(names.sort());
});

test('every correction is still needed', () => {
  for (const name of Object.keys(CORRECTIONS.permissions)) expect(REFERENCE.permissions).not.toHaveProperty([name]);
  for (const [name, keys] of Object.entries(CORRECTIONS.conditionKeys)) {
    const known = REFERENCE.permissions[name]?.conditionKeys;
    expect(known).toBeDefined();
    for (const key of keys) expect(known).not.toContain(key);
  }
});

test('permissions are spelled as AWS spells them, with levels and condition keys that are known', () => {
  expect(PERMISSIONS.length).toBeGreaterThan(55);
  const keys = Object.keys(REFERENCE.conditionKeys);
  for (const { name, access, conditionKeys } of PERMISSIONS) {
    expect(name).toMatch(/^[A-Z][A-Za-z]+$/);
    expect(access, name).not.toBe('unknown');
    for (const key of conditionKeys) expect(keys, name).toContain(key);
  }
});

const PUBLISHED: PublishedTexts = {
  manifest: JSON.stringify({ name: 'p', version: '1.2.3', license: 'MIT', updatedAt: '2026-01-02T03:04:05.678Z' }),
  actions: JSON.stringify({
    usekey: {
      name: 'UseKey',
      accessLevel: 'Write',
      resourceTypes: [{ name: 'key', conditionKeys: ['kms:B'] }],
      conditionKeys: ['kms:Family:${Name}', 'kms:Family:One', 'kms:A'],
    },
    countkeys: { name: 'CountKeys', accessLevel: 'List', resourceTypes: [], conditionKeys: [] },
  }),
  resourceTypes: JSON.stringify({
    key: { key: 'key', arn: 'arn:${Partition}:kms:x', conditionKeys: ['aws:Tag/${Key}'] },
  }),
  conditionKeys: JSON.stringify({
    a: { key: 'kms:A', type: 'Bool' },
    one: { key: 'kms:Family:One', type: 'String' },
    two: { key: 'kms:Family:${Name}', type: 'String' },
  }),
};

const READ: Reference = {
  source: { package: 'p', version: '1.2.3', date: '2026-01-02' },
  permissions: {
    CountKeys: { access: 'List', resourceTypes: [], conditionKeys: [] },
    UseKey: { access: 'Write', resourceTypes: ['key'], conditionKeys: ['kms:A', 'kms:B', 'kms:Family:*'] },
  },
  resourceTypes: { key: { arn: 'arn:${Partition}:kms:x', conditionKeys: ['aws:Tag/*'] } },
  conditionKeys: { 'kms:A': 'Bool', 'kms:Family:*': 'String' },
};

test('what is published is read into one order, families of condition keys as one', () => {
  const read = readPublished(PUBLISHED);
  expect(read).toEqual(READ);
  expect(Object.keys(read.permissions)).toEqual(['CountKeys', 'UseKey']);
});

test.each([
  ['another licence', { license: 'AGPL-3.0-or-later' }, 'p 1.2.3 is under AGPL-3.0-or-later, not MIT'],
  ['no day', { updatedAt: 'lately' }, 'p 1.2.3 does not say of which day it is'],
])('a package is refused: %s', (_what, own, message) => {
  const manifest = JSON.stringify({ ...JSON.parse(PUBLISHED.manifest), ...own });
  expect(() => readPublished({ ...PUBLISHED, manifest })).toThrow(message);
});

test('a package without KMS is refused', () => {
  expect(() => readPublished({ ...PUBLISHED, actions: '{}' })).toThrow('p 1.2.3 has no KMS permission');
});

test('a refresh says what changed, and nothing where nothing did', () => {
  expect(compareReferences(READ, { ...READ, source: { ...READ.source, version: '1.2.4' } })).toEqual([]);
  const { UseKey } = READ.permissions;
  const after: Reference = {
    ...READ,
    permissions: {
      NewKey: { access: 'Write', resourceTypes: [], conditionKeys: [] },
      ...(UseKey && { UseKey: { access: 'Read', resourceTypes: ['key', 'alias'], conditionKeys: ['kms:A', 'kms:C'] } }),
    },
    resourceTypes: { key: { arn: 'arn:other', conditionKeys: ['aws:Tag/*'] } },
    conditionKeys: { 'kms:A': 'String', 'kms:C': 'Bool', 'kms:Family:*': 'String' },
  };
  expect(compareReferences(READ, after)).toEqual([
    'gone: permission kms:CountKeys',
    "new permission kms:NewKey: { access: 'Write', resourceTypes: [], conditionKeys: [] }",
    'permission kms:UseKey: access level +Read, -Write',
    'permission kms:UseKey: resource types +alias',
    'permission kms:UseKey: condition keys +kms:C, -kms:B, -kms:Family:*',
    'resource type key: ARN +arn:other, -arn:${Partition}:kms:x',
    'condition key kms:A: type +String, -Bool',
    "new condition key kms:C: 'Bool'",
  ]);
});

test('names and texts that need quotes are written so that they can be read again', () => {
  const odd: Reference = { ...READ, conditionKeys: { "kms:it's\\": 'String' } };
  expect(renderReference(odd)).toContain(String.raw`'kms:it\'s\\': 'String',`);
});
