import { createHash } from 'node:crypto';

/**
 * 32 hexadecimal digits of SHA-256. Loading the cryptography of Node costs a tenth of a cold start, so only runs that
 * show fingerprints import this file.
 */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
