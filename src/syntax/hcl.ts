import { Language, type Node, Parser, type Tree } from 'web-tree-sitter';
import type { Span, Text } from '../source/source-file.ts';
import { refuseHcl } from './bounds.ts';
import { plainNodes } from './hcl-nodes.ts';
import { Reader } from './hcl-reader.ts';
import { named } from './hcl-string.ts';
import type { Body, ParsedHcl } from './hcl-tree.ts';
import type { Problem } from './node.ts';
import { mayInstruct } from './scan.ts';

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
  const refuse = (at: number, message: string): ParsedHcl => ({
    body: empty,
    problems: [{ span: text.span(at, at + 1), message, bound: true }],
  });
  const refusal = refuseHcl(text.text);
  if (refusal) return refuse(refusal.at, refusal.message);
  let tree: Tree | null = null;
  try {
    tree = parser.parse(text.text);
    if (tree === null) return refuse(0, 'the parser gave up');
    const problems = problemsOf(tree.rootNode, text);
    const [body] = named(plainNodes(tree, text.text), 'body');
    const read = { body: body ? new Reader(text, problems).body(body) : empty, problems };
    return mayInstruct(text.text) ? { ...read, comments: commentsOf(tree.rootNode, text) } : read;
  } catch (error) {
    if (error instanceof RangeError) return refuse(0, 'nested too deep to be read');
    // What WebAssembly throws when its code aborts.
    if (!(error instanceof Error && error.name === 'RuntimeError')) throw error;
    return refuse(0, 'the parser has no more memory');
  } finally {
    tree?.delete();
  }
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
