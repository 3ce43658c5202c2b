import type { Io } from '../src/run/io.ts';

/** Streams that keep what is written, and standard input with a given content. */
export interface RecordingIo extends Io {
  out(): string;
  err(): string;
}

export function recordingIo(cwd: string, stdin: string | Uint8Array = '', env: Record<string, string> = {}): RecordingIo {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  return {
    stdin: (async function* () {
      yield Buffer.from(stdin);
    })(),
    stdout: { write: (chunk) => out.push(Buffer.from(chunk)) },
    stderr: { write: (chunk) => err.push(Buffer.from(chunk)) },
    cwd,
    env,
    out: () => Buffer.concat(out).toString('utf8'),
    err: () => Buffer.concat(err).toString('utf8'),
  };
}
