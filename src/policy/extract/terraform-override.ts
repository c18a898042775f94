import { nameOf } from '../../source/path.ts';
import type { Attribute, Block, Body } from '../../syntax/hcl-tree.ts';
import { literal } from '../../syntax/node.ts';
import type { ParsedFile } from './terraform-module-scope.ts';

/** Blocks whose arguments are joined whichever block of that type they stand in. */
const JOINED = new Set(['locals', 'terraform']);

/**
 * A module's files with the override files (`override.tf`, `*_override.tf`, also as JSON) merged into the blocks that
 * they override, as Terraform does (https://developer.hashicorp.com/terraform/language/files/override): an argument
 * takes the place of the original one, and nested blocks take the place of all original blocks of their type. A block
 * that overrides nothing stays where it is.
 */
export function mergeOverrides(files: readonly ParsedFile[]): ParsedFile[] {
  const overrides = files
    .filter(({ file }) => isOverride(file.path))
    .toSorted((a, b) => (a.file.path < b.file.path ? -1 : 1));
  if (overrides.length === 0) return [...files];
  let merged = files.filter((file) => !overrides.includes(file));
  for (const { file, body } of overrides) {
    const rest: Block[] = [];
    for (const block of body.blocks) {
      let done = false;
      merged = merged.map((parsed) => {
        const blocks = parsed.body.blocks.map((original) => {
          if (done || !overrides_(block, original)) return original;
          done = true;
          return { ...original, body: mergeBody(original.body, block.body) };
        });
        return { ...parsed, body: { ...parsed.body, blocks } };
      });
      if (!done) rest.push(block);
    }
    merged = [...merged, { file, body: { ...body, blocks: rest } }];
  }
  return merged;
}

function isOverride(path: string): boolean {
  return /^(?:.*_)?override\.(?:tf|tofu)(?:\.json)?$/.test(nameOf(path));
}

function overrides_(block: Block, original: Block): boolean {
  const [type, own] = [literal(block.type), literal(original.type)];
  if (type !== own || block.labels.join(' ') !== original.labels.join(' ')) return false;
  if (!JOINED.has(type ?? '')) return true;
  const names = new Set(original.body.attributes.map(({ name }) => literal(name)));
  return block.body.attributes.some(({ name }) => names.has(literal(name)));
}

function mergeBody(original: Body, override: Body): Body {
  const attributes = new Map<string, Attribute>();
  for (const attribute of [...original.attributes, ...override.attributes])
    attributes.set(literal(attribute.name) ?? '', attribute);
  const replaced = new Set(override.blocks.map(nestedType));
  return {
    span: original.span,
    attributes: [...attributes.values()],
    blocks: [...original.blocks.filter((block) => !replaced.has(nestedType(block))), ...override.blocks],
  };
}

/** The type of a nested block, or of the blocks that a `dynamic` one makes. */
function nestedType(block: Block): string {
  const type = literal(block.type) ?? '';
  return type === 'dynamic' ? (block.labels[0] ?? '') : type;
}
