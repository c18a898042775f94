import type { Tree } from 'web-tree-sitter';

/** A node of tree-sitter's tree as plain data; each question to a node of its own is a call into WebAssembly. */
export interface TreeNode {
  readonly type: string;
  readonly text: string;
  readonly isNamed: boolean;
  /** Offsets in UTF-16 code units. */
  readonly startIndex: number;
  readonly endIndex: number;
  /** What it is to its parent: `key` or `val` of an object's element. */
  readonly field: string | null;
  /** The named nodes without brackets and quotes; in an operation also its signs. */
  readonly children: readonly TreeNode[];
}

/** The nodes whose signs tell what they are. */
const OPERATIONS: ReadonlySet<string> = new Set(['binary_operation', 'unary_operation']);
/** The nodes whose children have fields that are read. */
const ELEMENTS: ReadonlySet<string> = new Set(['object_elem']);
/** The nodes whose text is all there is to them. */
const LEAVES: ReadonlySet<string> = new Set([
  ...['identifier', 'string_lit', 'numeric_lit', 'bool_lit', 'null_lit', 'comment', 'ellipsis', 'template_literal'],
  ...['heredoc_identifier', 'heredoc_start'],
]);
/** Brackets and quotes, which nobody asks for. */
const EDGES: ReadonlySet<string> = new Set(
  ['quoted_template', 'template_interpolation', 'template_directive', 'block', 'tuple', 'object'].flatMap((name) => [
    `${name}_start`,
    `${name}_end`,
  ]),
);

class PlainNode implements TreeNode {
  readonly type: string;
  readonly isNamed: boolean;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly field: string | null;
  readonly children: TreeNode[] = [];
  readonly #source: string;

  constructor(
    place: { type: string; isNamed: boolean; start: number; end: number; field: string | null },
    source: string,
  ) {
    this.type = place.type;
    this.isNamed = place.isNamed;
    this.startIndex = place.start;
    this.endIndex = place.end;
    this.field = place.field;
    this.#source = source;
  }

  get text(): string {
    return this.#source.slice(this.startIndex, this.endIndex);
  }
}

/** Reads a tree once, from the root on. */
export function plainNodes(tree: Tree, source: string): TreeNode {
  const { language } = tree;
  const named = language.types.map((_, id) => language.nodeTypeIsNamed(id));
  const cursor = tree.walk();
  try {
    const root = new PlainNode(
      { type: cursor.nodeType, isNamed: true, start: 0, end: cursor.endIndex, field: null },
      source,
    );
    const open: PlainNode[] = [root];
    let isDown = cursor.gotoFirstChild();
    while (isDown) {
      const parent = open.at(-1) as PlainNode;
      const id = cursor.nodeTypeId;
      const type = language.types[id] ?? 'ERROR';
      const isNamed = named[id] ?? true;
      if (isNamed ? !EDGES.has(type) : OPERATIONS.has(parent.type)) {
        const field = ELEMENTS.has(parent.type) ? cursor.currentFieldName : null;
        const node = new PlainNode({ type, isNamed, start: cursor.startIndex, end: cursor.endIndex, field }, source);
        parent.children.push(node);
        if (isNamed && !LEAVES.has(type) && cursor.gotoFirstChild()) {
          open.push(node);
          continue;
        }
      }
      while (!cursor.gotoNextSibling()) {
        open.pop();
        if (open.length === 0 || !cursor.gotoParent()) {
          isDown = false;
          break;
        }
      }
    }
    return root;
  } finally {
    cursor.delete();
  }
}
