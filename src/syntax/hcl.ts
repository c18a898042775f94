import { Language, type Node, Parser } from 'web-tree-sitter';
import type { Span, Text } from '../source/source-file.ts';
import { Reader } from './hcl-reader.ts';
import { named } from './hcl-string.ts';
import type { Body, ParsedHcl } from './hcl-tree.ts';
import type { Problem } from './node.ts';
import { mayInstruct } from './scan.ts';

/** Deeper nesting than this is refused: the walk over the tree is recursive. */
const MAX_DEPTH = 1000;
const MAX_PROBLEMS = 20;

/** Reads HCL; made once a run, because the grammar must be loaded. */
export type HclParser = (text: Text) => ParsedHcl;

/** Loads tree-sitter and its grammar for Terraform from their WebAssembly files. */
export async function openHclParser(runtime: Uint8Array, grammar: Uint8Array): Promise<HclParser> {
  await Parser.init({ wasmBinary: runtime });
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  return (text) => parseHcl(parser, text);
}

function parseHcl(parser: Parser, text: Text): ParsedHcl {
  const empty: Body = { span: text.span(0, text.text.length), attributes: [], blocks: [] };
  const deep = tooDeep(text.text);
  if (deep !== undefined) {
    return {
      body: empty,
      problems: [{ span: text.span(deep, deep + 1), message: `nested more than ${MAX_DEPTH} levels deep` }],
    };
  }
  const tree = parser.parse(text.text);
  if (tree === null) return { body: empty, problems: [{ span: text.span(0, 0), message: 'the parser gave up' }] };
  try {
    const body = named(tree.rootNode, 'body')[0];
    const reader = new Reader(text);
    const read = { body: body ? reader.body(body) : empty, problems: problemsOf(tree.rootNode, text) };
    return mayInstruct(text.text) ? { ...read, comments: commentsOf(tree.rootNode, text) } : read;
  } finally {
    tree.delete();
  }
}

/** The offset of the bracket that opens one level too many. Brackets in strings count too, which only errs early. */
function tooDeep(source: string): number | undefined {
  let depth = 0;
  for (let i = 0; i < source.length; i++) {
    const unit = source.charCodeAt(i);
    if (unit === 0x5b || unit === 0x7b || unit === 0x28) {
      if (++depth > MAX_DEPTH) return i;
    } else if ((unit === 0x5d || unit === 0x7d || unit === 0x29) && depth > 0) depth--;
  }
  return undefined;
}

function commentsOf(root: Node, text: Text): Span[] {
  return root
    .descendantsOfType('comment')
    .flatMap((node) => (node ? [text.span(node.startIndex, node.startIndex + node.text.trimEnd().length)] : []));
}

/** Errors and missing tokens, outermost first. */
function problemsOf(root: Node, text: Text): Problem[] {
  const problems: Problem[] = [];
  const stack: Node[] = root.hasError ? [root] : [];
  while (stack.length > 0 && problems.length < MAX_PROBLEMS) {
    const node = stack.pop() as Node;
    if (node.isMissing)
      problems.push({ span: text.span(node.startIndex, node.endIndex), message: `"${node.type}" is missing` });
    else if (node.isError) {
      const shown = text.text.slice(node.startIndex, node.endIndex).trim().split('\n', 1)[0]?.slice(0, 30);
      problems.push({
        span: text.span(node.startIndex, node.endIndex),
        message: `unexpected ${JSON.stringify(shown)}`,
      });
    } else if (node.hasError) for (const child of node.children.toReversed()) if (child) stack.push(child);
  }
  return problems;
}
