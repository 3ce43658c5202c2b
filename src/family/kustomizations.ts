import type { KustomizeInput } from './families.ts';
import { fragmentKeys } from './families.ts';
import { buildVariants } from '../kustomize/build.ts';
import type { Files } from '../kustomize/files.ts';
import { readGraph } from '../kustomize/graph.ts';
import type { Graph, GraphNode } from '../kustomize/graph.ts';
import { reachableFrom } from '../kustomize/graph-walk.ts';
import { fragmentId } from '../kustomize/model.ts';
import type { Fragment } from '../kustomize/model.ts';
import { directoryOf, holds, resolveFrom } from '../kustomize/paths.ts';
import { relevantKustomizations } from '../kustomize/relevant.ts';
import type { Trouble } from '../kustomize/trouble.ts';
import type { Manifest } from '../manifests/read.ts';
import type { Resource } from '../model/installation.ts';
import { OLD } from '../operator/fields.ts';
import { makesSecrets, readSecretSources } from '../secrets/index.ts';
import type { SecretSource } from '../secrets/index.ts';
import { decodeUtf8 } from '../yaml/text.ts';
import { isUnreadable } from '../manifests/source.ts';
import type { Source } from '../manifests/source.ts';

/** The kustomizations that have to do with installations, followed. */
export interface Kustomizations {
  readonly input: KustomizeInput;
  /** Patches of installations that change none. */
  readonly idle: readonly Fragment[];
  /** Kustomizations that are no YAML: nothing is known of what lies beside and below them. */
  readonly unreadable: readonly Trouble[];
  /** `family`: judged with its family. `patch`: an idle one. `unbuilt`: a kustomization reads the file, but builds no installation from this place. `none`: it stands alone. */
  readonly roleOf: (resource: Resource) => 'family' | 'patch' | 'unbuilt' | 'none';
  /** Whether a resource of a family is a patch and no whole installation. */
  readonly isPatch: (resource: Resource) => boolean;
}

/** Reads what the given ones of all kustomizations make of the installations in manifests; null where none has to do with them. */
export function readKustomizations(source: Source, all: readonly string[], manifests: readonly Manifest[]): Kustomizations | null {
  const read = (file: string): string => textOf(file, source);
  const relevant = relevantKustomizations(
    all,
    read,
    manifests.map(({ file }) => file),
    OLD.kind,
  );
  if (relevant.length === 0) return null;
  const graph = readGraph({ files: relevant, readFile: (file) => (source.exists(file) ? source.read(file) : null) });
  const { variants, idlePatches, troubles } = buildVariants(graph);
  const families = fragmentKeys(variants);
  const patches = fragmentKeys(variants, 'strategic-merge');
  const idle = new Set(idlePatches.map(fragmentId));
  const used = filesRead(graph);
  const unreadable = troubles.filter(({ code }) => code === 'unreadable-kustomization');
  return {
    input: { graph, variants, troubles, secretsOf: secretsReader(graph, source) },
    idle: idlePatches,
    unreadable,
    isPatch: (resource) => patches.has(idOf(resource)),
    roleOf: (resource) => {
      if (families.has(idOf(resource))) return 'family';
      if (idle.has(idOf(resource))) return 'patch';
      return used.has(resource.file) || unreadable.some(({ file }) => mayRead(file, read(file), resource.file)) ? 'unbuilt' : 'none';
    },
  };
}

/** Whether a kustomization that can't be read may use a file: one beside it, or one that its text names. */
function mayRead(kustomization: string, text: string, file: string): boolean {
  const directory = directoryOf(kustomization);
  const relative = directory === '' ? file : file.slice(directory.length + 1);
  return directoryOf(file) === directory || (holds(directory, directoryOf(file)) && text.includes(relative));
}

const idOf = ({ file, document, path }: Resource): string => fragmentId({ at: { file, document, inline: null }, path });

function textOf(file: string, source: Source): string {
  const content = source.read(file);
  return isUnreadable(content) ? '' : (decodeUtf8(content) ?? '');
}

/** Files that kustomizations read as resources or patches. */
function filesRead(graph: Graph): Set<string> {
  const files = new Set<string>();
  for (const node of graph.nodes.values()) {
    for (const input of [...node.resources, ...node.transformers]) if (input.leadsTo === 'file') files.add(input.file);
    for (const file of patchFiles(node)) files.add(file);
  }
  return files;
}

function patchFiles({ kustomization }: GraphNode): string[] {
  const entries = [...kustomization.patches, ...kustomization.patchesStrategicMerge, ...kustomization.patchesJson6902];
  return entries.flatMap(({ source }) =>
    source === null || source.inline ? [] : (resolveFrom(kustomization.directory, source.text) ?? []),
  );
}

/** The Secrets that a kustomization builds, its bases included, under the names that references use before the build. */
function secretsReader(graph: Graph, source: Source): (kustomization: string) => readonly SecretSource[] {
  const known = new Map<string, readonly SecretSource[]>();
  return (kustomization) => {
    const before = known.get(kustomization);
    if (before !== undefined) return before;
    const nodes = [...reachableFrom(graph, kustomization)].flatMap((file) => graph.nodes.get(file) ?? []);
    const resources = nodes.flatMap((node) => secretResources(node, graph.files));
    const secrets = readSecretSources(resources, (file) => (source.exists(file) ? textOf(file, source) : null));
    known.set(kustomization, secrets);
    return secrets;
  };
}

function secretResources(node: GraphNode, files: Files): Resource[] {
  const inputs = [...node.resources, ...node.generators].filter(({ leadsTo }) => leadsTo === 'file');
  const own = files.manifest(node.kustomization.file)?.resources ?? [];
  return [...own, ...inputs.flatMap(({ file }) => files.manifest(file)?.resources ?? [])].filter(makesSecrets);
}
