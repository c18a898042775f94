import { matchPath } from '../source/path-glob.ts';
import { isMeant, isOver, type Sides } from './suppress.ts';
import type { SuppressionComment } from './suppression-comment.ts';
import { isAbout } from './suppression-comment.ts';

/** A suppression that does nothing, or nothing any more. */
export interface IdleSuppression {
  /** The file of the comment; null for an entry of the configuration. */
  file: string | null;
  /** Of the comment or of the entry, 1-based. */
  line: number;
  rule: string;
  /** The glob of the entry; the file of the comment. */
  path: string;
  /**
   * `expired`: its finding counts again. `unused`: nothing that was read has a finding that it is meant for. `changed`:
   * the finding has another fingerprint now and counts again. `nowhere`: the comment stands above nothing that it could
   * be about. `wrong`: the comment cannot be read.
   */
  state: 'expired' | 'unused' | 'changed' | 'nowhere' | 'wrong';
  /** `YYYY-MM-DD`. */
  expires?: string;
  /** What is wrong with a comment, in plain words with code spans. */
  problem?: string;
}

/**
 * The suppressions that do nothing. An entry for files that were not looked at may still be needed; `looked` are the
 * paths of those that were, `isConcerned` tells the files whose comments are this review's affair.
 */
export function idleSuppressions(
  sides: Pick<Sides, 'head' | 'config' | 'today' | 'prints'>,
  looked: readonly string[],
  isConcerned: (path: string) => boolean,
): IdleSuppression[] {
  return [...idleEntries(sides, looked), ...idleComments(sides, isConcerned)];
}

function idleEntries(
  { head, config, today, prints }: Pick<Sides, 'head' | 'config' | 'today' | 'prints'>,
  looked: readonly string[],
): IdleSuppression[] {
  const findings = head.flatMap((analysis) => analysis.findings);
  return config.suppressions.flatMap((one): IdleSuppression[] => {
    const { line, rule, path, expires, fingerprint } = one;
    const meant = findings.filter((finding) => isMeant(finding, one));
    const entry = { file: null, line, rule, path, ...(expires !== undefined && { expires }) };
    if (meant.length === 0) {
      return looked.some((file) => matchPath(path, file)) ? [{ ...entry, state: 'unused' }] : [];
    }
    if (isOver(expires, today)) return [{ ...entry, state: 'expired' }];
    const isOther = fingerprint !== undefined && meant.every((finding) => prints.get(finding) !== fingerprint);
    return isOther ? [{ ...entry, state: 'changed' }] : [];
  });
}

function idleComments(
  { head, today }: Pick<Sides, 'head' | 'today'>,
  isConcerned: (path: string) => boolean,
): IdleSuppression[] {
  const comments = head.flatMap((analysis) => analysis.comments ?? []).filter(({ file }) => isConcerned(file.path));
  if (comments.length === 0) return [];
  const findings = head.flatMap((analysis) => analysis.findings);
  const places = head.flatMap((analysis) => analysis.places ?? []);
  const standsAbove = ({ file, target, opened }: SuppressionComment): boolean =>
    places.some((place) => {
      if (place.file.path !== file.path || target === undefined) return false;
      const [first, last] = [file.position(place.start).line, file.position(place.end).line];
      return (target >= first && target <= last) || (opened === first && place.end > place.start);
    });
  return comments.flatMap((comment): IdleSuppression[] => {
    const { file, line, rule, until, problem } = comment;
    const one = { file: file.path, line, rule, path: file.path, ...(until !== undefined && { expires: until }) };
    if (problem !== undefined) return [{ ...one, state: 'wrong', problem }];
    if (findings.some((finding) => isAbout(comment, finding)))
      return isOver(until, today) ? [{ ...one, state: 'expired' }] : [];
    return [{ ...one, state: standsAbove(comment) ? 'unused' : 'nowhere' }];
  });
}
