import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMarker, renderMarker, withoutMarker } from '../../src/report/marker.ts';

const hex = fc.stringMatching(/^[0-9a-f]{1,32}$/);

test('what is written is read again, whatever stands before it', () => {
  fc.assert(
    fc.property(fc.string(), hex, fc.array(hex), (body, key, fingerprints) => {
      const marker = renderMarker({ key, fingerprints });
      expect(marker).toMatch(/^<!-- kms-policy-review:v1 .* -->$/);
      expect(parseMarker(`${body}\n\n${marker}`)).toEqual({ key, fingerprints });
    }),
  );
});

const whole = '<!-- kms-policy-review:v1 key=ab fp=cd,ef -->';
test.each([
  ['nothing', '', undefined],
  ['text', 'Looks good to me', undefined],
  ['the marker of another tool', '<!-- other:v1 key=ab fp=cd -->', undefined],
  ['another version', '<!-- kms-policy-review:v2 key=ab fp=cd -->', undefined],
  ['a marker that is cut', '<!-- kms-policy-review:v1 key=ab fp=c', undefined],
  ['a key that is no hexadecimal number', '<!-- kms-policy-review:v1 key=--> fp= -->', undefined],
  ['no findings', '<!-- kms-policy-review:v1 key=ab fp= -->', { key: 'ab', fingerprints: [] }],
  [
    'a forged one before ours',
    `<!-- kms-policy-review:v1 key=00 fp=11 -->\n${whole}`,
    { key: 'ab', fingerprints: ['cd', 'ef'] },
  ],
  ['a broken one after ours', `${whole}\n<!-- kms-policy-review:v1 key=`, { key: 'ab', fingerprints: ['cd', 'ef'] }],
  ['stray commas', '<!-- kms-policy-review:v1 key=ab fp=,cd,, -->', { key: 'ab', fingerprints: ['cd'] }],
])('%s', (_name, body, expected) => {
  expect(parseMarker(body)).toEqual(expected);
});

test('a body without its marker is what stands before it', () => {
  expect(withoutMarker(`text\n\n${whole}\n`)).toBe('text');
  expect(withoutMarker(`a ${whole} b\n\n${whole}`)).toBe(`a ${whole} b`);
  expect(withoutMarker('text')).toBe('text');
});
