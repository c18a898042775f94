/**
 * Files around a policy, as repositories have them. In each text `%J` is the policy as JSON, `%S` as JSON in a string, `%H`
 * as an HCL expression, `%T` as text in a heredoc, `%Y` as block YAML; `%V` is some value and `%N` some name, as JSON.
 */
export type Frame = Readonly<Record<string, string>>;

const CLOUDFORMATION: readonly Frame[] = [
  {
    'parent.yaml': `Parameters:
  Outer: {Type: String, Default: %V}
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./nested/child.yaml
      Parameters:
        P: !Ref Outer
        Keys: !Join [",", [%V, !GetAtt Key.Arn]]
  Second:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: "https://s3.amazonaws.com/b/nested/child.yaml", Parameters: {P: %V}}
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy: %Y
Outputs:
  Out: {Value: !GetAtt Child.Outputs.Arn}
`,
    'nested/child.yaml': `AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  P: {Type: String, Default: %V}
  Keys: {Type: CommaDelimitedList, Default: "*"}
Conditions:
  IsAll: !Equals [!Ref P, %V]
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: %J
      Policies:
        - PolicyName: %N
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: ["kms:Decrypt", !Ref P], Resource: !Ref Keys}
              - !If [IsAll, {Effect: Allow, Action: !Sub "kms:\${P}", Resource: "*"}, !Ref AWS::NoValue]
              - %J
Outputs:
  Arn: {Value: !Ref P, Export: {Name: %N}}
`,
  },
  {
    'template.yaml': `Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: nodejs22.x}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Policies:
        - KMSDecryptPolicy: {KeyId: %V}
        - KMSEncryptPolicy: {KeyId: !Ref Key}
        - %J
        - Statement:
            - Effect: Allow
              Action: kms:*
              Resource: !Sub "arn:\${AWS::Partition}:kms:*:\${AWS::AccountId}:key/*"
  G:
    Type: AWS::Serverless::StateMachine
    Properties: {Policies: %Y
      }
  Key: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: %V, KeyPolicy: %J}}
`,
  },
  {
    'cdk.out/Stack.template.json': `{
 "Resources": {
  "Key961B73FD": {
   "Type": "AWS::KMS::Key",
   "Properties": {"KeyPolicy": %J},
   "Metadata": {"aws:cdk:path": "Stack/Key/Resource"}
  },
  %N: {
   "Type": "AWS::IAM::Policy",
   "Properties": {"PolicyDocument": %J, "PolicyName": %N, "Roles": [{"Ref": "R"}]},
   "Metadata": {"aws:cdk:path": %N}
  }
 },
 "Parameters": {"BootstrapVersion": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/x/version"}}
}
`,
    'cdk.out/tree.json': `{"version": "tree-0.1", "tree": {"id": "App", "children": {"Stack": {"id": "Stack", "children": {"Key": {"attributes": {"aws:cdk:cloudformation:type": "AWS::KMS::Key", "aws:cdk:cloudformation:props": {"keyPolicy": %J}}}}}}}}
`,
  },
  {
    'anchors.yaml': `x-base: &base
  Effect: Allow
  Action: %V
x-document: &document %Y
x-more: &more {<<: *base, Resource: %V}
Resources:
  A:
    Type: AWS::IAM::ManagedPolicy
    Properties: &properties
      PolicyDocument: *document
  B:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      <<: *properties
      PolicyDocument:
        Statement:
          # kms-policy-review: ignore wildcard-resource until=2030-01-01 of the fuzzer
          - <<: *base
            Resource: "*"
          - *more
          - <<: [*base, *more]
            Action: %V
  C: {Type: "AWS::KMS::Key", Properties: {KeyPolicy: *document}}
`,
  },
  {
    'functions.json': `{
  "Parameters": {"P": {"Type": "String", "Default": %V, "AllowedValues": [%V, %V]}},
  "Mappings": {"M": {"a": {"b": %V}, %N: {"b": %V}}},
  "Conditions": {"IsAll": {"Fn::Equals": [{"Ref": "P"}, %V]}, "Both": {"Fn::And": [{"Condition": "IsAll"}, {"Fn::Not": [{"Condition": "Both"}]}]}},
  "Rules": {"R": {"Assertions": [{"Assert": {"Fn::Contains": [["a"], {"Ref": "P"}]}}]}},
  "Resources": {
    "Fn::ForEach::Keys": ["Name", ["A", "B", {"Ref": "P"}], {"Key\${Name}": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": %J}}}],
    "P1": {"Type": "AWS::IAM::ManagedPolicy", "Condition": "IsAll", "Properties": {"PolicyDocument": {
      "Statement": {"Effect": {"Fn::If": ["Both", "Allow", %V]}, "Action": {"Fn::Split": [",", {"Fn::Join": [",", ["kms:Decrypt", %V]]}]},
        "Resource": [{"Fn::FindInMap": ["M", "a", "b"]}, {"Fn::Select": [%V, [%V, "*"]]}, {"Fn::Sub": ["arn:aws:kms:\${r}:\${AWS::AccountId}:key/\${P}", {"r": %V}]}]}}}},
    "P2": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {"Fn::If": ["IsAll", %J, {"Ref": "AWS::NoValue"}]}}},
    "P3": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": %V}}}}},
    "P4": {"Type": "AWS::Organizations::Policy", "Properties": {"Type": %V, "Content": {"Fn::ToJsonString": %J}}}
  }
}
`,
  },
  {
    'key.template': `Resources:
  Key:
    Type: AWS::KMS::Key
    # kms-policy-review: ignore key-rotation %N
    Properties:
      BypassPolicyLockoutSafetyCheck: %V
      EnableKeyRotation: false
      KeySpec: %V
      RotationPeriodInDays: %V
      KeyPolicy: !Sub |
        %T
  Alias: {Type: AWS::KMS::Alias, Properties: {AliasName: %V, TargetKeyId: !Ref Key}}
  User: {Type: AWS::IAM::User, Properties: {Policies: [{PolicyName: %N, PolicyDocument: %J}], PermissionsBoundary: !Ref Bound}}
  Bound: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: %J}}
`,
  },
];

const TERRAFORM: readonly Frame[] = [
  {
    'main.tf': `locals {
  keys = { a = "*", b = aws_kms_key.k.arn, %N = %V }
  list = [%V, "kms:Decrypt"]
}
variable "x" {
  type    = any
  default = %V
}
resource "aws_kms_key" "k" {
  for_each            = local.keys
  enable_key_rotation = %V
  policy              = jsonencode(%H)
}
# kms-policy-review: ignore wildcard-resource the fuzzer says so
data "aws_iam_policy_document" "d" {
  for_each = toset(local.list)
  dynamic "statement" {
    for_each = local.keys
    iterator = it
    content {
      sid       = it.key
      actions   = concat(local.list, [each.value, var.x])
      resources = [it.value, "\${each.key}*"]
      dynamic "condition" {
        for_each = var.x == null ? [] : [1]
        content {
          test     = "StringLike"
          variable = %N
          values   = [%V]
        }
      }
    }
  }
}
resource "aws_iam_policy" "p" {
  count  = length(local.list)
  policy = data.aws_iam_policy_document.d[local.list[count.index]].json
}
`,
  },
  {
    'main.tf': `module "keys" {
  source   = "./modules/keys"
  for_each = { a = %V, b = "*" }
  document = jsonencode(%H)
  resource = each.value
  more     = { %N = %V }
}
module "again" {
  source   = "./modules/keys"
  document = module.keys["a"].document
}
resource "aws_iam_role_policy" "p" {
  role   = "r"
  policy = module.again.document
}
`,
    'modules/keys/main.tf': `variable "document" {}
variable "resource" { default = "*" }
variable "more" {
  type    = map(string)
  default = {}
}
resource "aws_kms_key_policy" "p" {
  key_id = "k"
  policy = var.document
}
resource "aws_iam_policy" "q" {
  policy = jsonencode({
    Statement = [
      for name, value in merge(var.more, { a = var.resource }) : {
        Effect   = "Allow"
        Action   = [name, "kms:Decrypt"] // kms-policy-review: ignore unknown-action odd
        Resource = value
      } if value != null
    ]
  })
}
output "document" {
  value     = aws_iam_policy.q.policy
  sensitive = true
}
`,
    'modules/keys/override.tf': `resource "aws_iam_policy" "q" {
  name = %N
}
`,
    'terraform.tfvars': `x = %V
`,
  },
  {
    'policies.tf': `resource "aws_kms_key" "k" {
  policy = <<-EOT
    %T
  EOT
}
resource "aws_iam_policy" "p" {
  policy = templatefile("\${path.module}/policy.tftpl", { keys = ["*", %V], all = true, x = %V })
}
resource "aws_iam_policy" "f" {
  policy = jsonencode(merge(jsondecode(file("policy.json")), { %N = %V, Id = local.none }))
}
resource "aws_iam_policy" "y" {
  policy = jsonencode(yamldecode(file("\${path.module}/policy.yaml")))
}
`,
    'policy.tftpl': `{"Statement": [
%{ for i, key in keys ~}
%{ if i > 0 },%{ endif }{"Effect": "Allow", "Action": "kms:\${ all ? "*" : x }", "Resource": \${jsonencode([key])}}
%{~ endfor ~}
, %J]}
`,
    'policy.json': `%J
`,
    'policy.yaml': `Version: "2012-10-17"
Statement:
  - %J
more: %Y
`,
  },
  {
    'main.tf': `data "aws_iam_policy_document" "a" {
  source_policy_documents   = [data.aws_iam_policy_document.b.json, jsonencode(%H)]
  override_policy_documents = [file("x.json"), data.aws_iam_policy_document.a.json]
  statement {
    sid     = %N
    effect  = "Allow"
    actions = try(local.none.x, [%V])
    resources = flatten([[%V], tolist(["*"])])
    principals {
      type        = %N
      identifiers = ["*", %V]
    }
    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = [for s in ["s3", "ec2"] : "\${s}.us-east-1.amazonaws.com"]
    }
  }
}
data "aws_iam_policy_document" "b" {
  statement {
    not_actions   = [lookup({ a = %V }, "a", "kms:*"), element(split(",", "kms:*,*"), 0)]
    not_resources = [format("arn:aws:kms:%s:%d:key/*", "us-east-1", 111122223333), replace(%V, "/", "-")]
  }
}
resource "aws_kms_key" "k" { policy = data.aws_iam_policy_document.a.json }
resource "aws_kms_grant" "g" {
  key_id            = aws_kms_key.k.key_id
  grantee_principal = %V
  operations        = [%V, "Decrypt"]
}
resource "aws_iam_role" "r" {
  assume_role_policy   = data.aws_iam_policy_document.b.minified_json
  permissions_boundary = aws_iam_policy.bound.arn
  inline_policy {
    policy = jsonencode(%H)
  }
}
resource "aws_iam_policy" "bound" { policy = jsonencode(%H) }
`,
  },
  {
    'main.tf.json': `{
  "//": %N,
  "locals": {"keys": ["*", %V], "document": %S},
  "variable": {"x": {"default": %V}},
  "data": {"aws_iam_policy_document": {"d": {"statement": [{"actions": ["kms:*", "\${var.x}"], "resources": "\${local.keys}", "condition": {"test": "StringEquals", "variable": "aws:SourceAccount", "values": [%V]}}]}}},
  "resource": {
    "aws_iam_policy": {
      "a": {"for_each": "\${toset(local.keys)}", "policy": "\${data.aws_iam_policy_document.d.json}"},
      "b": {"policy": %S},
      %N: {"policy": "\${local.document}"}
    },
    "aws_kms_key": [{"k": {"policy": "\${jsonencode(local.document)}", "enable_key_rotation": %V}}]
  }
}
`,
    'more.tofu': `resource "aws_iam_policy" "c" {
  policy = jsonencode(jsondecode(local.document))
}
`,
  },
  {
    'plan.json': `{"format_version": "1.2", "terraform_version": "1.12.0",
 "planned_values": {"root_module": {"resources": [{"address": "aws_kms_key.k", "type": "aws_kms_key", "values": {"policy": %S}}]}},
 "resource_changes": [
  {"address": "aws_kms_key.k", "mode": "managed", "type": "aws_kms_key", "name": "k", "change": {"actions": ["update"], "before": {"policy": %S}, "after": {"policy": %S}, "after_unknown": {"arn": true}}},
  {"address": "module.m[\\"x\\"].aws_iam_policy.p[0]", "module_address": "module.m[\\"x\\"]", "mode": "managed", "type": "aws_iam_policy", "name": "p", "index": 0, "change": {"actions": ["create"], "before": null, "after": {"name": %N}, "after_unknown": {"policy": true}}},
  {"address": %N, "mode": "data", "type": "aws_iam_policy_document", "name": "d", "change": {"actions": ["read"], "after": {"statement": [{"actions": [%V], "resources": ["*"]}]}}}
 ],
 "configuration": {"root_module": {"resources": []}}}
`,
    'main.tf': `resource "aws_kms_key" "k" {
  policy = jsonencode(%H)
}
module "m" {
  source   = "./m"
  for_each = toset(["x"])
}
`,
    'm/main.tf': `resource "aws_iam_policy" "p" {
  count  = 1
  policy = jsonencode(%H)
}
`,
  },
];

const OTHERS: readonly Frame[] = [
  {
    'serverless.yml': `service: s
provider:
  name: aws
  stage: \${opt:stage, 'dev'}
  iam:
    role:
      statements:
        - Effect: Allow
          Action: "\${self:custom.action}"
          Resource: ["\${self:custom.key}", !GetAtt Key.Arn, "\${file(./keys.yml):key}"]
        - %J
      name: %N
custom:
  action: %V
  key: "arn:aws:kms:\${aws:region}:\${aws:accountId}:key/\${self:custom.id, '*'}"
  id: "\${self:custom.\${opt:stage, 'x'}}"
functions:
  f: {handler: a.b, iamRoleStatements: [%J]}
resources:
  Resources:
    Key:
      Type: AWS::KMS::Key
      Properties:
        KeyPolicy: %Y
`,
    'keys.yml': `key: %V
`,
  },
  {
    'keys.yaml': `apiVersion: v1
kind: List
items:
  - apiVersion: kms.services.k8s.aws/v1alpha1
    kind: Key
    metadata: {name: %N}
    spec:
      policy: |
        %T
      tags: [{tagKey: a, tagValue: %V}]
---
apiVersion: iam.aws.upbound.io/v1beta1
kind: Policy
metadata:
  name: %N
  annotations: {a: %V}
spec:
  forProvider:
    # kms-policy-review: ignore full-access %N
    policy: %S
---
apiVersion: iam.services.k8s.aws/v1alpha1
kind: Role
metadata: {name: r}
spec:
  assumeRolePolicyDocument: %S
  inlinePolicies: {a: %S, b: "{{ .Values.policy }}"}
`,
  },
  {
    'put-key-policy.json': `{"KeyId": %V, "PolicyName": "default", "Policy": %S, "BypassPolicyLockoutSafetyCheck": %V}
`,
    'create-key.json': `{"Policy": %S, "KeySpec": %V, "Tags": [{"TagKey": %N, "TagValue": %V}]}
`,
    'get-role.json': `{"Role": {"RoleName": %N, "AssumeRolePolicyDocument": %J, "PermissionsBoundary": {"PermissionsBoundaryArn": %V}}}
`,
    'policy.yml': `documents:
  - name: %N
    text: >-
        %T
  - value: %Y
`,
  },
  {
    'list.json': `[%J, {"policies": {%N: %S, "b": [%J, %V]}}, %S]
`,
    'Pulumi.dev.yaml': `config:
  aws:policy: %S
  document: %Y
`,
    '.github/kms-policy-review.yml': `account: "111122223333"
`,
  },
];

export const FRAMES: readonly Frame[] = [...CLOUDFORMATION, ...TERRAFORM, ...OTHERS];
