import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Node } from '../src/syntax/node.ts';
import { CORPUS, corpus, KINDS, type Kind, parse } from './differential/corpus.ts';
import { type Form, forms } from './differential/forms.ts';
import { policies } from './differential/policies.ts';
import { read } from './differential/reading.ts';
import { misplaced } from './differential/scalars.ts';

/**
 * One policy, every form. The corpus is what teams write, of every kind of policy; `corpus/findings.txt` says what is to
 * be found in it, and was judged by reading. Every document, and policies made at random, are written in every
 * language that can carry them, and must say the same of the same elements.
 */

/**
 * What forms say that the first of them does not say, and scalars of theirs that do not stand where they were written. A
 * document that is the whole policy of a resource is asked more than one that stands alone.
 */
function differences(policy: Node, kind: Kind, isLookedAt: (index: number) => boolean = () => true): unknown[] {
  const all = forms(kind, policy);
  const wanted = new Map<boolean, string>();
  return all.flatMap((form, index) => {
    if (wanted.has(form.whole) && !isLookedAt(index)) return [];
    const { reading, policies } = read(form, kind);
    const said = JSON.stringify(reading, null, 1);
    if (!wanted.has(form.whole)) wanted.set(form.whole, said);
    const wrong = misplaced(form, policy, policies);
    const isSame = wanted.get(form.whole) === said && wrong.length === 0;
    return isSame ? [] : [{ form: form.name, text: form.written.text, wanted: wanted.get(form.whole), said, wrong }];
  });
}

test('what is found in the corpus', async () => {
  const lines = corpus.flatMap(({ name, kind, text }) => {
    const all = forms(kind, parse(text));
    const brief = (form: Form | undefined): string[] =>
      form === undefined ? [] : read(form, kind).reading.findings.map((finding) => `  ${finding.split(': ', 1)[0]}`);
    const alone = brief(all.find(({ whole }) => !whole));
    const more = brief(all.find(({ whole }) => whole)).filter((line) => !alone.includes(line));
    const found = [...alone, ...more.map((line) => `${line} (where a resource has it)`)];
    return [name, ...(found.length > 0 ? found : ['  nothing'])];
  });
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(join(CORPUS, 'findings.txt'));
});

test.each(corpus)('$name says the same in every form, at its place', ({ kind, text }) => {
  expect(differences(parse(text), kind)).toEqual([]);
});

const PRINCIPALS = new Set<Kind>([
  'key-policy',
  'vpc-endpoint-policy',
  'resource-policy',
  'resource-control-policy',
  'trust-policy',
]);

/** Each policy made at random is written in one of so many forms, and in the first ones. */
const SAMPLE = 6;

test.each(Object.values(KINDS))('%s, made at random: every form says the same, at its place', (kind) => {
  fc.assert(
    fc.property(policies(PRINCIPALS.has(kind)), fc.nat(SAMPLE - 1), (text, sample) => {
      expect(differences(parse(text), kind, (index) => index % SAMPLE === sample)).toEqual([]);
    }),
    { numRuns: kind === 'identity-policy' || kind === 'key-policy' ? 120 : 40 },
  );
});
