import { stringify } from 'yaml';
import type { PolicyKind } from '../src/policy/policy.ts';
import { SourceFile } from '../src/source/source-file.ts';

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
      `{"resource": {"${terraform}": {"a": {"policy": ${quoted.replaceAll('${', '$${')}}}}}`,
    ],
  ];
  const block = blockYaml(policy);
  if (block !== undefined) {
    list.push([
      'CloudFormation YAML, block',
      'd.yaml',
      `Resources:\n  A:\n    Type: ${type}\n    Properties:\n      ${property}:\n${block.replace(/^/gm, '        ')}\n`,
    ]);
  }
  return list.map(([name, path, text]) => ({ name, marked: unmark(path, text) }));
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
