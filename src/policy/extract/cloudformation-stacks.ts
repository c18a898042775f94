import { folderOf, resolvePath } from '../../source/path.ts';
import type { SourceFile } from '../../source/source-file.ts';
import { child, literal, type Node } from '../../syntax/node.ts';
import { extractTemplate } from './cloudformation.ts';
import { type Extraction, merge } from './extraction.ts';
import { extractPolicies } from './index.ts';
import { evaluate } from './intrinsics.ts';
import { isTemplate, readTemplate, type Stacks, type Template } from './template.ts';

/** A file after parsing. */
export interface ParsedTemplate {
  file: SourceFile;
  documents: readonly Node[];
}

/** A resource that is another template, and where that one is. */
interface NestedStack {
  resource: string;
  path: string;
  parameters: Node | undefined;
}

/** The templates that a file nests by a relative path, as `aws cloudformation package` and the CDK write them. */
export function nestedStacks({ file, documents }: ParsedTemplate): NestedStack[] {
  const root = documents.find(isTemplate);
  const resources = child(root, 'Resources');
  if (resources?.type !== 'map') return [];
  return resources.entries.flatMap(({ key, value }) => {
    const properties = child(value, 'Properties');
    const location = locationOf(value, properties);
    const path = location === undefined ? undefined : relativePath(file.path, location);
    if (path === undefined) return [];
    return [{ resource: literal(key) ?? '', path, parameters: child(properties, 'Parameters') }];
  });
}

function locationOf(resource: Node, properties: Node | undefined): string | undefined {
  const type = literal(child(resource, 'Type'));
  if (type === 'AWS::Serverless::Application') return literal(child(properties, 'Location'));
  if (type !== 'AWS::CloudFormation::Stack') return undefined;
  const metadata = child(resource, 'Metadata');
  // The CDK uploads the file; where it is beside the parent stands in the metadata.
  const isAsset = literal(child(metadata, 'aws:asset:property')) === 'TemplateURL';
  return (
    literal(child(properties, 'TemplateURL')) ?? (isAsset ? literal(child(metadata, 'aws:asset:path')) : undefined)
  );
}

/** A path relative to a file's folder; undefined for addresses, absolute paths and what leaves the repository. */
function relativePath(from: string, path: string): string | undefined {
  if (path === '' || path.startsWith('/') || path.includes(':')) return undefined;
  return resolvePath(folderOf(from), path);
}

/** An output that other stacks import by its name. */
interface Export {
  name: string;
  template: Template;
  value: Node;
}

/** What a template exports under names that it tells. */
function exportsOf(template: Template): Export[] {
  const outputs = child(template.root, 'Outputs');
  if (outputs?.type !== 'map') return [];
  return outputs.entries.flatMap(({ value: output }): Export[] => {
    const name = child(child(output, 'Export'), 'Name');
    const known = name && literal(evaluate(name, template));
    const value = child(output, 'Value');
    return known && value ? [{ name: known, template, value }] : [];
  });
}

/** The names under which the template of a file exports its outputs. */
export function exportNames({ documents }: ParsedTemplate): string[] {
  const root = documents.find(isTemplate);
  return root ? exportsOf(readTemplate(root)).map(({ name }) => name) : [];
}

/** Over how many templates a value may come; each takes several calls. */
const MAX_STACKS_IN_A_ROW = 20;

/** Evaluates a value in another template; one that comes over too many is not known. */
type Across = (value: Node, template: Template) => Node;

function openAcross(): Across {
  let open = 0;
  return (value, template) => {
    if (open >= MAX_STACKS_IN_A_ROW) {
      const why = `it comes over more than ${MAX_STACKS_IN_A_ROW} templates`;
      return {
        type: 'opaque',
        span: value.span,
        expression: value.span.file.slice(value.span),
        meaning: 'unknown',
        why,
      };
    }
    open++;
    const result = evaluate(value, template);
    open--;
    return result;
  };
}

interface Stack {
  template: Template;
  calls: { caller: Stack; parameters: Node | undefined }[];
  nested: Map<string, Stack>;
}

/**
 * Reads templates that nest or import from one another: a parameter is what the parents pass for it, an output of a nested
 * stack is its value in the nested template, an import the value that is exported.
 */
export function extractStacks(files: readonly ParsedTemplate[]): Map<SourceFile, Extraction> {
  const stacks = new Map<string, Stack>();
  const across = openAcross();
  let exported: ReadonlyMap<string, Export[]> | undefined;
  const find = (name: string): readonly Export[] => {
    exported ??= Map.groupBy(
      [...stacks.values()].flatMap(({ template }) => exportsOf(template)),
      (one) => one.name,
    );
    return exported.get(name) ?? [];
  };
  for (const { file, documents } of files) {
    const root = documents.find(isTemplate);
    if (root) stacks.set(file.path, makeStack(root, find, across));
  }
  for (const parsed of files.toSorted((a, b) => (a.file.path < b.file.path ? -1 : 1))) {
    const caller = stacks.get(parsed.file.path);
    for (const { resource, path, parameters } of caller ? nestedStacks(parsed) : []) {
      const target = stacks.get(path);
      if (caller === undefined || target === undefined) continue;
      target.calls.push({ caller, parameters });
      caller.nested.set(resource, target);
    }
  }
  return new Map(
    files.map(({ file, documents }) => {
      const stack = stacks.get(file.path);
      if (stack === undefined) return [file, extractPolicies(file, documents)];
      const others = documents.filter((document) => document !== stack.template.root);
      const rest = others.length > 0 ? [extractPolicies(file, others)] : [];
      return [file, merge([extractTemplate(stack.template), ...rest])];
    }),
  );
}

function makeStack(root: Node, find: (exported: string) => readonly Export[], across: Across): Stack {
  const calls: Stack['calls'] = [];
  const nested: Stack['nested'] = new Map();
  const known = new Map<string, Node | undefined>();
  /** Evaluates once; a circle of outputs ends where it began. */
  const once = (key: string, value: () => Node | undefined): Node | undefined => {
    if (!known.has(key)) {
      known.set(key, undefined);
      known.set(key, value());
    }
    return known.get(key);
  };
  const links: Stacks = {
    given: (parameter) =>
      calls.flatMap(({ caller, parameters }) => {
        const value = child(parameters, parameter);
        return value ? [across(value, caller.template)] : [];
      }),
    output: (resource, name) =>
      once(`output ${resource}.${name}`, () => {
        const stack = nested.get(resource);
        const value = stack && child(child(child(stack.template.root, 'Outputs'), name), 'Value');
        return stack && value && across(value, stack.template);
      }),
    imported: (name) =>
      once(`export ${name}`, () => {
        const [only, ...others] = find(name);
        // The same template for several stages exports the same names; which of them is meant the files do not tell.
        return only && others.length === 0 ? across(only.value, only.template) : undefined;
      }),
  };
  return { template: readTemplate(root, links), calls, nested };
}
