import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';

/** A program that starts another one where there is no network: what comes before the other's name. */
export interface Isolation {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * How a program is started in a network namespace of its own, in which nothing listens and from which nothing leads away; null where the system has no
 * such thing or does not let us. Tried once.
 */
export function isolation(): Promise<Isolation | null> {
  known ??= findIsolation();
  return known;
}

let known: Promise<Isolation | null> | undefined;

async function findIsolation(): Promise<Isolation | null> {
  if (process.platform !== 'linux') return null;
  for (const candidate of candidates()) if (await works(candidate)) return candidate;
  return null;
}

/**
 * A user namespace lets everybody have a network namespace. Root needs none, and would lose its right to read the files of others in one.
 * bwrap may be allowed what unshare is not.
 */
function candidates(): Isolation[] {
  const isRoot = process.getuid?.() === 0;
  return [
    ...installed('unshare').map((program) => ({ program, args: [...(isRoot ? [] : ['-U', '-r']), '-n', '--'] })),
    ...installed('bwrap').map((program) => ({ program, args: ['--dev-bind', '/', '/', '--unshare-net', '--die-with-parent', '--'] })),
  ];
}

/** Only where the system keeps its programs: a PATH may lead into the tree. */
const installed = (name: string): string[] =>
  ['/usr/bin', '/bin', '/run/current-system/sw/bin']
    .map((directory) => `${directory}/${name}`)
    .filter(isProgram)
    .slice(0, 1);

/** Whether a file may be run. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const works = ({ program, args }: Isolation): Promise<boolean> =>
  new Promise((resolve) => {
    execFile(program, [...args, '/bin/sh', '-c', ':'], { cwd: '/', timeout: 5000, killSignal: 'SIGKILL' }, (error) =>
      resolve(error === null),
    );
  });
