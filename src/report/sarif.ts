import { helpOf, type Range, type Review, type ReviewFinding, type ReviewFix } from '../review/review.ts';
import type { Rule, Severity } from '../rules/rule.ts';
import { plainText } from './escape.ts';
import { TOOL, VERSION } from './version.ts';
import { lostFiles, scoped } from './words.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
const REPOSITORY = 'https://github.com/kms-policy-review/kms-policy-review';
/** GitHub refuses a file with more results a run (GitHub documentation, SARIF support for code scanning). */
const MAX_RESULTS = 25_000;
/** The key under which our fingerprints stand; the number changes when their making does. */
const FINGERPRINT = 'kmsPolicyReview/v1';

const LEVEL = { error: 'error', warning: 'warning', notice: 'note' } as const satisfies Record<Severity, string>;
/** What GitHub shows as the severity of an alert (`problem.severity` of a rule). */
const PROBLEM = { error: 'error', warning: 'warning', notice: 'recommendation' } as const satisfies Record<
  Severity,
  string
>;

/**
 * The findings in scope as a SARIF 2.1.0 log with one run, for code scanning and other viewers
 * (https://docs.oasis-open.org/sarif/sarif/v2.1.0/). What could not be read stands among the notifications.
 * Paths are relative to the repository. Same review, same bytes.
 */
export function renderSarif(review: Review, rules: readonly Rule[]): string {
  const found = scoped(review);
  const indexOf = new Map(rules.map(({ id }, index) => [id, index]));
  const run = {
    tool: {
      driver: {
        name: TOOL,
        version: VERSION,
        semanticVersion: VERSION,
        informationUri: REPOSITORY,
        rules: rules.map(describeRule),
      },
    },
    columnKind: 'utf16CodeUnits',
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications(review, found.length) }],
    results: found.slice(0, MAX_RESULTS).map((finding) => result(finding, indexOf.get(finding.rule))),
    properties: { carried: review.summary.carried, suppressed: review.summary.suppressed },
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

function describeRule({ id, title, severity, why, remedy, quiet }: Rule): object {
  return {
    id,
    shortDescription: { text: plainMessage(title) },
    fullDescription: { text: plainMessage(why) },
    help: {
      text: plainMessage(`${why} ${remedy}`),
      markdown: `${why}\n\n**What to do.** ${remedy}\n\n**When it says nothing.** ${quiet}\n\n[${id}](${helpOf(id)})`,
    },
    helpUri: helpOf(id),
    defaultConfiguration: { level: LEVEL[severity] },
    properties: { tags: ['security', 'aws', 'kms', 'iam'], precision: 'high', 'problem.severity': PROBLEM[severity] },
  };
}

function result(finding: ReviewFinding, ruleIndex: number | undefined): object {
  const { rule, severity, message, advice, path, policy, related, fix, fingerprint, excerpt } = finding;
  return {
    ruleId: rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: LEVEL[severity],
    message: { text: plainMessage(`${message} ${advice}`), markdown: `${message} ${advice}` },
    locations: [
      {
        physicalLocation: physical(path, finding, excerpt),
        ...(policy ? { logicalLocations: [{ fullyQualifiedName: policy.address, kind: 'resource' }] } : {}),
      },
    ],
    ...(related.length > 0
      ? {
          relatedLocations: related.map((place, index) => ({
            id: index + 1,
            physicalLocation: physical(place.path, place),
            message: { text: plainMessage(place.note) },
          })),
        }
      : {}),
    partialFingerprints: { [FINGERPRINT]: fingerprint },
    ...(fix?.proven ? { fixes: [describeFix(path, fix)] } : {}),
  };
}

function physical(path: string, range: Range, excerpt?: readonly string[]): object {
  const isWhole = excerpt !== undefined && excerpt.length === range.end.line - range.start.line + 1;
  return {
    artifactLocation: { uri: uriOf(path), uriBaseId: '%SRCROOT%' },
    region: regionOf(range),
    ...(isWhole
      ? {
          contextRegion: {
            startLine: range.start.line,
            endLine: range.end.line,
            snippet: { text: excerpt.join('\n') },
          },
        }
      : {}),
  };
}

function regionOf({ start, end }: Range): object {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function describeFix(path: string, { title, edits }: ReviewFix): object {
  return {
    description: { text: plainMessage(title) },
    artifactChanges: [
      {
        artifactLocation: { uri: uriOf(path), uriBaseId: '%SRCROOT%' },
        replacements: edits.map(({ text, ...range }) => ({
          deletedRegion: regionOf(range),
          insertedContent: { text },
        })),
      },
    ],
  };
}

/** What could not be read or shown, so that a log without results does not look like a clean one. */
function notifications(review: Review, found: number): object[] {
  const note = (text: string, location?: object): object => ({
    level: 'note',
    message: { text },
    ...(location ? { locations: [{ physicalLocation: location }] } : {}),
  });
  return [
    ...(found > MAX_RESULTS ? [note(`${found - MAX_RESULTS} more findings are left out; the worst are here.`)] : []),
    ...lostFiles(review).map(({ path, reason }) =>
      note(
        plainMessage(path === '' ? reason : `${path}: ${reason}`),
        path === '' ? undefined : { artifactLocation: { uri: uriOf(path), uriBaseId: '%SRCROOT%' } },
      ),
    ),
    ...review.gaps.map((gap) => note(plainMessage(gap.reason), physical(gap.path, gap))),
  ];
}

/** A relative path as a relative URI: each segment escaped, so that no file name becomes a query or a scheme. */
function uriOf(path: string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(segment.toWellFormed()))
    .join('/');
}

/** Plain text of a SARIF message: brackets would be read as an embedded link (SARIF 2.1.0, section 3.11.6). */
function plainMessage(message: string): string {
  return plainText(message).replace(/[\\[\]]/g, '\\$&');
}
