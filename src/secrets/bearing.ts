import { asStructure } from '../model/structure.ts';
import { isMap, isScalar, stringAt } from '../model/value.ts';
import { isGiven, mapsIn } from './keys.ts';
import { secretReaders } from './readers.ts';
import { groupOf } from './source.ts';
import type { Resource } from '../model/installation.ts';
import type { Value, ValueMap } from '../model/value.ts';
import type { Bears, ResourceKinds } from './source.ts';

const kindsThatBear = (bears: Bears): readonly ResourceKinds[] =>
  secretReaders.filter((reader) => reader.bears === bears).map(({ resources }) => resources);

const SILENT = kindsThatBear('values');

/** Groups of which no kind is printed: those beside the sources carry templates of Secrets, fixed values for tests, or ciphertext as well. */
const SILENT_GROUPS: ReadonlySet<string> = new Set([
  ...SILENT.flatMap(({ group }) => (group === '' ? [] : [group])),
  'generators.external-secrets.io',
]);

const GENERATORS: ReadonlySet<string> = new Set(kindsThatBear('literals').flatMap(({ kinds }) => kinds));

/** Text of an encrypted value, or of a Secret's manifest inside a string. */
export const SECRET_TEXT = /ENC\[|stringData|\bkind["']?\s*:\s*["']?Secret\b/i;

/**
 * Whether no line of a resource may be printed, be it in a diff or beside a finding. It errs on the side of silence, for the price is small
 * (none of these but a kustomization is ever edited) and a log is read by more people than a repository:
 * - Secrets, in `data` (base64 hides nothing) as in `stringData`, also within another resource, a patch or a string;
 * - what SOPS or a SealedSecret encrypts: harmless today, yet nothing a log should keep for as long as the ciphertext may hold;
 * - ExternalSecrets and the like, also within another resource, for a template is free to spell out a password;
 * - kustomizations with literals of a `secretGenerator`, or patches of Secrets.
 */
export function isSecretBearing(resource: Resource): boolean {
  return SILENT.some((kinds) => kinds.matches(resource)) || somewhereIn(asRead(resource));
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
  const isSilent = SILENT_GROUPS.has(groupOf(stringAt(map, ['apiVersion']) ?? ''));
  return isOne || isSilent || isMap(map.get('sops')) || patchesSecret(map) || generatesSecret(map);
}

/** The patch itself names no kind when its target does. */
const patchesSecret = (map: ValueMap): boolean => map.has('patch') && (stringAt(map, ['target', 'kind']) ?? '').includes('Secret');

function generatesSecret(map: ValueMap): boolean {
  const isGenerator = GENERATORS.has(stringAt(map, ['kind']) ?? '');
  return [...(isGenerator ? [map] : []), ...mapsIn(map.get('secretGenerator'))].some((generator) => isGiven(generator.get('literals')));
}
