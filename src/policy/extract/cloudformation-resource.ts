import { lookup } from '../../source/lookup.ts';
import { remember } from '../../source/remember.ts';
import { child, items, literal, type Node } from '../../syntax/node.ts';
import { outcomes } from '../../syntax/outcomes.ts';
import type { PolicyKind } from '../policy.ts';
import { ORGANIZATIONS_KINDS, POLICY_PROPERTIES } from './cloudformation-types.ts';
import { type Extraction, embeddedDocument, isDocument, isStatement, merge, readPolicyProperty } from './extraction.ts';
import { cloudformationHolders } from './holders.ts';
import { evaluate } from './intrinsics.ts';
import { samStatement } from './sam.ts';
import type { Template } from './template.ts';

/** What is known of a property before it is read. */
interface About {
  kind: PolicyKind;
  address: string;
  resourceType: string;
}

/** The policies of one resource. */
export function extractResource(name: string, resource: Node, template: Template): Extraction[] {
  const type = literal(child(resource, 'Type'));
  const properties = child(resource, 'Properties');
  if (type === undefined || properties === undefined) return [];
  const extractions = fromProperties(name, type, properties, template);
  const holders = cloudformationHolders(name, type, properties);
  for (const { policies } of extractions) for (const policy of policies) policy.holders = holders;
  const construct = constructPath(resource);
  if (construct !== undefined) {
    for (const { policies } of extractions) for (const policy of policies) policy.construct = construct;
  }
  if (type === 'AWS::IAM::ManagedPolicy' && isBoundary(name, template)) {
    for (const { policies } of extractions) for (const policy of policies) policy.kind = 'permissions-boundary';
  }
  return extractions;
}

/** The CDK's name of what made the resource: `App/Role/DefaultPolicy`. The last step is always the CloudFormation resource. */
export function constructPath(resource: Node): string | undefined {
  return literal(child(child(resource, 'Metadata'), 'aws:cdk:path'))?.replace(/\/Resource$/, '');
}

/** A managed policy that this template only uses to bound others gives nothing. */
function isBoundary(name: string, template: Template): boolean {
  const { bounding, giving } = usesOf(template.resources);
  const own = child(template.resources.get(name)?.node, 'Properties');
  return (
    bounding.has(name) &&
    !giving.has(name) &&
    !['Roles', 'Users', 'Groups'].some((list) => child(own, list) !== undefined)
  );
}

/** The names of policies that some resource is bounded by, and of those that some resource has. */
interface Uses {
  bounding: Set<string | undefined>;
  giving: Set<string | undefined>;
}

/** Every policy of a template asks for the same. */
const usesOf = remember((resources: Template['resources']): Uses => {
  const found: Uses = { bounding: new Set(), giving: new Set() };
  for (const { node } of resources.values()) {
    const properties = child(node, 'Properties');
    found.bounding.add(referenceOf(child(properties, 'PermissionsBoundary')));
    for (const list of ['ManagedPolicyArns', 'Policies'])
      for (const item of items(child(properties, list))) found.giving.add(referenceOf(item));
  }
  return found;
});

function referenceOf(node: Node | undefined): string | undefined {
  return literal(child(node, 'Ref'));
}

function fromProperties(name: string, type: string, properties: Node, template: Template): Extraction[] {
  const known = type === 'AWS::Organizations::Policy' ? organizations(properties) : lookup(POLICY_PROPERTIES, type);
  if (known === undefined) return findDocuments(properties, name, type, template);
  const generated = known.length > 0 ? child(properties, 'Fn::Transform') : undefined;
  const gap = generated && { span: generated.span, reason: `\`Fn::Transform\` may add a policy to ${name}` };
  return [
    ...known.flatMap(([path, kind]) =>
      atPath(properties, path.split('.'), name, template).flatMap(({ node, address, isWhole }) =>
        isWhole ? readProperty(node, { kind, address, resourceType: type }) : [unread(node, address)],
      ),
    ),
    { policies: [], gaps: gap ? [gap] : [] },
  ];
}

function organizations(properties: Node): readonly (readonly [string, PolicyKind])[] {
  const kind = lookup(ORGANIZATIONS_KINDS, literal(child(properties, 'Type')) ?? '');
  return kind ? [['Content', kind]] : [];
}

function unread(node: Node, address: string): Extraction {
  const written = node.type === 'opaque' ? `\`${node.expression}\`` : 'no object';
  return { policies: [], gaps: [{ span: node.span, reason: `${address} is ${written}, which cannot be read here` }] };
}

interface Place {
  node: Node;
  address: string;
  /** False for an expression that stands where the path goes on. */
  isWhole: boolean;
}

/** The nodes at a property path such as `Policies[].PolicyDocument`, evaluated, each with its address. */
function atPath(root: Node, path: string[], name: string, template: Template): Place[] {
  let places: Place[] = [{ node: root, address: name, isWhole: true }];
  for (const step of path) {
    const isList = step.endsWith('[]');
    const property = isList ? step.slice(0, -2) : step;
    places = places.flatMap((place): Place[] => {
      const { node, address } = place;
      if (!place.isWhole) return [place];
      if (node.type === 'opaque') return node.meaning === 'none' || node.open ? [] : [{ ...place, isWhole: false }];
      const value = child(node, property);
      if (value === undefined) return [];
      const evaluated = evaluate(value, template);
      if (!isList) return [{ node: evaluated, address: `${address}.${property}`, isWhole: true }];
      return opened(evaluated).map(({ item, index }) => ({
        node: item,
        address: `${address}.${property}[${index}]`,
        isWhole: true,
      }));
    });
  }
  return places;
}

/** The items of a list by their place in it, with every outcome of a conditional item and of the list itself. */
function opened(node: Node, at?: number): { item: Node; index: number }[] {
  return items(node).flatMap((item, place) => {
    const index = at ?? place;
    const possible = outcomes(item);
    return possible[0] === item
      ? [{ item, index }]
      : possible.flatMap((one) => opened(one, item === node ? at : index));
  });
}

/** A property that is a policy, or (SAM) a list of managed policy names, templates, statements and documents. */
function readProperty(node: Node, about: About): Extraction[] {
  if (!about.resourceType.startsWith('AWS::Serverless::') || about.kind !== 'identity-policy') {
    return [readPolicyProperty(node, about)];
  }
  return opened(node).flatMap(({ item, index }) => {
    const address = node.type === 'list' ? `${about.address}[${index}]` : about.address;
    // A reference is the name or ARN of a managed policy; what a macro puts here is not known.
    if (item.type === 'opaque' && item.expression.startsWith('!Transform')) return [unread(item, address)];
    const policy = isDocument(item) || isStatement(item) ? item : samStatement(item);
    return policy === undefined ? [] : [readPolicyProperty(policy, { ...about, address })];
  });
}

/** Policy documents in properties of types that the table does not have (custom resources, new services), also as JSON text. */
function findDocuments(root: Node, name: string, type: string, template: Template): Extraction[] {
  const found: Extraction[] = [];
  const stack: { node: Node; address: string }[] = [{ node: root, address: name }];
  while (stack.length > 0) {
    const { node, address } = stack.pop() as { node: Node; address: string };
    const document = node.type === 'scalar' ? embeddedDocument(node)?.node : node;
    if (document?.type === 'map' && isDocument(document)) {
      const about: About = { kind: 'unknown', address, resourceType: type };
      const extraction = merge([readPolicyProperty(evaluate(document, template), about)]);
      for (const policy of extraction.policies) {
        if (policy.statements.some((statement) => statement.principal)) policy.kind = 'resource-policy';
      }
      found.push(extraction);
    } else if (document?.type === 'map') {
      for (const { key, value } of document.entries)
        stack.push({ node: value, address: `${address}.${literal(key) ?? '*'}` });
    } else if (document?.type === 'list') {
      document.items.forEach((item, index) => {
        stack.push({ node: item, address: `${address}[${index}]` });
      });
    }
  }
  return found.reverse();
}
