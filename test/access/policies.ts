import { extractPolicies } from '../../src/policy/extract/index.ts';
import type { Policy, PolicyKind } from '../../src/policy/policy.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { SourceFile } from '../../src/source/source-file.ts';
import { parseJson } from '../../src/syntax/json.ts';
import type { Node } from '../../src/syntax/node.ts';

export type StatementJson = Record<string, unknown>;

/** A document of these statements, as the one policy of its attachment. */
export function policies(statements: readonly StatementJson[], kind: PolicyKind = 'identity-policy'): Policy[] {
  const file = new SourceFile('policy.json', JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 1));
  return [readPolicy(parseJson(file).documents[0] as Node, { kind, address: 'policy' })];
}

/** The policies of one resource in a CloudFormation template that declares the key `AppKey`. */
export function templatePolicies(
  statements: readonly StatementJson[],
  parameters: Record<string, unknown> = {},
): Policy[] {
  const template = {
    Parameters: { KeyArn: { Type: 'String' }, OtherArn: { Type: 'String' }, Prod: { Type: 'String' }, ...parameters },
    Conditions: {
      IsProd: { 'Fn::Equals': [{ Ref: 'Prod' }, 'yes'] },
      IsDev: { 'Fn::Equals': [{ Ref: 'Prod' }, 'no'] },
    },
    Resources: {
      AppKey: { Type: 'AWS::KMS::Key', Properties: {} },
      OtherKey: { Type: 'AWS::KMS::Key', Properties: {} },
      App: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { PolicyDocument: { Version: '2012-10-17', Statement: statements } },
      },
    },
  };
  const file = new SourceFile('template.json', JSON.stringify(template, null, 1));
  const { documents } = parseJson(file);
  return extractPolicies(file, documents).policies.filter(({ address }) => address.startsWith('App.'));
}

export function allow(Action: unknown, Resource: unknown, Condition?: unknown): StatementJson {
  return { Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
}

export function deny(Action: unknown, Resource: unknown, Condition?: unknown): StatementJson {
  return { ...allow(Action, Resource, Condition), Effect: 'Deny' };
}
