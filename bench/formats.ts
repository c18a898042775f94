import { readGrammar } from '../src/changes/grammar.ts';
import { SourceFile } from '../src/source/source-file.ts';
import { openHclParser } from '../src/syntax/hcl.ts';
import { parseJson } from '../src/syntax/json.ts';
import { mayHoldPolicy } from '../src/syntax/scan.ts';
import { parseYaml } from '../src/syntax/yaml.ts';
import { bigJson, hcl, template } from './corpus.ts';
import { compare, median, type Row, ratio, time } from './measure.ts';

/** How fast each format is read with the positions of everything in it. */
export async function formatRows(): Promise<Row[]> {
  const json = bigJson(5_000_000);
  const [whole, native] = await compare(
    11,
    () => time(() => parseJson(new SourceFile('a.json', json))),
    () => time(() => JSON.parse(json)),
  );
  const yaml = template(3, 1500);
  const module = hcl(2_000_000);
  const { runtime, grammar } = readGrammar();
  const parseHcl = await openHclParser(runtime, grammar);
  const plain = json.replaceAll('kms', 'kmx');
  return [
    ['JSON with positions', rate(json, whole, 0), 'at least 30 MB/s'],
    ['JSON with positions / `JSON.parse`', ratio(whole, native), ''],
    [
      'YAML with positions',
      rate(
        yaml,
        often(5, () => parseYaml(new SourceFile('a.yaml', yaml))),
        1,
      ),
      '',
    ],
    [
      'HCL with positions',
      rate(
        module,
        often(5, () => parseHcl(new SourceFile('a.tf', module))),
        1,
      ),
      '',
    ],
    [
      'text scan of a file that is passed over',
      rate(
        plain,
        often(21, () => mayHoldPolicy(plain)),
        0,
      ),
      '',
    ],
  ];
}

function often(times: number, work: () => void): number {
  return median(Array.from({ length: times }, () => time(work)));
}

function rate(text: string, milliseconds: number, digits: number): string {
  return `${(text.length / 1000 / milliseconds).toFixed(digits)} MB/s`;
}
