import fc from 'fast-check';

/** Changes of a text that know nothing of its language. */

/** What breaks readers of these languages. */
const JUNK = [
  ...[
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '"',
    "'",
    '\\',
    '\n',
    '\r',
    '\t',
    '${',
    '}',
    '*',
    '&a ',
    '*a ',
    '- ',
    '? ',
    '<<: ',
    ': ',
  ],
  ...[
    '|',
    '>-',
    '#',
    '//',
    '/*',
    '*/',
    ',',
    '=',
    '=>',
    '...',
    '---\n',
    '%YAML 1.1\n',
    '\u2028',
    '\ud800',
    '\0',
    '\ufeff',
    '\u202e',
  ],
  ...[
    '!Sub ',
    '!If ',
    '!Ref ',
    '!GetAtt ',
    '!!binary ',
    '!<x> ',
    'Fn::If',
    'Ref',
    '<<EOF\n',
    'EOF\n',
    '<<-EOT\n',
    '%{if}',
  ],
  ...[
    '%{ endif ~}',
    '%{ else }',
    '%{ for x in y }',
    '${~',
    '~}',
    'for ',
    'local.x',
    'null',
    'each.value',
    'count.index',
  ],
  ...[
    'Statement',
    'Action',
    'NotAction',
    'Deny',
    'kms:*',
    '__proto__',
    'constructor',
    '1e999',
    '\\u',
    '\\x',
    'é',
    '😀',
  ],
  '# kms-policy-review: ignore wildcard-resource because\n',
];

export interface Mutation {
  how: 'put' | 'replace' | 'delete' | 'repeat' | 'swap' | 'cut';
  /** Of the file and in it; taken modulo what there is. */
  file: number;
  at: number;
  length: number;
  junk: string;
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  how: fc.constantFrom('put', 'replace', 'delete', 'repeat', 'swap', 'cut'),
  file: fc.nat(9),
  at: fc.nat(100_000),
  length: fc.oneof(fc.nat(3), fc.nat(60)),
  junk: fc.constantFrom(...JUNK),
});

/** A token of these languages, roughly. */
const TOKEN = /\w+|"(?:[^"\\\n]|\\.)*"|\s+|./gs;

/** A text with one change. */
export function mutate(text: string, { how, at, length, junk }: Mutation): string {
  const tokens = text.match(TOKEN) ?? [];
  const index = at % (tokens.length + 1);
  const some = tokens.slice(index, index + 1 + length);
  const before = tokens.slice(0, index).join('');
  const after = tokens.slice(index + 1 + length).join('');
  switch (how) {
    case 'put':
      // Also inside a token.
      return text.slice(0, at % (text.length + 1)) + junk + text.slice(at % (text.length + 1));
    case 'replace':
      return before + junk + after;
    case 'delete':
      return before + after;
    case 'repeat':
      return before + some.join('').repeat(2) + after;
    case 'swap':
      return before + some.reverse().join('') + after;
    case 'cut':
      return length === 0 ? before : text;
  }
}
