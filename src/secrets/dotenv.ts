import { isKey, keyWith, NO_KEYS, OPERATOR_KEYS, unite, UNKNOWN_KEYS } from './keys.ts';
import type { KeySet } from './keys.ts';

/**
 * The keys of a dotenv file as kustomize reads it: one `KEY=value` a line, white space before the key dropped, `#` for comments, neither
 * quotes nor continuation lines. A file that SOPS has encrypted has its keys in the clear, next to its own `sops_...` entries.
 */
export function dotenvKeys(text: string): KeySet {
  const content = text.replace(/^\uFEFF/, '');
  if (isEncryptedWhole(content)) return UNKNOWN_KEYS;
  return unite(content.split(/\r?\n/).map(keyOfLine));
}

/** SOPS in its binary form wraps the file into JSON. */
const isEncryptedWhole = (content: string): boolean => content.trimStart().startsWith('{');

function keyOfLine(raw: string): KeySet {
  const line = raw.trimStart();
  if (line === '' || line.startsWith('#')) return NO_KEYS;
  const end = line.indexOf('=');
  return end < 0 ? assignedKey(line, null) : assignedKey(line.slice(0, end), line.slice(end + 1));
}

/** How a variable is named, and a piece of a key, a certificate or a password is not. */
const VARIABLE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;

/**
 * The key of `KEY=value`; without `=` the value is null and kustomize makes it empty. A line of a private key reads as a key too, as does a
 * password that stands alone, with base64's padding for a `=`. A piece of a value must never end up in a message, so a name that the
 * operator doesn't know is passed on only if it looks like a variable's and something is assigned to it. What is left out answers no
 * question, so the set stays complete.
 */
export function assignedKey(key: string, value: string | null): KeySet {
  if (!isKey(key)) return UNKNOWN_KEYS;
  const isAssignment = value !== null && value !== '' && value !== '=';
  if (!OPERATOR_KEYS.has(key) && !(isAssignment && VARIABLE.test(key))) return NO_KEYS;
  return keyWith(key, value === null || value === '');
}
