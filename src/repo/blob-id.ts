import { createHash } from 'node:crypto';

/** How git names contents. */
export type ObjectFormat = 'sha1' | 'sha256';

/** The name git gives to content: the hash of `blob <length>`, a NUL and the bytes. */
export const blobId = (bytes: Buffer, algorithm: ObjectFormat = 'sha1'): string =>
  createHash(algorithm).update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
