import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll } from 'vitest';
import { bundle } from '../bundled.ts';
import { kustomize4 } from '../kustomize/binary.ts';

let built: string | undefined;

/** A folder with the programs as they are installed, `ci2mm` and `ci2mm-krm`, and kustomize 4.5.4; made once for each test file. */
export const programs = (): string => (built ??= make());

function make(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ci2mm-programs-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  for (const [source, name] of [
    ['cli', 'ci2mm'],
    ['cli-krm', 'ci2mm-krm'],
  ] as const) {
    chmodSync(bundle(`src/cli/${source}.ts`, join(folder, name)), 0o755);
  }
  symlinkSync(kustomize4.command[0] ?? '', join(folder, 'kustomize'));
  return folder;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface World {
  readonly cwd?: string;
  /** In place of this process's own; PATH is always that of `withPath`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
}

/** Runs a command of which the programs are found. */
export async function run(command: string, args: readonly string[], { cwd, env, stdin = '' }: World = {}): Promise<Ran> {
  const PATH = built === undefined ? process.env['PATH'] : `${built}${delimiter}${process.env['PATH'] ?? ''}`;
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      { cwd, env: { ...(env ?? process.env), PATH }, maxBuffer: 1 << 28, encoding: 'utf8' },
      (error, out, err) => {
        if (error !== null && typeof error.code !== 'number') reject(error);
        else resolve({ code: Number(error?.code ?? 0), out, err });
      },
    );
    // A program that ends without reading everything breaks the pipe.
    child.stdin?.on('error', () => undefined).end(stdin);
  });
}

/** Runs bash code as engines run it: a failing command of a pipe fails the pipe. */
export const bash = (code: string, world: World = {}, args: readonly string[] = []): Promise<Ran> =>
  run('bash', ['--norc', '-eo', 'pipefail', '-c', code, 'bash', ...args], world);
