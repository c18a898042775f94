import { EmbeddedBuilder } from '../source/embedded.ts';
import type { Text } from '../source/source-file.ts';
import type { Block, Body, Expression } from './hcl-tree.ts';
import { literal } from './node.ts';
import type { Layer, Member, Written } from './written.ts';
import { embeddedLayer } from './written-inside.ts';
import { writtenJson } from './written-tree.ts';

/** A placeholder for an expression in a text, so that the JSON around it can be read; of the private use area. */
const HOLE = '\ue000';

/** An HCL file as it is written. */
export function writtenBody(body: Body, layer: Layer, start = 0, end = layer.text.length): Written {
  const members = [
    ...body.attributes.map(({ name, value }): Member => {
      const { span } = name;
      const written = writtenExpression(value, layer);
      return {
        start: span.start,
        end: written.end,
        value: written,
        name: { text: literal(name) ?? '', start: span.start, end: span.end, span },
      };
    }),
    ...body.blocks.map((block) => writtenBlock(block, layer)),
  ].sort((a, b) => a.start - b.start);
  return { type: 'map', layer, start, end, span: body.span, layout: 'body', members, inside: () => [] };
}

function writtenBlock({ type, head, body, span }: Block, layer: Layer): Member {
  const open = layer.text.indexOf('{', head.end);
  return {
    start: span.start,
    end: span.end,
    value: writtenBody(body, layer, open < 0 ? span.end : open + 1, span.end - 1),
    // A block is named by all of its head: that is how rules point at a resource.
    name: { text: literal(type) ?? '', start: head.start, end: head.end, span: head },
    isBlock: true,
  };
}

function writtenExpression(expression: Expression, layer: Layer): Written {
  const { span } = expression;
  const base: Written = {
    type: 'other',
    layer,
    start: span.start,
    end: span.end,
    span,
    layout: 'brackets',
    members: [],
    inside: () => [],
  };
  switch (expression.type) {
    case 'literal':
      return { ...base, type: 'scalar' };
    case 'template':
      return { ...base, type: 'scalar', inside: () => documentIn(expression, layer) };
    case 'list': {
      const members = expression.items.map((item): Member => {
        const value = writtenExpression(item, layer);
        return { start: value.start, end: value.end, value };
      });
      return { ...base, type: 'list', members };
    }
    case 'object': {
      const members = expression.entries.map(({ key, value }): Member => {
        const written = writtenExpression(value, layer);
        const text = key.type === 'literal' ? literal(key.scalar) : key.type === 'template' ? textOf(key) : undefined;
        const { start, end } = key.span;
        return { start, end: written.end, value: written, name: { text: text ?? '', start, end, span: key.span } };
      });
      return { ...base, type: 'map', members };
    }
    case 'call': {
      const [argument, ...more] = expression.arguments;
      const isDocument = expression.name === 'jsonencode' && argument !== undefined && more.length === 0;
      return isDocument ? { ...base, inside: () => [writtenExpression(argument, layer)] } : base;
    }
    default:
      return base;
  }
}

function textOf({ pieces }: Extract<Expression, { type: 'template' }>): string | undefined {
  return pieces.every((piece) => 'text' in piece)
    ? pieces.map((piece) => ('text' in piece ? piece.text : '')).join('')
    : undefined;
}

/** The JSON in a string or heredoc, each expression in it as one character. */
function documentIn(template: Extract<Expression, { type: 'template' }>, layer: Layer): Written[] {
  const text = decoded(template);
  const inner = text && embeddedLayer(text, layer, template.span, 'Terraform');
  return text && inner ? writtenJson(text, inner) : [];
}

/** Undefined for one with directives: what they leave in is not known. */
function decoded({ pieces, source }: Extract<Expression, { type: 'template' }>): Text | undefined {
  const builder = new EmbeddedBuilder();
  for (const piece of pieces) {
    if ('expression' in piece) builder.replace(HOLE, piece.start, piece.end);
    else if (!('text' in piece)) return undefined;
    else if (piece.text === source.text.slice(piece.start, piece.end))
      builder.copy(source.text, piece.start, piece.end);
    else builder.replace(piece.text, piece.start, piece.end);
  }
  return builder.finish(source);
}
