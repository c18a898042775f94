import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readGrammar } from '../src/changes/grammar.ts';
import { DEFAULT_CONFIG } from '../src/policy/config.ts';
import { analyseFile } from '../src/review/analyse.ts';
import { analyseModules } from '../src/review/analyse-terraform.ts';
import { openProver } from '../src/review/prove.ts';
import { surveyOf } from '../src/review/survey.ts';
import { SourceFile } from '../src/source/source-file.ts';
import { openHclParser } from '../src/syntax/hcl.ts';
import { parseYaml } from '../src/syntax/yaml.ts';

const { runtime, grammar } = readGrammar();
const hcl = await openHclParser(runtime, grammar);

const CONFIG = { ...DEFAULT_CONFIG, account: '111122223333' };
const read = (path: string): string => readFileSync(new URL(`../examples/${path}`, import.meta.url), 'utf8');
const SEEDS: [string, string][] = [
  ['a.yaml', read('cloudformation/orders.yaml')],
  ['a.tf.json', read('terraform/main.tf.json')],
  ['a.json', read('policies/developers.json')],
  ['a.tf', read('terraform/worker.tf')],
  [
    'b.tf',
    `locals {
  keys = { a = "*", b = aws_kms_key.k.arn }
}
resource "aws_iam_policy" "p" {
  for_each = local.keys
  policy = jsonencode(merge(jsondecode(file("a.json")), { Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = [each.value, local.keys["a"], element(split(",", "a,*"), 1)] }] }))
}
data "aws_iam_policy_document" "d" {
  source_policy_documents = [templatefile("a.tpl", { x = module.m.y }), data.aws_iam_policy_document.d.json]
}
module "m" {
  source = "../m"
  x      = module.m.y
}
output "y" {
  value = local.keys[count.index]
}
`,
  ],
  [
    'c.tf',
    `locals {
  keys = ["*", "b"]
}
resource "aws_iam_policy" "p" {
  count  = length(local.keys) + 1 > 2 && !false ? 1 : 0
  policy = <<-EOT
    {"Statement": [
      %{ for i, key in local.keys ~}
      %{ if i > 0 || var.x == null },%{ endif }{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": \${jsonencode([key])}}
      %{~ endfor ~}
    ]}
  EOT
}
`,
  ],
  [
    'serverless.yml',
    `service: s
provider:
  name: aws
  stage: \${opt:stage, 'dev'}
  iam: {role: {statements: [{Effect: Allow, Action: "kms:*", Resource: ["\${self:custom.key}", !GetAtt Key.Arn]}]}}
custom: {key: "arn:aws:kms:\${aws:region}:\${aws:accountId}:key/\${self:custom.id}", id: "\${self:custom.key}"}
resources: {Resources: {Key: {Type: AWS::KMS::Key}}}
`,
  ],
  [
    'key.yaml',
    `apiVersion: kms.services.k8s.aws/v1alpha1
kind: Key
metadata: {name: k}
spec:
  policy: |
    {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}
`,
  ],
  [
    'input.json',
    '{"KeyId": "k", "Policy": "{\\"Statement\\": [{\\"Effect\\": \\"Allow\\", \\"Action\\": \\"kms:*\\"}]}"}',
  ],
];
/** What breaks readers of these languages. */
const JUNK = [
  ...['{', '}', '[', ']', '"', '\\', '\n', '${', '*', '&a ', '*a ', '- ', '<<: ', ': ', '\u2028', '\ud800', '\0'],
  ...[
    '!Sub ',
    '!If ',
    'Fn::If',
    'Ref',
    '<<EOF\n',
    '%{if}',
    '%{ endif ~}',
    '%{ else }',
    '%{ for x in y }',
    '${~',
    '~}',
    'for ',
    'local.x',
    'null',
  ],
  ...['Statement', 'Action', 'NotAction', 'Deny', 'kms:*', '__proto__', 'constructor'],
];

test('no text makes the analysis break, and every finding stands inside its file', () => {
  const operations = fc.array(fc.tuple(fc.nat(5000), fc.nat(40), fc.constantFrom(...JUNK)), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(fc.constantFrom(...SEEDS), operations, ([path, seed], changes) => {
      let text = seed;
      for (const [at, length, junk] of changes) {
        const start = at % (text.length + 1);
        text = text.slice(0, start) + junk + text.slice(start + length);
      }
      const file = new SourceFile(path, text);
      const [analysis] = /\.tf(\.json)?$/.test(path)
        ? analyseModules([file], CONFIG, hcl)
        : [analyseFile(file, CONFIG, { yaml: parseYaml })];
      expect(analysis?.broken, JSON.stringify(analysis?.gaps.map((gap) => gap.reason))).toBe(false);
      for (const { span } of [...(analysis?.findings ?? []), ...(analysis?.gaps ?? [])]) {
        expect(span.start).toBeLessThanOrEqual(span.end);
        expect(span.end).toBeLessThanOrEqual(text.length);
      }
      const prover = openProver({ config: CONFIG, survey: surveyOf([text], CONFIG.account) });
      for (const finding of analysis?.findings ?? []) if (finding.repair && analysis) prover.prove(analysis, [finding]);
      expect(prover.broken).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});
