import { show, type Value } from './policy.ts';

/**
 * How the author can write the key's ARN where a reference gives its id: `!Ref Key` -> `!GetAtt Key.Arn`,
 * `${Key}` -> `${Key.Arn}`, `aws_kms_key.k.key_id` -> `aws_kms_key.k.arn`. Undefined for other shapes.
 */
export function arnReference(value: Value): string | undefined {
  const written = show(value);
  if (written.startsWith('!Ref ')) return `!GetAtt ${written.slice('!Ref '.length)}.Arn`;
  if (written.startsWith('!GetAtt ') && written.endsWith('.KeyId')) return `${written.slice(0, -'KeyId'.length)}Arn`;
  for (const suffix of ['.key_id', '.id', '.target_key_id']) {
    const attribute = suffix === '.target_key_id' ? '.target_key_arn' : '.arn';
    if (written.endsWith(`${suffix}}`)) return `${written.slice(0, -suffix.length - 1)}${attribute}}`;
    if (written.endsWith(suffix)) return `${written.slice(0, -suffix.length)}${attribute}`;
  }
  const inner = /^\$\{([A-Za-z0-9]+)\}$/.exec(written)?.[1];
  return inner === undefined ? undefined : `\${${inner}.Arn}`;
}
