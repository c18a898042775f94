/** Realistic files from a seed: the same bytes on every machine. */

/** A small generator of numbers in [0, 1) (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const ACTIONS = [
  'kms:Decrypt',
  'kms:Encrypt',
  'kms:GenerateDataKey*',
  'kms:DescribeKey',
  's3:GetObject',
  's3:PutObject',
  'dynamodb:Query',
  'sqs:SendMessage',
  'logs:PutLogEvents',
];

function statement(next: () => number, index: number): object {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const account = String(Math.floor(next() * 9e11) + 1e11);
  return {
    Sid: `Statement${index}`,
    Effect: next() < 0.9 ? 'Allow' : 'Deny',
    Action: Array.from({ length: 1 + Math.floor(next() * 4) }, () => pick(ACTIONS)),
    Resource:
      next() < 0.05
        ? '*'
        : [`arn:aws:kms:us-east-1:${account}:key/1234abcd-12ab-34cd-56ef-${account}`, `arn:aws:s3:::bucket-${index}/*`],
    ...(next() < 0.3 ? { Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } } } : {}),
  };
}

function policy(next: () => number, statements: number): object {
  return { Version: '2012-10-17', Statement: Array.from({ length: statements }, (_, index) => statement(next, index)) };
}

/** One JSON text of about `bytes`: a list of policies. */
export function bigJson(bytes: number): string {
  const next = random(1);
  const parts: string[] = [];
  for (let size = 0; size < bytes; ) {
    const text = JSON.stringify(policy(next, 8), null, 2);
    parts.push(text);
    size += text.length;
  }
  return `[${parts.join(',\n')}]`;
}

/** One policy of about `bytes`. */
export function bigPolicy(bytes: number): string {
  const next = random(2);
  const parts: string[] = [];
  for (let size = 0; size < bytes; ) {
    const text = JSON.stringify(statement(next, parts.length), null, 2);
    parts.push(text);
    size += text.length + 2;
  }
  return `{"Version": "2012-10-17", "Statement": [${parts.join(',\n')}]}`;
}

/** A CloudFormation template in YAML with roles and other resources. */
export function template(seed: number, resources: number): string {
  const next = random(seed);
  const lines = ['AWSTemplateFormatVersion: "2010-09-09"', 'Resources:'];
  for (let index = 0; index < resources; index++) {
    if (next() < 0.5) {
      lines.push(
        `  Bucket${index}:`,
        '    Type: AWS::S3::Bucket',
        '    Properties:',
        `      BucketName: !Sub "data-\${AWS::AccountId}-${index}"`,
      );
      continue;
    }
    lines.push(
      `  Role${index}:`,
      '    Type: AWS::IAM::Role',
      '    Properties:',
      '      Policies:',
      `        - PolicyName: policy-${index}`,
      '          PolicyDocument:',
      '            Version: "2012-10-17"',
      '            Statement:',
      '              - Effect: Allow',
      '                Action:',
      '                  - kms:Decrypt',
      '                  - s3:GetObject',
      `                Resource: ${next() < 0.1 ? '"*"' : `!Sub "arn:aws:kms:\${AWS::Region}:\${AWS::AccountId}:key/key-${index}"`}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Files of a repository by path: policies, templates, and a majority that has nothing to do with KMS. */
export function repository(files: number): Map<string, string> {
  const next = random(7);
  const result = new Map<string, string>();
  for (let index = 0; index < files; index++) {
    const kind = next();
    if (kind < 0.15) result.set(`policies/p${index}.json`, JSON.stringify(policy(next, 6), null, 2));
    else if (kind < 0.25) result.set(`templates/t${index}.yaml`, template(index, 12));
    else if (kind < 0.6)
      result.set(
        `data/d${index}.json`,
        JSON.stringify(
          Array.from({ length: 150 }, (_, row) => ({ row, name: `name-${next()}`, tags: ['a', 'b'] })),
          null,
          2,
        ),
      );
    else
      result.set(
        `deploy/y${index}.yml`,
        Array.from(
          { length: 200 },
          (_, row) => `service-${row}:\n  image: registry/app:${row}\n  replicas: ${row % 5}`,
        ).join('\n'),
      );
  }
  return result;
}

/** About `size` characters of Terraform: policies as jsonencode and as policy documents. */
export function hcl(size: number): string {
  const next = random(7);
  const blocks: string[] = [];
  for (let length = 0, i = 0; length < size; i++) {
    const action = ACTIONS[Math.floor(next() * ACTIONS.length)] as string;
    const block = `resource "aws_iam_policy" "p${i}" {
  name = "policy-${i}"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["${action}"], Resource = aws_kms_key.k${i}.arn }]
  })
}

data "aws_iam_policy_document" "d${i}" {
  statement {
    actions   = ["${action}"]
    resources = ["arn:aws:s3:::bucket-${i}/*"]
  }
}
`;
    blocks.push(block);
    length += block.length;
  }
  return blocks.join('\n');
}

/** A Terraform module of one file: keys, policies as jsonencode and as policy documents. */
function terraform(seed: number, blocks: number): string {
  const next = random(seed);
  return Array.from({ length: blocks }, (_, i) => {
    const name = `m${seed}_${i}`;
    const action = ACTIONS[Math.floor(next() * ACTIONS.length)] as string;
    return `resource "aws_kms_key" "${name}" {
  description         = "key ${i}"
  enable_key_rotation = true
}

resource "aws_iam_policy" "${name}" {
  name = "policy-${name}"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["${action}"], Resource = aws_kms_key.${name}.arn }]
  })
}

data "aws_iam_policy_document" "${name}" {
  statement {
    actions   = ["kms:Decrypt", "${action}"]
    resources = [${next() < 0.1 ? '"*"' : `"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-${String(i).padStart(12, '0')}"`}]
  }
}
`;
  }).join('\n');
}

/** Files of a repository that every line of is about policies, a folder a language: what other linters can be given too. */
export function policyRepository(files: number): Map<string, string> {
  const next = random(11);
  const result = new Map<string, string>();
  for (let index = 0; index < files; index++) {
    if (index % 10 < 3) result.set(`policies/p${index}.json`, JSON.stringify(policy(next, 6), null, 2));
    else if (index % 10 < 6) result.set(`templates/t${index}.yaml`, template(index, 12));
    else result.set(`terraform/m${index}/main.tf`, terraform(index, 6));
  }
  return result;
}
