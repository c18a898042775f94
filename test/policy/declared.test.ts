import { expect, test } from 'vitest';
import { readGrammar } from '../../src/changes/grammar.ts';
import { DEFAULT_CONFIG } from '../../src/policy/config.ts';
import { type Analysis, analyseFile } from '../../src/review/analyse.ts';
import { analyseModules } from '../../src/review/analyse-terraform.ts';
import { openSuppressions } from '../../src/review/suppress.ts';
import { SourceFile } from '../../src/source/source-file.ts';
import { openHclParser } from '../../src/syntax/hcl.ts';
import { parseYaml } from '../../src/syntax/yaml.ts';

const { runtime, grammar } = readGrammar();
const hcl = await openHclParser(runtime, grammar);

function analyse(files: Record<string, string>): Analysis[] {
  const sources = Object.entries(files).map(([path, text]) => new SourceFile(path, text));
  return sources.every(({ path }) => path.endsWith('.tf'))
    ? analyseModules(sources, DEFAULT_CONFIG, hcl)
    : sources.map((file) => analyseFile(file, DEFAULT_CONFIG, { yaml: parseYaml }));
}

/** Findings as `path:line rule text`. */
function review(files: Record<string, string>): string[] {
  return analyse(files).flatMap(({ findings }) =>
    findings.map(({ span, rule }) => {
      const { file } = span;
      return `${file.path}:${file.position(span.start).line} ${rule} ${file.slice(span)}`;
    }),
  );
}

const ENDPOINT = 'resource "aws_vpc_endpoint" "kms" {\n  service_name = "com.amazonaws.${var.region}.kms"\n}\n';
const OPEN = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}';
const attached = (id: string, policy: string): string =>
  `resource "aws_vpc_endpoint_policy" "p" {\n  vpc_endpoint_id = ${id}\n  policy = ${policy}\n}\n`;

test("an endpoint's policy may be a resource of its own, in another file of the module", () => {
  expect(review({ 'a.tf': ENDPOINT })).toEqual(['a.tf:1 open-endpoint-policy resource "aws_vpc_endpoint" "kms"']);
  const own = attached('aws_vpc_endpoint.kms.id', `jsonencode(${OPEN})`);
  expect(review({ 'a.tf': ENDPOINT, 'b.tf': own })).toEqual(['b.tf:3 open-endpoint-policy "*"']);
  expect(review({ 'a.tf': ENDPOINT, 'b.tf': attached('aws_vpc_endpoint.kms.id', 'var.policy') })).toEqual([]);
  expect(review({ 'a.tf': ENDPOINT, 'b.tf': attached('aws_vpc_endpoint.s3.id', `jsonencode(${OPEN})`) })).toEqual([
    'a.tf:1 open-endpoint-policy resource "aws_vpc_endpoint" "kms"',
  ]);
});

test('a policy for an endpoint that nobody knows may be for this one', () => {
  expect(review({ 'a.tf': ENDPOINT, 'b.tf': attached('each.value', `jsonencode(${OPEN})`) })).toEqual([]);
});

test('an endpoint for a service that is not known, and a policy that is known only later', () => {
  expect(review({ 'a.tf': 'resource "aws_vpc_endpoint" "kms" {\n  service_name = var.service\n}\n' })).toEqual([]);
  const change = (later: string): string =>
    `{"format_version": "1.2", "resource_changes": [{"address": "aws_vpc_endpoint.kms", "type": "aws_vpc_endpoint", "name": "kms", "change": {"after": {"service_name": "com.amazonaws.us-east-1.kms", "policy": null}, "after_unknown": ${later}}}]}`;
  expect(review({ 'plan.json': change('{}') })).toEqual(['plan.json:1 open-endpoint-policy "aws_vpc_endpoint.kms"']);
  expect(review({ 'plan.json': change('{"policy": true}') })).toEqual([]);
});

test('CloudFormation: values that are not known, removed or made by a macro', () => {
  const key = (properties: string): string => `Resources:\n  Key:\n    Type: AWS::KMS::Key\n${properties}`;
  const one = (property: string): string[] => review({ 'a.yaml': key(`    Properties:\n      ${property}\n`) });
  expect(review({ 'a.yaml': key('') })).toEqual(['a.yaml:2 key-rotation Key']);
  expect(one('EnableKeyRotation: !Ref Rotate')).toEqual([]);
  expect(one('EnableKeyRotation: !If [Production, true, false]')).toEqual([]);
  expect(one('EnableKeyRotation: !Ref AWS::NoValue')).toEqual(['a.yaml:2 key-rotation Key']);
  expect(one('Fn::Transform: {Name: AWS::Include}')).toEqual([]);
  expect(one('KeySpec: !Ref Spec')).toEqual([]);
  expect(one('Origin: EXTERNAL')).toEqual([]);
});

test('what a broken file does not have may have been in what was lost', () => {
  expect(review({ 'a.json': '{"Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {' })).not.toContain(
    'a.json:1 key-rotation "Key"',
  );
});

const USE = `  statement {
    actions   = ["kms:Decrypt"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:role/orders"]
    }
  }
`;

test('only a document that is all of a key policy can lock everybody out', () => {
  const key =
    'resource "aws_kms_key" "k" {\n  enable_key_rotation = true\n  policy = data.aws_iam_policy_document.d.json\n}\n';
  const document = (name: string, inner: string): string => `data "aws_iam_policy_document" "${name}" {\n${inner}}\n`;
  expect(review({ 'a.tf': key, 'b.tf': document('d', USE) })).toEqual(['b.tf:2 key-lockout statement']);
  expect(review({ 'b.tf': document('d', USE) })).toEqual([]);
  const sources = '  source_policy_documents = [data.aws_iam_policy_document.use.json]\n';
  expect(review({ 'a.tf': key, 'b.tf': document('d', sources) + document('use', USE) })).toEqual([
    expect.stringContaining('b.tf:6 key-lockout'),
  ]);
  const unread = '  source_policy_documents = [var.more]\n';
  expect(review({ 'a.tf': key, 'b.tf': document('d', unread + USE) })).toEqual([]);
  expect(review({ 'a.tf': key, 'b.tf': document('d', `${USE}  dynamic "statement" {}\n`) })).toEqual([]);
});

test('a finding about a resource is suppressed by its address', () => {
  const head = analyse({ 'a.tf': 'resource "aws_kms_key" "k" {\n}\nresource "aws_kms_key" "other" {\n}\n' });
  const suppression = { rule: 'key-rotation', path: '**', policy: 'aws_kms_key.k', reason: 'on demand', line: 1 };
  const config = { ...DEFAULT_CONFIG, suppressions: [suppression] };
  const verdictOf = openSuppressions({ head, base: undefined, config, today: '2026-01-01', prints: new Map() });
  const suppressed = head[0]?.findings.map((finding) => verdictOf(finding).suppressed !== null);
  expect(suppressed).toEqual([true, false]);
});
