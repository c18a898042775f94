import type { SourceFile, Text } from '../source/source-file.ts';
import type { HclParser } from './hcl.ts';
import { parseJson } from './json.ts';
import type { Parsed } from './node.ts';
import type { Layer, Written } from './written.ts';
import { writtenBody } from './written-hcl.ts';
import { writtenTrees } from './written-tree.ts';

/** The parsers that a run has loaded; a language without one is not edited. */
export interface FileParsers {
  yaml?: ((text: Text) => Parsed) | undefined;
  hcl?: HclParser | undefined;
}

/** A whole file as it is written: its documents, or its one HCL body. Undefined where it has a problem, so that no place in it is sure. */
export function writtenFile(file: SourceFile, language: string, parsers: FileParsers): Written[] | undefined {
  const layer = (name: Layer['language'], variables?: 'Terraform'): Layer => ({
    language: name,
    text: file.text,
    span: (start, end) => file.span(start, end),
    encode: (text) => text,
    variables,
    isEmbedded: false,
  });
  if (language === 'HCL') {
    const read = parsers.hcl?.(file);
    return read?.problems.length === 0 ? [writtenBody(read.body, layer('HCL', 'Terraform'))] : undefined;
  }
  const isTerraform = /\.(?:tf|tofu)\.json$/.test(file.path);
  const read = language === 'YAML' ? parsers.yaml?.(file) : parseJson(file);
  if (read === undefined || read.problems.length > 0) return undefined;
  return writtenTrees(
    read.documents,
    layer(language === 'YAML' ? 'YAML' : 'JSON', isTerraform ? 'Terraform' : undefined),
  );
}
