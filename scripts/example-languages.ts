import { stringify } from 'yaml';
import type { PolicyKind } from '../src/policy/policy.ts';
import type { Example } from '../src/rules/rule.ts';
import { TERRAFORM_PROPERTIES, TERRAFORM_TYPES } from './terraform-names.ts';

/** An example as somebody writes it in another language: the language's name, what a fence calls it, the text. */
export interface Translation {
  language: 'CloudFormation' | 'Terraform';
  fence: 'yaml' | 'hcl';
  text: string;
}

/** What holds a policy of a kind; other kinds have no resource of their own that an example needs. */
const HOLDERS: Partial<Record<PolicyKind, { type: string; property: string; before: string; terraform: Item[] }>> = {
  'identity-policy': {
    type: 'AWS::IAM::ManagedPolicy',
    property: 'PolicyDocument',
    before: '',
    terraform: [['name', '"example"']],
  },
  'key-policy': {
    type: 'AWS::KMS::Key',
    property: 'KeyPolicy',
    before: '      EnableKeyRotation: true\n',
    terraform: [['enable_key_rotation', 'true']],
  },
  'vpc-endpoint-policy': {
    type: 'AWS::EC2::VPCEndpoint',
    property: 'PolicyDocument',
    before:
      '      VpcId: !Ref Vpc\n      ServiceName: !Sub com.amazonaws.${AWS::Region}.kms\n      VpcEndpointType: Interface\n',
    terraform: [
      ['vpc_id', 'aws_vpc.example.id'],
      ['service_name', '"com.amazonaws.us-east-1.kms"'],
      ['vpc_endpoint_type', '"Interface"'],
    ],
  },
};
/** An attribute with its value as written, or a block with its contents. */
type Item = [name: string, value: string | Item[]];
type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/**
 * An example in the languages that people write it in, without its marks. Empty where the text is what the example is
 * about (broken, or an element twice), and where nothing carries it.
 */
export function translate(example: Example): Translation[] {
  const value = parse(example.text.replace(/[«»]/g, ''));
  if (!isMap(value)) return [];
  if (example.template === 'CloudFormation') {
    const items = templateItems(value);
    return [cloudFormation(yaml(value)), ...(items ? [terraform(items)] : [])];
  }
  if (example.template === 'Terraform') return [terraform(resources(value))];
  const holder = HOLDERS[example.kind ?? 'identity-policy'];
  if (holder === undefined || value['Statement'] === undefined) return [];
  const { type, property, before } = holder;
  const document = documentItems(value);
  const policy: Item = ['policy', 'data.aws_iam_policy_document.example.json'];
  return [
    cloudFormation(
      `Resources:\n  Example:\n    Type: ${type}\n    Properties:\n${before}      ${property}:\n${yaml(value).replace(/^(?=.)/gm, '        ')}`,
    ),
    ...(document
      ? [
          terraform([
            ['data "aws_iam_policy_document" "example"', document],
            [`resource "${TERRAFORM_TYPES[type]}" "example"`, [...holder.terraform, policy]],
          ]),
        ]
      : []),
  ];
}

function cloudFormation(text: string): Translation {
  return { language: 'CloudFormation', fence: 'yaml', text: text.trimEnd() };
}

function terraform(items: Item[]): Translation {
  return { language: 'Terraform', fence: 'hcl', text: print(items, '').join('\n') };
}

/** The value of a JSON text; undefined where it is broken or names something twice in one object. */
function parse(text: string): Json | undefined {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const names = (json: string): number => json.split(/"\s*:/).length;
  return names(text) === names(JSON.stringify(value)) ? value : undefined;
}

function isMap(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function yaml(value: Json): string {
  // A date is no version, and an account no number.
  return stringify(value, { lineWidth: 0 }).replace(/^(\s*(?:- )?Version: )(\d.*)$/gm, '$1"$2"');
}

const ELEMENTS: Record<string, string> = {
  Action: 'actions',
  NotAction: 'not_actions',
  Resource: 'resources',
  NotResource: 'not_resources',
};

/** The contents of a policy document's data source; undefined where something in it cannot be written so. */
function documentItems(document: { [name: string]: Json }): Item[] | undefined {
  const items: Item[] = [];
  const { Version: version, Statement: statements, ...more } = document;
  if (Object.keys(more).length > 0) return undefined;
  if (typeof version === 'string' && version !== '2012-10-17') items.push(['version', quote(version)]);
  for (const statement of [statements].flat()) {
    const one = isMap(statement) ? statementItems(statement) : undefined;
    if (one === undefined) return undefined;
    items.push(['statement', one]);
  }
  return items;
}

function statementItems(statement: { [name: string]: Json }): Item[] | undefined {
  const attributes: Item[] = [];
  const blocks: Item[] = [];
  for (const [name, element] of Object.entries(statement)) {
    const list = ELEMENTS[name];
    if (name === 'Sid' || name === 'Effect') attributes.push([name.toLowerCase(), quote(String(element))]);
    else if (list) attributes.push([list, quoteAll(element)]);
    else if (name === 'Principal' || name === 'NotPrincipal') {
      for (const [type, identifiers] of isMap(element) ? Object.entries(element) : [['*', element] as const])
        blocks.push([
          name === 'Principal' ? 'principals' : 'not_principals',
          [
            ['type', quote(type)],
            ['identifiers', quoteAll(identifiers)],
          ],
        ]);
    } else if (name === 'Condition' && isMap(element)) {
      for (const [operator, keys] of Object.entries(element))
        for (const [key, values] of isMap(keys) ? Object.entries(keys) : [])
          blocks.push([
            'condition',
            [
              ['test', quote(operator)],
              ['variable', quote(key)],
              ['values', quoteAll(values)],
            ],
          ]);
    } else return undefined;
  }
  return [...attributes, ...blocks];
}

function quote(text: string): string {
  return JSON.stringify(text)
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{');
}

function quoteAll(values: Json | undefined): string {
  return `[${[values ?? []]
    .flat()
    .map((one) => quote(String(one)))
    .join(', ')}]`;
}

/** The resources of a CloudFormation template; undefined where Terraform's names are not known here, or the template computes something. */
function templateItems({ Resources: declared }: { [name: string]: Json }): Item[] | undefined {
  const items: Item[] = [];
  for (const [name, resource] of isMap(declared) ? Object.entries(declared) : []) {
    const { Type: type, Properties: properties } = isMap(resource) ? resource : {};
    const known = typeof type === 'string' ? TERRAFORM_TYPES[type] : undefined;
    const body = isMap(properties) ? propertyItems(properties) : [];
    if (known === undefined || body === undefined || /"(?:Fn::|Ref")/.test(JSON.stringify(resource))) return undefined;
    items.push([`resource "${known}" "${name.replace(/\B(?=[A-Z])/g, '_').toLowerCase()}"`, body]);
  }
  return items;
}

function propertyItems(properties: { [name: string]: Json }): Item[] | undefined {
  const items: Item[] = [];
  for (const [property, value] of Object.entries(properties)) {
    const name = TERRAFORM_PROPERTIES[property];
    if (name === undefined) return undefined;
    items.push([name, name === 'policy' ? `jsonencode(${hcl(value, '  ')})` : hcl(value, '  ')]);
  }
  return items;
}

/** A value as `terraform fmt` lays it out, its first line where it stands. */
function hcl(value: Json, indent: string): string {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map((one) => hcl(one, indent)).join(', ')}]`;
  if (!isMap(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, one]): Item => [key, hcl(one, `${indent}  `)]);
  return `{\n${print(
    entries.map(([key, one]): Item => [/^\w+$/.test(key) ? key : quote(key), one]),
    `${indent}  `,
  ).join('\n')}\n${indent}}`;
}

/** The resources of a file in Terraform's JSON syntax. */
function resources(file: { [name: string]: Json }): Item[] {
  const types = isMap(file['resource']) ? Object.entries(file['resource']) : [];
  return types.flatMap(([type, named]) =>
    Object.entries(isMap(named) ? named : {}).map(([name, body]): Item => {
      const items = Object.entries(isMap(body) ? body : {}).map(([key, value]): Item => [key, resourceValue(value)]);
      return [`resource "${type}" "${name}"`, items];
    }),
  );
}

/** An object in a resource is a block; texts keep their interpolations. */
function resourceValue(value: Json): string | Item[] {
  if (isMap(value)) return Object.entries(value).map(([key, inner]): Item => [key, resourceValue(inner)]);
  const reference = typeof value === 'string' ? /^\$\{([\w.]+)\}$/.exec(value)?.[1] : undefined;
  if (reference) return reference;
  return JSON.stringify(value, null, 1)?.replace(/\s*\n\s*/g, ' ') ?? 'null';
}

/** As `terraform fmt` lays it out: attributes aligned, a blank line before each block. */
function print(items: readonly Item[], indent: string): string[] {
  const width = Math.max(0, ...items.map(([name, value]) => (typeof value === 'string' ? name.length : 0)));
  return items.flatMap(([name, value], index) => {
    if (typeof value === 'string') return [`${indent}${name.padEnd(width)} = ${value}`];
    const block = [`${indent}${name} {`, ...print(value, `${indent}  `), `${indent}}`];
    return index === 0 ? block : ['', ...block];
  });
}
