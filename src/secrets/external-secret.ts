import { isMap, stringAt, valueAt } from '../model/value.ts';
import { withCopies } from './copies.ts';
import { isGiven, keysInList, keysOfMap, mapsIn, namedKeys, NO_KEYS, unite, UNKNOWN_KEYS } from './keys.ts';
import { textsAt } from './generator-input.ts';
import { ofKind, sourceOf } from './source.ts';
import type { Resource } from '../model/installation.ts';
import type { Value, ValueMap } from '../model/value.ts';
import type { KeySet } from './keys.ts';
import type { SecretName, SecretReader, SecretSource } from './source.ts';

/** ExternalSecrets of external-secrets.io, v1alpha1 to v1. */
export const externalSecretReader: SecretReader = {
  resources: ofKind('external-secrets.io', 'ExternalSecret'),
  bears: 'values',
  makes: 'the Secret `spec.target.name`, else of its own name; none with `creationPolicy: None` or `target.manifest`',
  keys: '`spec.data[].secretKey`; in their place `spec.target.template.data` and the items of `templateFrom`, both with `mergePolicy: Merge`',
  open: '`dataFrom` without a template; `creationPolicy: Merge` and `CreateOrMerge`; `templateFrom` with `literal` or `KeysAndValues`',
  read: (resource) => secretOfSpec(resource, resource.value.get('spec'), resource),
};

/** ClusterExternalSecrets: one ExternalSecret in every selected namespace. */
export const clusterExternalSecretReader: SecretReader = {
  resources: ofKind('external-secrets.io', 'ClusterExternalSecret'),
  bears: 'values',
  makes:
    'the Secrets of the ExternalSecret in `spec.externalSecretSpec`, in each of `spec.namespaces`, and in any where a selector decides',
  keys: 'as of an ExternalSecret',
  open: 'as of an ExternalSecret',
  read(resource) {
    const spec = resource.value.get('spec');
    const name = stringAt(spec, ['externalSecretName']) ?? resource.name;
    return namespacesOf(spec).flatMap((namespace) => secretOfSpec(resource, valueAt(spec, ['externalSecretSpec']), { name, namespace }));
  },
};

/** The namespaces by name, and null for those that a selector may add. */
function namespacesOf(spec: Value | undefined): (string | null)[] {
  const named = textsAt(spec, ['namespaces']);
  const selected = isGiven(valueAt(spec, ['namespaceSelector'])) || isGiven(valueAt(spec, ['namespaceSelectors']));
  return named.length === 0 || selected ? [...named, null] : named;
}

function secretOfSpec(resource: Resource, spec: Value | undefined, external: SecretName): SecretSource[] {
  const target = valueAt(spec, ['target']);
  const policy = stringAt(target, ['creationPolicy']);
  if (policy === 'None' || isGiven(valueAt(target, ['manifest']))) return [];
  const keys = unite([targetKeys(spec, valueAt(target, ['template'])), addsToExisting(policy) ? UNKNOWN_KEYS : NO_KEYS]);
  const name = stringAt(target, ['name']) ?? external.name;
  const source = sourceOf(resource, keys, { name, namespace: external.namespace });
  return withCopies(source, valueAt(target, ['template', 'metadata', 'annotations']));
}

const addsToExisting = (policy: string | null): boolean => policy === 'Merge' || policy === 'CreateOrMerge';

/** A template takes the place of what was fetched, unless it says Merge. */
function targetKeys(spec: Value | undefined, template: Value | undefined): KeySet {
  const fetched = fetchedKeys(spec);
  if (!isGiven(template)) return fetched;
  if (!isMap(template)) return UNKNOWN_KEYS;
  if (!isGiven(template.get('data')) && !isGiven(template.get('templateFrom'))) return fetched;
  const rendered = unite([keysOfMap(template.get('data')), ...templateFromKeys(template.get('templateFrom'))]);
  return stringAt(template, ['mergePolicy']) === 'Merge' ? unite([fetched, rendered]) : rendered;
}

/** `dataFrom` brings whatever the remote entry holds, under names that may be rewritten. */
function fetchedKeys(spec: Value | undefined): KeySet {
  const listed = keysInList(valueAt(spec, ['data']), 'secretKey');
  return isGiven(valueAt(spec, ['dataFrom'])) ? unite([listed, UNKNOWN_KEYS]) : listed;
}

function templateFromKeys(templateFrom: Value | undefined): KeySet[] {
  if (isGiven(templateFrom) && mapsIn(templateFrom).length === 0) return [UNKNOWN_KEYS];
  return mapsIn(templateFrom).map(keysOfTemplateFrom);
}

/** A literal, or an item read as KeysAndValues, has its keys inside a template's text. */
function keysOfTemplateFrom(from: ValueMap): KeySet {
  if ((stringAt(from, ['target']) ?? 'Data') !== 'Data') return NO_KEYS;
  const items = [...mapsIn(valueAt(from, ['configMap', 'items'])), ...mapsIn(valueAt(from, ['secret', 'items']))];
  if (items.length === 0 || isGiven(from.get('literal'))) return UNKNOWN_KEYS;
  return unite(items.map((item) => (isWhole(item) ? namedKeys([stringAt(item, ['key'])]) : UNKNOWN_KEYS)));
}

const isWhole = (item: ValueMap): boolean => (stringAt(item, ['templateAs']) ?? 'Values') === 'Values';
