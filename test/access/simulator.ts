/**
 * A second opinion: evaluates one request against a document's JSON as the IAM user guide describes it, statement by
 * statement, sharing nothing with src/. Small and slow on purpose. Only what the tests generate: no policy variables.
 */
export interface Request {
  action: string;
  resource: string;
  /** Values by condition key, in lower case; a key that is absent has no entry. */
  context: Record<string, string[]>;
  principal?: Caller;
}

/** Who asks a key: a service, or an identity of an account whose own policies allow the request or do not. */
export interface Caller {
  service?: string;
  arn?: string;
  account?: string;
  hasIamAllow?: boolean;
}

type Json = Record<string, unknown>;

/** Mistakes that the simulator can be told to make, to see whether a replay would notice them in the comparison. */
export const MISTAKES = [
  'Deny is ignored',
  'IfExists is forgotten',
  'ForAllValues needs the key',
  'ForAnyValue is met without the key',
  'a negated operator needs the key',
  'a negated list is met by one value',
  'Null is read the other way',
  'a star stops at a colon',
  'a question mark may be nothing',
  'NotResource leaves out what is for no key',
  'NotAction is Action',
  'letter case of actions counts',
  'an account as principal is enough alone',
  'a Deny of an account spares its roles',
] as const;
export type Mistake = (typeof MISTAKES)[number] | undefined;

/** The definition of a wildcard match, by recursion with a memory. */
export function like(pattern: string, text: string, mistake?: Mistake): boolean {
  const memory = new Map<string, boolean>();
  const at = (p: number, t: number): boolean => {
    const key = `${p} ${t}`;
    const known = memory.get(key);
    if (known !== undefined) return known;
    let answer: boolean;
    if (p === pattern.length) answer = t === text.length;
    else if (pattern[p] === '*') {
      const goesOn = t < text.length && !(mistake === 'a star stops at a colon' && text[t] === ':');
      answer = at(p + 1, t) || (goesOn && at(p, t + 1));
    } else if (mistake === 'a question mark may be nothing' && pattern[p] === '?' && at(p + 1, t)) answer = true;
    else answer = t < text.length && (pattern[p] === '?' || pattern[p] === text[t]) && at(p + 1, t + 1);
    memory.set(key, answer);
    return answer;
  };
  return at(0, 0);
}

const list = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String);

/** ARN conditions match field by field; the sixth field is all the rest. */
function arnLike(pattern: string, text: string): boolean {
  const fields = (arn: string): string[] => {
    const parts = arn.split(':');
    return [...parts.slice(0, 5), parts.slice(5).join(':')];
  };
  const [one, other] = [fields(pattern), fields(text)];
  return text.split(':').length >= 6 && one.every((field, i) => like(field, other[i] as string));
}

/** One operator on one value of a request. */
function compare(operator: string, listed: string, actual: string): boolean {
  switch (operator) {
    case 'stringequals':
      return listed === actual;
    case 'stringequalsignorecase':
      return listed.toLowerCase() === actual.toLowerCase();
    case 'stringlike':
      return like(listed, actual);
    case 'arnlike':
    case 'arnequals':
      return arnLike(listed, actual);
    case 'bool':
      return listed.toLowerCase() === actual.toLowerCase();
    case 'numericequals':
      return Number(actual) === Number(listed);
    case 'numericlessthan':
      return Number(actual) < Number(listed);
    case 'numericgreaterthanequals':
      return Number(actual) >= Number(listed);
    default:
      throw new Error(`the simulator does not know ${operator}`);
  }
}

export function holds(written: string, values: unknown, actual: string[] | undefined, mistake?: Mistake): boolean {
  let operator = written.toLowerCase();
  const set = /^(forallvalues|foranyvalue):/.exec(operator)?.[1];
  if (set) operator = operator.slice(set.length + 1);
  if (operator === 'null') {
    const isWanted = actual === undefined ? 'true' : 'false';
    return list(values).some((one) => (one.toLowerCase() === isWanted) !== (mistake === 'Null is read the other way'));
  }
  let ifExists = operator.endsWith('ifexists');
  if (ifExists) operator = operator.slice(0, -'ifexists'.length);
  const negated = operator.includes('not');
  operator = operator.replace('not', '');
  if (mistake === 'IfExists is forgotten') ifExists = false;
  if (actual === undefined) {
    if (ifExists) return true;
    if (set === 'forallvalues') return mistake !== 'ForAllValues needs the key';
    if (set === 'foranyvalue') return mistake === 'ForAnyValue is met without the key';
    return negated && mistake !== 'a negated operator needs the key';
  }
  const passes = (one: string): boolean => {
    const listed = list(values).map((wanted) => compare(operator, wanted, one));
    if (!negated) return listed.includes(true);
    return mistake === 'a negated list is met by one value' ? listed.includes(false) : !listed.includes(true);
  };
  return set === 'foranyvalue' ? actual.some(passes) : actual.every(passes);
}

function conditionsHold(statement: Json, { context }: Request, mistake: Mistake): boolean {
  return Object.entries((statement['Condition'] ?? {}) as Record<string, Json>).every(([operator, tests]) =>
    Object.entries(tests).every(([key, values]) => holds(operator, values, context[key.toLowerCase()], mistake)),
  );
}

function principalMatches(statement: Json, caller: Caller, mistake: Mistake): boolean {
  const principal = statement['Principal'];
  if (principal === '*') return true;
  const { AWS = [], Service = [] } = principal as Record<string, unknown>;
  if (list(Service).some((service) => service === caller.service)) return true;
  return list(AWS).some((named) => {
    if (named === '*') return true;
    const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(named)?.[1];
    if (account === undefined) return named === caller.arn;
    if (account !== caller.account) return false;
    if (statement['Effect'] === 'Deny')
      return mistake !== 'a Deny of an account spares its roles' || caller.hasIamAllow === true;
    // An account in an Allow hands the decision on to its own IAM policies.
    return caller.hasIamAllow === true || mistake === 'an account as principal is enough alone';
  });
}

function matches(statement: Json, request: Request, mistake: Mistake): boolean {
  const fold = (text: string): string => (mistake === 'letter case of actions counts' ? text : text.toLowerCase());
  const acts = (element: unknown): boolean =>
    list(element).some((one) => like(fold(one), fold(request.action), mistake)) !==
    (mistake === 'NotAction is Action' && !('Action' in statement));
  const isOn = (element: unknown): boolean => list(element).some((one) => like(one, request.resource, mistake));
  if (mistake === 'NotResource leaves out what is for no key' && 'NotResource' in statement && request.resource === '*')
    return false;
  if (!('Action' in statement ? acts(statement['Action']) : !acts(statement['NotAction']))) return false;
  // A key policy is about its own key.
  const isOwn = request.principal !== undefined;
  if (!isOwn && !('Resource' in statement ? isOn(statement['Resource']) : !isOn(statement['NotResource'])))
    return false;
  if (request.principal && !principalMatches(statement, request.principal, mistake)) return false;
  return conditionsHold(statement, request, mistake);
}

/** An explicit Deny wins, then an Allow is needed. */
export function isAllowed(statements: readonly Json[], request: Request, mistake?: Mistake): boolean {
  const matching = statements.filter((statement) => matches(statement, request, mistake));
  if (mistake !== 'Deny is ignored' && matching.some(({ Effect }) => Effect === 'Deny')) return false;
  return matching.some(({ Effect }) => Effect === 'Allow');
}
