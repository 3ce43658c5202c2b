import { isList, isScalar, valueAt } from '../model/value.ts';
import type { Path, Value } from '../model/value.ts';
import { assignedKey, dotenvKeys } from './dotenv.ts';
import { fileBeside } from './files.ts';
import { isGiven, isKey, keyWith, NO_KEYS, OPERATOR_KEYS, unite, UNKNOWN_KEYS } from './keys.ts';
import type { KeySet } from './keys.ts';
import type { ReadText } from './source.ts';

/** Where a generator's input stands: paths in it are relative to its file. */
export interface InputContext {
  readonly file: string;
  readonly readFile: ReadText;
  /** How the files under `envs` are read. */
  readonly envKeys?: (text: string, file: string) => KeySet;
}

/** The keys that a generator makes of its `literals`, `files`, `envs` and `env`, as kustomize reads them. */
export function generatedKeys(entry: Value, context: InputContext): KeySet {
  return unite([
    ...textsAt(entry, ['literals']).map(literalKey),
    ...textsAt(entry, ['files']).map((source) => fileKey(source, context)),
    ...[...textsAt(entry, ['envs']), ...textsAt(entry, ['env'])].map((source) => envKeys(source, context)),
    // Plugins of kustomize's early versions.
    isGiven(valueAt(entry, ['kvSources'])) || isGiven(valueAt(entry, ['commands'])) ? UNKNOWN_KEYS : NO_KEYS,
  ]);
}

/** The strings of a list, or a string on its own; null for what is something else. */
export function textsAt(entry: Value | undefined, path: Path): (string | null)[] {
  const found = valueAt(entry, path);
  if (!isGiven(found)) return [];
  return (isList(found) ? found : [found]).map((item) => (isScalar(item) ? item.text : null));
}

/** Without a `=` kustomize refuses the literal, and the text may well be the value. */
function literalKey(literal: string | null): KeySet {
  const end = literal?.indexOf('=') ?? -1;
  if (literal === null || end < 1) return UNKNOWN_KEYS;
  return assignedKey(literal.slice(0, end), literal.slice(end + 1).replaceAll(/^["']+|["']+$/g, ''));
}

/** `key=path`, or a path whose last segment is the key. The key is known even where the file is not. */
export function fileKey(source: string | null, context: InputContext): KeySet {
  const parts = source?.split('=') ?? [];
  const path = parts.at(-1) ?? '';
  const key = parts.length === 2 ? parts[0] : path.split('/').at(-1);
  if (parts.length > 2 || path === '' || key === undefined || !isKey(key)) return UNKNOWN_KEYS;
  return keyWith(key, OPERATOR_KEYS.has(key) && textOf(path, context) === '');
}

/** Without the file there is no telling which keys it holds. */
export function envKeys(source: string | null, context: InputContext): KeySet {
  const text = source === null ? null : textOf(source, context);
  return source === null || text === null ? UNKNOWN_KEYS : (context.envKeys ?? dotenvKeys)(text, source);
}

function textOf(path: string, context: InputContext): string | null {
  const file = fileBeside(context.file, path);
  return file === null ? null : context.readFile(file);
}
