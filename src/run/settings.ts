import { answerAbout, namespacedFirst } from '../config/config.ts';
import type { Config } from '../config/config.ts';
import { readValues } from '../manifests/values.ts';
import { isMap, scalarAt } from '../model/value.ts';
import type { Value } from '../model/value.ts';
import { CrdError, readCrd } from '../operator/crd.ts';
import type { CrdSchema } from '../operator/crd.ts';
import { defaultTarget, parseRelease, releases } from '../operator/releases.ts';
import { readOutside } from '../repo/read.ts';
import type { Answer, DatabaseAnswer, FileStoreAnswer, KnownDatabase, Settings } from '../rules/settings.ts';
import type { CommonFlags } from './flags.ts';
import { UsageError } from './usage-error.ts';

/** What whoever starts a run asks for; what is left out is up to the configuration. */
export interface Choices extends Pick<CommonFlags, 'target' | 'ingress' | 'assumeDatabase' | 'engine'> {
  readonly databases: readonly DatabaseAnswer[];
  readonly fileStores?: readonly FileStoreAnswer[];
  /** A file of CustomResourceDefinitions, one of them of the new kind. */
  readonly crd?: { readonly name: string; readonly bytes: Uint8Array };
}

/** The choices of a command line. Throws UsageError for answers that contradict each other, RepositoryError for a file that can't be read. */
export const choicesFrom = ({ crd, database, fileStore = [], ...flags }: CommonFlags, cwd: string): Choices => ({
  ...flags,
  databases: answersFrom('--database', database).map(({ kind, ...answer }) => ({ ...answer, database: kind })),
  fileStores: answersFrom('--file-store', fileStore).map(({ kind, ...answer }) => ({ ...answer, fileStore: kind })),
  ...(crd === undefined ? {} : { crd: { name: crd, bytes: readOutside(cwd, crd) } }),
});

/** Choices and configuration as settings; choices win. Throws UsageError for a release or a CRD that can't be used. */
export async function settingsFrom(choices: Choices, config: Config): Promise<Settings> {
  return {
    target: choices.target === undefined ? (config.target ?? defaultTarget) : targetFrom(choices.target),
    ingress: choices.ingress ?? config.ingress ?? 'keep',
    databases: [...choices.databases, ...config.databases],
    assumeDatabase: choices.assumeDatabase ?? config.assumeDatabase,
    fileStores: [...(choices.fileStores ?? []), ...config.fileStores],
    crd: choices.crd === undefined ? null : await crdFrom(choices.crd),
    levels: config.levels,
    engine: choices.engine === undefined ? config.engine : ENGINES[choices.engine],
  };
}

const ENGINES = { 'argo-cd': 'argo-cd', argo: 'argo-cd', flux: 'flux', both: 'both', none: 'other' } as const;

function targetFrom(text: string): Settings['target'] {
  const release = parseRelease(text);
  if (release !== null) return release;
  throw new UsageError(
    `${JSON.stringify(text)} is no operator release that ci2mm knows; it knows ${releases[0]?.version} to ${releases.at(-1)?.version}`,
  );
}

/** An answer of a command line; databases and file stores are of the same two kinds. */
interface GivenAnswer extends Required<Answer> {
  readonly kind: KnownDatabase;
}

function answersFrom(option: string, texts: readonly string[]): GivenAnswer[] {
  const answers = texts.map((text) => parseAnswer(option, text)).sort(namespacedFirst);
  const contradiction = answers.find((one) =>
    answers.some((other) => other.name === one.name && other.namespace === one.namespace && other.kind !== one.kind),
  );
  if (contradiction === undefined) return answers;
  const { namespace, name } = contradiction;
  throw new UsageError(`${option} gives two answers for ${namespace === null ? '' : `${namespace}/`}${name}; give one of them`);
}

/** `namespace/name=kind` or `name=kind`; its form was checked when it was read. */
function parseAnswer(option: string, text: string): GivenAnswer {
  const [who = '', kind] = text.split('=');
  return { ...answerAbout(who, `the ${option} option`), kind: kind as KnownDatabase };
}

async function crdFrom({ name, bytes }: NonNullable<Choices['crd']>): Promise<CrdSchema> {
  const definition = readValues(bytes).find(isDefinition);
  if (definition === undefined) throw new UsageError(`${name} holds no CustomResourceDefinition of kind Mattermost`);
  try {
    return await readCrd(definition);
  } catch (error) {
    if (error instanceof CrdError) throw new UsageError(`${name}: ${error.message}`);
    throw error;
  }
}

/** A file may hold others beside it, such as that of the old kind. */
const isDefinition = (value: Value): boolean =>
  isMap(value) && scalarAt(value, ['kind']) === 'CustomResourceDefinition' && scalarAt(value, ['spec', 'names', 'kind']) === 'Mattermost';
