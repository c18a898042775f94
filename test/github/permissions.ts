/** What a workflow's `permissions:` give to its token. */
export type Scope = 'contents' | 'pull-requests' | 'checks' | 'issues';
type Permission = 'none' | 'read' | 'write';
export type Permissions = Record<Scope, Permission>;

/** What the Action's documentation asks for. */
export const RECOMMENDED: Permissions = { contents: 'read', 'pull-requests': 'write', checks: 'write', issues: 'none' };

/** GitHub lowers what was asked for to this in runs for forks and for Dependabot. */
export function readOnly(permissions: Permissions): Permissions {
  const lower = (permission: Permission): Permission => (permission === 'write' ? 'read' : permission);
  const { contents, checks, issues } = permissions;
  return {
    contents: lower(contents),
    'pull-requests': lower(permissions['pull-requests']),
    checks: lower(checks),
    issues: lower(issues),
  };
}

const SCOPES: Record<string, readonly Scope[]> = {
  pulls: ['pull-requests'],
  checks: ['checks'],
  // A pull request's conversation is open to tokens that may write to pull requests.
  issues: ['issues', 'pull-requests'],
  repos: ['contents'],
  git: ['contents'],
  // A job's token belongs to an installation, which is no user.
  users: [],
};

/** Whether the token may do an operation of the description, such as `pulls/list-files`. */
export function mayCall(permissions: Permissions, operationId: string): boolean {
  const [group = '', name = ''] = operationId.split('/');
  const isWrite = /^(create|update|delete)/.test(name);
  return (SCOPES[group] ?? []).some((scope) => (isWrite ? mayWrite(permissions, scope) : mayRead(permissions, scope)));
}

/** Whether the token may read what a permission is about. */
export function mayRead(permissions: Permissions, scope: Scope): boolean {
  return permissions[scope] !== 'none';
}

/** Whether the token may change what a permission is about. */
export function mayWrite(permissions: Permissions, scope: Scope): boolean {
  return permissions[scope] === 'write';
}

/** Resolving a thread needs more than writing to it, as the users of several tools found out. */
export function mayResolve(permissions: Permissions): boolean {
  return mayWrite(permissions, 'contents') && mayWrite(permissions, 'pull-requests');
}

/** GitHub's words for a token without the permission, in REST with 403 and in GraphQL with 200. */
export const FORBIDDEN = 'Resource not accessible by integration';
