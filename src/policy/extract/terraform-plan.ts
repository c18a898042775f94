import { child, items, literal, type MapNode, type Node } from '../../syntax/node.ts';
import type { Extraction, Extractor } from './extraction.ts';
import { merge } from './extraction.ts';
import { extractModule } from './terraform.ts';
import type { TerraformBlock } from './terraform-block.ts';

/**
 * The JSON of a saved plan (`terraform show -json`, OpenTofu too): what each resource will be after the change
 * (https://developer.hashicorp.com/terraform/internals/json-format). The other parts of the file say the same again.
 */
export const terraformPlan: Extractor = {
  name: 'Terraform plan',
  matches: (_file, documents) => documents.some(isPlan),
  extract: (file, documents) => {
    const extractions = documents.filter(isPlan).map((root): Extraction => {
      const changes = items(child(root, 'resource_changes')).flatMap((change) => readChange(change));
      const resources = changes.map(({ block }) => block);
      const [extraction = { policies: [], gaps: [] }] = extractModule([{ file, resources, data: [] }]).values();
      return { ...extraction, gaps: [...extraction.gaps, ...changes.flatMap(({ gaps }) => gaps)] };
    });
    return merge(extractions);
  },
};

function isPlan(node: Node): boolean {
  return child(node, 'format_version') !== undefined && child(node, 'resource_changes') !== undefined;
}

/** A change that leaves a resource behind. */
function readChange(node: Node): { block: TerraformBlock; gaps: Extraction['gaps'] }[] {
  const type = literal(child(node, 'type'));
  const named = child(node, 'address');
  const address = literal(named) ?? '';
  const change = child(node, 'change');
  const after = child(change, 'after');
  if (type === undefined || literal(child(node, 'mode')) === 'data' || after?.type !== 'map') return [];
  const unknown = child(change, 'after_unknown');
  const gaps = ['policy', 'inline_policy', 'content', 'assume_role_policy'].flatMap((name) => {
    const value = child(unknown, name);
    if (literal(value) !== 'true' || value === undefined) return [];
    return [{ span: value.span, reason: `\`${address}.${name}\` is known only after the plan is applied` }];
  });
  const name = literal(child(node, 'name')) ?? '';
  const span = (named ?? node).span;
  return [{ block: { type, name, body: known(after), address, span, ...(unknown ? { later: unknown } : {}) }, gaps }];
}

/** What is null in a plan is not set. */
function known(after: MapNode): MapNode {
  return {
    ...after,
    entries: after.entries.filter(({ value }) => !(value.type === 'scalar' && value.kind === 'null')),
  };
}
