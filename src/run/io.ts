/** The world a run talks to: real streams in cli.ts, recorded ones in tests. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  /** Shows a text by a pager, where there is one; resolves to false where there is none. Left out where nobody sits at a terminal. */
  readonly page?: (text: Uint8Array) => Promise<boolean>;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Output {
  readonly isTTY?: boolean;
  /** How wide a terminal is. */
  readonly columns?: number;
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

/** All of standard input, within the limit of `readAll`. Whoever sits at a terminal is told what the program waits for. */
export async function readInput({ stdin, stderr }: Io, limit: number): Promise<Buffer> {
  if (stdin.isTTY === true) stderr.write('reading from standard input; Ctrl-D ends it\n');
  return readAll(stdin, limit);
}

/** Everything on a stream, but no more than one byte beyond the limit. Reads asynchronously: a synchronous read fails on a pipe that is not ready. */
async function readAll(stream: Io['stdin'], limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    if (length <= limit) chunks.push(Buffer.from(chunk));
    length += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, limit + 1);
}
