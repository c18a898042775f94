/**
 * Whether a text can hold anything for this tool; a false answer is certain, so that the file need not be parsed.
 * KMS is named in any letter case or by an escape, or a wildcard in an action may reach it without naming it.
 */
export function mayHoldPolicy(text: string): boolean {
  if (/kms|\\u00[46]|\\x[46]/i.test(text)) return true;
  return /[*?]|notaction/i.test(text) && /action/i.test(text) && /effect|statement/i.test(text);
}

/** Whether a text may be a template that nests others of other files; a false answer is certain. */
export function mayNest(text: string): boolean {
  return text.includes('TemplateURL') || text.includes('AWS::Serverless::Application');
}

/** Whether a text may be a template that imports what another one exports; a false answer is certain. */
export function mayImport(text: string): boolean {
  return text.includes('ImportValue');
}

/** Whether a text may be a template that exports something of KMS; a false answer is certain. */
export function mayExport(text: string): boolean {
  return text.includes('Export') && text.includes('Outputs') && mayHoldPolicy(text);
}

/** Whether a text may be a saved Terraform plan as JSON; a false answer is certain. */
export function mayBePlan(text: string): boolean {
  return text.includes('"resource_changes"') && text.includes('"format_version"');
}

/** What a comment to this tool begins with. */
export const MARKER = 'kms-policy-review:';

/** Whether a text may hold a comment to this tool; a false answer is certain, so that nobody looks for comments. */
export function mayInstruct(text: string): boolean {
  return text.includes(MARKER);
}
