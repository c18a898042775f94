import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { cloudformationValue, terraformValue } from './policy/expressions.ts';
import { actionWords, operatorWords, pairWords, principalWords, resourceWords } from './policy/pattern-words.ts';
import { briefFindings, findingWords, fixedWords } from './rule-words.ts';

/**
 * What expressions, patterns and statements come to, one a line in `golden/tables/`: the left side is the question, what
 * stands after the arrow is the answer. A question is added as a line without an arrow, and answered by `-u`.
 */

const ARROW = ' --> ';

const TABLES: readonly (readonly [name: string, answer: (question: string) => string])[] = [
  ['terraform', terraformValue],
  ['cloudformation', cloudformationValue],
  ['resources', resourceWords],
  ['principals', principalWords],
  ['pairs', pairWords],
  ['operators', operatorWords],
  ['actions', actionWords],
  ['findings', briefFindings],
  ['words', findingWords],
  ['fixes', fixedWords],
];

test.each(TABLES)('%s', async (name, answer) => {
  const path = fileURLToPath(new URL(`golden/tables/${name}.txt`, import.meta.url));
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const answered = lines.map((line) => {
    if (line === '' || line.startsWith('#')) return line;
    const [question = ''] = line.split(ARROW);
    return `${question}${ARROW}${answer(question)}`;
  });
  await expect(`${answered.join('\n')}\n`).toMatchFileSnapshot(path);
});
