import { isFluxKustomization, readEngineRoots } from '../kustomize/engine.ts';
import type { EngineRoot } from '../kustomize/engine.ts';
import { buildVariants } from '../kustomize/build.ts';
import { readGraph } from '../kustomize/graph.ts';
import type { Graph } from '../kustomize/graph.ts';
import type { Variant } from '../kustomize/model.ts';
import type { NodePath } from '../kustomize/problem.ts';
import type { Resource } from '../model/installation.ts';
import { plainOf } from '../model/value.ts';
import type { Path } from '../model/value.ts';
import { engineInput } from './connection.ts';
import type { Connection } from './connection.ts';

/** A part of an engine that is another one when it is built than where it is written. */
export interface BuiltRoot {
  /** As it is built, or as it is written; without a directory where that is filled in. */
  readonly root: EngineRoot;
  /** What makes the difference: the last patch of the object, or the kustomization that builds it. */
  readonly by: NodePath;
}

/**
 * What kustomizations, and engines themselves, make of the objects by which engines build: such as an overlay for each cluster that adds patches
 * to the Flux Kustomization of a base.
 */
export function builtRoots(connection: Connection): BuiltRoot[] {
  const { files, all, manifests, reach, roots } = connection;
  const written = [...new Set(connection.objects.filter(buildsWithChanges).map(({ file }) => file))];
  const reached = new Set(reach.connectedTo(written));
  const engines = roots.flatMap((root) => engineInput(root, { files, all, manifests, reached, ours: written }));
  if (reached.size === 0 && engines.length === 0) return [];
  const graph = readGraph({ kustomizations: all.filter((file) => reached.has(file)), files, engines });
  const { variants } = buildVariants(graph, buildsWithChanges);
  return variants.flatMap((variant) => changedRoots(variant, graph, connection));
}

const buildsWithChanges = (resource: Pick<Resource, 'apiVersion' | 'kind'>): boolean =>
  isFluxKustomization(resource) || (resource.apiVersion.startsWith('argoproj.io/') && /^Application(?:Set)?$/.test(resource.kind));

function changedRoots(variant: Variant, graph: Graph, { directories, gitRepositories }: Connection): BuiltRoot[] {
  const { layers, built, deleted, unknownFields } = variant;
  const last = layers.at(-1);
  const object = layers[0] === undefined ? undefined : writtenAt(layers[0].fragment, graph);
  if (deleted !== null || last === undefined || object === undefined) return [];
  const isFilledIn = unknownFields.some(saysWhatIsBuilt);
  if (layers.length < 2 && !isFilledIn) return [];
  const rootsOf = (resource: Resource): EngineRoot[] => readEngineRoots(resource, directories, gitRepositories);
  const before = rootsOf(object);
  const after = rootsOf({ ...object, value: built });
  const by = { file: last.fragment.at.file, document: last.fragment.at.document, path: last.fragment.at.inline?.path ?? [] };
  const isIn = (roots: readonly EngineRoot[], root: EngineRoot): boolean => roots.some((each) => isAlike(each, root));
  const changed = [...after.filter((root) => !isIn(before, root)), ...before.filter((root) => !isIn(after, root))];
  return isFilledIn
    ? [...before, ...after].map((root) => ({ root: { ...root, directory: null }, by }))
    : changed.map((root) => ({ root, by }));
}

/** Whether what comes from elsewhere, by a replacement or a variable, says which directory is built, or with which patches. */
const saysWhatIsBuilt = (field: Path): boolean =>
  field[0] === 'spec' &&
  (field.length === 1 || field.some((step) => /^(?:path|patch|patches\w*|kustomize|sources?|template)$/.test(String(step))));

const writtenAt = ({ at, path }: Variant['layers'][number]['fragment'], { files }: Graph): Resource | undefined =>
  files.manifest(at.file)?.resources.find((each) => each.document === at.document && JSON.stringify(each.path) === JSON.stringify(path));

/** Whether two parts do the same to the same directory, as far as installations may notice. */
const isAlike = (one: EngineRoot, other: EngineRoot): boolean => deedsOf(one) === deedsOf(other);

const deedsOf = ({ object, directory, repository, kustomization: { value } }: EngineRoot): string =>
  JSON.stringify([
    object.part,
    directory,
    repository,
    ['patches', 'patchesStrategicMerge', 'patchesJson6902', 'components'].map((key) => plainOf(value.get(key) ?? [])),
  ]);
