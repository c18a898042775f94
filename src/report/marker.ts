/** What a comment of ours says about itself in its hidden marker. */
export interface Marker {
  /** The comment's key: which statement it is about. */
  key: string;
  /** The findings in it. */
  fingerprints: string[];
}

const OPEN = '<!-- kms-policy-review:v1 ';
const WHOLE = /<!-- kms-policy-review:v1 key=([0-9a-f]+) fp=([0-9a-f,]*) -->/g;

/** A hidden HTML comment that later runs find their comments by. Keys and fingerprints are hexadecimal. */
export function renderMarker({ key, fingerprints }: Marker): string {
  return `${OPEN}key=${key} fp=${fingerprints.join(',')} -->`;
}

/**
 * The last marker in a body that is whole; undefined for a body without one. Ours is the last thing in a body, so
 * that nothing a comment quotes can stand in for it. Whose comment it is must be checked apart.
 */
export function parseMarker(body: string): Marker | undefined {
  const [, key, list] = [...body.matchAll(WHOLE)].at(-1) ?? [];
  if (key === undefined || list === undefined) return undefined;
  return { key, fingerprints: list.split(',').filter((fingerprint) => fingerprint !== '') };
}

/** A body of ours without the marker at its end, and without what follows it. */
export function withoutMarker(body: string): string {
  const at = [...body.matchAll(WHOLE)].at(-1)?.index;
  return at === undefined ? body : body.slice(0, at).trimEnd();
}
