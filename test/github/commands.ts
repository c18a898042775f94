/** A workflow command that annotates, as the runner reads it. */
export interface Annotation {
  level: 'error' | 'warning' | 'notice';
  properties: Record<string, string>;
  message: string;
}

/** The annotations in what a step printed, in their order. */
export function readAnnotations(stdout: string): Annotation[] {
  return stdout.split(/\r?\n/).flatMap((line) => {
    const match = /^\s*::(error|warning|notice)(?: ([^:]*))?::(.*)$/.exec(line);
    if (match === null) return [];
    const [, level, list = '', message = ''] = match;
    if (level !== 'error' && level !== 'warning' && level !== 'notice') return [];
    const pairs = list.split(',').filter((pair) => pair !== '');
    const properties = pairs.map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).trim(), decodeProperty(pair.slice(at + 1))];
    });
    return [{ level, properties: Object.fromEntries(properties), message: decodeData(message) }];
  });
}

function decodeData(text: string): string {
  return text.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
}

function decodeProperty(text: string): string {
  return decodeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
}

/** The outputs of a step by name: `name<<delimiter`, the value's lines, the delimiter; or `name=value`. */
export function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const heredoc = /^([^=]+?)<<(.+)$/.exec(line);
    if (heredoc === null) {
      const equals = line.indexOf('=');
      if (equals > 0) outputs[line.slice(0, equals)] = line.slice(equals + 1);
      continue;
    }
    const [, name = '', delimiter = ''] = heredoc;
    const end = lines.indexOf(delimiter, at + 1);
    if (end < 0) throw new Error(`the output ${name} has no end`);
    outputs[name] = lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return outputs;
}
