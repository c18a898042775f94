import type { Text } from '../source/source-file.ts';
import type { TreeNode } from './hcl-nodes.ts';
import { dedented, nested, type Sequence, type Token, textTokens, trimmed } from './hcl-tokens.ts';
import type { Expression, Piece } from './hcl-tree.ts';

/** A node's children of some types. */
export function named(node: TreeNode, ...types: string[]): TreeNode[] {
  return node.children.filter((child) => types.includes(child.type));
}

type ReadExpression = (node: TreeNode) => Expression;

/** The pieces of a string or heredoc. White space beside sequences is not in the tree, so that text is what stands between them. */
export function stringPieces(node: TreeNode, text: Text, read: ReadExpression): Piece[] {
  const isHeredoc = node.type === 'heredoc_template';
  const escapes = isHeredoc ? 'bare' : 'quoted';
  const { start, end } = isHeredoc ? insideHeredoc(node, text.text) : insideQuotes(node);
  const tokens: Token[] = [];
  let at = start;
  for (const token of sequences(node, text, read)) {
    tokens.push(...textTokens(text.text, at, token.start, escapes), token);
    at = token.end;
  }
  tokens.push(...textTokens(text.text, at, end, escapes));
  const kept = trimmed(tokens);
  return nested(isHeredoc && node.text.startsWith('<<-') ? dedented(kept) : kept, text);
}

function insideQuotes({ startIndex, endIndex, text }: TreeNode): { start: number; end: number } {
  return { start: startIndex + 1, end: text.length > 1 && text.endsWith('"') ? endIndex - 1 : endIndex };
}

/** From the line after the first marker to that of the last one. */
function insideHeredoc(node: TreeNode, source: string): { start: number; end: number } {
  const [first, last] = named(node, 'heredoc_identifier');
  const start = source.indexOf('\n', first?.endIndex ?? node.startIndex) + 1;
  const end = last ? source.lastIndexOf('\n', last.startIndex) + 1 : node.endIndex;
  return { start, end: Math.max(start, end) };
}

/** The sequences of a template in the order of the text, directives taken apart. */
function sequences(node: TreeNode, text: Text, read: ReadExpression): (Token & Sequence)[] {
  return node.children.flatMap((child): (Token & Sequence)[] => {
    const place = placeOf(child);
    const expression = (): Expression => {
      const [inner] = named(child, 'expression');
      return inner ? read(inner) : { type: 'other', span: text.span(child.startIndex, child.endIndex) };
    };
    switch (child.type) {
      case 'template_directive':
      case 'template_for':
      case 'template_if':
        return sequences(child, text, read);
      case 'template_interpolation':
        return [{ type: 'value', expression: expression(), ...place }];
      case 'template_if_intro':
        return [{ type: 'if', condition: expression(), ...place }];
      case 'template_else_intro':
        return [{ type: 'else', ...place }];
      case 'template_if_end':
        return [{ type: 'endif', ...place }];
      case 'template_for_start': {
        const names = named(child, 'identifier').map((name) => name.text);
        return [{ type: 'for', loop: { names, collection: expression() }, ...place }];
      }
      case 'template_for_end':
        return [{ type: 'endfor', ...place }];
      default:
        return [];
    }
  });
}

function placeOf({ startIndex, endIndex, text }: TreeNode): Sequence {
  return { start: startIndex, end: endIndex, trimsBefore: text[2] === '~', trimsAfter: text.at(-2) === '~' };
}
