import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { extractPolicies } from '../../src/policy/extract/index.ts';
import type { FixedFile } from '../../src/review/fixed-file.ts';
import type { Range, Review } from '../../src/review/review.ts';
import { isLoss } from '../../src/review/review.ts';
import { RULES } from '../../src/rules/index.ts';
import { runFixes } from '../../src/run.ts';
import type { Node } from '../../src/syntax/node.ts';
import { mayBePlan } from '../../src/syntax/scan.ts';
import { blind } from '../blind.ts';
import { parse } from '../differential/corpus.ts';
import { changesOf, OPTIONS } from '../review-of.ts';
import type { Input } from './input.ts';
import { liveInHtml, liveInMarkdown, liveInTerminal } from './markup.ts';
import { spoil } from './odd.ts';
import { type Reports, reportsOf } from './reports.ts';
import type { Texts } from './write.ts';

/**
 * A hang is worse than a wrong answer: whoever waits for the check gets neither. Fixes that are to be written have 25 times the
 * patience of a review (`review/prove.ts`), and are asked for here.
 */
const MAX_CPU_MS = 30_000;

const schema = JSON.parse(readFileSync(new URL('../../schema/report.schema.json', import.meta.url), 'utf8'));
const isReport = new Ajv2020({ formats: { uri: (text: string) => URL.canParse(text) } }).compile(schema);

/** What is wrong with the review of some files, one sentence each; nothing where all properties hold. */
export async function faultsOf(input: Input): Promise<string[]> {
  const started = process.cpuUsage();
  const { head, checks } = input;
  const { review, files } = await reviewed(input);
  const reports = reportsOf(review);
  const faults = [...bugs(review), ...placesOutside(review, head), ...reportFaults(reports)];
  if (checks.oneIn(3)) faults.push(...(await orderFaults(input, reports, files)));
  if (files.length > 0) faults.push(...(await fixFaults(review, files, input)));
  if (checks.oneIn(2)) faults.push(...accusations(input));
  const { user, system } = process.cpuUsage(started);
  const spent = (user + system) / 1000;
  if (spent > MAX_CPU_MS) faults.push(`it takes ${Math.round(spent)} ms of CPU`);
  return faults;
}

/** The same files in another order are the same report, byte for byte. */
async function orderFaults(input: Input, reports: Reports, files: readonly FixedFile[]): Promise<string[]> {
  const { head, base } = input;
  const again = await reviewed({ ...input, head: shuffled(head, 1), base: base && shuffled(base, 2) });
  const others = reportsOf(again.review);
  if (JSON.stringify(others) === JSON.stringify(reports) && isSame(again.files, files)) return [];
  return [`another order of the files, another report${firstDifference(reports, others)}`];
}

function reviewed({ head, base, config, options }: Input): Promise<{ review: Review; files: FixedFile[] }> {
  return runFixes(changesOf(head, base), config, { ...OPTIONS, ...options });
}

/** The files in another order, and texts that are no longer the same objects. */
function shuffled(files: Texts, by: number): Texts {
  const entries = Object.entries(files);
  return Object.fromEntries(
    [...entries.slice(by % entries.length), ...entries.slice(0, by % entries.length)].reverse(),
  );
}

function isSame(some: readonly FixedFile[], others: readonly FixedFile[]): boolean {
  const sorted = (files: readonly FixedFile[]): string =>
    files
      .map((file) => JSON.stringify(file))
      .sort()
      .join('\n');
  return sorted(some) === sorted(others);
}

function firstDifference(one: Reports, other: Reports): string {
  const [a, b] = [JSON.stringify(one.json), JSON.stringify(other.json)];
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at === a.length ? '' : `: ${a.slice(Math.max(0, at - 80), at + 80)} / ${b.slice(at, at + 80)}`;
}

function* bugs({ gaps }: Review): Iterable<string> {
  for (const { reason } of gaps) if (reason.includes('bug of this program')) yield reason;
}

/** Lines and columns from 1, and inside their file. */
function* placesOutside({ findings, gaps, comments }: Review, head: Texts): Iterable<string> {
  const lines = new Map(Object.entries(head).map(([path, text]) => [path, text.split(/\r\n|\n|\r/)]));
  const places: (Range & { path: string })[] = [
    ...findings,
    ...findings.flatMap(({ related }) => related),
    ...findings.flatMap(({ fix, path }) => (fix?.edits ?? []).map((edit) => ({ ...edit, path }))),
    ...comments.flatMap(({ fix, path }) => (fix?.edits ?? []).map((edit) => ({ ...edit, path }))),
    ...gaps,
  ];
  for (const { path, start, end } of places) {
    const own = lines.get(path);
    const isInside = ({ line, column }: Range['start']): boolean =>
      line >= 1 && column >= 1 && column <= (own?.[line - 1] ?? '').length + 1 && line <= (own?.length ?? 0);
    const isForward = start.line < end.line || (start.line === end.line && start.column <= end.column);
    if (!isInside(start) || !isInside(end) || !isForward)
      yield `outside ${path}: ${start.line}:${start.column} to ${end.line}:${end.column}`;
  }
  for (const { placement, path } of comments) {
    if (placement.at === 'inline' && !(placement.line >= 1 && placement.line <= (lines.get(path)?.length ?? 0)))
      yield `a comment at line ${placement.line} of ${path}`;
  }
}

function* reportFaults({ terminal, html, json, sarif, markdown }: Reports): Iterable<string> {
  if (!isReport(JSON.parse(json))) yield `the JSON report is against its schema: ${JSON.stringify(isReport.errors)}`;
  JSON.parse(sarif);
  for (const text of terminal) yield* liveInTerminal(text);
  yield* liveInHtml(html);
  for (const text of markdown) yield* liveInMarkdown(text);
}

/** Fixes that are written mend what they say, and leave files that can be read. */
async function fixFaults(before: Review, files: readonly FixedFile[], input: Input): Promise<string[]> {
  const fixed = Object.fromEntries(files.map(({ path, after }) => [path, after]));
  const { review } = await reviewed({ ...input, head: { ...input.head, ...fixed } });
  const faults = [...bugs(review)];
  for (const file of files) {
    const { path } = file;
    // What a fix took out may have been all that was about KMS.
    const { contents, skipped } = review.files;
    const isRead = [...contents, ...skipped.filter((one) => !isLoss(one))].some((one) => one.path === path);
    if (!isRead) faults.push(`${path} is not read after its fixes`);
    const broken = ({ findings, gaps }: Review): number =>
      findings.filter((one) => one.path === path && one.rule === 'unreadable-file').length +
      gaps.filter((gap) => gap.path === path && /not valid|not read from/.test(gap.reason)).length;
    if (broken(review) > broken(before)) faults.push(`${path} is broken after its fixes`);
    // What was planned before the fix is still planned.
    if (Object.values(input.head).some(mayBePlan)) continue;
    for (const [rule, mended] of Map.groupBy(file.fixes, (fix) => fix.rule)) {
      const count = ({ findings }: Review): number =>
        findings.filter((one) => one.path === path && one.rule === rule).length;
      if (count(review) > count(before) - mended.length)
        faults.push(
          `${mended.length} of ${count(before)} findings of ${rule} were mended in ${path}, and ${count(review)} are left`,
        );
    }
  }
  return faults;
}

/** Beside `kms:*` this rule takes a resource that cannot be read for a key, on purpose. */
const TAKEN_FOR_A_KEY = 'wildcard-action in ';

/**
 * Findings that come of a value that cannot be read: nobody is accused of what is not known. Of several rules that have
 * something to say of a statement some leave it to another; then that one falls silent and they speak.
 */
function* accusations({ documents, config, checks }: Input): Iterable<string> {
  const { kind, json } = checks.pick(documents);
  const root = parse(spoil(json, checks));
  const before = new Set(accusationsIn(root, kind, config));
  const placeOf = (one: string): string => one.slice(one.indexOf(' in '));
  const places = new Set([...before].filter((one) => !one.startsWith('duplicate-element')).map(placeOf));
  // Two quotes each, and about as many names.
  const values = [...root.span.file.text.matchAll(/"/g)].length >> 2;
  const blinded = blind(root, checks.below(values));
  if (blinded === undefined) return;
  for (const one of accusationsIn(blinded.root, kind, config))
    if (!before.has(one) && !places.has(placeOf(one)) && !one.startsWith(TAKEN_FOR_A_KEY))
      yield `${one}, although ${blinded.what} cannot be read, in ${root.span.file.text}`;
}

function accusationsIn(root: Node, kind: Input['documents'][number]['kind'], config: Input['config']): string[] {
  const { policies } = extractPolicies(root.span.file, [root]);
  return policies.flatMap((policy) => {
    policy.kind = kind;
    return RULES.flatMap((rule) =>
      [...(rule.check?.(policy, { config }) ?? [])]
        .filter(({ severity = rule.severity }) => severity !== 'notice')
        .map(({ statement }): string => `${rule.id} in statement ${statement?.index}`),
    );
  });
}
