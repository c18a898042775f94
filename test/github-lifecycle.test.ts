import { expect, test } from 'vitest';
import { acknowledgements, fixedBody, planComments } from '../src/github/lifecycle.ts';
import { MAX_BODY } from '../src/github/limits.ts';
import type { OwnComment } from '../src/github/own-comments.ts';
import { bodyAt } from '../src/github/post-comments.ts';
import { doubled } from '../src/github/update-comments.ts';
import { parseMarker, renderMarker } from '../src/report/marker.ts';
import { NOTHING_TO_READ, type Placement, type Review, type ReviewFinding } from '../src/review/review.ts';

const KEY = 'aa';
const PRINT = 'f1';
const FINDING: ReviewFinding = {
  rule: 'wildcard-resource',
  severity: 'error',
  message: 'This is wrong.',
  path: 'policy.json',
  start: { line: 8, column: 3 },
  end: { line: 8, column: 6 },
  policy: { kind: 'identity-policy', address: '' },
  statement: { index: 0, sid: null },
  related: [],
  fix: {
    title: 'Name the key',
    edits: [{ start: { line: 8, column: 1 }, end: { line: 8, column: 6 }, text: '  "arn"' }],
    proven: true,
  },
  advice: 'Write that.',
  help: 'https://example.com/rule.md',
  fingerprint: PRINT,
  status: 'new',
  suppressed: null,
  inScope: true,
  excerpt: ['  "*"'],
};
const FIX = { title: 'Name the key', edits: [], proven: true, lines: { first: 8, last: 8, after: ['  "arn"'] } };
const INLINE: Placement = { at: 'inline', line: 8 };

function review(change: Partial<Review> = {}): Review {
  return {
    findings: [FINDING],
    comments: [{ key: KEY, path: 'policy.json', findings: [0], placement: INLINE, fix: FIX }],
    gaps: [],
    idleSuppressions: [],
    files: { candidates: 1, read: 1, skipped: [], contents: [] },
    summary: { errors: 1, warnings: 0, notices: 0, carried: 0, suppressed: 0, incomplete: false },
    access: null,
    conclusion: 'failure',
    ...change,
  };
}
const NOTHING = review({ findings: [], comments: [], conclusion: 'success' });
const [COMMENT] = review().comments;
if (COMMENT === undefined) throw new Error('the review has a comment');
const POSTED = bodyAt(review(), COMMENT, INLINE);

function own(change: Partial<OwnComment> = {}): OwnComment {
  const marker = { key: KEY, fingerprints: [PRINT] };
  const place = { path: 'policy.json', line: 8, startLine: null };
  const nobody = { isAnswered: false, answeredBy: undefined, isResolved: false, resolvedBy: undefined };
  const rights = { isHidden: false, viewerCanMinimize: true, thread: undefined };
  const names = { id: 1, nodeId: 'C1', reviewId: 'R1' };
  return { ...names, ...place, body: POSTED, marker, ...nobody, ...rights, ...change };
}

test('first time: posted; second time: nothing', () => {
  expect(planComments(review(), [])).toMatchObject({ post: [{ placement: INLINE }], refresh: [], fixed: [] });
  expect(planComments(review(), [own()])).toEqual({ post: [], refresh: [], fixed: [] });
  const stored = own({ body: `${POSTED.replaceAll('\n', '\r\n')}\r\n` });
  expect(planComments(review(), [stored])).toEqual({ post: [], refresh: [], fixed: [] });
});

test('a suggestion is in a comment only while it stands on the lines that it replaces', () => {
  expect(POSTED).toContain('suggestion');
  for (const place of [{ line: 9 }, { line: null }, { line: 8, startLine: 7 }]) {
    const [edit] = planComments(review(), [own(place)]).refresh;
    expect(edit?.body).toContain('This is wrong.');
    expect(edit?.body).not.toContain('suggestion');
    expect(planComments(review(), [own({ ...place, body: edit?.body ?? '' })]).refresh).toEqual([]);
  }
  expect(bodyAt(review(), COMMENT, { at: 'file', why: 'refused' })).not.toContain('suggestion');
});

test('what is gone is fixed, once, and without a button', () => {
  const { fixed, post } = planComments(NOTHING, [own()]);
  expect([fixed.length, post.length]).toEqual([1, 0]);
  const body = fixedBody(own(), 'c0ffee');
  expect(body).toMatch(/^Fixed in c0ffee\./);
  expect(body).not.toContain('suggestion');
  expect(parseMarker(body)).toEqual(own().marker);
  expect(planComments(NOTHING, [own({ body })]).fixed).toEqual([]);
  expect(planComments(review(), [own({ body, isResolved: true })])).toMatchObject({
    post: [],
    refresh: [{ body: POSTED }],
  });
});

test('what was fixed and resolved is opened again where the token may, else said anew', () => {
  const thread = { id: 'T1', viewerCanResolve: false };
  const fixed = { body: fixedBody(own(), 'c0ffee'), isResolved: true };
  const opened = planComments(review(), [own({ ...fixed, thread: { ...thread, viewerCanUnresolve: true } })]);
  expect([opened.post.length, opened.refresh.length]).toEqual([0, 1]);
  const shut = own({ ...fixed, thread: { ...thread, viewerCanUnresolve: false } });
  const anew = planComments(review(), [shut]);
  expect([anew.post.length, anew.refresh.length]).toEqual([1, 0]);
  expect(planComments(review(), [shut, own({ id: 2 })])).toEqual({ post: [], refresh: [], fixed: [] });
});

const place = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
test.each<[string, Partial<Review>, number]>([
  ['its file was not read', { files: { ...NOTHING.files, skipped: [{ path: 'policy.json', reason: 'binary' }] } }, 0],
  ['files are missing from the list', { files: { ...NOTHING.files, skipped: [{ path: '', reason: 'cut' }] } }, 0],
  ['something in its file is not decided', { gaps: [{ ...place, path: 'policy.json', reason: 'unknown' }] }, 0],
  ['its file is broken now', { findings: [{ ...FINDING, rule: 'unreadable-file', fingerprint: 'f9' }] }, 0],
  ['it is carried now', { findings: [{ ...FINDING, inScope: false, status: 'carried' }] }, 0],
  ['another file was not read', { files: { ...NOTHING.files, skipped: [{ path: 'b.json', reason: 'binary' }] } }, 1],
  [
    'its file holds no policy',
    { files: { ...NOTHING.files, skipped: [{ path: 'policy.json', reason: NOTHING_TO_READ }] } },
    1,
  ],
])('gone, but %s', (_name, change, count) => {
  expect(planComments({ ...NOTHING, ...change }, [own()]).fixed).toHaveLength(count);
});

test('what a person resolved is left alone, and speaks only for what it said', () => {
  const resolved = own({ isResolved: true, body: 'something else' });
  expect(planComments(review(), [resolved])).toEqual({ post: [], refresh: [], fixed: [] });
  expect(planComments(NOTHING, [resolved])).toEqual({ post: [], refresh: [], fixed: [] });
  const older = own({ isResolved: true, marker: { key: KEY, fingerprints: ['f0'] } });
  expect(planComments(review(), [older]).post).toHaveLength(1);
  expect(planComments(review(), [older, own({ id: 2 })])).toEqual({ post: [], refresh: [], fixed: [] });
});

test('what people did in a thread is an acknowledgement; our own marks are none', () => {
  const by = (change: Partial<OwnComment>) => acknowledgements(review(), [own(change)]);
  expect(by({})).toEqual([]);
  expect(by({ isResolved: true, resolvedBy: 'ann' })).toEqual([{ findings: [0], how: 'resolved', by: 'ann' }]);
  expect(by({ isHidden: true })).toEqual([{ findings: [0], how: 'hidden', by: undefined }]);
  expect(by({ isAnswered: true, answeredBy: 'ben' })).toEqual([{ findings: [0], how: 'answered', by: 'ben' }]);
  expect(by({ isAnswered: true })).toEqual([]);
  expect(by({ isHidden: true, body: fixedBody(own(), 'c0ffee') })).toEqual([]);
  expect(acknowledgements(NOTHING, [own({ isResolved: true })])).toEqual([]);
});

test('what a person hid is left alone', () => {
  const hidden = own({ isHidden: true, body: 'something else' });
  expect(planComments(review(), [hidden])).toEqual({ post: [], refresh: [], fixed: [] });
  expect(planComments(NOTHING, [hidden])).toEqual({ post: [], refresh: [], fixed: [] });
});

test('of comments that say the same the oldest stays, and what was answered', () => {
  const ids = (...all: OwnComment[]) => doubled(all, [KEY]).map(({ id }) => id);
  expect(ids(own())).toEqual([]);
  expect(ids(own({ id: 9 }), own({ id: 7 }), own({ id: 8 }))).toEqual([8, 9]);
  expect(ids(own({ id: 7 }), own({ id: 8, isAnswered: true }))).toEqual([]);
  expect(ids(own({ id: 7, isResolved: true }), own({ id: 8 }))).toEqual([]);
  expect(ids(own({ id: 7, body: fixedBody(own(), 'c0ffee') }), own({ id: 8 }))).toEqual([]);
  // Two statements with one Sid have one key, and each its comment.
  const of = (id: number, print: string): OwnComment => own({ id, marker: { key: KEY, fingerprints: [print] } });
  const all = [of(1, 'f1'), of(2, 'f2'), of(3, 'f1')];
  expect(doubled(all, [KEY, KEY]).map(({ id }) => id)).toEqual([3]);
});

test('by key before by finding; each earlier comment is taken once', () => {
  const second = { ...FINDING, fingerprint: 'f2', start: { line: 9, column: 3 }, end: { line: 9, column: 6 } };
  const two = review({
    findings: [FINDING, second],
    comments: [COMMENT, { ...COMMENT, key: 'bb', findings: [1] }],
  });
  const both = own({ marker: { key: 'bb', fingerprints: [PRINT, 'f2'] } });
  const { post, refresh } = planComments(two, [both]);
  expect(post.map(({ comment }) => comment.key)).toEqual([KEY]);
  expect(refresh.map(({ before }) => before)).toEqual([both]);
});

test('over the limit of comments nothing is posted, but what is there is kept up to date', () => {
  const full = review({ comments: [{ ...COMMENT, placement: { at: 'summary', why: 'too many' } }] });
  expect(planComments(full, []).post).toEqual([]);
  expect(planComments(full, [own({ body: 'old' })]).refresh).toHaveLength(1);
});

test('however long, a body keeps within the limit and keeps its marker', () => {
  const fingerprints = Array.from({ length: 500 }, () => 'f'.repeat(32));
  const marker = { key: KEY, fingerprints };
  const before = own({ marker, body: `${'x'.repeat(MAX_BODY)}${renderMarker(marker)}` });
  const body = fixedBody(before, 'c'.repeat(40));
  expect(body.length).toBeLessThanOrEqual(MAX_BODY);
  expect(parseMarker(body)).toEqual(marker);
});
