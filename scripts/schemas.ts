import { POLICY_KINDS } from '../src/policy/policy.ts';
import { TOOL } from '../src/report/version.ts';
import { RULES } from '../src/rules/index.ts';
import { SEVERITIES } from '../src/rules/rule.ts';

/** The JSON Schemas of what users read and write; rules, kinds and severities come from the sources. */

const BASE = 'https://raw.githubusercontent.com/kms-policy-review/kms-policy-review/main/schema';

/** An object in which everything is required and nothing else is allowed. */
function object(properties: Record<string, object>, optional: readonly string[] = []): object {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', additionalProperties: false, required, properties };
}

const array = (items: object): object => ({ type: 'array', items });
const nullable = (schema: object): object => ({ anyOf: [{ type: 'null' }, schema] });
const ref = (name: string, description?: string): object => ({
  ...(description ? { description } : {}),
  $ref: `#/$defs/${name}`,
});
const text = { type: 'string' };
const place = { path: ref('path'), start: ref('position'), end: ref('position') };

export function reportSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${BASE}/report.schema.json`,
    title: `The JSON report of ${TOOL}, schema version 1`,
    ...object({
      schemaVersion: { const: 1 },
      tool: object({ name: { const: TOOL }, version: text }),
      findings: array(ref('finding')),
      gaps: { description: 'What could not be read or decided.', ...array(object({ ...place, reason: text })) },
      files: object({
        candidates: ref('count', 'Files whose name says that they may hold a policy.'),
        read: ref('count', 'How many of them were parsed.'),
        skipped: array(
          object({
            path: { description: 'Empty where the reason is about the list of files itself.', ...text },
            reason: text,
          }),
        ),
        contents: {
          description: 'What was read out of each parsed file; the reason says why no policy was found.',
          ...array(
            object(
              {
                path: ref('path'),
                policies: array(object({ kind: ref('kind'), address: text, statements: ref('count') })),
                reason: text,
              },
              ['reason'],
            ),
          ),
        },
      }),
      access: {
        description: 'The KMS access of base and head, compared; null where there is nothing to compare with.',
        ...nullable(
          object({
            newAccess: {
              description: 'unknown: nothing is certainly new, and something may be.',
              enum: [true, false, 'unknown'],
            },
            added: array(ref('access')),
            removed: array(ref('access')),
            unknown: { description: 'What may be new, or gone.', ...array(ref('access')) },
            compared: ref('count', 'Identities, keys and documents whose KMS policies differ.'),
          }),
        ),
      },
      summary: object({
        errors: ref('count'),
        warnings: ref('count'),
        notices: ref('count'),
        carried: ref('count'),
        suppressed: ref('count'),
        incomplete: { type: 'boolean' },
      }),
    }),
    $defs: {
      count: { type: 'integer', minimum: 0 },
      path: { description: 'Relative, with forward slashes.', type: 'string', minLength: 1 },
      position: {
        description: '1-based; columns count UTF-16 code units; ends are exclusive in columns.',
        ...object({ line: { type: 'integer', minimum: 1 }, column: { type: 'integer', minimum: 1 } }),
      },
      kind: { enum: [...POLICY_KINDS] },
      access: object({
        change: { enum: ['added', 'removed', 'may-add', 'may-remove'] },
        policy: {
          description: 'What it hangs on; null where a file or document could not be read.',
          ...nullable(object({ kind: ref('kind'), addresses: array(text), path: ref('path') })),
        },
        principals: { description: 'Who, where the document names principals.', ...array(text) },
        route: {
          description: 'In a key policy: with-iam needs an IAM policy as well.',
          enum: ['direct', 'with-iam'],
        },
        otherwiseWithIam: {
          description: 'Of direct: with an IAM policy it was allowed before, or still is.',
          type: 'boolean',
        },
        actions: {
          description: 'Patterns that cover exactly what changed, of the permissions of today.',
          ...array(text),
        },
        resources: array(object({ pattern: text, except: array(text) })),
        partial: { description: 'A part of the resources that their patterns cannot tell.', type: 'boolean' },
        condition: { description: 'What the requests carry; Markdown with code spans only.', ...text },
        reasons: { description: 'What it hangs on that is not known.', ...array(text) },
        assumes: { description: 'What is taken for granted.', ...array(text) },
        causes: array(
          object({
            path: ref('path'),
            line: { type: 'integer', minimum: 1 },
            side: { enum: ['base', 'head'] },
            why: { enum: ['allowed', 'denied', 'denial-removed', 'allow-removed'] },
          }),
        ),
        example: {
          description: 'One such request.',
          ...nullable(
            object({ action: text, resource: text, context: { type: 'object', additionalProperties: array(text) } }),
          ),
        },
      }),
      finding: object({
        rule: { enum: RULES.map((rule) => rule.id) },
        severity: { enum: [...SEVERITIES] },
        message: { description: 'What is wrong and what can happen; Markdown with code spans only.', ...text },
        ...place,
        policy: nullable(object({ kind: ref('kind'), address: text })),
        statement: nullable(object({ index: ref('count'), sid: { type: ['string', 'null'] } })),
        related: array(object({ ...place, note: text })),
        fix: nullable(
          object({
            title: text,
            edits: array(object({ start: ref('position'), end: ref('position'), text })),
            proven: { type: 'boolean' },
          }),
        ),
        advice: { description: 'What to write instead.', ...text },
        help: { description: "The rule's documentation.", type: 'string', format: 'uri' },
        fingerprint: {
          description: 'Identity over time; no line number goes into it.',
          type: 'string',
          pattern: '^[0-9a-f]{32}$',
        },
        status: { enum: ['new', 'carried'] },
        suppressed: nullable(object({ reason: text })),
      }),
    },
  };
}

export function configurationSchema(): object {
  // Readers of YAML make a number of an account id without quotes; one that begins with 0 is too small then.
  const account = { type: ['string', 'integer'], pattern: '^\\d{12}$', minimum: 1e11, maximum: 1e12 - 1 };
  const glob = { type: 'string', pattern: '^[^/\\\\{}\\[\\]][^\\\\{}\\[\\]]*$' };
  const globs = { anyOf: [glob, array(glob)] };
  const properties = {
    'trusted-accounts': { description: 'Accounts that policies may name.', ...array(account) },
    'trusted-organizations': array({ type: 'string', pattern: '^o-[a-z0-9]{10,32}$' }),
    account: { description: 'The own account id.', ...account },
    rules: {
      description: "A rule's severity where it differs from its own.",
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(
        RULES.map((rule) => [rule.id, { description: rule.title, enum: ['off', 'notice', 'warning', 'error'] }]),
      ),
    },
    paths: { description: 'Globs of the files to review.', ...globs },
    'paths-ignore': { description: 'Globs of files to leave out.', ...globs },
    'policy-kinds': {
      description: 'The kind of plain policy documents; the first entry that matches decides.',
      ...array(object({ paths: globs, kind: { enum: [...POLICY_KINDS] } })),
    },
    suppressions: array(
      object(
        {
          rule: { enum: RULES.map((rule) => rule.id) },
          path: { description: 'A path glob.', ...glob },
          policy: { description: 'The address of the policy or the resource.', ...text },
          sid: text,
          reason: { type: 'string', pattern: '\\S' },
          fingerprint: {
            description: 'As the JSON report has it; then it holds for exactly this finding.',
            type: 'string',
            pattern: '^[0-9a-f]{32}$',
          },
          expires: {
            description: 'The last day on which it holds.',
            type: 'string',
            pattern: '^\\d{4}-\\d{2}-\\d{2}$',
          },
        },
        ['policy', 'sid', 'expires', 'fingerprint'],
      ),
    ),
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${BASE}/configuration.schema.json`,
    title: '.github/kms-policy-review.yml',
    type: ['object', 'null'],
    additionalProperties: false,
    properties,
  };
}
