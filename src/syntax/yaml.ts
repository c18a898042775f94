import type { Text } from '../source/source-file.ts';
import { refuseYaml } from './bounds.ts';
import type { Parsed } from './node.ts';
import { mayInstruct } from './scan.ts';
import { yamlComments } from './yaml-comments.ts';
import { composeYaml } from './yaml-composed.ts';
import { readUsualYaml } from './yaml-usual.ts';

/**
 * Reads YAML, every document of it, with positions. CloudFormation's short tags become the long form; no scalar is
 * converted (dates and account ids keep their text); anchors, aliases and merge keys are resolved to shared nodes.
 */
export function parseYaml(text: Text): Parsed {
  const refusal = refuseYaml(text.text);
  if (refusal) {
    const { at, message } = refusal;
    return { documents: [], problems: [{ span: text.span(at, at + 1), message, bound: true }] };
  }
  const documents = readUsualYaml(text);
  const read: Parsed = documents ? { documents, problems: [] } : composeYaml(text);
  return mayInstruct(text.text) ? { ...read, comments: yamlComments(text) } : read;
}
