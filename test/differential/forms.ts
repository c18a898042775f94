import type { PolicyKind } from '../../src/policy/policy.ts';
import { element } from '../../src/policy/read.ts';
import { literal, type Node, type ScalarNode } from '../../src/syntax/node.ts';
import { documentBody, hclValue, heredoc, isDocumentLike } from './hcl.ts';
import { HOLDERS, type Holders } from './holders.ts';
import {
  ESCAPED,
  JSON_SCALAR,
  json,
  jsonScalar,
  jsonString,
  textOf,
  type WriteScalar,
  withoutVariables,
} from './json.ts';
import { concat, type Placed, respell } from './placed.ts';
import { blockYaml, type Style } from './yaml.ts';

/** One policy in one language. */
export interface Form {
  name: string;
  path: string;
  written: Placed;
  /** A resource has the document as its whole policy. */
  whole: boolean;
  /** Files that are read with it, by path. */
  beside?: Readonly<Record<string, string>>;
}

type Draft = Omit<Form, 'whole'>;

type Family = (kind: Exclude<PolicyKind, 'unknown'>, policy: Node) => Form[];

const whole = (drafts: readonly Draft[]): Form[] => drafts.map((form) => ({ ...form, whole: true }));

/** The languages, each with its forms. */
export const FAMILIES: readonly Family[] = [
  (_kind, policy) => plain(policy).map((form) => ({ ...form, whole: false })),
  (kind, policy) => whole(cloudformation(HOLDERS[kind], policy)),
  (kind, policy) => whole(terraform(HOLDERS[kind], policy)),
  (kind, policy) => whole(manifests(HOLDERS[kind], policy)),
  (kind, policy) => whole(kind === 'identity-policy' ? serverless(policy) : []),
];

/** A policy in every form that can carry it. */
export function forms(kind: Exclude<PolicyKind, 'unknown'>, policy: Node): Form[] {
  return FAMILIES.flatMap((family) => family(kind, policy));
}

const STYLES: readonly Style[] = ['plain', 'single', 'double', 'literal', 'folded'];

/** No object has a name twice: only text can say that. */
function isTree(node: Node): boolean {
  if (node.type === 'list') return node.items.every(isTree);
  if (node.type !== 'map') return true;
  const names = node.entries.map(({ key }) => textOf(key));
  return new Set(names).size === names.length && node.entries.every(({ value }) => isTree(value));
}

/** `%` in a frame of text is the document. */
function fill(frame: string, document: Placed): Placed {
  const at = frame.indexOf('%');
  return concat(frame.slice(0, at), document, frame.slice(at + 1));
}

/** Line breaks of JSON text that a YAML scalar folds; its strings have none. */
function indented(document: Placed, indent: string): Placed {
  return respell(document, /\n/g, () => indent);
}

/** A JSON text in every style of YAML's strings. */
function yamlStrings(document: Placed, indent: string): [string, Placed][] {
  return [
    ['|', concat(' |', indent, indented(document, indent))],
    ['>-', concat(' >-', indent, indented(document, indent))],
    ['in double quotes', concat(' ', jsonString(document))],
    [
      'in double quotes, folded',
      concat(' "', indented(respell(document, /["\\\u0080-\uffff]/g, yamlEscape), indent), '"'),
    ],
    [
      'in single quotes, folded',
      concat(
        " '",
        indented(
          respell(document, /'/g, () => "''"),
          indent,
        ),
        "'",
      ),
    ],
  ];
}

function yamlEscape(found: string): string {
  return found === '"' || found === '\\' ? `\\${found}` : `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function plain(policy: Node): Draft[] {
  const pretty = json(policy);
  const compact = json(policy, JSON_SCALAR, '');
  const list: Draft[] = [
    { name: 'JSON', path: 'policy.json', written: pretty },
    { name: 'JSON with escapes', path: 'policy.json', written: json(policy, ESCAPED, '\n\t') },
    { name: 'JSON with CRLF', path: 'policy.json', written: json(policy, JSON_SCALAR, '\r\n') },
    { name: 'JSON inside JSON', path: 'nested.json', written: fill('{"a": [{"document": %}], "b": 1}', compact) },
    { name: 'JSON in a JSON string', path: 'string.json', written: fill('{"document": %}', jsonString(pretty)) },
    {
      name: 'JSON in a JSON string in a JSON string',
      path: 'string.json',
      written: jsonString(fill('{"document": %}', jsonString(compact))),
    },
    { name: 'YAML, flow', path: 'flow.yaml', written: concat('# as JSON\n', pretty) },
  ];
  for (const [style, written] of yamlStrings(pretty, '\n      '))
    list.push({
      name: `YAML string ${style}`,
      path: 'string.yml',
      written: concat('documents:\n  - text:', written, '\n'),
    });
  if (isTree(policy))
    for (const style of STYLES)
      list.push({ name: `YAML, ${style}`, path: 'policy.yaml', written: concat(blockYaml(policy, style, '\n'), '\n') });
  return list;
}

function cloudformation({ cloudformation: bodies = [], block = [], beside }: Holders, policy: Node): Draft[] {
  const others = beside === undefined ? '' : `, ${beside}`;
  const sections = '"Conditions": {"Always": {"Fn::Equals": ["a", "a"]}}, ';
  const template = (body: string, document: Placed, before = ''): Placed =>
    fill(`{${before}"Resources": {"A": ${body}${others}}}`, document);
  const pretty = json(policy);
  const sub = withoutVariables(pretty);
  const list = bodies.flatMap((body): Draft[] => {
    const type = /AWS::\w+::\w+/.exec(body)?.[0];
    const direct: Draft = { name: `${type}`, path: 'a.template.json', written: template(body, pretty) };
    // The functions are the same everywhere; what hangs where is looked at for each.
    if (body !== bodies[0]) return [direct];
    return [
      direct,
      { name: `${type}, Fn::Sub of strings`, path: 'a.json', written: template(body, json(policy, SUB)) },
      { name: `${type}, Fn::Join of strings`, path: 'a.json', written: template(body, json(policy, JOIN)) },
      { name: `${type}, Fn::If around strings`, path: 'a.json', written: template(body, json(policy, IF), sections) },
      { name: `${type}, a JSON string`, path: 'a.json', written: template(body, jsonString(pretty)) },
      {
        name: `${type}, Fn::Sub of a JSON string`,
        path: 'a.json',
        written: template(body, concat('{"Fn::Sub": ', jsonString(sub), '}')),
      },
      {
        name: `${type}, Fn::ToJsonString`,
        path: 'a.json',
        written: template(body, concat('{"Fn::ToJsonString": ', pretty, '}')),
      },
    ];
  });
  const [first] = bodies;
  if (first !== undefined) {
    const metadata = first.replace(/\}$/, ', "Metadata": {"aws:cdk:path": "Stack/A/Resource"}}');
    list.push({ name: 'CDK', path: 'cdk.out/Stack.template.json', written: template(metadata, json(policy, JOIN)) });
    list.push({
      name: 'CloudFormation YAML, flow',
      path: 'a.yaml',
      written: concat('# flow\n', template(first, pretty)),
    });
    for (const [style, written] of yamlStrings(withoutVariables(pretty), '\n                '))
      for (const head of block.filter((one) => !one.includes('Serverless')))
        list.push({
          name: `CloudFormation YAML, !Sub ${style}`,
          path: 'a.yaml',
          written: concat(head, ' !Sub', written, '\n'),
        });
  }
  for (const head of isTree(policy) ? block : [])
    for (const style of STYLES)
      list.push({
        name: `CloudFormation YAML, ${style}: ${/AWS::\S+/.exec(head)?.[0]}`,
        path: 'a.yml',
        written: concat(head, blockYaml(policy, style, '\n              '), '\n'),
      });
  return list;
}

/** A string whose text a function makes stands where the function does; one that a function passes on stands where it is. */
const SUB: WriteScalar = {
  before: '{"Fn::Sub": ',
  spell: (scalar) => JSON.stringify(withoutVariables(concat(textOf(scalar))).text),
  after: '}',
};
const IF: WriteScalar = { before: '{"Fn::If": ["Always", ', spell: jsonScalar, after: ', {"Ref": "AWS::NoValue"}]}' };
const JOIN: WriteScalar = { before: '', spell: halves, after: '' };

function halves(scalar: ScalarNode): string {
  const text = textOf(scalar);
  const middle = Math.floor(text.length / 2);
  return `{"Fn::Join": ["", ${JSON.stringify([text.slice(0, middle), text.slice(middle)])}]}`;
}

function terraform({ terraform: resources = [] }: Holders, policy: Node): Draft[] {
  const pretty = json(policy);
  // A template has no way to say `$${` or `%%{`.
  if (/[$]{2}\{|%%\{/.test(pretty.text)) return [];
  const value = hclValue(policy, '\n  ');
  return resources.flatMap(({ type, attribute, around, more = {} }, index): Draft[] => {
    const name = (form: string): string => `${type}, ${form}`;
    const extra = Object.entries(more)
      .map(([key, text]) => `  ${key} = "${text}"\n`)
      .join('');
    const [open, close] = around === undefined ? ['', ''] : [`  ${around} {\n`, '  }\n'];
    const hcl = (expression: Placed): Placed =>
      concat(`resource "${type}" "a" {\n${extra}${open}  ${attribute} = `, expression, `\n${close}}\n`);
    const body = (text: Placed): Placed => {
      const own = concat(`"${attribute}": `, text);
      const all = concat(
        ...Object.entries(more).map(([key, one]) => `"${key}": "${one}", `),
        around === undefined ? own : concat(`"${around}": [{`, own, '}]'),
      );
      return concat('{', all, '}');
    };
    const text = jsonString(pretty);
    const every: Draft[] = [
      {
        name: name('JSON syntax'),
        path: 'main.tf.json',
        written: concat(`{"resource": {"${type}": {"a": `, body(jsonString(heredoc(pretty))), '}}}'),
      },
      {
        name: name('a plan'),
        path: 'plan.json',
        written: concat(
          `{"format_version": "1.2", "resource_changes": [{"address": "module.m.${type}.a[0]", "mode": "managed", "type": "${type}", "name": "a", "change": {"actions": ["create"], "before": null, "after": `,
          body(text),
          '}}]}',
        ),
      },
      { name: name('heredoc'), path: 'main.tf', written: hcl(concat('<<EOF\n', heredoc(pretty), '\nEOF')) },
    ];
    if (index > 0) return every;
    const list: Draft[] = [
      ...every,
      {
        name: name('indented heredoc'),
        path: 'main.tf',
        written: hcl(concat('<<-EOT\n      ', indented(heredoc(pretty), '\n      '), '\n    EOT')),
      },
      { name: name('JSON in a string'), path: 'main.tf', written: hcl(concat(heredoc(text))) },
      {
        name: name('file()'),
        path: 'policies/a.json',
        written: pretty,
        beside: { 'main.tf': hcl(concat('file("policies/a.json")')).text },
      },
    ];
    if (isTree(policy)) {
      list.push(
        { name: name('jsonencode'), path: 'main.tf', written: hcl(concat('jsonencode(', value, ')')) },
        {
          name: name('a local'),
          path: 'main.tf',
          written: concat('locals {\n  document = ', value, '\n}\n', hcl(concat('jsonencode(local.document)'))),
        },
        {
          name: name('an argument'),
          path: 'main.tf',
          written: concat('module "m" {\n  source = "./m"\n  document = jsonencode(', value, ')\n}\n'),
          beside: { 'm/main.tf': `variable "document" {}\n${hcl(concat('var.document')).text}` },
        },
      );
      if (isDocumentLike(policy)) {
        const document = concat('data "aws_iam_policy_document" "d" {\n', documentBody(policy), '\n}\n');
        list.push(
          {
            name: name('aws_iam_policy_document'),
            path: 'main.tf',
            written: concat(document, hcl(concat('data.aws_iam_policy_document.d.json'))),
          },
          {
            name: name('aws_iam_policy_document of another file'),
            path: 'data.tf',
            written: document,
            beside: { 'main.tf': hcl(concat('data.aws_iam_policy_document.d.minified_json')).text },
          },
        );
      }
    }
    return list;
  });
}

function manifests({ manifests: heads = [], cli = [] }: Holders, policy: Node): Draft[] {
  const pretty = json(policy);
  const own = heads.flatMap((head, index) =>
    yamlStrings(pretty, '\n        ')
      .slice(0, index === 0 ? undefined : 1)
      .map(
        ([style, written]): Draft => ({
          name: `${/kind: \w+/.exec(head)?.[0]}, ${/\w+(?:\.\w+)+/.exec(head)?.[0]}, ${style}`,
          path: 'manifest.yaml',
          written: concat('apiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n---\n', head, written, '\n'),
        }),
      ),
  );
  const inputs = cli.flatMap((frame): Draft[] => [
    { name: `AWS CLI input ${frame}`, path: 'input.json', written: fill(frame, jsonString(pretty)) },
    { name: `AWS CLI output ${frame}`, path: 'output.json', written: fill(frame, pretty) },
  ]);
  return [...own, ...inputs];
}

/** Statements without their document, which so have today's Version; `${` is the framework's own. */
function serverless(policy: Node): Draft[] {
  const statements = element(policy, 'Statement');
  const isSingle =
    policy.type === 'map' && new Set(policy.entries.map(({ key }) => textOf(key))).size === policy.entries.length;
  if (!isSingle) return [];
  if (statements?.value.type !== 'list' || literal(element(policy, 'Version')?.value) !== '2012-10-17') return [];
  const pointer = `/${textOf(statements.key)}`;
  const written = json(statements.value, JSON_SCALAR, '\n      ', pointer);
  if (written.text.includes('${')) return [];
  const head = 'service: s\nprovider:\n  name: aws\n';
  const list: Draft[] = [
    {
      name: 'serverless.yml',
      path: 'serverless.yml',
      written: concat(head, '  iam:\n    role:\n      statements: ', written, '\n'),
    },
    {
      name: 'serverless.yml, before version 2',
      path: 'serverless.yml',
      written: concat(head, '  iamRoleStatements: ', written, '\n'),
    },
    {
      name: 'serverless.yml, a function',
      path: 'serverless.yml',
      written: concat(head, 'functions:\n  f:\n    iamRoleStatements: ', written, '\n'),
    },
  ];
  if (isTree(policy))
    for (const style of STYLES)
      list.push({
        name: `serverless.yml, ${style}`,
        path: 'serverless.yml',
        written: concat(
          head,
          '  iam:\n    role:\n      statements:',
          blockYaml(statements.value, style, '\n        ', pointer),
          '\n',
        ),
      });
  return list;
}
