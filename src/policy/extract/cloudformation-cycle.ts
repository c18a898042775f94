import type { Node } from '../../syntax/node.ts';
import { isKeyType } from './intrinsic-references.ts';
import type { Template } from './template.ts';

/** CloudFormation takes no more resources in a template; of more keys than these none is named. */
const MAX_KEYS = 500;

/**
 * The keys that a template declares, as `!GetAtt Key.Arn`, which the policy of a resource can name without a circle: a
 * key whose own policy names a role cannot be named in that role, because CloudFormation makes neither first
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html, circular dependencies).
 */
export function namableKeys(template: Template): (resource: string) => string[] {
  const all = [...template.resources].filter(([name, { type }]) => isKeyType(type) && /^\w+$/.test(name));
  const keys = all.length > MAX_KEYS ? [] : all;
  const needs = new Map<string, ReadonlySet<string>>();
  return (resource) =>
    keys.flatMap(([key]) => {
      let needed = needs.get(key);
      if (needed === undefined) {
        needed = neededBy(key, template);
        needs.set(key, needed);
      }
      return needed.has(resource) ? [] : [`!GetAtt ${key}.Arn`];
    });
}

/** The resources that a resource names, and those that these name, itself included. A name in plain text counts too: one key less is proposed. */
function neededBy(resource: string, { resources }: Template): Set<string> {
  const needed = new Set([resource]);
  for (const name of needed) {
    for (const text of textsOf(resources.get(name)?.node)) {
      for (const [word] of text.matchAll(/\w+/g)) if (resources.has(word)) needed.add(word);
    }
  }
  return needed;
}

function* textsOf(root: Node | undefined): Iterable<string> {
  const stack = root ? [root] : [];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type === 'map') for (const { value } of node.entries) stack.push(value);
    else if (node.type === 'list') for (const item of node.items) stack.push(item);
    else if (node.type === 'opaque') yield node.expression;
    else for (const part of node.parts) yield typeof part === 'string' ? part : part.expression;
  }
}
