import { stringify } from 'yaml';
import { TERRAFORM_PROPERTIES, TERRAFORM_TYPES } from '../scripts/terraform-names.ts';
import type { Example } from '../src/rules/rule.ts';
import { type Marked, unmark } from './forms.ts';

/** An example template with a resource in it, in every language that has the resource. */

type Json = string | number | boolean | Json[] | { [name: string]: Json };
type Body = Record<string, Json>;
interface Template {
  Resources?: Record<string, { Type: string; Properties: Body }>;
  resource?: Record<string, Record<string, Body>>;
}

interface Resource {
  type: string;
  /** With marks, where the name is the marked place. */
  name: string;
  body: Body;
}

/** Terraform's blocks; every other object is an attribute. */
const BLOCKS = new Set(['constraints']);

/** The file of an example in its own language. */
export function templatePath({ template }: Example): string {
  return template === 'Terraform' ? 'main.tf.json' : 'template.json';
}

export function templateForms(example: Example): { name: string; marked: Marked }[] {
  const template = JSON.parse(marksInside(example.text)) as Template;
  const resources = example.template === 'Terraform' ? terraformResources(template) : translated(template);
  const list: [string, string, string][] = [[`${example.template} JSON`, templatePath(example), example.text]];
  if (example.template === 'CloudFormation') {
    const options = { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'QUOTE_DOUBLE', lineWidth: 0 } as const;
    list.push(
      ['CloudFormation YAML, flow', 'a.yaml', `# As JSON\nResources: ${json(template.Resources ?? {})}\n`],
      ['CloudFormation YAML, block', 'b.yaml', bare(stringify(template, options))],
      ['Terraform JSON', 'main.tf.json', json(terraformJson(resources))],
    );
  }
  list.push(
    ['Terraform HCL', 'main.tf', resources.map(hcl).join('\n')],
    ['Terraform plan', 'plan.json', json({ format_version: '1.2', resource_changes: resources.map(planned) })],
  );
  return list.map(([name, path, text]) => ({ name, marked: unmark(path, text) }));
}

/** Valid JSON with the marks in the strings: `«false»` becomes a string too, which {@link bare} undoes. */
function marksInside(text: string): string {
  return text
    .replaceAll('«"', '"«')
    .replaceAll('"»', '»"')
    .replace(/«(true|false|\d+)»/g, '"«$1»"');
}

function bare(text: string): string {
  return text.replace(/"«(true|false|\d+)»"/g, '«$1»');
}

function json(value: Json): string {
  return bare(JSON.stringify(value, null, 1));
}

function terraformResources(template: Template): Resource[] {
  return Object.entries(template.resource ?? {}).flatMap(([type, named]) =>
    Object.entries(named).map(([name, body]) => ({ type, name, body })),
  );
}

function translated(template: Template): Resource[] {
  return Object.entries(template.Resources ?? {}).map(([name, { Type, Properties }]) => {
    const body = Object.entries(Properties).map(([property, value]) => [
      translate(TERRAFORM_PROPERTIES, property),
      value,
    ]);
    return { type: translate(TERRAFORM_TYPES, Type), name, body: Object.fromEntries(body) as Body };
  });
}

function translate(table: Readonly<Record<string, string>>, name: string): string {
  const found = table[name];
  if (found === undefined) throw new Error(`the forms need Terraform's name of ${name}`);
  return found;
}

/** Terraform takes a policy as JSON text. */
function withPolicyText(body: Body): Body {
  const { policy } = body;
  return typeof policy === 'object' ? { ...body, policy: JSON.stringify(policy) } : body;
}

function terraformJson(resources: readonly Resource[]): Json {
  return {
    resource: Object.fromEntries(resources.map(({ type, name, body }) => [type, { [name]: withPolicyText(body) }])),
  };
}

function planned({ type, name, body }: Resource): Json {
  const plain = name.replace(/[«»]/g, '');
  const address = `module.m.${type}.${plain}`;
  const { constraints, ...rest } = withPolicyText(body);
  const after = constraints ? { ...rest, constraints: [constraints] } : rest;
  return {
    address: name === plain ? address : `«${address}»`,
    mode: 'managed',
    type,
    name: plain,
    change: { actions: ['create'], after },
  };
}

function hcl({ type, name, body }: Resource): string {
  const plain = name.replace(/[«»]/g, '');
  const head = `resource "${type}" "${plain}"`;
  const lines = Object.entries(body).map(([marked, value]) => {
    const key = marked.replace(/[«»]/g, '');
    if (BLOCKS.has(key)) return `${key} {\n${attributes(value as Body)}\n}`;
    const written = key === 'policy' && typeof value === 'object' ? `jsonencode(${hclValue(value)})` : hclValue(value);
    return `${marked} = ${written}`;
  });
  return bare(`${name === plain ? head : `«${head}»`} {\n${lines.join('\n')}\n}\n`);
}

function attributes(body: Body): string {
  return Object.entries(body)
    .map(([name, value]) => `${name} = ${hclValue(value)}`)
    .join('\n');
}

function hclValue(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(hclValue).join(', ')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  return `{\n${Object.entries(value)
    .map(([name, one]) => `${JSON.stringify(name)} = ${hclValue(one)}`)
    .join('\n')}\n}`;
}
