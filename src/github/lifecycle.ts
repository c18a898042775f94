import type { Acknowledgement } from '../report/acknowledged.ts';
import { cut } from '../report/escape.ts';
import { renderMarker, withoutMarker } from '../report/marker.ts';
import { NOTHING_TO_READ, type Placement, type Review, type ReviewComment } from '../review/review.ts';
import { MAX_BODY } from './limits.ts';
import type { OwnComment } from './own-comments.ts';
import { bodyAt, type Draft } from './post-comments.ts';

const FIXED = 'Fixed in ';
/** Characters of a fixed comment's frame around what it was, at most. Ours. */
const FRAME = 500;

/** What becomes of the comments: which are posted, which earlier ones say something else now, which are fixed. */
export interface CommentPlan {
  post: Draft[];
  refresh: { before: OwnComment; body: string }[];
  fixed: OwnComment[];
}

/**
 * Compares what the review says with what earlier runs said. Comments on files that this run does not look at belong
 * to another job, or to an earlier configuration. Pure.
 */
export function planComments(
  review: Review,
  all: readonly OwnComment[],
  looksAt: (path: string) => boolean = () => true,
): CommentPlan {
  const own = all.filter(({ path }) => looksAt(path));
  const taken = matchComments(review, own);
  const said = new Set(taken.values());
  const plan: CommentPlan = { post: [], refresh: [], fixed: [] };
  for (const comment of review.comments) {
    if (!said.has(comment) && comment.placement.at !== 'summary')
      plan.post.push({ comment, placement: comment.placement });
  }
  for (const [before, comment] of taken) {
    const body = bodyAt(review, comment, placementOf(before, comment.placement));
    if (!isClosed(before) && !isSameText(before.body, body)) plan.refresh.push({ before, body });
  }
  const isPresent = presence(review);
  plan.fixed = own.filter((before) => !taken.has(before) && !isMarked(before) && !isPresent(before));
  return plan;
}

/** The findings that a person resolved, answered or hid, in the review's order. Pure. */
export function acknowledgements(review: Review, own: readonly OwnComment[]): Acknowledgement[] {
  const dealtWith = [...matchComments(review, own)].flatMap(([before, { findings }]): Acknowledgement[] => {
    if (isFixed(before)) return [];
    if (before.isResolved) return [{ findings, how: 'resolved', by: before.resolvedBy }];
    if (before.isHidden) return [{ findings, how: 'hidden', by: undefined }];
    return before.answeredBy === undefined ? [] : [{ findings, how: 'answered', by: before.answeredBy }];
  });
  return dealtWith.sort((a, b) => (a.findings[0] ?? 0) - (b.findings[0] ?? 0));
}

/** Which earlier comment speaks for which comment of the review; each for one. */
function matchComments(review: Review, own: readonly OwnComment[]): Map<OwnComment, ReviewComment> {
  const taken = new Map<OwnComment, ReviewComment>();
  const candidates = own.toSorted((a, b) => rank(a) - rank(b));
  const take = (comment: ReviewComment, isIts: (before: OwnComment) => boolean): boolean => {
    const before = candidates.find((one) => !taken.has(one) && isIts(one) && stillSpeaks(review, comment, one));
    if (before) taken.set(before, comment);
    return before !== undefined;
  };
  // By key first: a statement without a Sid changes its key with its worst finding, and then shares a finding only.
  const unkeyed = review.comments.filter((comment) => !take(comment, (before) => before.marker.key === comment.key));
  for (const comment of unkeyed) {
    const prints = new Set(printsOf(review, comment));
    take(comment, (before) => before.marker.fingerprints.some((print) => prints.has(print)));
  }
  return taken;
}

/** Open comments speak before those that were fixed, these before what a person closed. */
function rank(comment: OwnComment): number {
  return isClosed(comment) ? 2 : isFixed(comment) ? 1 : 0;
}

/**
 * A thread that a person closed speaks for what it said then; a finding that is new since then is said anew. One that
 * was fixed speaks again where it can be opened again: inside a resolved thread nobody would see it.
 */
function stillSpeaks(review: Review, comment: ReviewComment, before: OwnComment): boolean {
  if (isFixed(before)) return !before.isResolved || before.thread?.viewerCanUnresolve !== false;
  return !isClosed(before) || printsOf(review, comment).every((print) => before.marker.fingerprints.includes(print));
}

function printsOf(review: Review, comment: ReviewComment): string[] {
  return comment.findings.flatMap((index) => review.findings[index]?.fingerprint ?? []);
}

/** Where an earlier comment stands: on the lines that it would get today, or anywhere else. */
function placementOf(before: OwnComment, placement: Placement): Placement {
  if (placement.at !== 'inline') return placement;
  const isThere =
    before.line === placement.line && (before.startLine ?? before.line) === (placement.startLine ?? placement.line);
  return isThere ? placement : { at: 'file', why: 'its comment stands on other lines' };
}

/** It says that its findings are fixed. */
function isFixed({ body }: OwnComment): boolean {
  return body.startsWith(FIXED);
}

/** A person resolved its thread or hid it; what we close ourselves says that it is fixed. */
function isClosed(comment: OwnComment): boolean {
  return (comment.isResolved || comment.isHidden) && !isFixed(comment);
}

/** Nothing more is to be said in it: it is marked as fixed, or a person closed it. */
export function isMarked(comment: OwnComment): boolean {
  return isFixed(comment) || isClosed(comment);
}

/** Whether what an earlier comment says may still be there: it is out of scope, or its file could not be read whole. */
function presence(review: Review): (before: OwnComment) => boolean {
  const keys = new Set(review.comments.map((comment) => comment.key));
  const prints = new Set(review.findings.map((finding) => finding.fingerprint));
  const lost = review.files.skipped.filter(({ reason }) => reason !== NOTHING_TO_READ).map(({ path }) => path);
  const broken = review.findings.filter(({ rule }) => rule === 'unreadable-file').map(({ path }) => path);
  const unknown = new Set([...lost, ...broken, ...review.gaps.map(({ path }) => path)]);
  // A skipped entry without a path says that files are missing altogether.
  return ({ path, marker: { key, fingerprints } }) =>
    keys.has(key) || unknown.has(path) || unknown.has('') || fingerprints.some((print) => prints.has(print));
}

/** GitHub may store a body with CRLF line ends and without trailing white space. */
function isSameText(stored: string, body: string): boolean {
  return stored.replaceAll('\r\n', '\n').trim() === body.replaceAll('\r\n', '\n').trim();
}

/** The body of an earlier comment whose findings are gone at `head`; what it said stays, folded away. */
export function fixedBody({ body, marker }: OwnComment, head: string): string {
  const end = renderMarker(marker);
  // What is fixed needs no button any more.
  const text = withoutMarker(body).replace(/^(`{3,})suggestion[ \t]*$/gm, '$1');
  const room = MAX_BODY - end.length - FRAME;
  // Cut in a block of code, what follows would be code too.
  const was = text.length <= room ? text : cut(text.replace(/^`{3,}$[\s\S]*/m, ''), room, 'The rest is cut.');
  return `${FIXED}${head}.\n\n<details><summary>What it was</summary>\n\n${was}\n\n</details>\n\n${end}`;
}
