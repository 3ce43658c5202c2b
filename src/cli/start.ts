import { main } from './command.ts';
import { EXIT } from '../run/exit-codes.ts';

/** Runs the command line in this process, with its real streams. */
export function start(args: readonly string[]): void {
  const { stdout, stderr } = process;

  // A reader that stops early (`| head`) is no error, a full disk is. On standard error there is nowhere left to say so.
  stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') return;
    process.exitCode = EXIT.failed.code;
    stderr.write(`ci2mm: cannot write to standard output: ${message}\n`);
  });
  stderr.on('error', () => undefined);

  // Standard input is opened when it is read: opening it takes as long as reading a small manifest.
  const io = {
    get stdin() {
      return process.stdin;
    },
    stdout,
    stderr,
    page: async (text: Uint8Array) => (await import('../repo/pager.ts')).pageThrough(text, process.env),
    cwd: process.cwd(),
    env: process.env,
  };

  void main(args, io).then((code) => {
    process.exitCode ??= code;
  });
}
