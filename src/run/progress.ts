import type { Io } from './io.ts';

/** A line that says how far a long run is, on a terminal only and not in continuous integration. */
export class Progress {
  readonly #io: Pick<Io, 'stderr' | 'env'>;
  readonly #start = Date.now();
  #shown = false;

  constructor(io: Pick<Io, 'stderr' | 'env'>) {
    this.#io = io;
  }

  /** Shows nothing in the first second. */
  show(what: string, done: number, total: number): void {
    const { stderr, env } = this.#io;
    if (stderr.isTTY !== true || (env['CI'] ?? '') !== '' || Date.now() - this.#start < 1000) return;
    this.#shown = true;
    stderr.write(`\r\u001b[K${what} ${done} of ${total} files`);
  }

  clear(): void {
    if (this.#shown) this.#io.stderr.write('\r\u001b[K');
    this.#shown = false;
  }
}
