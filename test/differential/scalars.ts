import type { Policy } from '../../src/policy/policy.ts';
import { literal, type Node, type ScalarNode } from '../../src/syntax/node.ts';
import type { Form } from './forms.ts';
import { children, textOf } from './json.ts';
import { nameOf } from './placed.ts';

/**
 * The scalars of a form's policy that do not stand where they were written, or have another text, and the elements that
 * were written and not read. An element that `aws_iam_policy_document` has under another name has AWS's name here.
 */
export function misplaced(form: Form, policy: Node, policies: readonly Policy[]): string[] {
  const written = new Map<string, string[]>();
  collect(policy, '', written);
  const at = new Map<string, string[]>();
  for (const { pointer, start, end } of form.written.places) {
    const key = `${start} ${end}`;
    at.set(key, [...(at.get(key) ?? []), pointer]);
  }
  const found = new Set<string>();
  const wrong: string[] = [];
  for (const scalar of policies.flatMap(scalarsOf)) {
    const { start, end, file } = scalar.span;
    // An element that the author left out and the language puts there.
    const isMade = start === end;
    const pointers = (file.path === form.path && at.get(`${start} ${end}`)) || [];
    const own = pointers.filter((pointer) => written.get(pointer)?.includes(literal(scalar)?.toLowerCase() ?? ''));
    for (const pointer of own) found.add(pointer);
    if (own.length === 0 && !isMade)
      wrong.push(`${form.name}: ${literal(scalar)} stands at ${JSON.stringify(file.slice(scalar.span))}`);
  }
  const lost = form.written.places.filter(({ pointer }) => written.has(pointer) && !found.has(pointer));
  return [...wrong, ...lost.map(({ pointer }) => `${form.name}: ${pointer} was not read`)];
}

/** The texts of a document's scalars by their pointers; in lower case, for the elements' names. */
function collect(node: Node, pointer: string, into: Map<string, string[]>): void {
  const add = (where: string, text: string): void => {
    into.set(where, [...(into.get(where) ?? []), text.toLowerCase()]);
  };
  if (node.type === 'scalar') add(pointer, textOf(node));
  for (const { name, value, pointer: here } of children(node, pointer)) {
    if (name !== undefined) add(nameOf(here), JSON.parse(name));
    collect(value, here, into);
  }
}

function scalarsOf({ node }: Policy): ScalarNode[] {
  const found: ScalarNode[] = [];
  const visit = (one: Node): void => {
    if (one.type === 'scalar') found.push(one);
    else if (one.type === 'list') one.items.forEach(visit);
    else if (one.type === 'map') {
      for (const { key, value } of one.entries) {
        found.push(key);
        visit(value);
      }
    }
  };
  visit(node);
  return found;
}
