import { SourceFile, type Text } from '../source/source-file.ts';
import { parseJson } from './json.ts';
import type { Entry, Node, ScalarNode } from './node.ts';
import { startsLikeJson } from './outcomes.ts';
import type { Layer, Member, Written } from './written.ts';
import { embeddedLayer } from './written-inside.ts';

/** A JSON or YAML document as it is written. `trees` are those of the layer's text, with spans that are offsets in it. */
export function writtenTrees(trees: readonly Node[], layer: Layer): Written[] {
  return trees.map((tree) => written(tree, layer, undefined));
}

/** What a string holds, read as JSON; empty where it is none, or none that can be read whole. */
export function writtenJson(text: Text, layer: Layer): Written[] {
  if (!startsLikeJson(text.text)) return [];
  const { documents, problems } = parseJson(new SourceFile(text.file.path, text.text));
  return problems.length === 0 ? writtenTrees(documents, layer) : [];
}

/** `around` is the function whose argument this is: the variables in its text are CloudFormation's. */
function written(node: Node, layer: Layer, around: string | undefined): Written {
  const { start, end } = node.span;
  const base = { layer, start, end, span: layer.span(start, end), layout: 'brackets', members: [] } as const;
  switch (node.type) {
    case 'scalar':
      return { ...base, type: 'scalar', members: [], inside: once(() => insideOf(node, layer, around)) };
    case 'list': {
      const members = node.items.map((item, index) => member(written(item, layer, index === 0 ? around : undefined)));
      const isArguments = around?.startsWith('Fn::') === true;
      return { ...base, ...laidOut(layer, start, end, members), type: 'list', isArguments, inside: () => [] };
    }
    case 'map': {
      const tag = tagOf(node.entries, layer);
      // CloudFormation's short form: one value with a tag before it.
      if (tag)
        return {
          ...base,
          type: 'other',
          members: [],
          inside: once(() => [written(tag.value, layer, nameOf(tag.key))]),
        };
      const members = node.entries
        .map(({ key, value }) => {
          const name = { text: nameOf(key), ...key.span, span: layer.span(key.span.start, key.span.end) };
          return { ...member(written(value, layer, nameOf(key)), key.span.start), name };
        })
        .sort((a, b) => a.start - b.start);
      return { ...base, ...laidOut(layer, start, end, members), type: 'map', inside: () => [] };
    }
    case 'opaque':
      return { ...base, type: 'other', members: [], inside: () => [] };
  }
}

/** Brackets end where they close; what is laid out in lines ends with its last member. */
function laidOut(
  layer: Layer,
  start: number,
  end: number,
  members: Member[],
): Pick<Written, 'layout' | 'members' | 'end'> {
  const first = layer.text[start];
  if (layer.language === 'JSON' || first === '{' || first === '[') return { layout: 'brackets', members, end };
  return { layout: 'lines', members, end: members.at(-1)?.end ?? end };
}

function member(value: Written, start = value.start): Member {
  return { start, end: value.end, value };
}

function nameOf(key: ScalarNode): string {
  const [part = ''] = key.parts;
  return typeof part === 'string' && key.parts.length <= 1 ? part : '';
}

/** The entry of a value with a short tag, whose name is written as `!Sub`. */
function tagOf(entries: readonly Entry[], layer: Layer): Entry | undefined {
  const [only, ...more] = entries;
  return only && more.length === 0 && layer.language === 'YAML' && layer.text[only.key.span.start] === '!'
    ? only
    : undefined;
}

function insideOf(node: ScalarNode, layer: Layer, around: string | undefined): Written[] {
  const text = node.embedded?.();
  if (text === undefined || !startsLikeJson(text.text)) return [];
  const isSub = around === 'Fn::Sub';
  const inner = embeddedLayer(
    text,
    layer,
    node.span,
    isSub ? 'Fn::Sub' : layer.variables === 'Terraform' ? 'Terraform' : undefined,
  );
  return inner ? writtenJson(text, inner) : [];
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
