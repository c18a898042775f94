import { child, literal } from '../../syntax/node.ts';
import type { Extractor } from './extraction.ts';

/**
 * `tree.json`, which the CDK writes beside its templates: every resource once more, with what the template says of it
 * (https://docs.aws.amazon.com/cdk/api/v2/docs/cloud-assembly-schema-readme.html). Reading it would say everything twice.
 */
export const cdkTree: Extractor = {
  matches: (root) =>
    literal(child(root, 'version'))?.startsWith('tree-') === true && child(root, 'tree')?.type === 'map',
  extract: () => ({
    policies: [],
    gaps: [],
    passed: 'the construct tree of a CDK app; the templates beside it are read',
  }),
};
