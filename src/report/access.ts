import type { AccessDiff, AccessRow } from '../access/diff.ts';
import { code } from '../rules/code.ts';
import { inertSentence, tableCell } from './escape.ts';

/** How many exceptions of a resource pattern are named, and how many actions, before a count stands for the rest. */
const MAX_EXCEPTIONS = 3;
const MAX_ACTIONS = 8;
const MAX_ADDRESSES = 3;

/** What the comparison cannot see, said once. */
export const ACCESS_LIMITS =
  'By what is declared in these files: grants, service control policies, boundaries and key policies elsewhere are not part of it.';

/** Whether there is anything to say: some policy says something else of KMS, or may. */
export function hasAccessNews(access: AccessDiff | null): access is AccessDiff {
  return access !== null && (access.compared > 0 || access.unknown.length > 0);
}

/** The verdict, in one or two sentences. "No new KMS access" is only said where nothing is undecided. */
export function accessVerdict({ newAccess, added, removed, unknown }: AccessDiff): string {
  const open = unknown.filter(({ change }) => change === 'may-add').length;
  const undecided = open > 0 ? ` ${cases(open)} cannot be decided.` : '';
  const gone = removed.length > 0 ? ' Some access is gone.' : '';
  if (newAccess === true) return `New KMS access: ${cases(added.length)}.${undecided}${gone}`;
  if (newAccess === 'unknown') return `No new KMS access found, but ${cases(open)} cannot be decided.${gone}`;
  return `No new KMS access.${gone}`;
}

function cases(count: number): string {
  return `${count} ${count === 1 ? 'case' : 'cases'}`;
}

const SIGNS: Record<AccessRow['change'], string> = { added: '+', removed: '-', 'may-add': '?', 'may-remove': '?' };

/** New first, then what cannot be told, then what is gone. */
export function accessRows({ added, unknown, removed }: AccessDiff): AccessRow[] {
  return [...added, ...unknown, ...removed];
}

/** `+`, `-` or `?`. */
export function signOf({ change }: AccessRow): string {
  return SIGNS[change];
}

/** Who gets or loses something: the principals of a key policy, else what the document hangs on. Code spans. */
export function whoOf({ policy, principals, route, otherwiseWithIam }: AccessRow): string {
  if (policy === null) return '';
  const { kind } = policy;
  const place = placesOf(policy);
  if (principals.length === 0) return HOLDERS[kind] ? `${HOLDERS[kind]} ${place}` : place;
  const who = listed(principals.map(principalOf), MAX_ADDRESSES, 'more');
  if (kind !== 'key-policy') return `${who}, by ${HOLDERS[kind] ?? ''} ${place}`.replace('  ', ' ');
  if (route === 'with-iam') return `${who}, together with an IAM policy`;
  return otherwiseWithIam ? `${who}, by the key policy alone` : who;
}

/** A document that stands alone in its file is the file. */
function placesOf({ addresses, path }: NonNullable<AccessRow['policy']>): string {
  const names = addresses.map((address) => {
    if (address === 'policy') return code(path);
    return address.startsWith('/') ? code(`${path}${address}`) : code(address);
  });
  return listed(names, MAX_ADDRESSES, 'more');
}

const HOLDERS: Partial<Record<NonNullable<AccessRow['policy']>['kind'], string>> = {
  'service-control-policy': 'the service control policy',
  'resource-control-policy': 'the resource control policy',
  'permissions-boundary': 'the permissions boundary',
  'vpc-endpoint-policy': 'the endpoint policy of',
  'session-policy': 'the session policy',
};

/** Words of ours stay words; an ARN, a service or a reference is code. */
function principalOf(name: string): string {
  return /^(?:everybody|any other|the own account|account \d{12}$)/.test(name) ? name : code(name);
}

/** The action patterns. */
export function actionsOf({ actions }: AccessRow): string {
  return listed(actions.map(code), MAX_ACTIONS, 'more');
}

/** What it is on. */
export function resourcesOf({ policy, resources, partial }: AccessRow): string {
  if (policy?.kind === 'key-policy') return `the key of ${placesOf(policy)}`;
  const parts = resources.map(({ pattern, except }) => {
    const named = pattern.startsWith('every ') ? pattern : code(pattern);
    if (except.length === 0) return named;
    return `${named} except ${listed(except.map(code), MAX_EXCEPTIONS, 'more')}`;
  });
  return `${partial ? 'a part of ' : ''}${listed(parts, MAX_ADDRESSES, 'more')}`;
}

/** What the requests carry, what it hangs on and what it takes for granted; sentences joined by semicolons, perhaps empty. */
export function notesOf({ condition, reasons, assumes, change }: AccessRow): string {
  const open = change === 'may-add' ? 'may be new' : change === 'may-remove' ? 'may be gone' : '';
  const why =
    reasons.length > 0 ? `${open === '' ? '' : `${open}: `}${reasons.slice(0, MAX_EXCEPTIONS).join(', ')}` : open;
  const taken = assumes.length > 0 ? `given that ${assumes.slice(0, MAX_EXCEPTIONS).join(', ')}` : '';
  return [condition, why, taken].filter((text) => text !== '').join('; ');
}

/** Where it comes from: `path:line`, said of base where something was taken out. */
export function causeOf({ causes }: AccessRow): string {
  return causes
    .slice(0, 2)
    .map(({ path, line, side, why }) => {
      const place = code(`${path}:${line}`);
      if (side === 'head') return why === 'denied' ? `${place}, a Deny` : place;
      return why === 'denial-removed' ? `${place} of the base, a Deny that is gone` : `${place} of the base`;
    })
    .join(', ');
}

function listed(texts: readonly string[], max: number, noun: string): string {
  if (texts.length <= max + 1) return texts.join(', ');
  return `${texts.slice(0, max).join(', ')} and ${texts.length - max} ${noun}`;
}

/** The section of a Markdown report: verdict, table in at most `room` characters, limits. Empty where nothing changed. */
export function accessSection({ access }: { access: AccessDiff | null }, room: number): string[] {
  if (!hasAccessNews(access)) return [];
  const rows = accessRows(access);
  const lines: string[] = [];
  let left = room;
  for (const row of rows) {
    const cells = [signOf(row), whoOf(row), actionsOf(row), resourcesOf(row), notesOf(row), causeOf(row)];
    const line = `| ${cells.map((cell) => tableCell(inertSentence(cell))).join(' | ')} |`;
    left -= line.length + 1;
    if (left < 0) break;
    lines.push(line);
  }
  const rest = rows.length - lines.length;
  const header = ['| | Who | May | On | When | From |', '| --- | --- | --- | --- | --- | --- |'];
  return [
    `### KMS access\n\n${inertSentence(accessVerdict(access))}`,
    ...(lines.length > 0 ? [[...header, ...lines].join('\n')] : []),
    ...(rest > 0 ? [`... and ${rest} more.`] : []),
    ACCESS_LIMITS,
  ];
}
