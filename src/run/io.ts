/** The world a run talks to: real streams in cli.ts, recorded ones in tests. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Output {
  readonly isTTY?: boolean;
  write(chunk: string | Uint8Array): unknown;
}

/** `--color` and `--no-color` win, then FORCE_COLOR, NO_COLOR and TERM=dumb, then whether the stream is a terminal. */
export function usesColor(choice: boolean | undefined, stream: Output, env: Io['env']): boolean {
  if (choice !== undefined) return choice;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  if ((env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return false;
  return stream.isTTY === true;
}

/** Everything on a stream, but no more than one byte beyond the limit. Reads asynchronously: a synchronous read fails on a pipe that is not ready. */
export async function readAll(stream: Io['stdin'], limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    if (length <= limit) chunks.push(Buffer.from(chunk));
    length += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, limit + 1);
}
