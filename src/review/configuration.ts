import { type Config, DEFAULT_CONFIG, type Suppression } from '../policy/config.ts';
import { POLICY_KINDS } from '../policy/policy.ts';
import { RULES } from '../rules/index.ts';
import { isDay } from '../source/day.ts';
import { nearest } from '../source/nearest.ts';
import { SourceFile } from '../source/source-file.ts';
import { UserError } from '../source/user-error.ts';
import { type Entry, items, literal, type MapNode, type Node } from '../syntax/node.ts';
import { parseYaml } from '../syntax/yaml.ts';

const KEYS = [
  'trusted-accounts',
  'trusted-organizations',
  'account',
  'rules',
  'paths',
  'paths-ignore',
  'policy-kinds',
  'suppressions',
];
const LEVELS = ['off', 'notice', 'warning', 'error'] as const;

/**
 * Reads `.github/kms-policy-review.yml`. Throws a UserError that names file and line for broken YAML, an unknown key
 * (with the nearest valid one), a wrong value, and a suppression without a reason.
 */
export function parseConfiguration(text: string, path: string): Config {
  const file = new SourceFile(path, text);
  const { documents, problems } = parseYaml(file);
  const [problem] = problems;
  if (problem) throw fault(problem, `this is not valid YAML: ${problem.message}`);
  const [root, second] = documents;
  if (second) throw fault(second, 'a second document; the configuration is one');
  if (root === undefined || (root.type === 'scalar' && root.kind === 'null')) return DEFAULT_CONFIG;
  if (root.type !== 'map') throw fault(root, 'the configuration must be a map of settings');
  const settings = read(root, KEYS, 'setting');
  return {
    trustedAccounts: strings(settings.get('trusted-accounts')).map(account),
    trustedOrganizations: strings(settings.get('trusted-organizations')).map(organization),
    account: optional(settings.get('account'), (node) => account({ node, text: string(node, 'account') })),
    rules: rules(settings.get('rules')),
    paths: globs(settings.get('paths')),
    pathsIgnore: globs(settings.get('paths-ignore')),
    policyKinds: maps(settings.get('policy-kinds'), 'policy-kinds').map((map) => {
      const fields = read(map, ['paths', 'kind'], 'key');
      return {
        paths: globs(required(map, fields, 'paths')),
        kind: oneOf(required(map, fields, 'kind'), POLICY_KINDS, 'kind'),
      };
    }),
    suppressions: maps(settings.get('suppressions'), 'suppressions').map(suppression),
  };
}

function fault(at: { span: Node['span'] }, message: string): UserError {
  const { file, start } = at.span;
  return new UserError(`${file.path}:${file.position(start).line}: ${message}`);
}

/** The entries of a map by name; an unknown or doubled name is an error. */
function read(map: MapNode, known: readonly string[], what: string): Map<string, Node> {
  const found = new Map<string, Node>();
  for (const { key, value } of map.entries as Entry[]) {
    const name = literal(key) ?? '';
    if (!known.includes(name))
      throw fault(
        key,
        `${what === 'rule' ? 'there is no rule' : `unknown ${what}`} "${name}"${didYouMean(name, known)}`,
      );
    if (found.has(name)) throw fault(key, `"${name}" stands twice`);
    found.set(name, value);
  }
  return found;
}

function didYouMean(name: string, known: readonly string[]): string {
  const begun = name.length > 2 ? known.find((one) => one.startsWith(name)) : undefined;
  const near = nearest(name, known) ?? begun;
  return near === undefined ? `; it can be ${known.join(', ')}` : `; did you mean "${near}"?`;
}

function required(map: MapNode, fields: Map<string, Node>, name: string): Node {
  const node = fields.get(name);
  if (node === undefined || literal(node)?.trim() === '') throw fault(map, `"${name}" is missing`);
  return node;
}

function optional<T>(node: Node | undefined, readNode: (node: Node) => T): T | undefined {
  return node === undefined ? undefined : readNode(node);
}

function string(node: Node, what: string): string {
  const text = literal(node);
  if (text === undefined || (node.type === 'scalar' && node.kind === 'null'))
    throw fault(node, `${what} must be a text`);
  return text;
}

function strings(node: Node | undefined): { node: Node; text: string }[] {
  if (node === undefined || (node.type === 'scalar' && node.kind === 'null')) return [];
  return items(node).map((item) => ({ node: item, text: string(item, 'each item') }));
}

function maps(node: Node | undefined, name: string): MapNode[] {
  if (node === undefined || (node.type === 'scalar' && node.kind === 'null')) return [];
  if (node.type !== 'list') throw fault(node, `${name} must be a list`);
  return node.items.map((item) => {
    if (item.type !== 'map') throw fault(item, `each item of ${name} must be a map`);
    return item;
  });
}

/** Numbers keep their text here, so that an account id without quotes keeps the zeros at its beginning. */
function account({ node, text }: { node: Node; text: string }): string {
  if (/^\d{12}$/.test(text)) return text;
  const digits = text.replace(/[\s-]/g, '');
  const meant = /^\d{9,12}$/.test(digits) ? `; did you mean "${digits.padStart(12, '0')}"?` : '';
  throw fault(node, `"${text}" is no account id, which has twelve digits${meant}`);
}

function organization({ node, text }: { node: Node; text: string }): string {
  if (!/^o-[a-z0-9]{10,32}$/.test(text))
    throw fault(node, `"${text}" is no organization id; it looks like o-a1b2c3d4e5`);
  return text;
}

/** A list of globs. One that can never match would switch something off, or not on, unseen. */
function globs(node: Node | undefined): string[] {
  const written = strings(node);
  for (const one of written) glob(one.node, one.text.replace(/^!/, ''));
  const [first] = written;
  if (first && written.every(({ text }) => text.startsWith('!')))
    throw fault(first.node, 'every glob begins with !, which takes out of nothing; write "**" first');
  return written.map(({ text }) => text);
}

function glob(node: Node, text: string): string {
  if (text.trim() === '') throw fault(node, 'a glob is empty');
  if (text.startsWith('/')) throw fault(node, `"${text}" begins with /; did you mean "${text.replace(/^\/+/, '')}"?`);
  if (text.includes('\\')) throw fault(node, `"${text}" has \\; did you mean "${text.replaceAll('\\', '/')}"?`);
  if (/(?:^|\/)\.\.(?:\/|$)/.test(text))
    throw fault(node, `"${text}" has ..; globs begin at the root of the repository`);
  const sign = /[{}[\]]/.exec(text)?.[0];
  if (sign) throw fault(node, `"${text}" has ${sign}, but globs have only *, ** and ?; ${SPELT_OUT}`);
  return text;
}

const SPELT_OUT = 'write one glob for each path, or ? for the character itself';

function oneOf<T extends string>(node: Node, values: readonly T[], what: string): T {
  const text = string(node, what);
  const value = values.find((one) => one === text);
  if (value === undefined) throw fault(node, `"${text}" is no ${what}${didYouMean(text, values)}`);
  return value;
}

function ruleId(text: string, node: Node): string {
  const ids = RULES.map((rule) => rule.id);
  if (!ids.includes(text)) throw fault(node, `there is no rule "${text}"${didYouMean(text, ids)}`);
  return text;
}

function rules(node: Node | undefined): Config['rules'] {
  if (node === undefined || (node.type === 'scalar' && node.kind === 'null')) return {};
  if (node.type !== 'map') throw fault(node, 'rules must be a map from a rule to off, notice, warning or error');
  const ids = RULES.map((rule) => rule.id);
  const levels = [...read(node, ids, 'rule')].map(([id, value]) => [id, oneOf(value, LEVELS, 'level')]);
  return Object.fromEntries(levels);
}

function suppression(map: MapNode): Suppression {
  const fields = read(map, ['rule', 'path', 'policy', 'sid', 'reason', 'expires', 'fingerprint'], 'key');
  const [policy, sid, expires, fingerprint] = ['policy', 'sid', 'expires', 'fingerprint'].map((name) =>
    optional(fields.get(name), (node) => string(node, name)),
  );
  const expiry = fields.get('expires');
  if (expiry && !isDay(expires ?? '')) throw fault(expiry, `"${expires}" is no date; write YYYY-MM-DD`);
  const print = fields.get('fingerprint');
  if (print && !/^[0-9a-f]{32}$/.test(fingerprint ?? ''))
    throw fault(print, `"${fingerprint}" is no fingerprint; the JSON report has it, 32 hexadecimal digits`);
  const rule = required(map, fields, 'rule');
  const path = required(map, fields, 'path');
  const written = string(path, 'path');
  if (written.startsWith('!')) throw fault(path, `"${written}" begins with !; the path of a suppression is one glob`);
  return {
    rule: ruleId(string(rule, 'rule'), rule),
    path: glob(path, written),
    ...(policy !== undefined && { policy }),
    ...(sid !== undefined && { sid }),
    reason: string(required(map, fields, 'reason'), 'reason'),
    ...(expires !== undefined && { expires }),
    ...(fingerprint !== undefined && { fingerprint }),
    line: map.span.file.position(map.span.start).line,
  };
}
