import type { Expression, Path } from '../../syntax/hcl-tree.ts';

/** One step of a path: `.name`, or an index as written and what it is; `[*]` is nothing else. */
export type Step = { name: string } | { index: string; value: Expression | undefined };

/** A path's steps, in order. */
export function stepsOf({ path, indices }: Path): Step[] {
  const steps: Step[] = [];
  const values = indices.values();
  let at = 0;
  while (at < path.length) {
    if (path[at] === '[') {
      const end = closing(path, at);
      const index = path.slice(at + 1, end);
      steps.push({ index, value: index === '*' ? undefined : values.next().value });
      at = end + 1;
      continue;
    }
    if (path[at] === '.') at++;
    let end = at;
    while (end < path.length && path[end] !== '.' && path[end] !== '[') end++;
    steps.push({ name: path.slice(at, end) });
    at = end;
  }
  return steps;
}

/** The offset of the bracket that closes the one at `from`; the text's end where none does. */
function closing(path: string, from: number): number {
  let depth = 0;
  for (let at = from; at < path.length; at++) {
    if (path[at] === '[') depth++;
    else if (path[at] === ']' && --depth === 0) return at;
  }
  return path.length;
}
