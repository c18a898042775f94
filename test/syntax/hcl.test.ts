import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readGrammar } from '../../src/changes/grammar.ts';
import { SourceFile } from '../../src/source/source-file.ts';
import { openHclParser } from '../../src/syntax/hcl.ts';
import type { Expression } from '../../src/syntax/hcl-tree.ts';

const { runtime, grammar } = readGrammar();
const parse = await openHclParser(runtime, grammar);

/** The value of the only attribute of a file, and the file. */
function attributeOf(text: string): { value: Expression | undefined; file: SourceFile } {
  const file = new SourceFile('main.tf', text);
  const { body, problems } = parse(file);
  expect(problems).toEqual([]);
  return { value: body.attributes[0]?.value, file };
}

/** The pieces of a template: text as it is, a reference as its path in brackets. */
function pieces(value: Expression | undefined): string[] {
  if (value?.type !== 'template') throw new Error('not a template');
  return value.pieces.map((piece) => {
    if ('text' in piece) return piece.text;
    return 'expression' in piece && piece.expression.type === 'reference' ? `[${piece.expression.path}]` : '[?]';
  });
}

const words = fc.string({
  unit: fc.constantFrom('a', ' ', '\t', '"', '\\', '$', '%', '{', '}', 'é', '\n', '#'),
  maxLength: 8,
});

test('the text around interpolations is kept, white space too, and stands where its piece says', () => {
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 4 }), (texts) => {
      // A sign before the brace of an interpolation would make another one of it.
      const plain = texts.map((one) => one.replace(/[$%]+$/, ''));
      const written = plain.map((one) =>
        JSON.stringify(one)
          .slice(1, -1)
          .replace(/[$%](?=\{)/g, '$&$&'),
      );
      fc.pre(!/[$%]{3}\{/.test(written.join('')));
      const { value, file } = attributeOf(`a = "${written.join('${var.x}')}"\n`);
      expect(pieces(value).join('')).toBe(plain.join('[var.x]'));
      if (value?.type !== 'template') return;
      for (const piece of value.pieces) {
        const source = file.text.slice(piece.start, piece.end);
        if ('text' in piece && !/[\\$%]/.test(source)) expect(source).toBe(piece.text);
        if ('expression' in piece) expect(source).toBe('${var.x}');
      }
    }),
    { numRuns: 300 },
  );
});
