import { amend } from '../policy/amend.ts';
import type { Change, Repair } from '../policy/change.ts';
import type { Config } from '../policy/config.ts';
import type { Gap, Policy, Statement } from '../policy/policy.ts';
import type { Finding } from '../rules/rule.ts';
import type { Edit } from '../source/edit.ts';
import { SourceFile, type Span } from '../source/source-file.ts';
import { findEntry, type Written } from '../syntax/written.ts';
import { writtenFile } from '../syntax/written-file.ts';
import type { Again, Analysis } from './analyse.ts';
import { isSameAccess } from './same-access.ts';
import { DENSE, namesOthers, type Survey } from './survey.ts';

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
  /** Where a proof itself broke: our bug. The findings stand, without a fix. */
  readonly broken: readonly Gap[];
}

/** How many fixes are tried for a file, for Terraform for its modules, and how much text is read for them: each reads all of it. */
const MAX_PROOFS = 200;
const MAX_TEXT = 8_000_000;
/** How much is read again in a run where every file has something to mend: each file gets its share, whatever becomes of others. */
const SHARED_TEXT = 16_000_000;
/** The first proof of a file reads it twice, as it is and as it would be. */
const LEAST_READINGS = 2;
/** What writing a fix costs, as a part of reading the file. */
const WRITING = 0.1;
/** Whoever asks for the fixes to be written waits longer. */
const PATIENCE = 25;

/** What the proofs of a run need to know. */
export interface Proving {
  config: Config;
  /** Of all that is reviewed. */
  survey: Survey;
  /** The fixes will be written: they are what the run is for. */
  forWriting?: boolean;
}

/** Makes the prover of a run, which gives up after a number of proofs of a file. */
export function openProver(proving: Proving): Prover {
  const state: State = { ...proving, files: new WeakMap(), rooms: new WeakMap() };
  const broken: Gap[] = [];
  return {
    broken,
    prove(analysis, findings) {
      try {
        return proveFix(analysis, findings, state);
      } catch (error) {
        const [first] = findings;
        const reason = `the fix of ${first?.rule} broke here, which is a bug of this program: ${error instanceof Error ? error.message : error}`;
        if (first) broken.push({ span: first.span, reason });
        return undefined;
      }
    },
  };
}

/** What a prover remembers. */
interface State extends Proving {
  files: WeakMap<Analysis, Known>;
  /** How much may still be done, for each group of files that are read together: what else is reviewed makes no difference. */
  rooms: WeakMap<Again, Room>;
}

interface Known {
  roots: Written[] | undefined;
  old?: Analysis[];
}

interface Room {
  proofs: number;
  /** Characters that were read, and how many may be. */
  read: number;
  most: number;
}

function proveFix(analysis: Analysis, findings: readonly Finding[], state: State): Fix | undefined {
  const { again, file } = analysis;
  if (again === undefined) return undefined;
  const patience = state.forWriting ? PATIENCE : 1;
  const room: Room = state.rooms.get(again) ?? { proofs: MAX_PROOFS * patience, read: 0, most: MAX_TEXT * patience };
  state.rooms.set(again, room);
  // Before anything is done for a fix that cannot be proven any more.
  if (room.proofs <= 0 || room.read + file.text.length > room.most) return undefined;
  const repairs = findings.flatMap(({ repair }) => (repair ? [repair] : []));
  if (repairs.length < findings.length || repairs.length === 0) return undefined;
  if (findings.some(({ span }) => span.file !== file)) return undefined;
  const { account } = state.config;
  const keepsToOwn = repairs.some((repair) => repair.keeps === 'own-account');
  if (keepsToOwn && state.survey.namesOthers) return undefined;
  const readings = (SHARED_TEXT * patience) / state.survey.size;
  if (readings < LEAST_READINGS) return undefined;
  const known = state.files.get(analysis) ?? { roots: writtenFile(file, analysis.language, again.parsers) };
  state.files.set(analysis, known);
  const { roots } = known;
  const changes = repairs.flatMap((repair) => repair.changes);
  if (!roots || !changes.every((change) => findings.some((one) => isInside(change, one, roots)))) return undefined;
  const reference = findings.find(({ policy }) => policy?.own)?.policy?.own;
  // Also writing a fix looks at all that is around it.
  room.read += file.text.length * WRITING;
  const edits = amend(changes, roots, { reference, account });
  if (edits === undefined) return undefined;
  room.proofs--;
  if (known.old === undefined) {
    known.old = again.analyse(new SourceFile(file.path, file.text));
    room.most = Math.min(room.most, readings * costOf(known.old));
    room.read += costOf(known.old);
  }
  const { old } = known;
  room.read += costOf(old);
  // A file that was read with it, and is not among what is reviewed.
  if (keepsToOwn && old.some((one) => namesOthers(one.file.text, account))) return undefined;
  if (!findings.every(({ statement }) => statement === undefined || isWrittenOnce(statement, old))) return undefined;
  return proves({ analysis, again, findings, edits, old, account }) ? { title: titleOf(repairs), edits } : undefined;
}

function costOf(analyses: readonly Analysis[]): number {
  return analyses.reduce((sum, { file, findings, contents }) => {
    const statements = contents.policies.reduce((all, policy) => all + policy.statements, 0);
    return sum + file.text.length + DENSE * (statements + findings.length);
  }, 0);
}

function titleOf(repairs: readonly Repair[]): string {
  const [first = '', ...more] = new Set(repairs.map(({ title }) => title));
  return more.reduce((all, title) => `${all}; ${title.charAt(0).toLowerCase()}${title.slice(1)}`, first);
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
  if (place.via || policy?.via) return false;
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
  const counts = new Map<string, number>();
  for (const one of taken) counts.set(one, (counts.get(one) ?? 0) + 1);
  const left = all.filter((one) => {
    const count = counts.get(one) ?? 0;
    if (count > 0) counts.set(one, count - 1);
    return count === 0;
  });
  return left.length === all.length - taken.length ? left : undefined;
}

function policiesOf(analyses: readonly Analysis[]): Policy[] {
  return analyses.flatMap(({ documents }) => documents?.policies ?? []);
}
