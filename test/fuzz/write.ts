import type { PolicyKind } from '../../src/policy/policy.ts';
import type { Node } from '../../src/syntax/node.ts';
import { parse } from '../differential/corpus.ts';
import { FAMILIES } from '../differential/forms.ts';
import { hclValue, heredoc } from '../differential/hcl.ts';
import { json } from '../differential/json.ts';
import { blockYaml, type Style } from '../differential/yaml.ts';
import type { Choices } from './choices.ts';
import { FRAMES } from './frames.ts';
import { oddFolder, oddName, oddValue, spoil } from './odd.ts';

/** Files by path. */
export type Texts = Record<string, string>;

/** A policy as JSON text, and what it is. */
export interface Document {
  kind: Exclude<PolicyKind, 'unknown'>;
  json: string;
}

/** The files of a repository with these policies in them, each in a way of writing. */
export function writeFiles(documents: readonly Document[], choices: Choices): Texts {
  const files: Texts = {};
  for (const document of documents) {
    const folder = oddFolder(choices);
    const own = choices.oneIn(3) ? framed(documents, choices) : inForm(document, choices);
    for (const [path, text] of Object.entries(own)) files[folder + path] = restyle(path, text, choices);
  }
  return files;
}

/** One of the forms in which every policy can be written. */
function inForm({ kind, json: text }: Document, choices: Choices): Texts {
  const policy = parse(spoil(text, choices));
  const forms = choices.pick(FAMILIES)(kind, policy);
  if (forms.length === 0) return { 'policy.json': text };
  const { path, written, beside } = choices.pick(forms);
  return { [path]: written.text, ...beside };
}

/** Several policies in files as repositories have them. */
function framed(documents: readonly Document[], choices: Choices): Texts {
  const files: Texts = {};
  const trees = documents.map((document) => parse(spoil(document.json, choices)));
  for (const [path, frame] of Object.entries(choices.pick(FRAMES)))
    files[path] = frame.replace(/%([JSHTYVN])/g, (_all, hole: string, at: number) =>
      fill(hole, choices.pick(trees), indentAt(frame, at), choices),
    );
  return files;
}

const STYLES: readonly Style[] = ['plain', 'single', 'double', 'literal', 'folded'];

function fill(hole: string, policy: Node, indent: string, choices: Choices): string {
  switch (hole) {
    case 'J':
      return json(policy, undefined, choices.oneIn(2) ? `${indent}  ` : '').text;
    case 'S':
      return JSON.stringify(json(policy, undefined, choices.oneIn(2) ? '\n' : '').text);
    case 'H':
      return hclValue(policy, indent).text;
    case 'T':
      return heredoc(json(policy, undefined, indent)).text;
    case 'Y':
      return blockYaml(policy, choices.pick(STYLES), `${indent}  `).text;
    case 'N':
      return JSON.stringify(oddName(choices));
    default:
      return oddValue(choices);
  }
}

/** A line break with the indentation of the line that an offset is in. */
function indentAt(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at) + 1, at);
  return `\n${/^[ -]*/.exec(line)?.[0].replaceAll('-', ' ')}`;
}

/** Line breaks, byte order marks and comments as editors and people leave them. */
function restyle(path: string, text: string, choices: Choices): string {
  const isJson = path.endsWith('.json');
  switch (choices.below(12)) {
    case 11:
      return text.replaceAll('\n', '\r\n');
    case 10:
      return `\ufeff${text}`;
    case 9:
      return isJson ? ` \t\n${text}\n\n` : `# ${oddName(choices)}\n${text}`;
    case 8:
      return isJson ? text : withComment(text, choices);
    case 7:
      return text.trimEnd();
    case 6:
      return isJson ? text.replaceAll(/\n */g, '\n\t') : text;
    default:
      return text;
  }
}

const RULES = ['wildcard-resource', 'weak-condition', 'wildcard-action', 'no-such-rule', 'key-rotation', ''];
const REASONS = [
  'because',
  'until=2020-01-01 long ago',
  'until=2030-02-31 x',
  '',
  '\u202e<b>`x`</b> @octocat',
  'until=x y',
];

/** A comment to this tool above one of the lines. */
function withComment(text: string, choices: Choices): string {
  const lines = text.split('\n');
  const at = choices.below(lines.length);
  const indent = /^ */.exec(lines[at] ?? '')?.[0];
  lines.splice(at, 0, `${indent}# kms-policy-review: ignore ${choices.pick(RULES)} ${choices.pick(REASONS)}`);
  return lines.join('\n');
}
