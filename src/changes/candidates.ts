/** File names that can hold a policy in a language that is read, as endings in lower case. */
export const CANDIDATE_ENDINGS = ['json', 'yaml', 'yml', 'template', 'tf', 'tofu'] as const;

/** Whether a file's name is one that can hold a policy. */
export function isCandidate(path: string): boolean {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return CANDIDATE_ENDINGS.some((candidate) => candidate === ending);
}
