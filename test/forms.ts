import { stringify } from 'yaml';
import type { PolicyKind } from '../src/policy/policy.ts';
import { SourceFile } from '../src/source/source-file.ts';
import { intrinsicForms } from './forms-cloudformation.ts';

/** A file with marks: the text without them, and the marked spans as `[start, end)` offsets. */
export interface Marked {
  file: SourceFile;
  marks: [number, number][];
}

/** Takes `«` and `»` out of a text and answers where they stood. */
export function unmark(path: string, marked: string): Marked {
  const marks: [number, number][] = [];
  let text = '';
  let start = 0;
  for (const character of marked) {
    if (character === '«') start = text.length;
    else if (character === '»') marks.push([start, text.length]);
    else text += character;
  }
  return { file: new SourceFile(path, text), marks };
}

/** Names of CloudFormation and Terraform resources that hold a policy of a kind. */
const HOLDERS: Partial<Record<PolicyKind, { type: string; property: string; terraform: string }>> = {
  'identity-policy': { type: 'AWS::IAM::ManagedPolicy', property: 'PolicyDocument', terraform: 'aws_iam_policy' },
  'key-policy': { type: 'AWS::KMS::Key', property: 'KeyPolicy', terraform: 'aws_kms_key' },
  'vpc-endpoint-policy': { type: 'AWS::EC2::VPCEndpoint', property: 'PolicyDocument', terraform: 'aws_vpc_endpoint' },
};

/** One policy (JSON text, perhaps with marks) in every form that can carry it. */
export function forms(kind: PolicyKind, policy: string): { name: string; marked: Marked }[] {
  const holder = HOLDERS[kind];
  if (holder === undefined) throw new Error(`no resource holds a ${kind}`);
  const { type, property, terraform } = holder;
  const quoted = JSON.stringify(policy);
  const indented = policy.replaceAll('\n', '\n        ');
  const list: [string, string, string][] = [
    ['plain JSON', 'policy.json', policy],
    ['JSON inside JSON', 'nested.json', `{"a": [{"document": ${policy}}]}`],
    ['JSON in a JSON string', 'string.json', `{"document": ${quoted}}`],
    [
      'CloudFormation JSON',
      'a.template.json',
      `{"Resources": {"A": {"Type": "${type}", "Properties": {"${property}": ${policy}}}}}`,
    ],
    [
      'CloudFormation JSON string',
      'b.json',
      `{"Resources": {"A": {"Type": "${type}", "Properties": {"${property}": ${quoted}}}}}`,
    ],
    [
      'CloudFormation YAML, flow',
      'a.yaml',
      `Resources:\n  A:\n    Type: ${type}\n    Properties:\n      ${property}:\n        ${indented}\n`,
    ],
    [
      'CloudFormation YAML, !Sub block',
      'b.yaml',
      `Resources:\n  A:\n    Type: ${type}\n    Properties:\n      ${property}: !Sub |\n        ${indented.replaceAll('${', '${!')}\n`,
    ],
    ['YAML block scalar', 'c.yml', `documents:\n  - text: |\n        ${indented}\n`],
    [
      'Terraform JSON',
      'main.tf.json',
      `{"resource": {"${terraform}": {"a": {"policy": ${quoted.replaceAll('${', () => '$${')}}}}}`,
    ],
  ];
  const hcl = policy.replaceAll('${', () => '$${');
  list.push(
    ['Terraform HCL, heredoc', 'main.tf', `resource "${terraform}" "a" {\n  policy = <<EOF\n${hcl}\nEOF\n}\n`],
    [
      'Terraform HCL, indented heredoc',
      'main.tf',
      `resource "${terraform}" "a" {\n  policy = <<-EOF\n        ${hcl.replaceAll('\n', '\n        ')}\n    EOF\n}\n`,
    ],
    [
      'Terraform HCL, jsonencode',
      'main.tf',
      `resource "${terraform}" "a" {\n  policy = jsonencode(${hcl.replace(/(»?)\s*:\s(?=[«"{[t])/g, '$1 = ')})\n}\n`,
    ],
    [
      'Terraform HCL, a local',
      'main.tf',
      `locals {\n  document = ${hcl.replace(/(»?)\s*:\s(?=[«"{[t])/g, '$1 = ')}\n}\nresource "${terraform}" "a" {\n  policy = jsonencode(local.document)\n}\n`,
    ],
  );
  list.push(...intrinsicForms(type, property, policy));
  const document = documentHcl(policy, terraform);
  if (document !== undefined) list.push(['aws_iam_policy_document', 'main.tf', document]);
  list.push([
    'Terraform plan',
    'plan.json',
    `{"format_version": "1.2", "planned_values": {"x": ${quoted}}, "resource_changes": [{"address": "module.m.${terraform}.a[0]", "mode": "managed", "type": "${terraform}", "name": "a", "change": {"actions": ["create"], "before": null, "after": {"policy": ${quoted}}}}]}`.replace(
      quoted,
      JSON.stringify(policy.replace(/[«»]/g, '')),
    ),
  ]);
  const block = blockYaml(policy);
  if (block !== undefined) {
    list.push([
      'CloudFormation YAML, block',
      'd.yaml',
      `Resources:\n  A:\n    Type: ${type}\n    Properties:\n      ${property}:\n${block.replace(/^/gm, '        ')}\n`,
    ]);
  }
  list.push(...manifests(kind, policy));
  return list.map(([name, path, text]) => ({ name, marked: unmark(path, text) }));
}

/** The forms of other tools: Kubernetes manifests, the Serverless Framework, inputs of the AWS CLI. */
function manifests(kind: PolicyKind, policy: string): [string, string, string][] {
  // None of them attaches a policy to an endpoint.
  if (kind === 'vpc-endpoint-policy') return [];
  const isKey = kind === 'key-policy';
  const block = (indent: string): string => `|\n${indent}${policy.replaceAll('\n', `\n${indent}`)}\n`;
  const quoted = JSON.stringify(policy);
  const other = '---\napiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n';
  const list: [string, string, string][] = [
    [
      'ACK manifest',
      'ack.yaml',
      isKey
        ? `${other}---\napiVersion: kms.services.k8s.aws/v1alpha1\nkind: Key\nmetadata: {name: k}\nspec:\n  policy: ${block('    ')}`
        : `${other}---\napiVersion: iam.services.k8s.aws/v1alpha1\nkind: Role\nmetadata: {name: r}\nspec:\n  inlinePolicies:\n    app: ${block('      ')}`,
    ],
    [
      'Crossplane manifest',
      'crossplane.yaml',
      `apiVersion: ${isKey ? 'kms' : 'iam'}.aws.upbound.io/v1beta1\nkind: ${isKey ? 'Key' : 'Policy'}\nmetadata: {name: k}\nspec:\n  forProvider:\n    policy: ${block('      ')}`,
    ],
    [
      'AWS CLI input',
      'input.json',
      isKey
        ? `{"KeyId": "a", "PolicyName": "default", "Policy": ${quoted}}`
        : `{"RoleName": "r", "PolicyName": "p", "PolicyDocument": ${quoted}}`,
    ],
  ];
  const statement = /^\s*\{[^{}]*"Statement":([\s\S]*)\}\s*$/.exec(policy)?.[1];
  if (!isKey && statement !== undefined && statement.trim() !== '') {
    const indented = statement.replaceAll('\n', '\n          ');
    list.push([
      'Serverless Framework',
      'serverless.yml',
      `service: s\nprovider:\n  name: aws\n  iam:\n    role:\n      statements: ${indented}\n`,
    ]);
  }
  return list;
}

/** Block-style YAML of a policy, marks inside the quotes; undefined where the JSON is broken or has an element twice. */
function blockYaml(policy: string): string | undefined {
  const inside = policy.replaceAll('«"', '"«').replaceAll('"»', '»"');
  let value: unknown;
  try {
    value = JSON.parse(inside);
  } catch {
    return undefined;
  }
  const text = stringify(value, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'QUOTE_DOUBLE', lineWidth: 0 });
  const count = (all: string): number => all.split('«').length;
  return count(text) === count(policy) ? text.trimEnd() : undefined;
}

type Values = string | string[];
interface StatementJson {
  [element: string]: unknown;
}

/** The policy as `data "aws_iam_policy_document"`, marks inside the quotes; undefined as for YAML. */
function documentHcl(policy: string, terraform: string): string | undefined {
  const inside = policy
    .replaceAll('«"', '"«')
    .replaceAll('"»', '»"')
    .replaceAll('${', () => '$${');
  let value: { Statement: StatementJson | StatementJson[] };
  try {
    value = JSON.parse(inside);
  } catch {
    return undefined;
  }
  const statementsOf = [value.Statement].flat();
  // An attribute twice is no valid block.
  const isDoubled = (names: string[]): boolean =>
    new Set(names.map((name) => name.replace(/[«»]/g, ''))).size < names.length;
  if (statementsOf.some((statement) => isDoubled(Object.keys(statement)))) return undefined;
  const list = (values: unknown): string =>
    `[${[values as Values]
      .flat()
      .map((one) => JSON.stringify(String(one)))
      .join(', ')}]`;
  const names: Record<string, string> = {
    Action: 'actions',
    NotAction: 'not_actions',
    Resource: 'resources',
    NotResource: 'not_resources',
  };
  const statements = statementsOf.map((statement) => {
    const lines = Object.entries(statement).flatMap(([marked, element]) => {
      const key = marked.replace(/[«»]/g, '');
      const mark = (name: string): string => (key === marked ? name : `«${name}»`);
      if (names[key]) return [`${mark(names[key])} = ${list(element)}`];
      if (key === 'Sid' || key === 'Effect') return [`${key.toLowerCase()} = ${JSON.stringify(element)}`];
      if (key === 'Principal' || key === 'NotPrincipal') {
        const block = mark(key === 'Principal' ? 'principals' : 'not_principals');
        const pairs = typeof element === 'object' ? Object.entries(element as object) : [['*', element]];
        return pairs.map(
          ([type, identifiers]) =>
            `${block} {\n type = ${JSON.stringify(type)}\n identifiers = ${list(identifiers)}\n}`,
        );
      }
      return Object.entries(element as Record<string, object>).flatMap(([test, keys]) =>
        Object.entries(keys).map(
          ([variable, values]) =>
            `condition {\n test = ${JSON.stringify(test)}\n variable = ${JSON.stringify(variable)}\n values = ${list(values)}\n}`,
        ),
      );
    });
    return `statement {\n${lines.join('\n')}\n}`;
  });
  const text = `data "aws_iam_policy_document" "d" {\n${statements.join('\n')}\n}\nresource "${terraform}" "a" {\n  policy = data.aws_iam_policy_document.d.json\n}\n`;
  return text.split('«').length === policy.split('«').length ? text : undefined;
}
