import { randomUUID } from 'node:crypto';
import type { Output } from '../run/io.ts';
import { command } from '../report/github.ts';

/**
 * The log of a step. GitHub's runner obeys commands in every line of it, so what comes from files is fenced. All of it goes to one stream:
 * a fence on standard output would not hold for standard error.
 */
export class Log {
  readonly #out: Output;

  constructor(out: Output) {
    this.#out = out;
  }

  /** Text from files: until the runner meets the random word again, it obeys nothing. */
  untrusted(text: string): void {
    if (text === '') return;
    const word = randomUUID();
    this.#out.write(`::stop-commands::${word}\n${text.endsWith('\n') ? text : `${text}\n`}::${word}::\n`);
  }

  /** Workflow commands that a report made. */
  annotations(commands: string): void {
    this.#out.write(commands);
  }

  error(message: string): void {
    this.#out.write(command('error', TITLE, message));
  }

  notice(message: string): void {
    this.#out.write(command('notice', TITLE, message));
  }

  /** Has the runner hide a secret wherever it comes up. */
  mask(secret: string): void {
    this.#out.write(command('add-mask', {}, secret));
  }
}

const TITLE = { title: 'ci2mm' } as const;
