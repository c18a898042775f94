import { child, type Entry, items, literal, type Node } from '../../syntax/node.ts';
import type { PolicyKind } from '../policy.ts';
import { extractTemplate, OWN_ACCOUNT } from './cloudformation.ts';
import { type Extraction, type Extractor, merge, readPolicyProperty } from './extraction.ts';
import { evaluate } from './intrinsics.ts';
import { collectPolicies } from './plain.ts';
import { resolveVariables } from './serverless-variables.ts';
import { isTemplate, readTemplate, type Template } from './template.ts';

/**
 * `serverless.yml` of the Serverless Framework on AWS: the statements of the service's role, of each function's role
 * (plugin serverless-iam-roles-per-function), and CloudFormation under `resources`
 * (https://www.serverless.com/framework/docs/providers/aws/guide/iam).
 */
export const serverless: Extractor = {
  matches: isService,
  extract: (file, documents) => merge(documents.flatMap((root) => readService(resolveVariables(root), file.path))),
};

function isService(node: Node): boolean {
  const provider = child(node, 'provider');
  if (child(node, 'service') === undefined || provider === undefined) return false;
  return literal(provider) === 'aws' || literal(child(provider, 'name')) === 'aws';
}

/** A part of the service that is a policy, by its way from the root. */
interface Part {
  node: Node | undefined;
  kind: PolicyKind;
  address: string;
}

function readService(root: Node, path: string): Extraction[] {
  const resources = items(child(root, 'resources'));
  const template = readTemplate(resources.find(isTemplate));
  const parts = partsOf(root).flatMap(({ node, kind, address }) =>
    node ? [readPolicyProperty(evaluate(node, template), { kind, address, resourceType: 'Serverless' })] : [],
  );
  for (const { policies } of parts) for (const policy of policies) policy.own = OWN_ACCOUNT;
  return [...parts, ...resources.flatMap((node) => readResources(node, template, path))];
}

function partsOf(root: Node): Part[] {
  const provider = child(root, 'provider');
  const at = (node: Node | undefined, ...steps: string[]): Node | undefined =>
    steps.reduce<Node | undefined>((here, step) => child(here, step), node);
  const own = (kind: PolicyKind, ...steps: string[]): Part => ({
    node: at(provider, ...steps),
    kind,
    address: ['provider', ...steps].join('.'),
  });
  return [
    own('identity-policy', 'iam', 'role', 'statements'),
    own('identity-policy', 'iamRoleStatements'),
    own('resource-policy', 'apiGateway', 'resourcePolicy'),
    own('resource-policy', 'resourcePolicy'),
    ...functionsOf(root).map(
      ({ key, value }): Part => ({
        node: child(value, 'iamRoleStatements'),
        kind: 'identity-policy',
        address: `functions.${literal(key) ?? '*'}.iamRoleStatements`,
      }),
    ),
  ];
}

/** The functions: a map, or a list of maps. */
function functionsOf(root: Node): Entry[] {
  return items(child(root, 'functions')).flatMap((node) => (node.type === 'map' ? node.entries : []));
}

/** CloudFormation under `resources`, and the changes to generated resources under `resources.extensions`. */
function readResources(node: Node, template: Template, path: string): Extraction[] {
  if (node.type === 'opaque') {
    const reason = `the resources are \`${node.expression}\`, which cannot be read here`;
    return [{ policies: [], gaps: [{ span: node.span, reason }] }];
  }
  const found: Extraction = { policies: [], gaps: [] };
  const extensions = child(node, 'extensions');
  if (extensions) collectPolicies(evaluate(extensions, template), 'resources.extensions', path, found);
  return isTemplate(node) ? [extractTemplate(readTemplate(node)), found] : [found];
}
