import type { SourceFile } from '../../source/source-file.ts';
import { restoreHoles } from '../../syntax/holes.ts';
import { parseJson } from '../../syntax/json.ts';
import { items, type Node, type ScalarNode } from '../../syntax/node.ts';
import { startsLikeJson } from '../../syntax/outcomes.ts';
import type { Declared } from '../declared.ts';
import type { Gap, Policy, PolicyKind } from '../policy.ts';
import { element, readPolicy } from '../read.ts';

/** What was read out of one file. */
export interface Extraction {
  policies: Policy[];
  gaps: Gap[];
  /** The resources that a template declares; absent where the file is no template. */
  declared?: Declared[];
  /** The file is made by a program, so that nobody mends anything in it. */
  isMade?: boolean;
  /** Why nothing is read out of the file although it may look like policies, in plain words. */
  passed?: string;
}

/** One template language. Given documents that it knows it reads everything in them. */
export interface Extractor {
  matches(document: Node): boolean;
  extract(file: SourceFile, documents: readonly Node[]): Extraction;
}

/** Whether a node is a policy document: a map whose `Statement` holds at least one statement. */
export function isDocument(node: Node): boolean {
  const statement = element(node, 'Statement')?.value;
  if (statement === undefined) return false;
  return statement.type === 'opaque' || items(statement).some((item) => item.type === 'opaque' || isStatement(item));
}

/** Whether a node is a statement: it says what it does, and with what or to whom. */
export function isStatement(node: Node): boolean {
  const has = (name: string): boolean => element(node, name) !== undefined;
  if (node.type !== 'map' || !(has('Action') || has('NotAction'))) return false;
  return has('Effect') || has('Resource') || has('NotResource');
}

/** A JSON document inside a string, when the string is one; its positions are those of the file. */
export function embeddedDocument(scalar: ScalarNode): { node: Node; gaps: Gap[] } | undefined {
  if (scalar.embedded === undefined || !startsLikeJson(scalar.parts[0])) return undefined;
  const text = scalar.embedded();
  const { documents, problems } = parseJson(text);
  const [node] = documents;
  if (node === undefined) return undefined;
  const gaps = problems.map(({ span, message }) => ({ span, reason: `the JSON in this string: ${message}` }));
  return { node: restoreHoles(node, text), gaps };
}

/**
 * Reads a property that must be a policy: a map, a JSON string, or an expression with known outcomes.
 * What is none of these is a gap.
 */
export function readPolicyProperty(
  node: Node,
  about: { kind: PolicyKind; address: string; resourceType?: string },
): Extraction {
  if (node.type === 'map' || node.type === 'list') {
    return { policies: [{ ...readPolicy(node, about), whole: true }], gaps: [] };
  }
  if (node.type === 'opaque') {
    if (node.meaning === 'none') return { policies: [], gaps: [] };
    if (node.alternatives) return merge(node.alternatives.map((one) => readPolicyProperty(one, about)));
    const why = node.why ? `: ${node.why}` : '';
    const reason = `the policy of ${about.address} is \`${node.expression}\`, which cannot be read here${why}`;
    return { policies: [], gaps: [{ span: node.span, reason, kind: about.kind }] };
  }
  // One outcome of an expression may be that there is no policy.
  if (node.kind === 'null') return { policies: [], gaps: [] };
  const document = embeddedDocument(node);
  if (document === undefined) {
    const hole = node.parts.find((part) => typeof part !== 'string');
    const what = typeof hole === 'object' ? `\`${hole.expression}\`` : 'text that is no JSON';
    const reason = `the policy of ${about.address} is ${what}, which cannot be read here`;
    return { policies: [], gaps: [{ span: node.span, reason, kind: about.kind }] };
  }
  const policy: Policy = { ...readPolicy(document.node, about), whole: document.gaps.length === 0 };
  if (node.span.via) policy.via = node.span.via;
  return { policies: [policy], gaps: document.gaps };
}

export function merge(extractions: readonly Extraction[]): Extraction {
  const passed = extractions.find((extraction) => extraction.passed)?.passed;
  return {
    ...(passed !== undefined && { passed }),
    policies: extractions.flatMap((extraction) => extraction.policies),
    gaps: extractions.flatMap((extraction) => extraction.gaps),
    declared: extractions.flatMap((extraction) => extraction.declared ?? []),
    isMade: extractions.some((extraction) => extraction.isMade),
  };
}
