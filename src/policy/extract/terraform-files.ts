import { resolvePath } from '../../source/path.ts';
import { matchPath } from '../../source/path-glob.ts';
import type { Span, Text } from '../../source/source-file.ts';
import { parseTemplate } from '../../syntax/hcl-template.ts';
import type { Expression } from '../../syntax/hcl-tree.ts';
import { literal, type MapNode, type Node, type OpaqueNode } from '../../syntax/node.ts';
import { toSet } from './terraform-elements.ts';
import type { Scope } from './terraform-scope.ts';
import { asParts, booleanNode, listNode, textNode } from './terraform-values.ts';

type Evaluate = (expression: Expression, scope: Scope) => Node;

/** A call whose arguments were evaluated. */
interface Call {
  span: Span;
  name: string;
  values: readonly Node[];
}

/** The functions that read files or templates; undefined for the others. */
export function readFunction({ span, name, values }: Call, scope: Scope, evaluate: Evaluate): Node | undefined {
  const [first, second] = values;
  const unknown: OpaqueNode = { type: 'opaque', span, expression: span.file.slice(span), meaning: 'unknown' };
  switch (name) {
    case 'abspath':
      return first && absolute(first);
    case 'file':
    case 'templatefile':
    case 'fileexists':
      return readFile({ span, name, values }, unknown, scope, evaluate);
    case 'fileset':
      return fileSet(span, values, scope) ?? unknown;
    case 'templatestring': {
      const text = first?.type === 'scalar' && literal(first) !== undefined ? first.embedded?.() : undefined;
      if (text === undefined || first === undefined || second?.type !== 'map') return unknown;
      return (
        render(
          text,
          first.span,
          second,
          `templatestring ${first.span.file.path} ${first.span.start}`,
          scope,
          evaluate,
        ) ?? unknown
      );
    }
    default:
      return undefined;
  }
}

/** `file(path)`, `templatefile(path, names)`, `fileexists(path)`: the text of a file of the repository. */
function readFile({ span, name, values }: Call, unknown: OpaqueNode, scope: Scope, evaluate: Evaluate): Node {
  const [path, names] = values;
  const { folder, evaluation, isRoot } = scope.module;
  const written = path && pathText(path, isRoot);
  if (written === undefined) return unknown;
  const target = written.startsWith('/') ? undefined : resolvePath(folder, written);
  if (target === undefined) return { ...unknown, why: 'the file is outside of the repository' };
  const found = evaluation.files.find(target);
  if (found === undefined) return unknown;
  if (name === 'fileexists') return 'refused' in found ? unknown : booleanNode(span, true);
  if ('refused' in found) return { ...unknown, why: `${target}: ${found.refused}` };
  const whole = { ...found.span(0, found.text.length), via: [span] };
  if (name === 'file') return { ...textNode(whole, [found.text]), embedded: () => found };
  if (names?.type !== 'map') return unknown;
  return render(found, whole, names, `templatefile ${target}`, scope, evaluate) ?? unknown;
}

/** `fileset(path, pattern)`: the names of the files in a folder that a pattern selects. */
function fileSet(span: Span, [path, pattern]: readonly Node[], scope: Scope): Node | undefined {
  const { folder, evaluation, isRoot } = scope.module;
  const [written, glob] = [path && pathText(path, isRoot), literal(pattern)];
  // Sets and ranges of characters are not matched here.
  if (written === undefined || written.startsWith('/') || !glob || /[[\]{}\\]/.test(glob)) return undefined;
  const target = resolvePath(folder, written);
  if (target === undefined) return undefined;
  const inside = target === '' ? '' : `${target}/`;
  const paths = evaluation.files.list?.();
  const names = paths?.filter((one) => one.startsWith(inside)).map((one) => one.slice(inside.length));
  const list =
    names &&
    listNode(
      span,
      names.filter((name) => matchPath(glob, name)).map((name) => textNode(span, [name])),
    );
  return list && toSet(list);
}

/** `data.template_file.NAME.rendered`; undefined where the template is not known, or has no text of its own. */
export function renderedTemplate(name: string, scope: Scope, evaluate: Evaluate): Node | undefined {
  const { module } = scope;
  const declared = module.templates.get(name);
  if (declared === undefined) return undefined;
  const outer: Scope = { module, values: new Map() };
  const text = evaluate(declared.template, outer);
  const names = declared.vars ? evaluate(declared.vars, outer) : undefined;
  if (text.type !== 'scalar' || literal(text) === undefined || text.embedded === undefined) return undefined;
  if (names !== undefined && names.type !== 'map') return undefined;
  const none: MapNode = { type: 'map', span: text.span, entries: [] };
  return render(text.embedded(), text.span, names ?? none, `template_file ${module.folder} ${name}`, scope, evaluate);
}

/** A template with names; undefined for one that includes itself, by whatever way. */
function render(
  text: Text,
  span: Span,
  names: MapNode,
  key: string,
  scope: Scope,
  evaluate: Evaluate,
): Node | undefined {
  const { evaluation } = scope.module;
  if (evaluation.open.has(key)) return undefined;
  evaluation.open.add(key);
  const values = new Map(names.entries.map((one) => [literal(one.key) ?? '', one.value]));
  const result = evaluate(parseTemplate(text, span, evaluation.parse), { module: scope.module, values });
  evaluation.open.delete(key);
  if (span.via === undefined || result.span.via === span.via) return result;
  return { ...result, span: { ...result.span, via: [...(result.span.via ?? []), ...span.via] } };
}

/** A path from the root of the file system: where the repository is there is not known, where a file of it is, is. */
function absolute(path: Node): Node | undefined {
  if (path.type !== 'scalar') return undefined;
  const [first = '', ...rest] = path.parts;
  if (typeof first !== 'string' || first.startsWith('/')) return path;
  const cwd: OpaqueNode = { type: 'opaque', span: path.span, expression: '${path.cwd}', meaning: 'unknown' };
  return textNode(path.span, [cwd, `/${first}`, ...rest]);
}

/** The path that `"${path.module}/policy.json"` says, relative to the module; the root's folder is known in the root only. */
function pathText(node: Node, isRoot: boolean): string | undefined {
  if (node.type === 'list' || node.type === 'map') return undefined;
  let written = '';
  for (const part of asParts(node)) {
    if (typeof part === 'string') written += part;
    else if ((isRoot ? /^\$\{path\.(module|root|cwd)\}$/ : /^\$\{path\.module\}$/).test(part.expression))
      written += '.';
    else return undefined;
  }
  return written;
}
