/** A value to be written, in no language yet. */
export type Content =
  | { text: readonly TextPart[] }
  | { flag: boolean }
  | { items: readonly Content[] }
  | { entries: readonly (readonly [name: string, value: Content])[] };

/** A piece of a text: as it is, or the id of the own account in whatever way the place can say it. */
export type TextPart = string | typeof OWN_ACCOUNT_ID;
export const OWN_ACCOUNT_ID = Symbol('the own account');

/** The id of the own account by a name of the template's language: `AWS::AccountId`, `data.aws_caller_identity.current.account_id`. */
export interface OwnReference {
  language: 'CloudFormation' | 'Terraform';
  name: string;
}

/** How the own account is told: by reference, by its twelve digits, or by both. */
export interface Own {
  reference?: OwnReference | undefined;
  account?: string | undefined;
}

/** A plain text. */
export function text(...parts: readonly TextPart[]): Content {
  return { text: parts };
}
