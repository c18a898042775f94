import { child, type Entry, items, literal, type MapNode, type Node } from '../../syntax/node.ts';
import { element } from '../read.ts';
import { embeddedDocument } from './extraction.ts';
import type { TerraformBlock } from './terraform-block.ts';
import { documentNode } from './terraform-document.ts';

/** The arguments of `aws_iam_policy_document` that name documents to start from, and those whose statements win. */
const SOURCES = ['source_json', 'source_policy_documents'];
const OVERRIDES = ['override_json', 'override_policy_documents'];

/** How many documents may be made of one another in a row. */
const MAX_DOCUMENTS_IN_A_ROW = 100;
/** How many statements documents may take from one another: sources that double at each step have billions. */
const MAX_TAKEN = 100_000;

/** What the documents of one evaluation may still take from one another. */
export interface Taking {
  left: number;
}

export function openTaking(): Taking {
  return { left: MAX_TAKEN };
}

/** A document's statements after merging. */
interface Merged {
  document: MapNode;
  /** Other documents whose statements are in it, by name. */
  parts: Set<string>;
}

/**
 * A policy document with the statements of the documents that it is made of: those of its sources first, then its own,
 * then those of its overrides; a statement takes the place of an earlier one with the same Sid
 * (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document).
 * A document that cannot be read leaves an unreadable statement.
 */
export function mergedDocument(
  block: TerraformBlock,
  documents: ReadonlyMap<string, TerraformBlock>,
  taking: Taking,
): Merged {
  const parts = new Set<string>();
  return { document: merge(block, { documents, parts, taking }, new Set()), parts };
}

/** What the merging of one document shares. */
interface Merging {
  documents: ReadonlyMap<string, TerraformBlock>;
  parts: Set<string>;
  taking: Taking;
}

function merge(block: TerraformBlock, merging: Merging, open: ReadonlySet<TerraformBlock>): MapNode {
  const own = documentNode(block.body);
  const pieces = (names: readonly string[]): Node[] => names.flatMap((name) => items(child(block.body, name)));
  const [sources, overrides] = [pieces(SOURCES), pieces(OVERRIDES)];
  if (sources.length + overrides.length === 0) return own;
  const inside = new Set([...open, block]);
  const read = (node: Node): Node[] => statementsOf(node, merging, inside);
  const statement = element(own, 'Statement') as Entry;
  const list = [sources.flatMap(read), items(statement.value), overrides.flatMap(read)].reduce(joined);
  const entries = own.entries.map((entry) =>
    entry === statement ? { ...entry, value: { type: 'list' as const, span: entry.value.span, items: list } } : entry,
  );
  return { ...own, entries };
}

/** Statements with others after them; one with a Sid that is there already takes that one's place. */
function joined(before: readonly Node[], after: readonly Node[]): Node[] {
  const list: Node[] = [];
  const places = new Map<string, number>();
  for (const statement of [...before, ...after]) {
    const sid = literal(element(statement, 'Sid')?.value);
    // Those before are not compared with one another.
    const at = sid && list.length >= before.length ? places.get(sid) : undefined;
    if (at !== undefined) list[at] = statement;
    else {
      if (sid && !places.has(sid)) places.set(sid, list.length);
      list.push(statement);
    }
  }
  return list;
}

/** The statements of a document that another one is made of: a list may stand in a list, an outcome may be one of several. */
function statementsOf(node: Node, merging: Merging, open: ReadonlySet<TerraformBlock>): Node[] {
  if (--merging.taking.left < 0) return [unreadable(node)];
  const again = (one: Node): Node[] => statementsOf(one, merging, open);
  if (node.type === 'list') return node.items.flatMap(again);
  if (node.type === 'map') return items(element(node, 'Statement')?.value);
  if (node.type === 'scalar') {
    const text = literal(node);
    if (text?.trim() === '' || node.kind === 'null') return [];
    const [only] = node.parts;
    if (node.parts.length === 1 && typeof only === 'object') return again(only);
    const document = embeddedDocument(node)?.node;
    const statement = document && element(document, 'Statement')?.value;
    return statement ? items(statement) : [unreadable(node)];
  }
  // Which of the outcomes it is, is not known: each statement is a possible one.
  if (node.alternatives) {
    return node.alternatives.flatMap(again).map((one) => ({ ...unreadable(node), alternatives: [one] }));
  }
  const block = node.target === undefined ? undefined : merging.documents.get(node.target);
  if (block === undefined || node.target === undefined || open.has(block)) return [unreadable(node)];
  if (open.size >= MAX_DOCUMENTS_IN_A_ROW) return [unreadable(node)];
  merging.parts.add(node.target);
  const statements = items(element(merge(block, merging, open), 'Statement')?.value);
  merging.taking.left -= statements.length;
  return statements;
}

function unreadable(node: Node): Extract<Node, { type: 'opaque' }> {
  if (node.type === 'opaque') return node;
  return { type: 'opaque', span: node.span, expression: node.span.file.slice(node.span), meaning: 'unknown' };
}
