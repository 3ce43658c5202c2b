import { isList, isMap, scalarAt, stringAt, valueAt } from '../model/value.ts';
import type { Value, ValueMap } from '../model/value.ts';
import type { Resource } from '../model/installation.ts';
import type { AppliedBy } from '../model/rollout.ts';

/** An object of an engine that says which directory of this repository it applies. */
export interface Applier {
  readonly engine: AppliedBy;
  /** For people: `Application argocd/chat`. */
  readonly shown: string;
  readonly file: string;
  /** Index of its document in the file, from 0. */
  readonly document: number;
  /** Whether it applies a directory by its name, relative to the root; an ApplicationSet has many. */
  readonly applies: (directory: string) => boolean;
  /** Whether it applies manifests in folders below, where the directory has no kustomization. */
  readonly recurses: boolean;
  /** Options of every sync that make objects anew, or let what they own go. */
  readonly harmful: readonly string[];
}

/** The directories that an object of Argo CD or Flux applies. */
export function readAppliers(resource: Resource): Applier[] {
  const group = resource.apiVersion.split('/')[0] ?? '';
  if (group === 'kustomize.toolkit.fluxcd.io' && resource.kind === 'Kustomization') return fluxAppliers(resource);
  if (group !== 'argoproj.io') return [];
  if (resource.kind === 'Application')
    return sourcesIn(valueAt(resource.value, ['spec'])).map((source) => argoApplier(resource, source, []));
  if (resource.kind !== 'ApplicationSet') return [];
  const globs = directoryGlobs(resource.value);
  return sourcesIn(valueAt(resource.value, ['spec', 'template', 'spec'])).map((source) => argoApplier(resource, source, globs));
}

function fluxAppliers(resource: Resource): Applier[] {
  const from = stringAt(resource.value, ['spec', 'sourceRef', 'kind']) ?? 'GitRepository';
  if (from !== 'GitRepository') return [];
  const path = normalized(stringAt(resource.value, ['spec', 'path']) ?? '');
  return [{ ...named(resource), engine: 'flux', applies: (directory) => directory === path, recurses: true, harmful: [] }];
}

function argoApplier(resource: Resource, source: ValueMap, globs: readonly string[]): Applier {
  const path = normalized(stringAt(source, ['path']) ?? '');
  const recurses = scalarAt(source, ['directory', 'recurse']) === true;
  return { ...named(resource), engine: 'argo-cd', applies: matching(path, globs), recurses, harmful: harmfulOptions(resource.value) };
}

/** Source: Argo CD's sync options, of an Application or of the template of an ApplicationSet. */
function harmfulOptions(value: Value): string[] {
  const lists = [['spec'], ['spec', 'template', 'spec']].map((spec) => valueAt(value, [...spec, 'syncPolicy', 'syncOptions']));
  const options = lists.flatMap((list) => (isList(list) ? list.flatMap((item) => stringAt(item, []) ?? []) : []));
  return options.filter((option) => /^(?:Replace=true|Force=true|PrunePropagationPolicy=orphan)$/.test(option));
}

/** Sources that are directories of a repository, and no charts. */
function sourcesIn(spec: Value | undefined): ValueMap[] {
  const single = valueAt(spec, ['source']);
  const many = valueAt(spec, ['sources']);
  return [single, ...(isList(many) ? many : [])].filter(isMap).filter((source) => stringAt(source, ['path']) !== null);
}

/** The directories that the git generators of an ApplicationSet list, as globs. */
function directoryGlobs(value: Value): string[] {
  if (isList(value)) return value.flatMap(directoryGlobs);
  if (!isMap(value)) return [];
  const directories = valueAt(value, ['git', 'directories']);
  const own = isList(directories)
    ? directories.flatMap((each) => (scalarAt(each, ['exclude']) === true ? [] : (stringAt(each, ['path']) ?? [])))
    : [];
  return [...own, ...[...value.values()].flatMap(directoryGlobs)];
}

/** An expression of a template stands for any name, the directory of a generator for those that its globs match. */
function matching(path: string, globs: readonly string[]): (directory: string) => boolean {
  if (/^\{\{[^{}]*\bpath\b[^{}]*\}\}$/.test(path) && globs.length > 0) {
    const patterns = globs.map((glob) => patternOf(normalized(glob), /\*+/));
    return (directory) => patterns.some((pattern) => pattern.test(directory));
  }
  const pattern = patternOf(path, /\{\{[^{}]*\}\}/);
  return (directory) => pattern.test(directory);
}

function patternOf(text: string, wild: RegExp): RegExp {
  const parts = text.split(new RegExp(wild, 'g')).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(wild.source.startsWith(String.raw`\*`) ? '[^/]*' : '.*')}$`);
}

const named = (resource: Resource): Pick<Applier, 'shown' | 'file' | 'document'> => ({
  shown: `${resource.kind} ${resource.namespace === null ? resource.name : `${resource.namespace}/${resource.name}`}`,
  file: resource.file,
  document: resource.document,
});

/** Without `./`, slashes at the ends, and steps that lead nowhere. */
const normalized = (path: string): string =>
  path
    .split('/')
    .filter((step) => step !== '' && step !== '.')
    .join('/');
