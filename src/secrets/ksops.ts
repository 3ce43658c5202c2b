import { stringAt, valueAt } from '../model/value.ts';
import { envKeys, fileKey, textsAt } from './generator-input.ts';
import { mapsIn, unite } from './keys.ts';
import { behaviorOf } from './kustomize.ts';
import { ofKind, sourceOf } from './source.ts';
import type { Resource } from '../model/installation.ts';
import type { Value, ValueMap } from '../model/value.ts';
import type { ReadText, SecretReader, SecretSource } from './source.ts';

/** ksops generators: `secretFrom` makes Secrets. The manifests under `files` are Secrets in their own right and read as such. */
export const ksopsReader: SecretReader = {
  resources: ofKind('viaduct.ai', 'ksops'),
  bears: 'nothing',
  makes:
    'a Secret for each entry of `secretFrom`, named by its `metadata.name`; the manifests under `files` are read as Secrets themselves',
  keys: '`files`, `binaryFiles`, and the variables in the files under `envs`',
  open: 'a file under `envs` that is not in the repository',
  read: (resource, readFile) => mapsIn(resource.value.get('secretFrom')).map((entry) => secretFrom(resource, entry, readFile)),
};

function secretFrom(resource: Resource, entry: ValueMap, readFile: ReadText): SecretSource {
  const context = { file: resource.file, readFile };
  const files = [...textsAt(entry, ['files']), ...textsAt(entry, ['binaryFiles'])];
  const keys = unite([...files.map((file) => fileKey(file, context)), ...textsAt(entry, ['envs']).map((env) => envKeys(env, context))]);
  const metadata = entry.get('metadata');
  return sourceOf(resource, keys, {
    name: stringAt(metadata, ['name']) ?? '',
    namespace: stringAt(metadata, ['namespace']),
    generator: annotatedGenerator(valueAt(metadata, ['annotations'])),
  });
}

/** Generators that run as plugins tell kustomize through annotations. */
function annotatedGenerator(annotations: Value | undefined): SecretSource['generator'] {
  return {
    behavior: behaviorOf(valueAt(annotations, ['kustomize.config.k8s.io/behavior'])),
    hashed: stringAt(annotations, ['kustomize.config.k8s.io/needs-hash']) === 'true',
  };
}
