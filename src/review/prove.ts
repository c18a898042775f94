import { canonicalText } from '../access/canonical.ts';
import { keeps, narrows } from '../access/prove.ts';
import { amend } from '../policy/amend.ts';
import type { Change, Repair } from '../policy/change.ts';
import type { Config } from '../policy/config.ts';
import { OWN_ACCOUNT } from '../policy/pattern.ts';
import { type Policy, type Statement, show } from '../policy/policy.ts';
import type { Finding } from '../rules/rule.ts';
import type { Edit } from '../source/edit.ts';
import { SourceFile, type Span } from '../source/source-file.ts';
import { findEntry, type Written } from '../syntax/written.ts';
import { writtenFile } from '../syntax/written-file.ts';
import type { Again, Analysis } from './analyse.ts';

/** Edits that were shown to mend some findings and nothing else. They refer to the original text and never overlap. */
export interface Fix {
  /** Imperative, a few words: `Pin the account that owns the keys`. */
  title: string;
  edits: Edit[];
}

/** Proves fixes of one run. */
export interface Prover {
  /** One fix of some findings of a file; undefined where it cannot be written or proven. */
  prove(analysis: Analysis, findings: readonly Finding[]): Fix | undefined;
}

/** How many fixes are tried in a run: each reads a file, and for Terraform its module, once more. */
const MAX_PROOFS = 200;

/** What the proofs of a run need to know. */
interface Proving {
  config: Config;
  /** All that is reviewed. */
  texts: readonly string[];
}

/** Makes the prover of a run, which gives up after a number of proofs. */
export function openProver(proving: Proving): Prover {
  let left = MAX_PROOFS;
  const known = new WeakMap<Analysis, Written[] | undefined>();
  const before = new WeakMap<Analysis, Analysis[]>();
  let isOwnOnly: boolean | undefined;
  return {
    prove(analysis, findings) {
      const { again } = analysis;
      const repairs = findings.flatMap(({ repair }) => (repair ? [repair] : []));
      if (again === undefined || repairs.length < findings.length || repairs.length === 0) return undefined;
      if (findings.some(({ span }) => span.file !== analysis.file)) return undefined;
      const { account } = proving.config;
      if (repairs.some((repair) => repair.keeps === 'own-account')) {
        isOwnOnly ??= proving.texts.every((text) => speaksOnlyOf(account, text));
        if (!isOwnOnly) return undefined;
      }
      if (!known.has(analysis)) known.set(analysis, writtenFile(analysis.file, analysis.language, again.parsers));
      const roots = known.get(analysis);
      if (roots === undefined) return undefined;
      const changes = repairs.flatMap((repair) => repair.changes);
      if (!changes.every((change) => findings.some((finding) => isInside(change, finding, roots)))) return undefined;
      const reference = findings.find(({ policy }) => policy?.own)?.policy?.own;
      const edits = amend(changes, roots, { reference, account });
      if (edits === undefined || left-- <= 0) return undefined;
      const old = before.get(analysis) ?? again.analyse(new SourceFile(analysis.file.path, analysis.file.text));
      before.set(analysis, old);
      if (!findings.every(({ statement }) => statement === undefined || isWrittenOnce(statement, old)))
        return undefined;
      const isProven = proves({ analysis, again, findings, edits, old, account });
      return isProven ? { title: titleOf(repairs), edits } : undefined;
    },
  };
}

function titleOf(repairs: readonly Repair[]): string {
  const [first = '', ...more] = new Set(repairs.map(({ title }) => title));
  return more.reduce((all, title) => `${all}; ${title.charAt(0).toLowerCase()}${title.slice(1)}`, first);
}

/** Whether a text names this account only, or none: whoever names another one may mean its keys. */
function speaksOnlyOf(account: string | undefined, text: string): boolean {
  const numbers = text.match(/(?<![\w.-])\d{12}(?![\w-])/g) ?? [];
  return numbers.every((number) => number === account);
}

/** Whether one statement of one policy is written at its place; that of a loop or of a merged document is several. */
function isWrittenOnce({ span }: Statement, analyses: readonly Analysis[]): boolean {
  const all = policiesOf(analyses).flatMap(({ statements }) => statements.map((one) => one.span));
  const here = all.filter(({ file, start, end }) => {
    return file.path === span.file.path && start === span.start && end === span.end;
  });
  return here.length === 1;
}

/** Whether a change is in the statement or resource that the finding is about: what stands elsewhere may have other uses. */
function isInside(change: Change, { statement, declared, policy }: Finding, roots: readonly Written[]): boolean {
  const place = placeOf(change);
  if (place.via) return false;
  if (statement !== undefined) return contains(statement.span, place);
  if (declared === undefined) return policy !== undefined && contains(policy.span, place);
  const step = findEntry(roots, declared.span);
  const member = step?.container.members[step.index];
  if (step === undefined || member === undefined) return false;
  return contains(step.container.layer.span(member.start, member.end), place);
}

function placeOf(change: Change): Span {
  switch (change.change) {
    case 'value':
    case 'actions':
    case 'remove':
      return change.at;
    case 'remove-entry':
    case 'operator':
      return change.name;
    case 'condition':
      return change.statement;
    case 'statement':
      return change.after;
    case 'property':
      return change.of;
  }
}

function contains(outer: Span, inner: Span): boolean {
  return outer.file === inner.file && inner.start >= outer.start && inner.end <= outer.end && outer.via === undefined;
}

interface Case {
  analysis: Analysis;
  again: Again;
  findings: readonly Finding[];
  edits: readonly Edit[];
  /** What was read before, the file among it. */
  old: readonly Analysis[];
  account: string | undefined;
}

/**
 * The proof, on the text: it is edited and read again. Nothing new is unreadable, the findings are gone and no others came
 * (so that there is nothing to apply a second time), no other document changed, and the findings' own allow no more than
 * before and still what is meant.
 */
function proves({ analysis, again, findings, edits, old, account }: Case): boolean {
  const { path, text } = analysis.file;
  const edited = applyEdits(text, edits);
  if (edited === text) return false;
  const fresh = again.analyse(new SourceFile(path, edited));
  if (fresh.some((one) => one.broken)) return false;
  if (!isPartOf(fresh.flatMap(gapTexts), old.flatMap(gapTexts))) return false;
  const left = without(old.flatMap((one) => one.findings).map(identity), findings.map(identity));
  if (left === undefined || !isPartOf(fresh.flatMap((one) => one.findings).map(identity), left)) return false;
  return isSameAccess(policiesOf(old), policiesOf(fresh), findings, account);
}

/** A text with edits of it applied, which are in its order and apart. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let at = 0;
  let edited = '';
  for (const { span, text: by } of edits) {
    edited += text.slice(at, span.start) + by;
    at = span.end;
  }
  return edited + text.slice(at);
}

function gapTexts({ gaps }: Analysis): string[] {
  return gaps.map(({ span, reason }) => `${span.file.path} ${reason}`);
}

/** A finding without its place, which moves, and without the Sid, which a new statement has not. */
function identity({ rule, severity, span, policy, declared, offending }: Finding): string {
  const address = policy?.address ?? declared?.address ?? '';
  return JSON.stringify([rule, severity, span.file.path, address, offending]);
}

/** Whether some texts are among others, each as often. */
function isPartOf(some: readonly string[], all: readonly string[]): boolean {
  return without(all, some) !== undefined;
}

/** The texts without some others, each taken out once; undefined where one is not there. */
function without(all: readonly string[], taken: readonly string[]): string[] | undefined {
  const left = [...all];
  for (const one of taken) {
    const at = left.indexOf(one);
    if (at < 0) return undefined;
    left.splice(at, 1);
  }
  return left;
}

function policiesOf(analyses: readonly Analysis[]): Policy[] {
  return analyses.flatMap((analysis) => analysis.policies);
}

/** Whether the policies of the findings allow no more than before and still what is meant, and all others say the same. */
function isSameAccess(
  old: readonly Policy[],
  fresh: readonly Policy[],
  findings: readonly Finding[],
  account: string | undefined,
): boolean {
  if (old.length !== fresh.length) return false;
  return old.every((before, index) => {
    const after = fresh[index] as Policy;
    if (before.address !== after.address || before.kind !== after.kind) return false;
    if (canonicalText([before]) === canonicalText([after])) return true;
    const own = findings.filter(({ policy }) => policy?.address === before.address);
    return own.length > 0 && isNarrowed(before, after, own, account);
  });
}

function isNarrowed(before: Policy, after: Policy, findings: readonly Finding[], account: string | undefined): boolean {
  if (otherServices(before) !== otherServices(after)) return false;
  const options = { account };
  if (narrows([before], [after], options) !== 'yes') return false;
  const kept = findings.map(({ repair }) => repair?.keeps);
  if (kept.includes('what-it-says')) return true;
  if (!kept.includes('own-account')) return keeps([before], [after], {}, options) === 'yes';
  const accounts = [OWN_ACCOUNT, ...(account === undefined ? [] : [account])];
  return accounts.some((own) => keeps([before], [after], { account: own }, options) === 'yes');
}

/** What a document says of other services, action by action: a fix leaves that alone. */
function otherServices({ statements }: Policy): string {
  return statements.flatMap(otherActions).sort().join('\n');
}

function otherActions(statement: Statement): string[] {
  const { action, notAction, effect } = statement;
  const others = (action ?? notAction)?.values.filter((value) => !/^kms:/i.test(show(value))) ?? [];
  const rest = canonicalText([
    {
      kind: 'unknown',
      address: '',
      version: undefined,
      node: statement.node,
      span: statement.span,
      gaps: [],
      statements: [{ ...statement, action: undefined, notAction: undefined }],
    },
  ]);
  return others.map((value) => `${effect} ${notAction ? 'not ' : ''}${show(value)} ${rest}`);
}
