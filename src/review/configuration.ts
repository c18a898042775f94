import { type Config, DEFAULT_CONFIG, type Suppression } from '../policy/config.ts';
import { POLICY_KINDS } from '../policy/policy.ts';
import { RULES } from '../rules/index.ts';
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
    paths: strings(settings.get('paths')).map((one) => one.text),
    pathsIgnore: strings(settings.get('paths-ignore')).map((one) => one.text),
    policyKinds: maps(settings.get('policy-kinds'), 'policy-kinds').map((map) => {
      const fields = read(map, ['paths', 'kind'], 'key');
      return {
        paths: strings(required(map, fields, 'paths')).map((one) => one.text),
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
    if (!known.includes(name)) throw fault(key, `unknown ${what} "${name}"${didYouMean(name, known)}`);
    if (found.has(name)) throw fault(key, `"${name}" stands twice`);
    found.set(name, value);
  }
  return found;
}

function didYouMean(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
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

function account({ node, text }: { node: Node; text: string }): string {
  if (!/^\d{12}$/.test(text))
    throw fault(node, `"${text}" is no account id; it has twelve digits, in quotes where it begins with 0`);
  return text;
}

function organization({ node, text }: { node: Node; text: string }): string {
  if (!/^o-[a-z0-9]{10,32}$/.test(text))
    throw fault(node, `"${text}" is no organization id; it looks like o-a1b2c3d4e5`);
  return text;
}

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
  return Object.fromEntries(
    node.entries.map(({ key, value }) => [ruleId(literal(key) ?? '', key), oneOf(value, LEVELS, 'level')]),
  );
}

function suppression(map: MapNode): Suppression {
  const fields = read(map, ['rule', 'path', 'policy', 'sid', 'reason', 'expires'], 'key');
  const [policy, sid, expires] = ['policy', 'sid', 'expires'].map((name) =>
    optional(fields.get(name), (node) => string(node, name)),
  );
  const expiry = fields.get('expires');
  if (expiry && !/^\d{4}-\d{2}-\d{2}$/.test(expires ?? ''))
    throw fault(expiry, `"${expires}" is no date; write YYYY-MM-DD`);
  const rule = required(map, fields, 'rule');
  return {
    rule: ruleId(string(rule, 'rule'), rule),
    path: string(required(map, fields, 'path'), 'path'),
    ...(policy !== undefined && { policy }),
    ...(sid !== undefined && { sid }),
    reason: string(required(map, fields, 'reason'), 'reason'),
    ...(expires !== undefined && { expires }),
    line: map.span.file.position(map.span.start).line,
  };
}
