import type { Word } from './words.ts';

/** Values that keys have in real requests, by what their names contain. */
const LIKELY: readonly (readonly [RegExp, readonly string[]])[] = [
  [/account$/, ['444455556666', '777788889999', '999999999999']],
  [/viaservice$/, ['ec2.us-east-1.amazonaws.com', 'rds.us-east-1.amazonaws.com', 'ssm.us-east-1.amazonaws.com']],
  [/orgid$/, ['o-exampleorgid', 'o-anotherorgid']],
  [/principalarn$/, ['arn:aws:iam::444455556666:role/example', 'arn:aws:iam::777788889999:role/another']],
  [/sourcearn$/, ['arn:aws:s3:::example-bucket', 'arn:aws:sns:us-east-1:444455556666:example']],
  [/alias(?:es)?$/, ['alias/example', 'alias/another']],
  [/./, ['example', 'another', 'other']],
];

/** A value that looks real, for examples. */
export function likelyValue(key: string, isRight: (word: Word) => boolean): Word | undefined {
  const values = LIKELY.flatMap(([pattern, own]) => (pattern.test(key) ? own : []));
  return values.map((value): Word => [...value]).find(isRight);
}
