import { isMap, valueAt } from '../model/value.ts';
import type { Value, ValueMap } from '../model/value.ts';
import type { Configuration } from './configuration.ts';
import { readFieldSpecs } from './configuration.ts';
import { inNamespace, METADATA_SPEC, NAME_SPEC, renamed, scaled, withImage, withPairs } from './field-changes.ts';
import type { FieldTask } from './field-changes.ts';
import { stepsOf } from './field-spec.ts';
import { readImageChange } from './image.ts';
import type { Kustomization, LabelEntry } from './kustomization.ts';
import { readReplacements } from './replacement.ts';
import { namespaceOf } from './resource.ts';
import type { BuiltResource } from './resource.ts';
import { readSelector, targetTest } from './selector.ts';
import { isTrueAt, mapsAt, textOrEmpty, wordsOf } from './located.ts';
import type { NodePath } from './problem.ts';
import { chosenBy, withCreated, withReplacement, withUnknown } from './unknown-fields.ts';

type Transformation = (resource: BuiltResource) => BuiltResource;

/** Namespace, names, labels and annotations, as a kustomization has them between its patches. */
export function withMetadataOf(resource: BuiltResource, kustomization: Kustomization, configuration: Configuration): BuiltResource {
  const { namespace, namePrefix, nameSuffix, labels, commonLabels, commonAnnotations } = kustomization;
  const task = (path: NodePath['path'], specs: FieldTask['specs']): FieldTask => ({ specs, spot: { ...kustomization, path } });
  const changes: Transformation[] = [
    ...(namespace === null
      ? []
      : [(each: BuiltResource) => inNamespace(each, namespace.text, task(namespace.path, configuration.namespace))]),
    ...(namePrefix === null
      ? []
      : [
          (each: BuiltResource) =>
            renamed(each, { prefix: namePrefix.text }, task(namePrefix.path, [NAME_SPEC, ...configuration.namePrefix])),
        ]),
    ...(nameSuffix === null
      ? []
      : [
          (each: BuiltResource) =>
            renamed(each, { suffix: nameSuffix.text }, task(nameSuffix.path, [NAME_SPEC, ...configuration.nameSuffix])),
        ]),
    ...[...labels, ...(commonLabels === null ? [] : [commonLabels])].map(
      (entry) => (each: BuiltResource) => withPairs(each, entry.pairs, task(entry.path, labelSpecs(entry, configuration))),
    ),
    ...(commonAnnotations === null
      ? []
      : [
          (each: BuiltResource) =>
            withPairs(
              each,
              commonAnnotations.pairs,
              task(commonAnnotations.path, [METADATA_SPEC.annotations, ...configuration.commonAnnotations]),
            ),
        ]),
  ];
  return changes.reduce((each, change) => change(each), resource);
}

function labelSpecs({ fields, includeSelectors, includeTemplates }: LabelEntry, configuration: Configuration): FieldTask['specs'] {
  const configured = includeSelectors
    ? configuration.commonLabels
    : [...configuration.labels, ...(includeTemplates ? configuration.templateLabels : [])];
  return [METADATA_SPEC.labels, ...fields, ...configured];
}

/** Replicas and images, as a kustomization has them after its patches. */
export function withNumbersAndImagesOf(
  resource: BuiltResource,
  kustomization: Kustomization,
  { replicas, images }: Configuration,
): BuiltResource {
  const scaledOnes = kustomization.replicas.reduce(
    (each, entry) => scaled(each, entry, { specs: replicas, spot: { ...kustomization, path: entry.path } }),
    resource,
  );
  return kustomization.images.reduce(
    (each, item) => withImage(each, readImageChange(item.value), { specs: images, spot: { ...kustomization, path: item.path } }),
    scaledOnes,
  );
}

/** What the configuration of a builtin transformer other than a patch does. */
export function withPlugin(resource: BuiltResource, value: Value, spot: NodePath): BuiltResource {
  const specs = readFieldSpecs({ ...spot, path: ['fieldSpecs'] }, valueAt(value, ['fieldSpecs']));
  const task: FieldTask = { specs, spot };
  switch (textOrEmpty(value, ['kind'])) {
    case 'LabelTransformer':
      return withPairs(resource, wordsOf(valueAt(value, ['labels'])), task);
    case 'AnnotationsTransformer':
      return withPairs(resource, wordsOf(valueAt(value, ['annotations'])), task);
    case 'NamespaceTransformer':
      return isTrueAt(value, ['unsetOnly']) && namespaceOf(resource) !== ''
        ? resource
        : inNamespace(resource, textOrEmpty(value, ['metadata', 'namespace']), task);
    case 'PrefixTransformer':
    case 'SuffixTransformer':
    case 'PrefixSuffixTransformer':
      return renamed(resource, { prefix: textOrEmpty(value, ['prefix']), suffix: textOrEmpty(value, ['suffix']) }, task);
    case 'ImageTagTransformer':
      return withImage(resource, readImageChange(value, ['imageTag']), task);
    case 'ReplicaCountTransformer':
      return scaled(resource, { name: textOrEmpty(value, ['replica', 'name']), count: textOrEmpty(value, ['replica', 'count']) }, task);
    case 'ReplacementTransformer':
      return readReplacements({ ...spot, path: ['replacements'] }, valueAt(value, ['replacements']) ?? []).reduce<BuiltResource>(
        withReplacement,
        resource,
      );
    case 'ValueAddTransformer':
      return mapsAt(value, ['targets']).reduce(
        (each, target) => withAddedValue(each, target.value, { ...spot, path: target.path }),
        resource,
      );
    default:
      return resource;
  }
}

/** The value is written into every field of the selected resources that the path leads to. */
function withAddedValue(resource: BuiltResource, target: ValueMap, spot: NodePath): BuiltResource {
  const selector = target.get('selector');
  const read = readSelector(isMap(selector) ? selector : new Map(), spot.path);
  const test = targetTest(read);
  const isChosen = resource.followed && typeof test === 'function' && test(resource);
  const field = stepsOf(textOrEmpty(target, ['fieldPath']));
  const tried = chosenBy(resource, read, spot);
  return isChosen ? withCreated(withUnknown(tried, field, spot), field) : tried;
}
