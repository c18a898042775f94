import type { Span } from '../source/source-file.ts';
import type { OwnReference } from '../syntax/content.ts';
import type { MapNode, Node, Part, ScalarNode } from '../syntax/node.ts';
import type { Declared } from './declared.ts';
import type { Pattern } from './pattern.ts';

/** What a policy document is; the same text means different things in each. */
export const POLICY_KINDS = [
  'identity-policy',
  'key-policy',
  'vpc-endpoint-policy',
  'service-control-policy',
  'resource-control-policy',
  'permissions-boundary',
  'session-policy',
  'resource-policy',
  'trust-policy',
  'unknown',
] as const;
export type PolicyKind = (typeof POLICY_KINDS)[number];

/** The Version of a document in which it stands and cannot be read. */
export const UNKNOWN_VERSION = 'unknown';

export interface Policy {
  kind: PolicyKind;
  /** Where it hangs: `AppRole.Policies[0]`, `aws_iam_policy.app`, `/Policies/0`, or `policy` for a whole file. */
  address: string;
  /** `AWS::KMS::Key`, `aws_kms_key`; undefined for a plain document. */
  resourceType?: string;
  /** `2012-10-17`, `2008-10-17`, {@link UNKNOWN_VERSION}; undefined where the document has none. */
  version: string | undefined;
  node: Node;
  span: Span;
  statements: Statement[];
  /** Where a document that stands elsewhere was passed on to the resource that uses it, as {@link Span.via}. */
  via?: readonly Span[];
  /** The path of the CDK construct that the template was made from: `AppStack/Role/DefaultPolicy/Resource`. */
  construct?: string;
  /** A resource of a template has this document as its policy, and nothing of it stands elsewhere: what is not in it is not there. */
  whole?: boolean;
  /** What the same template or module declares beside it. */
  beside?: readonly Declared[];
  /** How the ARNs of the keys that the same template declares are written there: `!GetAtt Key.Arn`. Found when advice needs them. */
  keys?: () => readonly string[];
  /** How the template can name the account that it is for. */
  own?: OwnReference;
  /** The identities (or the key) that it hangs on, as far as its own resource says: logical ids, Terraform addresses. */
  holders?: readonly string[];
  /** Whatever of the document could not be read. */
  gaps: Gap[];
  /** The places of statements that could not be read at all. */
  unread?: readonly Span[];
}

export interface Statement {
  /** 0-based place in the document. */
  index: number;
  sid: string | undefined;
  /** `unknown`: an expression, or a word that is neither Allow nor Deny. */
  effect: 'Allow' | 'Deny' | 'unknown';
  action: Element | undefined;
  notAction: Element | undefined;
  resource: Element | undefined;
  notResource: Element | undefined;
  principal: PrincipalElement | undefined;
  notPrincipal: PrincipalElement | undefined;
  conditions: Condition[];
  /** The Condition element could not be read whole: nothing certain may be said of what it lets through. */
  conditionsUnknown: boolean;
  /** The statement stands under a template condition (`Fn::If`): it may not be there. */
  optional: boolean;
  /** What decides whether it is there. */
  choice?: Choice;
  node: MapNode;
  span: Span;
}

/** What decides whether something is there: equal texts, equal decisions. */
export interface Choice {
  by: string;
  /** It is there exactly where what the text says does not hold: the other branch of a condition. */
  isOpposite: boolean;
}

/** One element of a statement: a string or a list, normalised to values here and nowhere else. */
export interface Element {
  /** The key as written, for its span. */
  key: ScalarNode;
  node: Node;
  values: Value[];
  /** Some of the list could not be read. */
  incomplete: boolean;
}

/** One string of an element: literal text and holes, and where it stands. */
export interface Value {
  parts: Part[];
  node: Node;
  span: Span;
  /** It stands under a template condition: it may not be there. */
  optional: boolean;
  choice?: Choice;
  /** What `patternOf` made of it, once somebody has asked. */
  pattern?: Pattern;
}

export interface PrincipalElement {
  key: ScalarNode;
  node: Node;
  principals: Principal[];
  incomplete: boolean;
}

export interface Principal {
  type: 'AWS' | 'Service' | 'Federated' | 'CanonicalUser' | '*' | 'unknown';
  value: Value;
}

/** One operator on one key: all of a statement's conditions must hold. */
export interface Condition {
  /** The operator as written: `ForAnyValue:StringLikeIfExists`. */
  operator: string;
  /** The condition key as written: `kms:ViaService`. */
  key: string;
  values: Value[];
  /** Some values could not be read. */
  incomplete: boolean;
  operatorNode: ScalarNode;
  keyNode: ScalarNode;
  span: Span;
}

/** What could not be read, and why, in plain words. */
export interface Gap {
  span: Span;
  reason: string;
  /** The kind of a whole document that could not be read. */
  kind?: PolicyKind;
}

/** The text of a value without holes; undefined where it has some. */
export function text(value: Value): string | undefined {
  if (value.parts.length > 1) return undefined;
  const [part = ''] = value.parts;
  return typeof part === 'string' ? part : undefined;
}

/** A value as a person wrote it, holes as their expressions. */
export function show(value: Value): string {
  return value.parts.map((part) => (typeof part === 'string' ? part : part.expression)).join('');
}
