/** What a comment of ours says about itself in its hidden marker. */
export interface Marker {
  /** The comment's key: which statement it is about. */
  key: string;
  /** The findings in it. */
  fingerprints: string[];
}

const OPEN = '<!-- kms-policy-review:v1 ';

/** A hidden HTML comment that later runs find their comments by. Keys and fingerprints are hexadecimal. */
export function renderMarker({ key, fingerprints }: Marker): string {
  return `${OPEN}key=${key} fp=${fingerprints.join(',')} -->`;
}

/** The marker at the end of a body; undefined for a body without one. Whose comment it is must be checked apart. */
export function parseMarker(body: string): Marker | undefined {
  const at = body.lastIndexOf(OPEN);
  if (at < 0) return undefined;
  const match = /^key=([0-9a-f]+) fp=([0-9a-f,]*) -->/.exec(body.slice(at + OPEN.length));
  if (match === null) return undefined;
  const [, key = '', list = ''] = match;
  return { key, fingerprints: list === '' ? [] : list.split(',') };
}
