import type { Span } from '../source/source-file.ts';
import { type Entry, literal } from '../syntax/node.ts';
import type { Tri } from './matching.ts';
import type { Policy } from './policy.ts';

/** What a template declares beside policies, as far as rules look at it. */
export type DeclaredKind = 'key' | 'replica-key' | 'external-key' | 'key-policy' | 'grant' | 'vpc-endpoint';

/** A resource of a template. */
export interface Declared {
  kind: DeclaredKind;
  /** `OrdersKey`, `aws_kms_key.orders`, `module.app.aws_kms_key.k[0]`. */
  address: string;
  /** `AWS::KMS::Key`, `aws_kms_key`. */
  resourceType: string;
  /** Where it is named: the logical id, or `resource "aws_kms_key" "orders"`. */
  span: Span;
  /**
   * A property by its name in CloudFormation (in the API where CloudFormation has no such resource), in every language.
   * Undefined where it is certainly not set; an opaque value where it may be.
   */
  property(name: string): Entry | undefined;
  /** Its policies that were read, whether they stand in it or in a resource of their own. */
  policies: Policy[];
  /** It has, or may have, a policy that could not be read. */
  policyUnknown: boolean;
}

/** What a property that is true or false says; `absent` where it is not set. */
export function flag(declared: Declared, name: string, absent: Tri): Tri {
  const found = declared.property(name);
  if (found === undefined) return absent;
  const text = literal(found.value)?.toLowerCase();
  return text === 'true' ? 'yes' : text === 'false' ? 'no' : 'unknown';
}

/** Whether a property certainly has this text, or is not set where the text is AWS's own default. */
export function saysOrDefaults(declared: Declared, name: string, text: string): boolean {
  const found = declared.property(name);
  return found === undefined || literal(found.value) === text;
}
