import { asStructure } from '../model/structure.ts';
import { isMap, isScalar, stringAt, valueAt } from '../model/value.ts';
import { isGiven, mapsIn } from './keys.ts';
import { isSecret } from './secret.ts';
import { groupOf } from './source.ts';
import type { Resource } from '../model/installation.ts';
import type { Value, ValueMap } from '../model/value.ts';

/** Groups whose resources carry templates of Secrets, fixed values for tests, or ciphertext. */
const GROUPS: ReadonlySet<string> = new Set([
  'bitnami.com',
  'external-secrets.io',
  'generators.external-secrets.io',
  'kubernetes-client.io',
  'isindir.github.com',
  'secrets.hashicorp.com',
]);

/** Text of an encrypted value, or of a Secret's manifest inside a string. */
const SECRET_TEXT = /ENC\[|stringData|\bkind["']?\s*:\s*["']?Secret\b/i;

/**
 * Whether no line of a resource may be printed, be it in a diff or beside a finding. It errs on the side of silence, for the price is small
 * (none of these but a kustomization is ever edited) and a log is read by more people than a repository:
 * - Secrets, in `data` (base64 hides nothing) as in `stringData`, also within another resource, a patch or a string;
 * - what SOPS or a SealedSecret encrypts: harmless today, yet nothing a log should keep for as long as the ciphertext may hold;
 * - ExternalSecrets and the like, for a template is free to spell out a password;
 * - kustomizations with literals of a `secretGenerator`, or patches of Secrets.
 */
export function isSecretBearing(resource: Resource): boolean {
  return isSecret(resource) || GROUPS.has(groupOf(resource.apiVersion)) || somewhereIn(asRead(resource));
}

/** kustomize finds the fields of its own documents in any letter case; in a kustomization it takes the kind for granted. */
function asRead({ apiVersion, value }: Resource): Value {
  const isOwn = apiVersion === '' || apiVersion === 'builtin' || groupOf(apiVersion) === 'kustomize.config.k8s.io';
  return isOwn ? asStructure(value) : value;
}

/** Shared parts (aliases) are looked at once, and depth costs no stack. */
function somewhereIn(root: Value): boolean {
  const seen = new Set<Value>();
  const open: Value[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    if (isScalar(value) ? SECRET_TEXT.test(value.text) : isMap(value) && holdsSecret(value)) return true;
    if (!isScalar(value)) for (const child of value.values()) open.push(child);
  }
  return false;
}

function holdsSecret(map: ValueMap): boolean {
  const kind = stringAt(map, ['kind']);
  const isOne = kind === 'SecretList' || (kind === 'Secret' && map.has('data')) || map.has('stringData');
  return isOne || isMap(map.get('sops')) || patchesSecret(map) || generatesSecret(map);
}

/** The patch itself names no kind when its target does. */
const patchesSecret = (map: ValueMap): boolean => map.has('patch') && (stringAt(map, ['target', 'kind']) ?? '').includes('Secret');

function generatesSecret(map: ValueMap): boolean {
  const isGenerator = stringAt(map, ['kind']) === 'SecretGenerator';
  const generators = isGenerator ? [map] : mapsIn(valueAt(map, ['secretGenerator']));
  return generators.some((generator) => isGiven(generator.get('literals')));
}
