import type { Resource } from '../model/installation.ts';
import { isList, isMap, stringAt, valueAt } from '../model/value.ts';
import type { Path, Value } from '../model/value.ts';

/** A directory that an engine takes from a repository. */
export interface NamedSource {
  /** The repository, by `repositoryName`. */
  readonly repository: string;
  /** The directory in it, as the object has it. */
  readonly path: string;
}

/**
 * A repository by its host and path, whichever way a URL leads there: without scheme, user, password, port and `.git`. Null for what is filled
 * in later.
 */
export function repositoryName(url: string): string | null {
  if (url === '' || url.includes('{{') || url.includes('${')) return null;
  const place = url
    .trim()
    .replace(/^[a-z+]+:\/\//i, '')
    .replace(/^[^/@]*@/, '')
    .replace(/^([^/:]+):(?:\d+\/)?/, '$1/');
  return place
    .replace(/\/+$/, '')
    .replace(/\.git$/i, '')
    .replaceAll(/\/{2,}/g, '/')
    .toLowerCase();
}

/** Where Flux says where a repository is. */
export const isGitRepository = (resource: Resource): boolean => isOf(resource, 'source.toolkit.fluxcd.io', 'GitRepository');

/** The name of the repository that an object of Flux builds from; null where its GitRepository is not among those given. */
export function fluxRepository(
  resource: Pick<Resource, 'value' | 'namespace'>,
  gitRepositories: readonly Resource[],
  sourceRef: Path = ['spec', 'sourceRef'],
): string | null {
  const found = repositoriesNamed(resource, gitRepositories, sourceRef);
  const names = new Set(found.map(({ value }) => repositoryName(stringAt(value, ['spec', 'url']) ?? '')));
  return names.size === 1 ? ([...names][0] ?? null) : null;
}

function repositoriesNamed(resource: Pick<Resource, 'value' | 'namespace'>, gitRepositories: readonly Resource[], ref: Path): Resource[] {
  const name = stringAt(resource.value, [...ref, 'name']);
  const namespace = stringAt(resource.value, [...ref, 'namespace']) ?? resource.namespace;
  return gitRepositories.filter((each) => each.name === name && each.namespace === namespace);
}

/** The tag, commit or range of versions that an object of Flux builds; null where it follows a branch, or nobody here can tell. */
export function fluxRevision(resource: Pick<Resource, 'value' | 'namespace'>, gitRepositories: readonly Resource[]): string | null {
  const found = repositoriesNamed(resource, gitRepositories, ['spec', 'sourceRef']);
  const pins = found.flatMap(({ value }) =>
    ['commit', 'name', 'semver', 'tag'].flatMap((key) => stringAt(value, ['spec', 'ref', key]) ?? []),
  );
  return pins.find((pin) => !pin.startsWith('refs/heads/')) ?? null;
}

/** What Argo CD takes for a tag, a commit or a range of versions in `targetRevision`; null for the name of a branch. */
export const pinnedRevision = (revision: string): string | null =>
  /^(?:refs\/tags\/.+|[0-9a-f]{7,40}|[~^<>=]*\s*v?\d+(?:\.(?:\d+|[*x]))+(?:[-+][\w.+-]+)?)$/.test(revision) ? revision : null;

/** What an object of an engine takes from repositories whose names are known. */
export function namedSources(resource: Resource, gitRepositories: readonly Resource[]): NamedSource[] {
  if (isOf(resource, 'kustomize.toolkit.fluxcd.io', 'Kustomization'))
    return named(fluxRepository(resource, gitRepositories), stringAt(resource.value, ['spec', 'path']) ?? '');
  if (isOf(resource, 'helm.toolkit.fluxcd.io', 'HelmRelease'))
    return named(
      fluxRepository(resource, gitRepositories, ['spec', 'chart', 'spec', 'sourceRef']),
      stringAt(resource.value, ['spec', 'chart', 'spec', 'chart']) ?? '',
    );
  const spec = isOf(resource, 'argoproj.io', 'Application')
    ? ['spec']
    : isOf(resource, 'argoproj.io', 'ApplicationSet')
      ? ['spec', 'template', 'spec']
      : null;
  return spec === null ? [] : argoSources(valueAt(resource.value, spec));
}

const named = (repository: string | null, path: string): NamedSource[] => (repository === null ? [] : [{ repository, path }]);

function argoSources(spec: Value | undefined): NamedSource[] {
  const many = valueAt(spec, ['sources']);
  const sources = [valueAt(spec, ['source']), valueAt(spec, ['sourceHydrator', 'drySource']), ...(isList(many) ? many : [])];
  return sources.filter(isMap).flatMap((source) => {
    const path = stringAt(source, ['path']);
    return path === null ? [] : named(repositoryName(stringAt(source, ['repoURL']) ?? ''), path);
  });
}

/** Which of the repositories that engines build from are not this one, as far as can be told. */
export interface OtherRepositories {
  readonly names: ReadonlySet<string>;
  /** Whether one of them is known to be this one; else any of `names` may be. */
  readonly told: boolean;
}

/**
 * A remote of git says which repository this is. Without one, a single name is this repository, and of several nobody can tell which.
 *
 * @param names the repositories from which engines take directories that are there in this one
 * @param remotes URLs of this one, as git knows them
 */
export function otherRepositories(names: Iterable<string>, remotes: readonly string[]): OtherRepositories {
  const all = [...new Set(names)];
  const own = remotes.filter(isUrl).flatMap((url) => repositoryName(url) ?? []);
  // A mirror has another host and the same path, a fork at least the same name.
  const likeness = [pathOf, lastOf].find((part) => all.some((name) => own.some((each) => part(each) === part(name))));
  if (likeness !== undefined) {
    const parts = new Set(own.map(likeness));
    return { names: new Set(all.filter((name) => !parts.has(likeness(name)))), told: true };
  }
  const isClear = own.length === 0 && new Set(all.map(pathOf)).size <= 1;
  return { names: new Set(isClear ? [] : all), told: false };
}

/** A clone of a folder beside it says nothing of where engines build from. */
const isUrl = (remote: string): boolean => !/^(?:file:|\.{0,2}\/|[a-z]:[\\/])/i.test(remote);

const pathOf = (name: string): string => name.slice(name.indexOf('/') + 1);

const lastOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

const isOf = ({ apiVersion, kind }: Resource, group: string, wanted: string): boolean =>
  kind === wanted && apiVersion.split('/')[0] === group;
