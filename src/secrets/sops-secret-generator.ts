import { scalarAt } from '../model/value.ts';
import { dotenvKeys } from './dotenv.ts';
import { generatedKeys } from './generator-input.ts';
import { namedKeys, UNKNOWN_KEYS } from './keys.ts';
import { behaviorOf } from './kustomize.ts';
import { ofKind, sourceOf } from './source.ts';
import type { Resource } from '../model/installation.ts';
import type { KeySet } from './keys.ts';
import type { ReadText, SecretReader, SecretSource } from './source.ts';

/** The SopsSecretGenerator plugin, under its old name as well. */
export const sopsSecretGeneratorReader: SecretReader = {
  resources: ofKind('goabout.com', 'SopsSecretGenerator', 'SopsSecret'),
  bears: 'literals',
  makes: 'the Secret of its own name',
  keys: '`files`, and the variables in the files under `envs`',
  open: 'a file under `envs` that is not in the repository, or is neither `.env` nor `.yaml`',
  read,
};

function read(resource: Resource, readFile: ReadText): SecretSource[] {
  const keys = generatedKeys(resource.value, { file: resource.file, readFile, envKeys: envFileKeys });
  const behavior = behaviorOf(resource.value.get('behavior'));
  const hashed = scalarAt(resource.value, ['disableNameSuffixHash']) !== true;
  return [sourceOf(resource, keys, { generator: { behavior, hashed } })];
}

/** The name of a file says how the plugin reads it. */
function envFileKeys(text: string, file: string): KeySet {
  if (file.endsWith('.env')) return dotenvKeys(text);
  return /\.ya?ml$/.test(file) ? sopsYamlKeys(text) : UNKNOWN_KEYS;
}

/** SOPS writes a flat map with every key at the start of its line, then its own `sops`. */
function sopsYamlKeys(text: string): KeySet {
  const names = [...text.matchAll(/^([-._a-zA-Z0-9]+):/gm)].map(([, name]) => name ?? null);
  return names.includes('sops') ? namedKeys(names.filter((name) => name !== 'sops')) : UNKNOWN_KEYS;
}
