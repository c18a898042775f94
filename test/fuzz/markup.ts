/** What reports must not let through, whatever stands in the files. */

/** Nothing that steers a terminal or hides in a line, and no command of the Actions runner. */
export function* liveInTerminal(text: string): Iterable<string> {
  const steering = /[^\n\P{Cc}]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.exec(text);
  if (steering) yield `the terminal gets U+${steering[0].codePointAt(0)?.toString(16)}`;
  const command = /^[^\S\n]*::.{0,40}|##\[.{0,40}/m.exec(text);
  if (command) yield `the runner reads a command: ${command[0]}`;
}

const ATTRIBUTES =
  '(?: (?:lang|charset|name|content|http-equiv|scope|class|id|rel)="[^"<>]*"| href="(?:#f\\d+|https://github\\.com/kms-policy-review/[\\w./-]*)")*';
const TAGS =
  'html|head|meta|title|style|body|main|h1|h2|p|a|table|thead|tbody|tr|th|td|section|span|pre|mark|strong|ul|li|code|footer';
const OWN_TAG = new RegExp(`<!doctype html>|</?(?:${TAGS})${ATTRIBUTES}>`, 'g');

/** No markup but that of the page itself. */
export function* liveInHtml(html: string): Iterable<string> {
  const rest = html.replace(OWN_TAG, '');
  const live = /[<>].{0,40}|&(?!amp;|lt;|gt;|quot;|#39;).{0,10}/s.exec(rest);
  if (live) yield `HTML has markup of others: ${live[0]}`;
  const hidden = /[^\n\P{Cc}]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.exec(html);
  if (hidden) yield `HTML has U+${hidden[0].codePointAt(0)?.toString(16)}`;
}

const OWN_MARKDOWN =
  /<!-- kms-policy-review:(?:v1 key=[0-9a-f]+ fp=[0-9a-f,]*|summary:v1) -->|<\/?(?:details|summary)>|\[[a-z-]+\]\(https:\/\/github\.com\/kms-policy-review\/[\w./-]+\)/g;

/** Outside code, no HTML, link, picture or mention but our own. */
export function* liveInMarkdown(markdown: string): Iterable<string> {
  const hidden = /[^\n\t\P{Cc}]|[\p{Cs}\p{Zl}\p{Zp}]/u.exec(markdown);
  if (hidden) yield `Markdown has U+${hidden[0].codePointAt(0)?.toString(16)}`;
  const prose = markdown
    .replace(/^(`{3,})suggestion\n[\s\S]*?^\1$/gm, '')
    .split('\n')
    .map(withoutCode)
    .join('\n')
    .replace(OWN_MARKDOWN, '');
  const live = /<.{0,40}|(?<!\\)!\[.{0,40}|(?<!\\)\]\(.{0,40}|(?<![\w`])@\w.{0,20}|\w+:\/\/.{0,40}/.exec(prose);
  if (live) yield `Markdown has markup of others: ${live[0]}`;
}

/** A line without its code spans, as CommonMark reads them: from a run of backticks to the next of the same length. */
function withoutCode(line: string): string {
  let rest = line;
  let prose = '';
  while (rest !== '') {
    const [text = '', fence = ''] = /^(?:\\.|[^`\\]|\\$)*(`*)/.exec(rest) ?? [];
    prose += text.slice(0, text.length - fence.length);
    const after = rest.slice(text.length);
    if (fence === '') return prose + after;
    const close = [...after.matchAll(/`+/g)].find(([run]) => run.length === fence.length);
    if (close) rest = after.slice(close.index + fence.length);
    else {
      prose += fence;
      rest = after;
    }
  }
  return prose;
}
