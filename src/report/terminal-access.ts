import type { AccessDiff } from '../access/diff.ts';
import {
  ACCESS_LIMITS,
  accessRows,
  accessVerdict,
  actionsOf,
  causeOf,
  hasAccessNews,
  notesOf,
  resourcesOf,
  signOf,
  whoOf,
} from './access.ts';
import { plainText } from './escape.ts';
import type { Paint } from './terminal.ts';
import { terminalText, wrap } from './terminal-text.ts';

const MAX_ROWS = 30;

/** The verdict on access and a line for each change of it; empty where nothing changed. Ends with an empty line. */
export function accessLines(access: AccessDiff | null, paint: Paint, width: number): string[] {
  if (!hasAccessNews(access)) return [];
  const rows = accessRows(access);
  const lines = rows.slice(0, MAX_ROWS).flatMap((row) => {
    const from = causeOf(row);
    const subject = [whoOf(row), actionsOf(row)].filter((text) => text !== '').join(': ');
    const on = resourcesOf(row);
    const said = [on === '' ? subject : `${subject} on ${on}`, notesOf(row), from === '' ? '' : `from ${from}`];
    const text = plainText(said.filter((one) => one !== '').join('; '));
    const color = row.change === 'added' ? 'error' : row.change === 'removed' ? 'dim' : 'warning';
    return wrap(terminalText(text), width - 4).map(
      (line, index) => `  ${index === 0 ? paint(color, signOf(row)) : ' '} ${line}`,
    );
  });
  const rest =
    rows.length > MAX_ROWS ? [`  ... and ${rows.length - MAX_ROWS} more (--format json lists them all)`] : [];
  return [paint('bold', plainText(accessVerdict(access))), ...lines, ...rest, paint('dim', `  ${ACCESS_LIMITS}`), ''];
}
