import { elementsOf, filledIn } from '../engines/application-set.ts';
import type { Element } from '../engines/application-set.ts';
import { fluxRepository, fluxRevision, pinnedRevision, repositoryName } from '../engines/repositories.ts';
import type { Resource } from '../model/installation.ts';
import { isList, isMap, plainOf, stringAt, stringScalar, valueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { EMPTY_KUSTOMIZATION, readPatch } from './kustomization.ts';
import type { Kustomization, PatchEntry } from './kustomization.ts';
import { mapsAt, textAt, textsAt, textOrEmpty, wordsOf } from './located.ts';
import { resolveFrom } from './paths.ts';
import { readSelector } from './selector.ts';

/** Something that builds a directory of this repository, or of another one, and changes what comes out: a kustomization of an engine. */
export interface EngineRoot {
  /** For people: `Kustomization flux-system/chat`. */
  readonly shown: string;
  /** The object whose part it is, and where in it the part stands. */
  readonly object: Pick<Resource, 'apiVersion' | 'kind' | 'name'> & { readonly part: Path };
  /** The directory that it builds, relative to the root; null where that can't be told, or is in no directory. */
  readonly directory: string | null;
  /** The repository that the directory is in, by `repositoryName`; null where the objects do not tell. */
  readonly repository: string | null;
  /** The tag, commit or range of versions that it builds, so that it does not follow a branch; null where it does, or nobody can tell. */
  readonly revision: string | null;
  /** Its own part, as a kustomization over that directory; `base` is where it stands in its document. */
  readonly kustomization: Kustomization;
}

/**
 * What a resource asks an engine to build with changes of its own.
 *
 * @param directories those of the repository in which there may be something to build, for generators that list them
 * @param gitRepositories what Flux has the URLs of repositories from
 */
export function readEngineRoots(
  resource: Resource,
  directories: readonly string[] = [],
  gitRepositories: readonly Resource[] = [],
): EngineRoot[] {
  const group = resource.apiVersion.split('/')[0] ?? '';
  if (isFluxKustomization(resource))
    return changing([
      fluxRoot(resource, { repository: fluxRepository(resource, gitRepositories), revision: fluxRevision(resource, gitRepositories) }),
    ]);
  if (group !== 'argoproj.io') return [];
  if (resource.kind === 'Application') return changing(argoRoots(resource, ['spec'], [NOTHING_FILLED_IN]));
  if (resource.kind !== 'ApplicationSet') return [];
  const generators = valueAt(resource.value, ['spec', 'generators']);
  return changing([
    ...argoRoots(resource, ['spec', 'template', 'spec'], elementsOf(generators, directories)),
    // Nobody follows which of its elements a generator has a template of its own for.
    ...generatorTemplates(generators, ['spec', 'generators']).flatMap((spec) => argoRoots(resource, spec, null)),
  ]);
}

const NOTHING_FILLED_IN: Element = new Map();

/** The places of the templates that generators have, however deep. */
function generatorTemplates(value: Value | undefined, path: Path): Path[] {
  if (isList(value)) return value.flatMap((item, index) => generatorTemplates(item, [...path, index]));
  if (!isMap(value)) return [];
  return [...value].flatMap(([key, child]) =>
    key === 'template' && isMap(child) ? [[...path, 'template', 'spec']] : generatorTemplates(child, [...path, key]),
  );
}

/** Where an ApplicationSet changes the kustomizations of its Applications by a text of its own, which is not followed. */
export function patchedTemplate({ kind, value, apiVersion }: Resource): Path | null {
  const path = ['spec', 'templatePatch'];
  if (kind !== 'ApplicationSet' || !apiVersion.startsWith('argoproj.io/')) return null;
  return /\bkustomize\b[^]*\b(?:patches|components)\b/.test(textOrEmpty(value, path)) ? path : null;
}

/** One that changes nothing builds what its directory builds. */
const changing = (roots: readonly EngineRoot[]): EngineRoot[] =>
  roots.filter(({ kustomization: own }) => {
    const lists = [own.patches, own.patchesStrategicMerge, own.patchesJson6902, own.components, own.labels, own.replicas];
    return (
      lists.some((list) => list.length > 0) ||
      [own.namespace, own.namePrefix, own.nameSuffix, own.commonLabels, own.commonAnnotations].some((each) => each !== null)
    );
  });

/** The directory that a Kustomization of Flux builds, relative to the root; null where it comes from elsewhere. */
export function fluxDirectory({ value }: Pick<Resource, 'value'>): string | null {
  const isElsewhere = !['', 'GitRepository'].includes(textOrEmpty(value, ['spec', 'sourceRef', 'kind']));
  return isElsewhere ? null : directoryFrom(textOrEmpty(value, ['spec', 'path']) || '.');
}

export const isFluxKustomization = ({ apiVersion, kind }: Pick<Resource, 'apiVersion' | 'kind'>): boolean =>
  apiVersion.split('/')[0] === 'kustomize.toolkit.fluxcd.io' && kind === 'Kustomization';

/** The key of a part of an engine among kustomizations, by where it stands in its document. */
export const engineKey = ({ file, document }: Pick<Resource, 'file' | 'document'>, base: Path): string =>
  `${file}\0${document} ${JSON.stringify(base)}`;

/** For people: `Kustomization flux-system/chat`. */
export const shownEngine = ({ kind, name, namespace }: Pick<Resource, 'kind' | 'name' | 'namespace'>): string =>
  `${kind} ${namespace === null ? name : `${namespace}/${name}`}`;

/** Flux adds its own part to the kustomization of the directory (kustomize-controller and fluxcd/pkg, the same in v1beta1 to v1). */
function fluxRoot(resource: Resource, source: Pick<EngineRoot, 'repository' | 'revision'>): EngineRoot {
  const spec: Path = [...resource.path, 'spec'];
  const value = valueAt(resource.value, ['spec']) ?? new Map<string, Value>();
  return rootOf(
    resource,
    spec,
    { directory: fluxDirectory(resource), ...source },
    {
      ...fluxPatches(value, spec),
      namespace: under(spec, textAt(value, ['targetNamespace'])),
      namePrefix: under(spec, textAt(value, ['namePrefix'])),
      nameSuffix: under(spec, textAt(value, ['nameSuffix'])),
      components: textsAt(value, ['components']).map((text) => ({ ...text, path: [...spec, ...text.path] })),
      labels: pairsAt(value, ['commonMetadata', 'labels'], spec).map((pairs) => ({ ...pairs, includeSelectors: false })),
      commonAnnotations: pairsAt(value, ['commonMetadata', 'annotations'], spec)[0] ?? null,
    },
  );
}

/** What a HelmRelease of a chart in this repository changes in what is rendered (helm-controller, `postRenderers`); `directory` is the chart. */
export function postRenderers(resource: Resource): EngineRoot[] {
  if (!resource.apiVersion.startsWith('helm.toolkit.fluxcd.io/') || resource.kind !== 'HelmRelease') return [];
  const directory = directoryFrom(textOrEmpty(resource.value, ['spec', 'chart', 'spec', 'chart']));
  const isElsewhere = stringAt(resource.value, ['spec', 'chart', 'spec', 'sourceRef', 'kind']) === 'HelmRepository';
  if (isElsewhere || directory === null || directory === '') return [];
  return mapsAt(resource.value, ['spec', 'postRenderers']).flatMap(({ value, path }) => {
    const own = value.get('kustomize');
    const base: Path = [...resource.path, ...path, 'kustomize'];
    return isMap(own) ? [rootOf(resource, base, { directory, repository: null, revision: null }, fluxPatches(own, base))] : [];
  });
}

/** The patches of Flux: older forms have merges and operations themselves, and no texts. */
const fluxPatches = (value: Value, base: Path): Pick<Kustomization, 'patches' | 'patchesStrategicMerge' | 'patchesJson6902'> => ({
  patches: patchesAt(value, base),
  patchesStrategicMerge: listAt(value, ['patchesStrategicMerge']).map((merge, index) =>
    embedded(merge, [...base, 'patchesStrategicMerge', index]),
  ),
  patchesJson6902: mapsAt(value, ['patchesJson6902']).map(({ value: entry, path }) => operations(entry, [...base, ...path])),
});

/** Argo CD edits the kustomization of the directory with what stands under `kustomize` of a source. */
function argoRoots(resource: Resource, spec: Path, elements: readonly Element[] | null): EngineRoot[] {
  const sources = mapsAt(resource.value, [...spec, 'sources']).map(({ value, path }) => ({ value, path }));
  const single = ['source', 'sourceHydrator/drySource'].flatMap((name) => {
    const path = [...spec, ...name.split('/')];
    const value = valueAt(resource.value, path);
    return isMap(value) ? [{ value, path }] : [];
  });
  return [...single, ...sources].flatMap(({ value, path }) => {
    const own = value.get('kustomize');
    if (!isMap(own)) return [];
    const base: Path = [...resource.path, ...path, 'kustomize'];
    const directories = directoriesOf(textOrEmpty(value, ['path']), elements);
    const repository = repositoryName(textOrEmpty(value, ['repoURL']));
    const revision = pinnedRevision(textOrEmpty(value, ['targetRevision']));
    return directories.map((directory) =>
      rootOf(
        resource,
        base,
        { directory, repository, revision },
        {
          ...(directories.length === 1 ? {} : { id: `${engineKey(resource, base)} ${directory ?? ''}` }),
          patches: patchesAt(own, base),
          namespace: under(base, textAt(own, ['namespace'])),
          namePrefix: under(base, textAt(own, ['namePrefix'])),
          nameSuffix: under(base, textAt(own, ['nameSuffix'])),
          components: textsAt(own, ['components']).map((text) => ({ ...text, path: [...base, ...text.path] })),
          commonLabels: pairsAt(own, ['commonLabels'], base)[0] ?? null,
          commonAnnotations: pairsAt(own, ['commonAnnotations'], base)[0] ?? null,
          replicas: mapsAt(own, ['replicas']).map((item) => ({
            path: [...base, ...item.path],
            name: textOrEmpty(item.value, ['name']),
            count: textOrEmpty(item.value, ['count']),
          })),
        },
      ),
    );
  });
}

/** The directories that a source has; null for those that nobody here can tell. */
function directoriesOf(path: string, elements: readonly Element[] | null): (string | null)[] {
  if (path === '' || elements === null) return [null];
  const filled = elements.map((element) => filledIn(path, element));
  if (filled.length === 0) return [path.includes('{{') ? null : directoryFrom(path)];
  return [...new Set(filled.map((text) => (text === null ? null : directoryFrom(text))))];
}

function rootOf(
  resource: Resource,
  base: Path,
  { directory, repository, revision }: Pick<EngineRoot, 'directory' | 'repository' | 'revision'>,
  parts: Partial<Kustomization>,
): EngineRoot {
  const { file, document } = resource;
  const own = valueAt(resource.value, base.slice(resource.path.length));
  return {
    shown: shownEngine(resource),
    object: { apiVersion: resource.apiVersion, kind: resource.kind, name: resource.name, part: base.slice(resource.path.length) },
    directory,
    repository,
    revision,
    kustomization: {
      ...EMPTY_KUSTOMIZATION,
      file,
      document,
      id: engineKey(resource, base),
      base,
      directory: directory ?? '',
      value: isMap(own) ? own : new Map(),
      ...parts,
    },
  };
}

const directoryFrom = (path: string): string | null => resolveFrom('', path.replace(/^\/+/, ''));

const under = <Located extends { readonly path: Path }>(base: Path, text: Located | null): Located | null =>
  text === null ? null : { ...text, path: [...base, ...text.path] };

const patchesAt = (value: Value, base: Path): PatchEntry[] =>
  mapsAt(value, ['patches']).map((item) => readPatch({ ...item, path: [...base, ...item.path] }));

const listAt = (value: Value, path: Path): readonly Value[] => {
  const found = valueAt(value, path);
  return isList(found) ? found : [];
};

/** A merge that stands in the document as it is, and not in a string. */
const embedded = (value: Value, path: Path): PatchEntry => ({
  path,
  source: { text: '', path, inline: true, value },
  target: null,
  allowNameChange: false,
  allowKindChange: false,
});

/** Operations that stand in the document as they are. */
function operations(entry: ValueMap, path: Path): PatchEntry {
  const target = entry.get('target');
  return {
    ...embedded(entry.get('patch') ?? [], [...path, 'patch']),
    path,
    target: isMap(target) ? readSelector(target, [...path, 'target']) : null,
  };
}

function pairsAt(
  value: Value,
  path: Path,
  base: Path,
): { path: Path; pairs: ReadonlyMap<string, string>; fields: []; includeSelectors: boolean; includeTemplates: boolean }[] {
  const pairs = wordsOf(valueAt(value, path));
  return pairs.size === 0 ? [] : [{ path: [...base, ...path], pairs, fields: [], includeSelectors: true, includeTemplates: false }];
}

/** A kustomization with the part of an engine added, as the engine does it before it builds: what comes from it comes last, or wins. */
export function mergedKustomization(value: ValueMap, own: ValueMap): ValueMap {
  const appended = ['patches', 'patchesStrategicMerge', 'patchesJson6902', 'components'].flatMap((key) => {
    const added = listAt(own, [key]).map((item) => asText(key, item));
    return added.length === 0 ? [] : [[key, [...listAt(value, [key]), ...added]] as const];
  });
  const replaced = [
    ['namespace', stringAt(own, ['targetNamespace']) ?? stringAt(own, ['namespace'])] as const,
    ['namePrefix', stringAt(own, ['namePrefix'])] as const,
    ['nameSuffix', stringAt(own, ['nameSuffix'])] as const,
  ].flatMap(([key, text]) => (text === null ? [] : [[key, stringScalar(text)] as const]));
  const labels = valueAt(own, ['commonMetadata', 'labels']);
  const metadata = isMap(labels) ? [['labels', [...listAt(value, ['labels']), new Map<string, Value>([['pairs', labels]])]] as const] : [];
  const annotations = valueAt(own, ['commonMetadata', 'annotations']) ?? own.get('commonAnnotations');
  const pairs = [['commonAnnotations', annotations] as const, ['commonLabels', own.get('commonLabels')] as const].flatMap(([key, added]) =>
    isMap(added) ? [[key, new Map([...mapOf(value.get(key)), ...added])] as const] : [],
  );
  const replicas = own.get('replicas');
  const counts = isList(replicas) ? [['replicas', [...listAt(value, ['replicas']), ...replicas]] as const] : [];
  return new Map<string, Value>([...value, ...appended, ...replaced, ...metadata, ...pairs, ...counts]);
}

const mapOf = (value: Value | undefined): ValueMap => (isMap(value) ? value : new Map());

/** kustomize wants strings where Flux has the merge, or the operations, themselves. */
function asText(key: string, item: Value): Value {
  if (key === 'patchesStrategicMerge' && !('text' in item)) return stringScalar(JSON.stringify(plainOf(item)));
  if (key !== 'patchesJson6902' || !isMap(item)) return item;
  const patch = item.get('patch');
  return isList(patch) ? new Map([...item, ['patch', stringScalar(JSON.stringify(plainOf(patch)))]]) : item;
}
