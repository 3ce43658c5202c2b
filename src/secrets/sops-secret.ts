import { stringAt, valueAt } from '../model/value.ts';
import { keysOfMap, mapsIn, overlay } from './keys.ts';
import { ofKind, sourceOf } from './source.ts';
import type { Resource } from '../model/installation.ts';
import type { ValueMap } from '../model/value.ts';
import type { SecretReader, SecretSource } from './source.ts';

/** SopsSecrets: each of their templates becomes a Secret of the same namespace. A name that is encrypted too can't be found. */
export const sopsSecretReader: SecretReader = {
  resources: ofKind('isindir.github.com', 'SopsSecret'),
  bears: 'values',
  makes: 'a Secret for each of `spec.secretTemplates` (or `secret_templates`), named by its `name` unless that is encrypted',
  keys: '`data` and `stringData` of the template',
  open: null,
  read: (resource) => templatesOf(resource).map((template) => secretOfTemplate(resource, template)),
};

function templatesOf(resource: Resource): ValueMap[] {
  const spec = resource.value.get('spec');
  // The first versions of the kind wrote it with an underscore.
  return ['secretTemplates', 'secret_templates'].flatMap((field) => mapsIn(valueAt(spec, [field])));
}

function secretOfTemplate(resource: Resource, template: ValueMap): SecretSource {
  const keys = overlay(keysOfMap(template.get('data')), keysOfMap(template.get('stringData')));
  return sourceOf(resource, keys, { name: stringAt(template, ['name']) ?? '' });
}
