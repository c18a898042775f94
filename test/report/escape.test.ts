import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cut, escapeMarkdown, inertSentence, plainText, tableCell } from '../../src/report/escape.ts';
import { columnsIn, terminalText, wrap } from '../../src/report/terminal-text.ts';
import { code } from '../../src/rules/code.ts';
import { HOSTILE } from './fixtures.ts';

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .array(fc.constantFrom(...HOSTILE, '`', '``', '\\', '|', ' ', '\n', 'a', ']', '<'), { maxLength: 12 })
    .map((all) => all.join('')),
);

/** Reads a code span as CommonMark does: a run of backticks, then the next run of the same length. */
function readSpan(markdown: string): { inner: string; rest: string } | undefined {
  const [, fence = '', after = ''] = /^(`+)([\s\S]*)$/.exec(markdown) ?? [];
  const close = [...after.matchAll(/`+/g)].find(([run]) => run.length === fence.length);
  if (fence === '' || close === undefined) return undefined;
  return { inner: after.slice(0, close.index), rest: after.slice(close.index + fence.length) };
}

test('code: whatever the text, it is one code span on one line without invisible characters', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const span = code(text);
      expect(readSpan(span)?.rest).toBe('');
      expect(span).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test.each([
  ['kms:*', '`kms:*`'],
  ['a`b', '``a`b``'],
  ['`', '`` ` ``'],
  ['``x', '``` ``x ```'],
  ['a\r\n  b', '`a b`'],
  ['a\u202eb', '`a\\u{202e}b`'],
  ['a\u3164b', '`a\\u{3164}b`'],
  ['', '`  `'],
])('code(%j)', (text, expected) => {
  expect(code(text)).toBe(expected);
});

test('code cuts by characters, never through one', () => {
  expect(code('x'.repeat(120))).toBe(`\`${'x'.repeat(120)}\``);
  expect(code('x'.repeat(121))).toBe(`\`${'x'.repeat(120)}…\``);
  expect(code('😀'.repeat(500))).toBe(`\`${'😀'.repeat(120)}…\``);
});

test('plainText gives code spans single backticks and keeps their text', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z`:*" ]{1,40}$/), (text) => {
      const kept = text.replace(/\s+/g, ' ');
      fc.pre(kept.trim() !== '');
      expect(plainText(`Write ${code(text)}, please.`)).toBe(`Write \`${kept}\`, please.`);
    }),
  );
  expect(plainText('no code, one ` tick')).toBe('no code, one ` tick');
});

test.each(HOSTILE)('escapeMarkdown leaves nothing live in %j', (text) => {
  const escaped = escapeMarkdown(text);
  expect(escaped).not.toMatch(/[\r\n<>]/);
  expect(escaped).not.toMatch(/(?<!\\)[`*_[\]|~]/);
  expect(escaped).not.toMatch(/[@#]\w|:\/\/|\bwww\./);
});

test.each(HOSTILE)('inertSentence leaves no HTML, link, mention or line break in %j', (text) => {
  const sentence = inertSentence(`GitHub said: ${text} Give the job \`checks: write\`.`);
  const outside = sentence.replace(/(?<![`\\])(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '');
  expect(outside).not.toMatch(/[\r\n<]|[@#]\w|(?<!\\)[[\]|]|:\/\/|\bwww\./);
  expect(sentence).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
});

test('inertSentence leaves our own sentences as they are', () => {
  const sentence = 'The token may not post the review. Add `permissions: pull-requests: write` to the job.';
  expect(inertSentence(sentence)).toBe(sentence);
});

test('a table cell ends neither the cell nor the row', () => {
  expect(tableCell('a | `b|c` \\| d\r\ne')).toBe('a \\| `b\\|c` \\| d e');
});

test('terminalText shows what would steer a terminal, a log or the runner', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const shown = terminalText(text);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(shown).not.toContain('##[');
      expect(shown.trim().startsWith('::')).toBe(false);
    }),
  );
  expect(terminalText('::error::x')).toBe('\\u{3a}:error::x');
  expect(terminalText('arn:aws:iam::111122223333:root')).toBe('arn:aws:iam::111122223333:root');
});

test('columns as terminals count them', () => {
  expect(columnsIn('abc')).toBe(3);
  expect(columnsIn('漢字')).toBe(4);
  expect(columnsIn('e\u0301')).toBe(1);
  expect(columnsIn('😀')).toBe(2);
});

test('wrap keeps words whole and in order, and no line begins like a command', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('a longest-word b', 4)).toEqual(['a', 'longest-word', 'b']);
  expect(wrap('aaaa ::error::x', 4)).toEqual(['aaaa', '\\u{3a}:error::x']);
  expect(wrap('all of it', Number.POSITIVE_INFINITY)).toEqual(['all of it']);
});

test('cut ends at a line, says so, and keeps to the limit', () => {
  expect(cut('short', 10, 'cut')).toBe('short');
  expect(cut('one\ntwo\nthree\nfour', 16, '(cut)')).toBe('one\ntwo\n\n(cut)');
  expect(cut('😀'.repeat(20), 20, '(cut)')).toBe(`${'😀'.repeat(6)}\n\n(cut)`);
  fc.assert(
    fc.property(hostile, fc.integer({ min: 10, max: 100 }), (text, limit) => {
      expect(cut(text, limit, 'cut').length).toBeLessThanOrEqual(limit);
    }),
  );
});
