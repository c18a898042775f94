import { lookup } from '../../source/lookup.ts';
import type { SourceFile } from '../../source/source-file.ts';
import { child, entry, items, literal, type MapNode, type Node } from '../../syntax/node.ts';
import type { PolicyKind } from '../policy.ts';
import { declaredResource } from './cloudformation-declared.ts';
import { ORGANIZATIONS_KINDS, POLICY_PROPERTIES } from './cloudformation-types.ts';
import { type Extraction, type Extractor, isDocument, isStatement, merge, readPolicyProperty } from './extraction.ts';
import { evaluate, isKeyType, type Template } from './intrinsics.ts';
import { samStatement } from './sam.ts';

/** CloudFormation templates in JSON or YAML: a map whose `Resources` have CloudFormation types. */
export const cloudformation: Extractor = {
  name: 'CloudFormation',
  matches: (_file, documents) => documents.some(isTemplate),
  extract: (_file: SourceFile, documents) => merge(documents.filter(isTemplate).map(extractTemplate)),
};

/** Whether a node is a template, or the part of one that other frameworks take. */
export function isTemplate(node: Node): boolean {
  const resources = child(node, 'Resources');
  if (resources?.type !== 'map') return false;
  return (
    child(node, 'AWSTemplateFormatVersion') !== undefined ||
    resources.entries.some(({ value }) => literal(child(value, 'Type'))?.includes('::') === true)
  );
}

/** Reads the policies of a template. */
export function extractTemplate(root: Node): Extraction {
  const template = readTemplate(root);
  const extractions: Extraction[] = [];
  const resources = child(root, 'Resources') as MapNode;
  for (const { key, value } of resources.entries) {
    const name = literal(key) ?? '';
    const type = literal(child(value, 'Type'));
    const properties = child(value, 'Properties');
    if (name.startsWith('Fn::ForEach') || name === 'Fn::Transform') {
      const reason = `\`${name}\` makes resources that are known only when it is deployed`;
      extractions.push({ policies: [], gaps: [{ span: key.span, reason }] });
    } else if (type !== undefined) {
      const own = properties === undefined ? [] : extractResource(name, type, properties, template);
      const construct = literal(child(child(value, 'Metadata'), 'aws:cdk:path'));
      if (construct !== undefined)
        for (const policy of own.flatMap((one) => one.policies)) policy.construct = construct;
      const declared = declaredResource(key, type, properties, template, own);
      extractions.push(...own, { policies: [], gaps: [], declared: declared ? [declared] : [] });
    }
  }
  const macro = entry(root, 'Fn::Transform');
  if (macro) {
    const reason = 'what `Fn::Transform` puts into the template is known only when it is deployed';
    extractions.push({ policies: [], gaps: [{ span: macro.key.span, reason }] });
  }
  const keys = [...template.resources].filter(([, type]) => isKeyType(type)).map(([name]) => `!GetAtt ${name}.Arn`);
  const extraction = merge(extractions);
  for (const policy of extraction.policies) policy.keys = keys;
  return extraction;
}

/** What of a template its intrinsic functions can refer to; of a node that is none, nothing. */
export function readTemplate(root: Node | undefined): Template {
  const parameters = child(root, 'Parameters');
  const resources = child(root, 'Resources');
  return {
    parameters: new Map(
      parameters?.type === 'map' ? parameters.entries.map(({ key, value }) => [literal(key) ?? '', value]) : [],
    ),
    resources: new Map(
      resources?.type === 'map'
        ? resources.entries.map(({ key, value }) => [literal(key) ?? '', literal(child(value, 'Type')) ?? ''])
        : [],
    ),
    mappings: child(root, 'Mappings'),
  };
}

function extractResource(name: string, type: string, properties: Node, template: Template): Extraction[] {
  if (type === 'AWS::Organizations::Policy') {
    const kind = lookup(ORGANIZATIONS_KINDS, literal(child(properties, 'Type')) ?? '') ?? 'unknown';
    const content = child(properties, 'Content');
    if (kind === 'unknown' || content === undefined) return [];
    const about = { kind, address: `${name}.Content`, resourceType: type };
    return [readPolicyProperty(evaluate(content, template), about)];
  }
  const known = lookup(POLICY_PROPERTIES, type);
  if (known === undefined) return findDocuments(properties, name, type, template);
  return known.flatMap(([path, kind]) =>
    atPath(properties, path.split('.'), name, template).flatMap(({ node, address }) =>
      readProperty(node, { kind, address, resourceType: type }),
    ),
  );
}

/** The nodes at a property path such as `Policies[].PolicyDocument`, evaluated, each with its address. */
function atPath(root: Node, path: string[], name: string, template: Template): { node: Node; address: string }[] {
  let places = [{ node: root, address: name }];
  for (const step of path) {
    const isList = step.endsWith('[]');
    const property = isList ? step.slice(0, -2) : step;
    places = places.flatMap(({ node, address }) => {
      const value = child(node, property);
      if (value === undefined) return [];
      const evaluated = evaluate(value, template);
      if (!isList) return [{ node: evaluated, address: `${address}.${property}` }];
      return outcomes(evaluated).map((item, index) => ({ node: item, address: `${address}.${property}[${index}]` }));
    });
  }
  return places;
}

/** The items of a list, with every outcome of a conditional item. */
function outcomes(node: Node): Node[] {
  return items(node).flatMap((item) =>
    item.type === 'opaque' && item.alternatives ? item.alternatives.flatMap(outcomes) : [item],
  );
}

/** A property that is a policy, or (SAM) a list of managed policy names, templates, statements and documents. */
function readProperty(node: Node, about: { kind: PolicyKind; address: string; resourceType: string }): Extraction[] {
  if (!about.resourceType.startsWith('AWS::Serverless::') || about.kind !== 'identity-policy') {
    return [readPolicyProperty(node, about)];
  }
  const list = outcomes(node);
  return list.flatMap((item, index) => {
    const policy = isDocument(item) || isStatement(item) ? item : samStatement(item);
    if (policy === undefined) return [];
    const address = node.type === 'list' ? `${about.address}[${index}]` : about.address;
    return [readPolicyProperty(policy, { ...about, address })];
  });
}

/** Policy documents in properties of types that the table does not have (custom resources, new services). */
function findDocuments(root: Node, name: string, type: string, template: Template): Extraction[] {
  const found: Extraction[] = [];
  const stack: { node: Node; address: string }[] = [{ node: root, address: name }];
  while (stack.length > 0) {
    const { node, address } = stack.pop() as { node: Node; address: string };
    if (node.type === 'map' && isDocument(node)) {
      const extraction = readPolicyProperty(evaluate(node, template), { kind: 'unknown', address, resourceType: type });
      for (const policy of extraction.policies) {
        if (policy.statements.some((statement) => statement.principal)) policy.kind = 'resource-policy';
      }
      found.push(extraction);
    } else if (node.type === 'map') {
      for (const { key, value } of node.entries)
        stack.push({ node: value, address: `${address}.${literal(key) ?? '*'}` });
    } else if (node.type === 'list') {
      node.items.forEach((item, index) => {
        stack.push({ node: item, address: `${address}[${index}]` });
      });
    }
  }
  return found.reverse();
}
