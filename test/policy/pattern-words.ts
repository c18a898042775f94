import { reachedPermissions } from '../../src/policy/action.ts';
import { isOfOtherService, reachOfAliases, reachOfKeys } from '../../src/policy/arn.ts';
import { readOperator } from '../../src/policy/condition.ts';
import { containsGlob, intersectGlobs } from '../../src/policy/glob.ts';
import { patternOf } from '../../src/policy/pattern.ts';
import type { Value } from '../../src/policy/policy.ts';
import { accountOf, isAccount, isIdentity } from '../../src/policy/principal.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { arnReference } from '../../src/policy/reference.ts';
import { SourceFile } from '../../src/source/source-file.ts';
import { parseJson } from '../../src/syntax/json.ts';
import type { Meaning, Node, OpaqueNode, Part } from '../../src/syntax/node.ts';

/** What patterns, names and operators come to. `<meaning>` or `<meaning text>` in a question is a reference, `<text>` an unknown one. */

const POLICY = { version: '2012-10-17' };

const MEANINGS = new Set<string>([
  ...['unknown', 'account', 'partition', 'region', 'url-suffix', 'key-arn', 'key-id', 'alias-arn', 'alias-name'],
  ...['other-arn', 'none'],
]);

function asValue(text: string): Value {
  const file = new SourceFile('value', text);
  const span = file.span(0, text.length);
  const parts = text.split(/(<[^>]*>)/).flatMap((piece): Part[] => {
    if (piece === '') return [];
    if (!piece.startsWith('<')) return [piece];
    const [first = '', ...rest] = piece.slice(1, -1).split(' ');
    const isMeaning = MEANINGS.has(first);
    const expression = isMeaning ? rest.join(' ') || first : piece.slice(1, -1);
    const part: OpaqueNode = { type: 'opaque', span, expression, meaning: isMeaning ? (first as Meaning) : 'unknown' };
    return [part];
  });
  const node: Node = { type: 'scalar', span, kind: 'string', parts };
  return { parts, node, span, optional: false };
}

/** What a Resource pattern reaches. */
export function resourceWords(question: string): string {
  const value = asValue(question);
  const pattern = patternOf(value, POLICY);
  const [keys, aliases] = [reachOfKeys(pattern), reachOfAliases(pattern)];
  const of = ({ accounts, account }: typeof keys): string => `${accounts}${account === undefined ? '' : ` ${account}`}`;
  const old = reachOfKeys(patternOf(asValue(question), { version: '2008-10-17' }));
  return [
    `keys of ${of(keys)}, aliases of ${of(aliases)}`,
    ...(of(old) === of(keys) ? [] : [`in 2008 keys of ${of(old)}`]),
    ...(isOfOtherService(value, POLICY) ? ['of another service'] : []),
    ...(arnReference(value) === undefined ? [] : [`written ${arnReference(value)}`]),
  ].join('; ');
}

/** What a principal is. */
export function principalWords(question: string): string {
  const value = asValue(question);
  const words = [
    `account ${accountOf(value, POLICY)}`,
    ...(isAccount(value, POLICY) ? ['all of it'] : []),
    ...(isIdentity(value, POLICY) ? ['an identity'] : []),
  ];
  return words.join(', ');
}

/** How two patterns are to one another: `outer | inner`. */
export function pairWords(question: string): string {
  const [left, right] = question.split(' | ').map((one) => patternOf(asValue(one), POLICY).glob);
  if (left === undefined || right === undefined) return 'no pair';
  return [
    ...(containsGlob(left, right) ? ['contains'] : []),
    ...(containsGlob(right, left) ? ['is contained'] : []),
    ...(intersectGlobs(left, right) ? ['meets'] : ['apart']),
  ].join(', ');
}

/** What an operator says. */
export function operatorWords(question: string): string {
  const { base, set, ifExists, negated, wildcards } = readOperator(question);
  return [
    base,
    ...(set ? [set] : []),
    ...(ifExists ? ['if exists'] : []),
    ...(negated ? ['negated'] : []),
    ...(wildcards ? ['wildcards'] : []),
  ].join(', ');
}

/** The permissions that elements of a statement reach: `"Action": [...]`. */
export function actionWords(question: string): string {
  const file = new SourceFile('statement', `{"Statement": {"Effect": "Allow", "Resource": "*", ${question}}}`);
  const [document] = parseJson(file).documents;
  const policy = document && readPolicy(document, { kind: 'identity-policy', address: 'policy', ...POLICY });
  const [statement] = policy?.statements ?? [];
  if (policy === undefined || statement === undefined) return 'no statement';
  const reached = reachedPermissions(statement, policy);
  const names = reached.map(({ permission, match, values }) => {
    const by = values.length > 1 ? ` by ${values.length}` : '';
    return `${permission.name}${match === 'yes' ? '' : '?'}${by}`;
  });
  return names.length > 8
    ? `${names.slice(0, 4).join(' ')} ... ${names.length} in all, ${reached.filter(({ match }) => match === 'yes').length} certain`
    : names.join(' ') || 'nothing';
}
