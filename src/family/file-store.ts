import type { FileStoreKind, Installation } from '../model/installation.ts';
import { isScalar, valueAt } from '../model/value.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { isFilled } from '../model/variables.ts';
import { fileStoreAsWritten } from '../operator/convert.ts';
import type { InstallationSubject } from '../rules/rule.ts';
import { isAbout } from '../rules/settings.ts';
import type { Settings } from '../rules/settings.ts';
import { mayBeEmpty } from '../rules/written.ts';
import type { Substitution } from './substitutions.ts';

/** What the file store of an installation is, and who says so. */
export type FileStoreOutcome = Pick<InstallationSubject, 'fileStore' | 'fileStoreUndecided' | 'fileStoreContradiction'>;

/**
 * The URL by itself where it is certain to be empty or not, else the user's answer, then what Flux fills in. An answer against what is written
 * would lose the place where the files are, so it does not count.
 */
export function fileStoreOf(
  { value, name, namespace }: Pick<Installation, 'value' | 'name' | 'namespace'>,
  substitutions: readonly Substitution[],
  { fileStores }: Pick<Settings, 'fileStores'>,
): FileStoreOutcome {
  const written = fileStoreAsWritten(value);
  const answer = fileStores.find((each) => isAbout(each, { name, namespace }))?.fileStore ?? null;
  const contradicted = (kind: FileStoreKind, evidence: string): FileStoreOutcome['fileStoreContradiction'] =>
    answer === null || answer === kind ? null : { answer, evidence };
  if (!isOpenStore(value)) {
    const evidence = written === 'external' ? 'spec.minio.externalURL' : 'spec.minio.externalURL, which is not set,';
    return { fileStore: written, fileStoreUndecided: false, fileStoreContradiction: contradicted(written, evidence) };
  }
  const found = substituted(urlIn(value), substitutions);
  return {
    fileStore: answer ?? found?.kind ?? written,
    fileStoreUndecided: answer === null && found === null,
    fileStoreContradiction: found === null ? null : contradicted(found.kind, found.evidence),
  };
}

const urlIn = (value: ValueMap): Value | undefined => valueAt(value, ['spec', 'minio', 'externalURL']);

/** Whether the URL does not tell by itself: a variable stands there that may turn out empty. */
export const isOpenStore = (value: ValueMap): boolean => mayBeEmpty(urlIn(value));

/** Whether two states have the same URL. */
export const sameStore = (a: ValueMap, b: ValueMap): boolean => textOf(urlIn(a)) === textOf(urlIn(b));

const textOf = (value: Value | undefined): string | null => (isScalar(value) ? value.text : null);

/** What Flux makes of a URL, where all that deploys it says the same. */
function substituted(
  url: Value | undefined,
  substitutions: readonly Substitution[],
): { readonly kind: FileStoreKind; readonly evidence: string } | null {
  const [first, ...others] = substitutions;
  const filled = (each: Substitution): boolean | null => isFilled(textOf(url) ?? '', each.values);
  if (first === undefined) return null;
  const one = filled(first);
  if (one === null || others.some((each) => filled(each) !== one)) return null;
  return { kind: one ? 'external' : 'operator-managed', evidence: first.shown };
}
