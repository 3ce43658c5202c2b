import { asStructure } from '../model/structure.ts';
import { isScalar, scalarAt, stringAt, valueAt } from '../model/value.ts';
import { generatedKeys } from './generator-input.ts';
import { mapsIn } from './keys.ts';
import { groupOf, sourceOf } from './source.ts';
import type { Resource } from '../model/installation.ts';
import type { Value, ValueMap } from '../model/value.ts';
import type { Generator, ReadText, SecretReader, SecretSource } from './source.ts';

const FILE_NAMES: ReadonlySet<string> = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization']);

/**
 * The `secretGenerator` of kustomizations and components. Prefixes and suffixes of names are not applied: references carry the name without.
 */
export const kustomizationReader: SecretReader = {
  resources: { group: 'kustomize.config.k8s.io', kinds: ['Kustomization', 'Component'], matches: isKustomization },
  bears: 'literals',
  makes: 'a Secret for each of `secretGenerator`, named by its `name`, without prefix, suffix and hash',
  keys: '`literals`, `files`, and the variables in the files under `envs` and `env`',
  open: 'a file under `envs` that is not in the repository; `kvSources` and `commands`',
  read: (resource, readFile) => {
    const kustomization = { ...resource, value: asStructure(resource.value) };
    return mapsIn(kustomization.value.get('secretGenerator')).map((entry) => generatedSource(kustomization, entry, readFile));
  },
};

/** The same generator as a resource of its own, listed under `generators`. */
export const secretGeneratorReader: SecretReader = {
  resources: {
    group: 'builtin',
    kinds: ['SecretGenerator'],
    matches: ({ apiVersion, kind }) => apiVersion === 'builtin' && kind === 'SecretGenerator',
  },
  bears: 'literals',
  makes: 'the Secret of its own name',
  keys: 'as of `secretGenerator`',
  open: 'as of `secretGenerator`',
  read: (resource, readFile) => {
    const value = asStructure(resource.value);
    const keys = generatedKeys(value, { file: resource.file, readFile });
    return [sourceOf(resource, keys, { generator: generatorOf(value, undefined) })];
  },
};

/** kustomize takes the kind and apiVersion for granted in a file of the right name. */
function isKustomization({ file, apiVersion, kind }: Resource): boolean {
  const named = FILE_NAMES.has(file.split('/').at(-1) ?? '');
  const rightGroup = groupOf(apiVersion) === 'kustomize.config.k8s.io' || (named && apiVersion === '');
  return rightGroup && (kind === 'Kustomization' || kind === 'Component' || (named && kind === ''));
}

function generatedSource(resource: Resource, entry: ValueMap, readFile: ReadText): SecretSource {
  const source = sourceOf(resource, generatedKeys(entry, { file: resource.file, readFile }));
  return {
    ...source,
    name: stringAt(entry, ['name']) ?? '',
    namespace: stringAt(resource.value, ['namespace']) ?? stringAt(entry, ['namespace']),
    origin: { ...source.origin, kind: 'secretGenerator' },
    generator: generatorOf(entry, resource.value.get('generatorOptions')),
  };
}

/** What a generator says about its behavior and its name, by itself or through the options of its kustomization. */
function generatorOf(entry: Value, options: Value | undefined): Generator {
  const unhashed = [valueAt(entry, ['options']), options].some((place) => scalarAt(place, ['disableNameSuffixHash']) === true);
  return { behavior: behaviorOf(valueAt(entry, ['behavior'])), hashed: !unhashed };
}

/** Anything but the two words is what kustomize does by default. */
export function behaviorOf(value: Value | undefined): Generator['behavior'] {
  const text = isScalar(value) ? value.text : '';
  return text === 'merge' || text === 'replace' ? text : 'create';
}
