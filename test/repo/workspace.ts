import { execFileSync } from 'node:child_process';
import type { ExecFileSyncOptions } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory that goes away after the test. */
export function temporaryDirectory(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'ci2mm-test-')));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The real git, without the configuration of whoever runs the tests. */
export function git(directory: string, args: readonly string[], options: ExecFileSyncOptions = {}): Buffer {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.org', '-c', 'core.safecrlf=false'];
  return execFileSync('git', [...identity, ...args], { cwd: directory, env, stdio: ['pipe', 'pipe', 'pipe'], ...options }) as Buffer;
}

/** A git repository that goes away after the test. */
export function temporaryRepository(files: Readonly<Record<string, string | Buffer>> = {}, settings: readonly string[] = []): string {
  const root = temporaryDirectory();
  git(root, ['init', '--quiet']);
  for (const setting of settings) git(root, ['config', ...setting.split('=')]);
  writeAll(root, files);
  return root;
}

export function commitAll(root: string): void {
  git(root, ['add', '--all']);
  git(root, ['commit', '--quiet', '--allow-empty', '--message', 'all']);
}

export function writeAll(root: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [file, content] of Object.entries(files)) {
    const path = join(root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

/** File content with one character for each byte, so that a failing test shows what differs. */
export const bytesOf = (root: string, file: string): string => readFileSync(join(root, file), 'latin1');

/** The error that a promise rejects with; null when it does not. */
export const failureOf = (promise: Promise<unknown>): Promise<Error | null> =>
  promise.then(
    () => null,
    (error: unknown) => error as Error,
  );

/** Only a privileged user can give files away or become somebody without permissions. */
export const isRoot = process.getuid?.() === 0;

/** Whether this machine lets tests mount file systems. */
export const canMount =
  isRoot &&
  succeeds(() => {
    execFileSync('mount', ['--bind', '/tmp', '/tmp'], { stdio: 'ignore' });
    execFileSync('umount', ['/tmp'], { stdio: 'ignore' });
  });

function succeeds(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

/** Does something without the privileges of the user who runs the tests. */
export async function asNobody<Result>(work: () => Promise<Result>): Promise<Result> {
  process.setegid?.(65534);
  process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}
