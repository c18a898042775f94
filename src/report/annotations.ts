import type { Review } from '../review/review.ts';
import { SEVERITIES } from '../rules/rule.ts';
import { plainText } from './escape.ts';
import { scoped } from './words.ts';

/** GitHub shows ten annotations of each level a step and drops the rest without a word. */
const MAX_PER_LEVEL = 10;

export interface WorkflowAnnotation {
  level: 'error' | 'warning' | 'notice';
  message: string;
  title: string;
  file: string;
  startLine: number;
  endLine: number;
  startColumn?: number;
  endColumn?: number;
}

/** The workflow annotations, worst first. Where a level has more than GitHub shows, its last one says how many are not shown. */
export function renderAnnotations(review: Review): WorkflowAnnotation[] {
  const found = scoped(review);
  return SEVERITIES.flatMap((level) => {
    const all = found.filter((finding) => finding.severity === level);
    return all.slice(0, MAX_PER_LEVEL).map(({ message, advice, rule, path, start, end }, index) => {
      const hidden = index === MAX_PER_LEVEL - 1 ? all.length - MAX_PER_LEVEL : 0;
      const more = hidden > 0 ? `\n\n${hidden} more of this level: see the job summary.` : '';
      return {
        level,
        message: `${plainText(message)} ${plainText(advice)}${more}`,
        title: rule,
        file: path,
        startLine: start.line,
        endLine: end.line,
        ...(start.line === end.line
          ? { startColumn: start.column, endColumn: Math.max(start.column, end.column - 1) }
          : {}),
      };
    });
  });
}
