import { engineKey, mergedKustomization, readEngineRoots } from '../kustomize/engine.ts';
import { readDocuments } from '../kustomize/files.ts';
import type { GraphNode } from '../kustomize/graph.ts';
import { extendedFile } from '../kustomize/graph-walk.ts';
import type { Kustomization } from '../kustomize/kustomization.ts';
import { directoryOf, joined } from '../kustomize/paths.ts';
import { readManifest } from '../manifests/read.ts';
import { isMap, plainOf, stringScalar } from '../model/value.ts';
import type { ValueMap } from '../model/value.ts';
import { decodeUtf8 } from '../yaml/text.ts';

/** The files of a tree, or of one with other contents of some. */
export type ReadTree = (file: string) => Uint8Array | null;

/** The kustomization that an engine builds from a directory, with its own part added as it stands in the tree that is read. */
export function engineBuild({ kustomization, resources }: GraphNode, read: ReadTree): ReadonlyMap<string, Uint8Array> {
  const own = ownPart(kustomization, read);
  const { directory } = kustomization;
  const over = extendedFile({ kustomization, resources });
  const file = over ?? joined(directory, 'kustomization.yaml');
  const listed = resources.map((input) => (input.leadsTo === 'kustomization' ? directoryOf(input.file) : input.file));
  const value = over === null ? listing(file, listed) : firstMap(read(over));
  return new Map([[file, Buffer.from(JSON.stringify(plainOf(mergedKustomization(value, own))))]]);
}

function ownPart(own: Kustomization, read: ReadTree): ValueMap {
  const bytes = read(own.file);
  const resources = bytes === null ? [] : readManifest(own.file, bytes, { keep: () => true }).resources;
  const parts = resources.flatMap((resource) => readEngineRoots(resource)).map(({ kustomization }) => kustomization);
  return parts.find((part) => engineKey(part, part.base) === engineKey(own, own.base))?.value ?? new Map();
}

/** What an engine makes for manifests and folders without a kustomization. */
function listing(file: string, entries: readonly string[]): ValueMap {
  const directory = directoryOf(file);
  const names = entries.map((entry) => (directory === '' ? entry : entry.slice(directory.length + 1)));
  return new Map([['resources', names.map(stringScalar)]]);
}

function firstMap(bytes: Uint8Array | null): ValueMap {
  const text = bytes === null ? null : decodeUtf8(bytes);
  const value = text === null ? null : readDocuments(text)[0]?.value;
  return isMap(value) ? value : new Map();
}
