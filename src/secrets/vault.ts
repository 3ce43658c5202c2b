import { stringAt, valueAt } from '../model/value.ts';
import { textsAt } from './generator-input.ts';
import { isGiven, mapsIn, namedKeys, namesOfMap, NO_KEYS, unite, UNKNOWN_KEYS } from './keys.ts';
import { ofKind, sourceOf } from './source.ts';
import type { Resource } from '../model/installation.ts';
import type { Value, ValueMap } from '../model/value.ts';
import type { KeySet } from './keys.ts';
import type { SecretReader, SecretSource } from './source.ts';

/** Secrets that the Vault Secrets Operator fills: what Vault holds is unknown, what a template makes of it is not. */
export const vaultReader: SecretReader = {
  resources: ofKind('secrets.hashicorp.com', 'VaultStaticSecret', 'VaultDynamicSecret', 'VaultPKISecret', 'HCPVaultSecretsApp'),
  bears: 'values',
  makes: 'the Secret `spec.destination.name`',
  keys: '`spec.destination.transformation.templates`, and the `templateRefs` of `transformationRefs`',
  open: 'whatever Vault holds, unless `transformation.excludes` keeps all of it out; a `transformationRefs` entry without `templateRefs`',
  read,
};

function read(resource: Resource): SecretSource[] {
  const destination = valueAt(resource.value, ['spec', 'destination']);
  const name = stringAt(destination, ['name']) ?? '';
  return [sourceOf(resource, transformedKeys(valueAt(destination, ['transformation'])), { name })];
}

function transformedKeys(transformation: Value | undefined): KeySet {
  return unite([
    namesOfMap(valueAt(transformation, ['templates'])),
    ...mapsIn(valueAt(transformation, ['transformationRefs'])).map(referredKeys),
    excludesAll(transformation) ? NO_KEYS : UNKNOWN_KEYS,
  ]);
}

/** A reference that lists no templates takes all that the SecretTransformation has. */
function referredKeys(reference: ValueMap): KeySet {
  const templates = reference.get('templateRefs');
  if (!isGiven(templates)) return UNKNOWN_KEYS;
  return namedKeys(mapsIn(templates).map((template) => stringAt(template, ['keyOverride']) ?? stringAt(template, ['name'])));
}

/** Filters concern what comes from Vault, never the templates. */
function excludesAll(transformation: Value | undefined): boolean {
  return textsAt(transformation, ['excludes']).some((pattern) => pattern !== null && /^\^?\.[*+]\$?$/.test(pattern));
}
