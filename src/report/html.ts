import type { Review, ReviewFinding } from '../review/review.ts';
import { escapeInvisible } from '../rules/code.ts';
import {
  ACCESS_LIMITS,
  accessRows,
  accessVerdict,
  actionsOf,
  causeOf,
  hasAccessNews,
  notesOf,
  resourcesOf,
  signOf,
  whoOf,
} from './access.ts';
import { codeSpans } from './escape.ts';
import { leftOut, newlySuppressed } from './left-out.ts';
import { headline, lostFiles, readSentence, scoped } from './words.ts';

/** Characters of a source line that are shown before the place, and in all. */
const LEAD = 60;
const MAX_LINE = 240;

/** The review as one HTML page that needs nothing else: no script, no font, no picture. Same review, same bytes. */
export function renderHtml(review: Review): string {
  const found = scoped(review);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>KMS policy review</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>KMS policy review</h1>
<p class="headline ${found[0]?.severity ?? 'clean'}">${prose(headline(review))}</p>
${[...overview(found), ...found.map(section), ...access(review), ...suppressed(review), ...gaps(review)].join('\n')}
<footer>${[...leftOut(review), readSentence(review)].map((line) => `<p>${prose(line)}</p>`).join('')}</footer>
</main>
</body>
</html>
`;
}

/** The table that leads to each finding. */
function overview(found: readonly ReviewFinding[]): string[] {
  if (found.length === 0) return [];
  const rows = found.map(
    (finding, index) =>
      `<tr><td>${badge(finding)}</td><td><a href="#f${index + 1}">${escapeHtml(finding.rule)}</a></td><td class="place">${escapeHtml(placeOf(finding))}</td><td>${prose(finding.message)}</td></tr>`,
  );
  return [
    `<table><thead><tr><th scope="col">Severity</th><th scope="col">Rule</th><th scope="col">Place</th><th scope="col">What is wrong</th></tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table>`,
  ];
}

function section(finding: ReviewFinding, index: number): string {
  const related = finding.related.map(
    ({ path, start, note }) =>
      `<li><span class="place">${escapeHtml(`${path}:${start.line}`)}</span> ${prose(note)}</li>`,
  );
  return `<section id="f${index + 1}">
<h2>${badge(finding)} ${escapeHtml(finding.rule)}</h2>
<p class="place">${escapeHtml(placeOf(finding))}${finding.policy ? ` <span class="policy">${escapeHtml(finding.policy.address)}</span>` : ''}</p>
${finding.excerpt.length > 0 ? `<pre>${excerpt(finding)}</pre>\n` : ''}<p>${prose(finding.message)}</p>
<p><strong>What to write.</strong> ${prose(finding.advice)}</p>
${finding.fix ? `<p><strong>Fix.</strong> ${prose(finding.fix.title)}: <code>kms-policy-review check --fix</code> writes it.</p>\n` : ''}${related.length > 0 ? `<ul>${related.join('')}</ul>\n` : ''}<p><a href="${escapeHtml(finding.help)}" rel="noreferrer">Why, and when it is fine</a></p>
</section>`;
}

/** The lines of the place with the place marked. */
function excerpt({ start, end, excerpt: lines }: ReviewFinding): string {
  return lines
    .map((line, index) => {
      const isLast = start.line + index === end.line;
      const from = index === 0 ? Math.min(start.column - 1, line.length) : 0;
      const to = Math.max(from, isLast ? Math.min(end.column - 1, line.length) : line.length);
      const first = line.length > MAX_LINE ? Math.max(0, from - LEAD) : 0;
      const last = Math.min(line.length, Math.max(to, first + MAX_LINE), first + 2 * MAX_LINE);
      const piece = (a: number, b: number): string =>
        escapeHtml(line.slice(a, Math.min(b, last)).replaceAll('\t', '  '));
      const before = `${first > 0 ? '…' : ''}${piece(first, from)}`;
      const number = String(start.line + index).padStart(4);
      return `<span class="number">${number}</span> ${before}<mark>${piece(from, to)}</mark>${piece(Math.min(to, last), last)}${last < line.length ? '…' : ''}`;
    })
    .join('\n');
}

function suppressed(review: Review): string[] {
  const { shown, more } = newlySuppressed(review);
  if (shown.length === 0) return [];
  const items = shown.map(
    ({ rule, place, reason }) => `<li>${prose(place)} ${escapeHtml(rule)}: ${escapeHtml(reason)}</li>`,
  );
  const rest = more > 0 ? [`<li>... and ${more} more</li>`] : [];
  return [
    `<section><h2>Suppressed in this change: ${shown.length + more}</h2><ul>${[...items, ...rest].join('\n')}</ul></section>`,
  ];
}

/** The verdict on access and a row for each change of it. */
function access({ access: compared }: Review): string[] {
  if (!hasAccessNews(compared)) return [];
  const rows = accessRows(compared).map((row) => {
    const cells = [whoOf(row), actionsOf(row), resourcesOf(row), notesOf(row), causeOf(row)];
    return `<tr><td>${signOf(row)}</td>${cells.map((cell) => `<td>${prose(cell)}</td>`).join('')}</tr>`;
  });
  const heads = ['Who', 'May', 'On', 'When', 'From'].map((head) => `<th scope="col">${head}</th>`).join('');
  const table = `<table><thead><tr><th scope="col"></th>${heads}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table>`;
  return [
    `<section><h2>KMS access</h2><p>${prose(accessVerdict(compared))}</p>${rows.length > 0 ? table : ''}<p>${prose(ACCESS_LIMITS)}</p></section>`,
  ];
}

function gaps(review: Review): string[] {
  const lines = [
    ...lostFiles(review).map(
      ({ path, reason }) => `${path === '' ? '' : `<span class="place">${escapeHtml(path)}</span> `}${prose(reason)}`,
    ),
    ...review.gaps.map((gap) => `<span class="place">${escapeHtml(placeOf(gap))}</span> ${prose(gap.reason)}`),
  ];
  if (lines.length === 0) return [];
  return [
    `<section><h2>Could not be read or decided: ${lines.length}</h2><ul>${lines.map((line) => `<li>${line}</li>`).join('\n')}</ul></section>`,
  ];
}

function badge({ severity }: ReviewFinding): string {
  return `<span class="badge ${severity}">${severity}</span>`;
}

function placeOf({ path, start }: { path: string; start: { line: number; column: number } }): string {
  return `${path}:${start.line}:${start.column}`;
}

/** A message of ours, its code spans as `<code>`. */
function prose(message: string): string {
  return codeSpans(message)
    .map(({ text, isCode }) => (isCode ? `<code>${escapeHtml(text)}</code>` : escapeHtml(text)))
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text of others: neither markup nor what hides or turns the text around it. */
function escapeHtml(text: string): string {
  return escapeInvisible(text).replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

const STYLE = `
:root { color-scheme: light dark; --line: #d0d7de; --soft: #f6f8fa; --error: #b3261e; --warning: #8a5a00; --notice: #0b5cad; --clean: #1a7f37; --mark: #fff1a8; --text: #1f2328; --back: #fff }
@media (prefers-color-scheme: dark) { :root { --line: #3d444d; --soft: #161b22; --error: #ff8a80; --warning: #e3b341; --notice: #79b8ff; --clean: #56d364; --mark: #5c4b00; --text: #e6edf3; --back: #0d1117 } }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back) }
main { max-width: 64rem; margin: 0 auto; padding: 2rem 1rem }
h1 { margin: 0 0 .5rem } h2 { font-size: 1.1rem; margin: 0 0 .5rem }
.headline { font-size: 1.1rem; border-left: .3rem solid var(--clean); padding-left: .8rem }
.headline.error { border-color: var(--error) } .headline.warning { border-color: var(--warning) } .headline.notice { border-color: var(--notice) }
table { border-collapse: collapse; width: 100%; margin: 1.5rem 0; font-size: .9rem }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line) }
section { border-top: 1px solid var(--line); padding: 1.2rem 0 } section:target { background: var(--soft) }
.badge { display: inline-block; font-size: .8rem; font-weight: 600; border: 1px solid; border-radius: 1rem; padding: 0 .6rem }
.error.badge { color: var(--error) } .warning.badge { color: var(--warning) } .notice.badge { color: var(--notice) }
.place { font: .85rem ui-monospace, monospace; overflow-wrap: anywhere } @media (min-width: 48rem) { td.place { min-width: 14rem } } .policy { opacity: .7; margin-left: 1rem }
pre { background: var(--soft); padding: .8rem; overflow-x: auto; font: .85rem/1.5 ui-monospace, monospace }
code { font: .9em ui-monospace, monospace; background: var(--soft); padding: .1em .3em; border-radius: .2em; overflow-wrap: anywhere }
mark { background: var(--mark); color: inherit } .number { opacity: .55; user-select: none }
footer { border-top: 1px solid var(--line); opacity: .8 }
`;
