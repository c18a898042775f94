/** Mistakes as people make them, each in every language beside the same text without it. */

interface Mistake {
  title: string;
  /** A key's policy; else an identity's. */
  isKeyPolicy?: true;
  wrong: object;
  right: object;
}

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const allow = (action: string, resource: string): object => ({ Effect: 'Allow', Action: action, Resource: resource });
const trust = (principal: string): object => ({
  Effect: 'Allow',
  Principal: { AWS: principal },
  Action: 'kms:*',
  Resource: '*',
});

export const MISTAKES: readonly Mistake[] = [
  { title: '`kms:Decrypt` on `"Resource": "*"`', wrong: allow('kms:Decrypt', '*'), right: allow('kms:Decrypt', KEY) },
  {
    title: "an alias's ARN as Resource: gives nothing",
    wrong: allow('kms:Decrypt', 'arn:aws:kms:us-east-1:111122223333:alias/app'),
    right: allow('kms:Decrypt', KEY),
  },
  {
    title: "a key's ID as Resource: gives nothing",
    wrong: allow('kms:Decrypt', '1234abcd-12ab-34cd-56ef-1234567890ab'),
    right: allow('kms:Decrypt', KEY),
  },
  {
    title: 'a key policy with `"Principal": {"AWS": "*"}`',
    isKeyPolicy: true,
    wrong: trust('*'),
    right: trust('arn:aws:iam::111122223333:root'),
  },
  { title: '`kms:*` granted', wrong: allow('kms:*', KEY), right: allow('kms:Decrypt', KEY) },
  {
    title: "a key's ARN without its account",
    wrong: allow('kms:Decrypt', KEY.replace('111122223333', '')),
    right: allow('kms:Decrypt', KEY),
  },
  {
    title: "`kms:ListKeys` on a key's ARN: gives nothing",
    wrong: allow('kms:ListKeys', KEY),
    right: allow('kms:ListKeys', '*'),
  },
];

/** The languages of the planted files, by their endings. */
export const LANGUAGES = { json: 'JSON', yaml: 'CloudFormation', tf: 'Terraform' } as const;

/** The files with the mistakes, or the same files without them. */
export function plantedFiles(side: 'wrong' | 'right'): Map<string, string> {
  const files = new Map<string, string>();
  for (const [index, mistake] of MISTAKES.entries()) {
    const statement = mistake[side];
    const document = JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 2);
    files.set(`policies/m${index}.json`, document);
    files.set(`templates/m${index}.yaml`, templateOf(document, mistake.isKeyPolicy));
    files.set(`terraform/m${index}/encoded.tf`, encodedOf(`m${index}`, document, mistake.isKeyPolicy));
    files.set(`terraform/m${index}/document.tf`, documentOf(`d${index}`, statement, mistake.isKeyPolicy));
  }
  return files;
}

/** The mistake in a file, by its path. */
export function mistakeIn(path: string): number | undefined {
  const [, index] = /\bm(\d+)[/.]/.exec(path) ?? [];
  return index === undefined ? undefined : Number(index);
}

function templateOf(document: string, isKeyPolicy = false): string {
  const [type, property] = isKeyPolicy ? ['AWS::KMS::Key', 'KeyPolicy'] : ['AWS::IAM::ManagedPolicy', 'PolicyDocument'];
  const rotation = isKeyPolicy ? '      EnableKeyRotation: true\n' : '';
  const text = document.replaceAll('\n', '\n        ');
  return `AWSTemplateFormatVersion: "2010-09-09"\nResources:\n  Subject:\n    Type: ${type}\n    Properties:\n${rotation}      ${property}:\n        ${text}\n`;
}

function encodedOf(name: string, document: string, isKeyPolicy = false): string {
  const text = document.replace(/"(\w+)":/g, '$1 =').replaceAll('\n', '\n  ');
  const type = isKeyPolicy ? 'aws_kms_key' : 'aws_iam_policy';
  const rotation = isKeyPolicy ? '  enable_key_rotation = true\n' : '';
  return `resource "${type}" "${name}" {\n${rotation}  policy = jsonencode(${text})\n}\n`;
}

function documentOf(name: string, statement: object, isKeyPolicy = false): string {
  const { Action, Resource, Principal } = statement as {
    Action: string;
    Resource: string;
    Principal?: { AWS: string };
  };
  const principals = Principal
    ? `    principals {\n      type        = "AWS"\n      identifiers = ["${Principal.AWS}"]\n    }\n`
    : '';
  const type = isKeyPolicy ? 'aws_kms_key' : 'aws_iam_policy';
  const rotation = isKeyPolicy ? '  enable_key_rotation = true\n' : '';
  return `data "aws_iam_policy_document" "${name}" {\n  statement {\n${principals}    actions   = ["${Action}"]\n    resources = ["${Resource}"]\n  }\n}\n\nresource "${type}" "${name}" {\n${rotation}  policy = data.aws_iam_policy_document.${name}.json\n}\n`;
}
