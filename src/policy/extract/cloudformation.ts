import type { OwnReference } from '../../syntax/content.ts';
import { child, entry, items, literal, type MapNode, type Node, type OpaqueNode } from '../../syntax/node.ts';
import { outcomes } from '../../syntax/outcomes.ts';
import { touchesKms } from '../allow.ts';
import type { Gap } from '../policy.ts';
import { namableKeys } from './cloudformation-cycle.ts';
import { declaredResource } from './cloudformation-declared.ts';
import { constructPath, extractResource } from './cloudformation-resource.ts';
import { type Extraction, type Extractor, merge } from './extraction.ts';
import { namedCondition } from './intrinsic-choices.ts';
import { evaluate } from './intrinsics.ts';
import { isTemplate, type Loop, readLoop, readTemplate, type Template } from './template.ts';

/** CloudFormation templates in JSON or YAML: a map whose `Resources` have CloudFormation types. */
export const cloudformation: Extractor = {
  matches: isTemplate,
  extract: (_file, documents) => merge(documents.map((root) => extractTemplate(readTemplate(root)))),
};

/** The pseudo parameter for the account that a stack is made in. */
export const OWN_ACCOUNT: OwnReference = { language: 'CloudFormation', name: 'AWS::AccountId' };

/** The policies of one template. */
export function extractTemplate(template: Template): Extraction {
  const extraction = merge(readResources(child(template.root, 'Resources') as MapNode, template));
  const keysFor = namableKeys(template);
  for (const policy of extraction.policies) {
    if (extraction.declared) policy.beside = extraction.declared;
    policy.keys = () => keysFor(policy.address.split('.', 1)[0] as string);
    policy.own = OWN_ACCOUNT;
  }
  extraction.isMade = [...template.resources.values()].some(({ node }) => constructPath(node) !== undefined);
  if (extraction.policies.some(touchesKms)) extraction.gaps.push(...macros(template.root));
  const included = entry(template.root, 'Fn::Transform');
  if (included) {
    const reason = 'what `Fn::Transform` puts into the template is known only when it is deployed';
    extraction.gaps.push({ span: included.key.span, reason });
  }
  return extraction;
}

function readResources(resources: MapNode, template: Template): Extraction[] {
  return resources.entries.flatMap(({ key, value }) => {
    const name = literal(key) ?? '';
    const loop = readLoop(name, value);
    if (loop) {
      const names = new Map(template.names).set(loop.name, elementOf(loop, template));
      return readResources(loop.body, { ...template, names });
    }
    if (name.startsWith('Fn::ForEach') || name === 'Fn::Transform') {
      const reason = `\`${name}\` makes resources that are known only when it is deployed`;
      return [{ policies: [], gaps: [{ span: key.span, reason }] }];
    }
    const condition = literal(child(value, 'Condition'));
    if (condition !== undefined && namedCondition(condition, template) === false) return [];
    const own = extractResource(name, value, template);
    const declared = declaredResource(key, value, template, own);
    return [...own, { policies: [], gaps: [], declared: declared ? [declared] : [] }];
  });
}

/** A loop is read once, its element being any of the collection's. */
function elementOf({ name, collection }: Loop, template: Template): OpaqueNode {
  const element: OpaqueNode = { type: 'opaque', span: collection.span, expression: `\${${name}}`, meaning: 'unknown' };
  const lists = outcomes(evaluate(collection, template));
  const known = lists.flatMap((list) => (list.type === 'list' ? list.items : []));
  if (known.length === 0) return element;
  return { ...element, alternatives: known, ...(lists.some(({ type }) => type !== 'list') ? { open: true } : {}) };
}

/** Macros of AWS, which leave policies as they are written or are known here. */
const KNOWN_MACROS =
  /^AWS::(Serverless|LanguageExtensions|SecretsManager|CodeDeployBlueGreen|CodeStar|ServiceCatalog)(-|$)/;

/** Other macros may rewrite any policy of the template. */
function macros(root: Node | undefined): Gap[] {
  return items(child(root, 'Transform')).flatMap((node) => {
    const name = literal(node) ?? literal(child(node, 'Name'));
    if (name === undefined || KNOWN_MACROS.test(name)) return [];
    const reason = `the macro \`${name}\` may change this template when it is deployed`;
    return [{ span: node.span, reason }];
  });
}
