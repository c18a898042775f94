import { touchesKms } from '../policy/allow.ts';
import { code } from './code.ts';
import { IAM_GRAMMAR } from './references.ts';
import type { ReadFile, Rule } from './rule.ts';

/** Of a template in Go's or Jinja's language: it is no JSON or YAML before it is rendered. */
const DIRECTIVE = /\{\{-?\s*[\w.$(/][^{}\n]*\}\}|\{%-?\s*\w[^{}\n]*%\}/;

export const unreadableFile: Rule = {
  id: 'unreadable-file',
  title: 'A policy file that cannot be read',
  severity: 'error',
  why: 'A file with broken JSON or YAML is refused where it is used, and a review of it would be a guess. Comments and trailing commas are not JSON either.',
  remedy: 'Mend the syntax at the place that the message names.',
  quiet:
    'A broken file that is not certainly a KMS policy, and a template that another program (Helm, Ansible) renders first, are listed among the things that could not be read, without a finding.',
  references: [IAM_GRAMMAR],
  bad: [
    {
      title: 'A comma is missing',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow" «"Action"»: "kms:ListKeys", "Resource": "*" }
}`,
    },
  ],
  good: [
    {
      title: 'Whole',
      text: `{
  "Version": "2012-10-17",
  "Statement": { "Effect": "Allow", "Action": "kms:ListKeys", "Resource": "*" }
}`,
    },
  ],
  *checkFile(file) {
    const [problem, ...more] = file.problems.filter(({ bound }) => !bound);
    if (problem === undefined || DIRECTIVE.test(file.file.text) || !isKmsPolicy(file)) return;
    yield {
      span: problem.span,
      offending: problem.message,
      message: `This is not valid ${file.language}: ${code(problem.message)}.${more.length > 0 ? ` ${more.length} more ${more.length > 1 ? 'problems follow' : 'problem follows'} in the file.` : ''} What stands after it may not have been reviewed.`,
      advice: `Mend the ${file.language} here; the policy is refused as it is.`,
    };
  },
};

/** What was read of it is a policy that speaks of KMS, or its text plainly is. */
function isKmsPolicy({ file, policies }: ReadFile): boolean {
  if (policies.some(touchesKms)) return true;
  return /"?Statement"?\s*:/.test(file.text) && /"?Effect"?\s*:/.test(file.text) && /\bkms:[A-Za-z*]/.test(file.text);
}
