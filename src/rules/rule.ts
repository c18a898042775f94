import type { Repair } from '../policy/change.ts';
import type { Config } from '../policy/config.ts';
import type { Declared } from '../policy/declared.ts';
import type { Policy, Statement } from '../policy/policy.ts';
import type { SourceFile, Span } from '../source/source-file.ts';
import type { Problem } from '../syntax/node.ts';

export const SEVERITIES = ['error', 'warning', 'notice'] as const;
/** `error`: grants what nobody meant to grant, or cannot work. `warning`: a best practice is not followed. `notice`: worth a look. */
export type Severity = (typeof SEVERITIES)[number];

/** A related place and what it has to do with the finding. */
interface Related {
  span: Span;
  note: string;
}

export interface Finding {
  rule: string;
  severity: Severity;
  /** For the author of the pull request: what is wrong here, and what can happen. Markdown inline code only. */
  message: string;
  /** What to write instead. */
  advice: string;
  /** The narrowest element at fault. */
  span: Span;
  /** The offending value, for the fingerprint; no line numbers, no message text. */
  offending: string;
  policy: Policy | undefined;
  /** The resource, where the finding is about one rather than about a policy. */
  declared: Declared | undefined;
  statement: Statement | undefined;
  related: Related[];
  /** What would repair it, where that is certain; whether it can be written and proven shows later. */
  repair: Repair | undefined;
}

/** What a rule yields; the framework adds the rule's id, the policy or the resource. */
export interface Draft {
  span: Span;
  message: string;
  advice: string;
  offending: string;
  /** Where it differs from the rule's own severity. */
  severity?: Severity;
  /** The policy that it is about, where a resource was looked at. */
  policy?: Policy;
  statement?: Statement;
  related?: Related[];
  /** Only what narrows access or keeps it, and what the author plainly meant; anything else is advice in words. */
  repair?: Repair | undefined;
}

/** An example: a policy document, or a template with a resource in it. */
export interface Example {
  /** One line: what it shows. */
  title: string;
  /** The kind of the policy, where the text alone cannot tell. */
  kind?: Policy['kind'];
  /** The text is a template of this language, in JSON. */
  template?: 'CloudFormation' | 'Terraform';
  /** What the configuration says, where the example needs it. */
  config?: Partial<Config>;
  /** JSON text of a policy or a template. In a bad example `«` and `»` mark the expected span. */
  text: string;
}

export interface Rule {
  id: string;
  title: string;
  severity: Severity;
  /** What the documentation page says of why it matters. */
  why: string;
  /** What to do instead. */
  remedy: string;
  /** When the pattern is fine, and how the rule sees that. */
  quiet: string;
  /** Where the facts come from: page titles with URLs. */
  references: { title: string; url: string }[];
  bad: Example[];
  good: Example[];
  /** Looks at one policy. It never accuses on what is unknown. */
  check?(policy: Policy, context: Context): Iterable<Draft>;
  /** Looks at one resource of a template. It never accuses on what is unknown either. */
  checkDeclared?(declared: Declared, context: Context): Iterable<Draft>;
  /** Looks at one file, whether or not policies were found in it. */
  checkFile?(file: ReadFile): Iterable<Draft>;
}

export interface Context {
  config: Config;
}

/** A file after parsing and extraction. */
export interface ReadFile {
  file: SourceFile;
  /** `JSON` or `YAML`, for messages. */
  language: string;
  problems: Problem[];
  policies: Policy[];
}
