import type { Contents } from './changes.ts';

/** Larger files are not read: no policy comes near it, and memory stays bounded. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a file, or why it is none. A byte order mark stays in the text, so that offsets are those of the file. */
export function decode(bytes: Uint8Array): Contents {
  if (bytes.length > MAX_FILE_BYTES) return { unreadable: `larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB` };
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { unreadable: 'UTF-16; save it as UTF-8' };
  }
  if (bytes.includes(0)) return { unreadable: 'binary, it has NUL bytes' };
  try {
    return { text: UTF8.decode(bytes) };
  } catch {
    return { unreadable: 'not valid UTF-8' };
  }
}
