import type { Report } from '../review/merge.ts';
import type { Range, ReviewFinding } from '../review/review.ts';
import { SEVERITIES } from '../rules/rule.ts';
import { UserError } from '../source/user-error.ts';
import { TOOL, VERSION } from './version.ts';

/** Why a text is no report that can be merged; the reader adds the file. */
class Mismatch extends Error {}

/**
 * Reads a JSON report that this version wrote about files as they are. Excerpts are not in it. Throws a UserError that
 * names `file` and the cause for anything else.
 */
export function readReport(text: string, file: string): Report {
  try {
    return reportOf(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UserError(`${file}: no JSON: ${error.message}`);
    if (error instanceof Mismatch) throw new UserError(`${file}: ${error.message}`);
    throw error;
  }
}

function reportOf(value: unknown): Report {
  const report = object(value, 'the report');
  const tool = object(report['tool'], 'tool');
  if (report['schemaVersion'] !== 1 || tool['name'] !== TOOL) throw new Mismatch(`this is no JSON report of ${TOOL}`);
  if (tool['version'] !== VERSION)
    throw new Mismatch(
      `written by version ${tool['version']}, and this is version ${VERSION}; merge with the one that wrote it`,
    );
  if (report['access'] !== null)
    throw new Mismatch('it compares with a base; only reports of files as they are can be merged');
  const files = object(report['files'], 'files');
  const summary = object(report['summary'], 'summary');
  const count = (name: 'errors' | 'warnings' | 'notices' | 'carried' | 'suppressed'): number =>
    number(summary[name], `summary.${name}`);
  return {
    findings: list(report['findings'], 'findings', findingOf),
    gaps: list(report['gaps'], 'gaps', (one, at) => {
      const gap = object(one, at);
      return {
        path: string(gap['path'], `${at}.path`),
        ...range(gap, at),
        reason: string(gap['reason'], `${at}.reason`),
      };
    }),
    files: {
      candidates: number(files['candidates'], 'files.candidates'),
      read: number(files['read'], 'files.read'),
      skipped: list(files['skipped'], 'files.skipped', (one, at) => {
        const skipped = object(one, at);
        return { path: string(skipped['path'], `${at}.path`), reason: string(skipped['reason'], `${at}.reason`) };
      }),
      contents: list(files['contents'], 'files.contents', (one, at) => {
        const contents = object(one, at);
        string(contents['path'], `${at}.path`);
        list(contents['policies'], `${at}.policies`, object);
        return contents as unknown as Report['files']['contents'][number];
      }),
    },
    access: null,
    summary: {
      ...{ errors: count('errors'), warnings: count('warnings'), notices: count('notices') },
      ...{ carried: count('carried'), suppressed: count('suppressed'), incomplete: summary['incomplete'] === true },
    },
  };
}

/** What is checked is what merging and the reports rely on; the rest is as this version wrote it. */
function findingOf(value: unknown, at: string): ReviewFinding {
  const finding = object(value, at);
  for (const name of ['rule', 'message', 'path', 'advice', 'help', 'fingerprint', 'status'])
    string(finding[name], `${at}.${name}`);
  if (!SEVERITIES.some((one) => one === finding['severity'])) throw new Mismatch(`${at}.severity is none`);
  list(finding['related'], `${at}.related`, (one, place) => {
    const related = object(one, place);
    string(related['path'], `${place}.path`);
    string(related['note'], `${place}.note`);
    return range(related, place);
  });
  if (finding['fix'] !== null) list(object(finding['fix'], `${at}.fix`)['edits'], `${at}.fix.edits`, object);
  for (const name of ['policy', 'statement']) if (finding[name] !== null) object(finding[name], `${at}.${name}`);
  const reason = finding['suppressed'] === null ? null : object(finding['suppressed'], `${at}.suppressed`)['reason'];
  const known = { ...finding, ...range(finding, at) } as unknown as ReviewFinding;
  return {
    ...known,
    suppressed:
      reason === null ? null : { reason: string(reason, `${at}.suppressed.reason`), file: null, line: 0, isNew: false },
    inScope: reason === null,
    excerpt: [],
  };
}

function range(value: Record<string, unknown>, at: string): Range {
  const [start, end] = (['start', 'end'] as const).map((name) => {
    const position = object(value[name], `${at}.${name}`);
    return {
      line: number(position['line'], `${at}.${name}.line`),
      column: number(position['column'], `${at}.${name}.column`),
    };
  }) as [Range['start'], Range['end']];
  return { start, end };
}

function object(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Mismatch(`${at} is no object`);
  return value as Record<string, unknown>;
}

function list<T>(value: unknown, at: string, read: (one: unknown, at: string) => T): T[] {
  if (!Array.isArray(value)) throw new Mismatch(`${at} is no list`);
  return value.map((one, index) => read(one, `${at}[${index}]`));
}

function string(value: unknown, at: string): string {
  if (typeof value !== 'string') throw new Mismatch(`${at} is no text`);
  return value;
}

function number(value: unknown, at: string): number {
  if (typeof value !== 'number') throw new Mismatch(`${at} is no number`);
  return value;
}
