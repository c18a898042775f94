import { readGrammar } from '../../src/changes/grammar.ts';
import { evaluate } from '../../src/policy/extract/intrinsics.ts';
import { readTemplate } from '../../src/policy/extract/template.ts';
import { evaluateModules } from '../../src/policy/extract/terraform-modules.ts';
import { SourceFile } from '../../src/source/source-file.ts';
import { openHclParser } from '../../src/syntax/hcl.ts';
import { child, type Node } from '../../src/syntax/node.ts';
import { parseYaml } from '../../src/syntax/yaml.ts';
import { brief } from './reading-words.ts';

/** What single expressions come to, in words, with the place of the value where it is not the expression's own. */

const { runtime, grammar } = readGrammar();
const parse = await openHclParser(runtime, grammar);

/** What Terraform's expressions speak of; `var.x` and `data.a.b.c` are not known. */
const LOCALS = `locals {
  list   = ["b", "a", "c", "a"]
  map    = { b = "2", a = "1" }
  nested = [["x"], ["y", ["z"]], "w"]
  arn    = "arn:aws:kms:us-east-1:111122223333:key/a"
  open   = ["b", var.x]
  set    = toset(["b", var.x])
  text   = "a/b\\nc"
}
variable "usual" {
  default = "U"
}
variable "list" {
  default = ["l", "m"]
}
`;

const TEXTS: Readonly<Record<string, string>> = {
  'files/a.json': '{"Statement": []}',
  'files/b.txt': 'text ${name} %{ if flag }yes%{ else }no%{ endif }',
  'files/sub/c.yaml': 'a: [1, "x"]\n',
};

/** The value of an expression of Terraform. */
export function terraformValue(expression: string): string {
  const text = `${LOCALS}resource "aws_iam_policy" "p" {\n  policy = ${expression}\n}\n`;
  const file = new SourceFile('main.tf', text);
  const find = (path: string): SourceFile | undefined => {
    const found = TEXTS[path];
    return found === undefined ? undefined : new SourceFile(path, found);
  };
  const files = { find, list: () => Object.keys(TEXTS) };
  const [module] = evaluateModules([{ file, body: parse(file).body }], { parse, yaml: parseYaml, files });
  return shown(child(module?.files[0]?.resources[0]?.body, 'policy'), expression);
}

/** What CloudFormation's expressions speak of. */
const TEMPLATE = `Parameters:
  Any: {Type: String}
  Usual: {Type: String, Default: u}
  Closed: {Type: String, AllowedValues: [p, q]}
  One: {Type: String, AllowedValues: [only]}
  List: {Type: CommaDelimitedList, Default: "a, b"}
  ClosedList: {Type: CommaDelimitedList, AllowedValues: [x, y]}
  Numbers: {Type: List<Number>, Default: "1,2"}
  Number: {Type: Number, Default: 7}
  Secret: {Type: String, NoEcho: true, Default: s}
  Empty: {Type: String, Default: ""}
  Ssm: {Type: "AWS::SSM::Parameter::Value<String>", Default: /path}
  Typeless: {Default: t}
Mappings:
  Keys: {prod: {arn: P, list: [k, l]}, test: {arn: T}, u: {arn: U}}
  Odd: {Fn::Transform: {Name: AWS::Include}, a: {b: c}}
  Text: no map
Conditions:
  Yes: !Equals [a, a]
  No: !Equals [a, b]
  Perhaps: !Equals [!Ref Any, a]
  NotClosed: !Equals [!Ref Closed, z]
  MayClosed: !Equals [!Ref Closed, p]
  IsOne: !Equals [!Ref One, only]
  And: !And [!Condition Yes, !Condition Perhaps]
  AndNo: !And [!Condition No, !Condition Perhaps]
  AndYes: !And [!Condition Yes, !Condition IsOne]
  Or: !Or [!Condition Yes, !Condition Perhaps]
  OrNo: !Or [!Condition No, !Condition NotClosed]
  OrPerhaps: !Or [!Condition No, !Condition Perhaps]
  Not: !Not [!Condition Yes]
  NotPerhaps: !Not [!Condition Perhaps]
  Circle: !Not [!Condition Circle]
  Empty: !And []
  Odd: !Equals [a]
  Other: {Fn::Contains: [a]}
  Text: "true"
  Two: {Condition: Yes, Fn::Not: []}
Resources:
  Key: {Type: AWS::KMS::Key}
  Replica: {Type: AWS::KMS::ReplicaKey}
  Alias: {Type: AWS::KMS::Alias}
  Role: {Type: AWS::IAM::Role}
  Managed: {Type: AWS::IAM::ManagedPolicy}
  Topic: {Type: AWS::SNS::Topic}
  Stack: {Type: AWS::CloudFormation::Stack}
  App: {Type: AWS::Serverless::Application}
  Custom: {Type: Custom::Thing}
`;

const [root] = parseYaml(new SourceFile('template.yaml', TEMPLATE)).documents;

/** The value of an expression of CloudFormation, in YAML's flow style. */
export function cloudformationValue(expression: string): string {
  const file = new SourceFile('expression.yaml', expression);
  const [node] = parseYaml(file).documents;
  return shown(node && evaluate(node, readTemplate(root)), expression);
}

function shown(node: Node | undefined, expression: string): string {
  if (node === undefined) return 'no value';
  const place = node.span.file.slice(node.span);
  const way = (node.span.via ?? []).map((span) => span.file.slice(span)).join(' by ');
  const places = [
    ...(place === expression ? [] : [` at ${place.split('\n', 1)[0]}`]),
    ...(way === '' || way === expression ? [] : [` by ${way}`]),
  ];
  return `${brief(node)}${places.join('')}`;
}
