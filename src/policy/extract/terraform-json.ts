import { type Hole, holedText, splitHoles } from '../../syntax/holes.ts';
import { child, type Entry, items, literal, type MapNode, type Node, type OpaqueNode } from '../../syntax/node.ts';
import type { Extractor } from './extraction.ts';
import { extractModule } from './terraform.ts';
import type { TerraformBlock } from './terraform-block.ts';
import { referenceMeaning } from './terraform-types.ts';

/** Terraform's JSON configuration syntax, `*.tf.json` (https://developer.hashicorp.com/terraform/language/syntax/json). */
export const terraformJson: Extractor = {
  name: 'Terraform JSON',
  matches: (file) => file.path.endsWith('.tf.json') || file.path.endsWith('.tofu.json'),
  extract: (file, documents) => {
    const read = (name: string): TerraformBlock[] => documents.flatMap((root) => blocks(child(root, name)));
    const [extraction] = extractModule([{ file, resources: read('resource'), data: read('data') }]).values();
    return extraction ?? { policies: [], gaps: [] };
  },
};

/** The blocks under `resource` or `data`: type, then name, then one body or a list of bodies; lists may stand at every level. */
function blocks(node: Node | undefined): TerraformBlock[] {
  return entries(node).flatMap((type) =>
    entries(type.value).flatMap((name) =>
      items(name.value).flatMap((body) =>
        body.type === 'map'
          ? [
              {
                type: literal(type.key) ?? '',
                name: literal(name.key) ?? '',
                body: templates(body) as MapNode,
                span: name.key.span,
              },
            ]
          : [],
      ),
    ),
  );
}

/** The entries of a map or of every map in a list, comment keys left out. */
function entries(node: Node | undefined): Entry[] {
  return items(node)
    .flatMap((item) => (item.type === 'map' ? item.entries : []))
    .filter(({ key }) => literal(key) !== '//');
}

/** A tree whose strings' `${...}` templates are holes with what is known of them. `$${` is a literal `${`. */
function templates(node: Node): Node {
  if (node.type === 'list') return { ...node, items: node.items.map(templates) };
  if (node.type === 'map') {
    return {
      ...node,
      entries: node.entries.map(({ key, value }) => ({ key: templates(key) as typeof key, value: templates(value) })),
    };
  }
  const text = literal(node);
  if (node.type !== 'scalar' || node.embedded === undefined || !text?.includes('{')) return node;
  const decoded = node.embedded();
  const holes: Hole[] = findTemplates(decoded.text).map(({ start, end, literal: plain }) => {
    if (plain !== undefined) return { start, end, value: plain };
    const expression = decoded.text.slice(start, end);
    const meaning = referenceMeaning(expression.slice(2, -1));
    const value: OpaqueNode = { type: 'opaque', span: decoded.span(start, end), expression, meaning };
    return { start, end, value };
  });
  if (holes.length === 0) return node;
  const outer = holedText(decoded, holes);
  const scalar: Node = { type: 'scalar', span: node.span, kind: node.kind, parts: splitHoles(decoded.text, holes) };
  return outer ? { ...scalar, embedded: () => outer } : scalar;
}

/** The `${...}` and `%{...}` sequences of a template string, braces and quotes in them balanced; `$${` and `%%{` are literal. */
function findTemplates(text: string): { start: number; end: number; literal?: string }[] {
  const found: { start: number; end: number; literal?: string }[] = [];
  for (let i = 0; i + 1 < text.length; i++) {
    const sign = text[i];
    if (sign !== '$' && sign !== '%') continue;
    if (text[i + 1] === sign && text[i + 2] === '{') {
      found.push({ start: i, end: i + 3, literal: `${sign}{` });
      i += 2;
    } else if (text[i + 1] === '{') {
      const end = closing(text, i + 2);
      found.push({ start: i, end });
      i = end - 1;
    }
  }
  return found;
}

/** The offset after the brace that closes a template; the text's end where none does. */
function closing(text: string, from: number): number {
  let depth = 1;
  for (let i = from; i < text.length; i++) {
    const character = text[i];
    if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return i + 1;
    else if (character === '"') {
      i++;
      while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
    }
  }
  return text.length;
}
