import fc from 'fast-check';
import { type Config, DEFAULT_CONFIG } from '../../src/policy/config.ts';
import type { RunOptions } from '../../src/run-options.ts';
import { KINDS, type Kind } from '../differential/corpus.ts';
import { policies } from '../differential/policies.ts';
import { Choices } from './choices.ts';
import { type Mutation, mutate, mutation } from './mutate.ts';
import { type Document, type Texts, writeFiles } from './write.ts';

/** What one run reviews. */
export interface Input {
  head: Texts;
  base: Texts | undefined;
  config: Config;
  options: Partial<RunOptions>;
  documents: readonly Document[];
  /** For the checks that are made of some runs only. */
  checks: Choices;
}

const ALL = Object.values(KINDS);
const WITH_PRINCIPAL = ALL.filter((kind) => /^(?:key|resource|trust|vpc-endpoint)-/.test(kind));

const document: fc.Arbitrary<Document> = fc.oneof(
  fc.record({ kind: fc.constantFrom(...WITH_PRINCIPAL), json: policies(true) }),
  fc.record({ kind: fc.constantFrom<Kind>(...ALL), json: policies(false) }),
);

/** Files, with and without a base, that are right, odd or broken. */
export const input: fc.Arbitrary<Input> = fc
  .record({
    documents: fc.array(document, { minLength: 1, maxLength: 2 }),
    choices: fc.array(fc.nat(0xffff), { minLength: 30, maxLength: 150, size: 'max' }),
    checks: fc.array(fc.nat(0xffff), { minLength: 12, maxLength: 12 }),
    mutations: fc.oneof(fc.constant([]), fc.array(mutation, { maxLength: 5, size: 'max' })),
  })
  .map(({ documents, choices: numbers, checks, mutations }) => {
    const choices = new Choices(numbers);
    const { config, options } = settings(choices);
    const written = writeFiles(documents, choices);
    const { head, base } = sides(written, mutations, choices);
    return { head, base, config, options, documents, checks: new Choices(checks) };
  });

function sides(written: Texts, mutations: readonly Mutation[], choices: Choices): Pick<Input, 'head' | 'base'> {
  const mutated = mutateFiles(written, mutations);
  switch (choices.below(6)) {
    case 1:
      return { head: mutated, base: written };
    case 2:
      return { head: written, base: mutated };
    case 3:
      return { head: mutated, base: replaceAll(mutated, 'Decrypt', 'Encrypt') };
    case 4:
      return { head: mutated, base: {} };
    default:
      return { head: mutated, base: undefined };
  }
}

function mutateFiles(files: Texts, mutations: readonly Mutation[]): Texts {
  const mutated = { ...files };
  const paths = Object.keys(files);
  for (const one of mutations) {
    const path = paths[one.file % paths.length] as string;
    mutated[path] = mutate(mutated[path] as string, one);
  }
  return mutated;
}

function replaceAll(files: Texts, from: string, to: string): Texts {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replaceAll(from, to)]));
}

function settings(choices: Choices): { config: Config; options: Partial<RunOptions> } {
  const config: Config = {
    ...DEFAULT_CONFIG,
    ...(choices.oneIn(2) && { account: '111122223333', trustedAccounts: ['111122223333', '444455556666'] }),
    ...(choices.oneIn(4) && { trustedOrganizations: ['o-a1b2c3d4e5'] }),
    ...(choices.oneIn(4) && { policyKinds: [{ paths: ['**/*.json'], kind: choices.pick(ALL) }] }),
    ...(choices.oneIn(6) && { rules: { 'wildcard-resource': choices.pick(['off', 'notice'] as const) } }),
    ...(choices.oneIn(6) && {
      suppressions: [
        { rule: 'wildcard-action', path: '**', reason: choices.pick(['r', '<b>\u202e`']), line: 7 },
        { rule: 'weak-condition', path: '*.json', expires: '2020-01-01', reason: 'over', line: 9 },
      ],
    }),
  };
  const options = {
    scope: choices.pick(['new', 'changed', 'all'] as const),
    maxComments: choices.pick([25, 0, 1]),
  };
  return { config, options };
}
