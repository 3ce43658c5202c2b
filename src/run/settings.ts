import { answerOf, namespacedFirst } from '../config/config.ts';
import type { Config } from '../config/config.ts';
import type { DatabaseAnswer, KnownDatabase, Settings } from '../rules/settings.ts';
import { UsageError } from './usage-error.ts';
import type { CommonFlags } from './flags.ts';
import { readValues } from '../manifests/values.ts';
import { isMap, scalarAt } from '../model/value.ts';
import { CrdError, readCrd } from '../operator/crd.ts';
import type { CrdSchema } from '../operator/crd.ts';
import { defaultTarget, parseRelease, releases } from '../operator/releases.ts';
import { readOutside } from '../repo/read.ts';

/** Turns flags and configuration into settings; flags win. Throws UsageError for a release or a CRD that can't be used. */
export async function settingsFrom(flags: CommonFlags, config: Config, cwd: string): Promise<Settings> {
  return {
    target: flags.target === undefined ? (config.target ?? defaultTarget) : targetFrom(flags.target),
    ingress: flags.ingress ?? config.ingress ?? 'keep',
    databases: [...answersFrom(flags.database), ...config.databases],
    assumeDatabase: flags.assumeDatabase ?? config.assumeDatabase,
    crd: flags.crd === undefined ? null : await crdFrom(flags.crd, cwd),
    levels: config.levels,
    engine: config.engine,
  };
}

function targetFrom(text: string): Settings['target'] {
  const release = parseRelease(text);
  if (release !== null) return release;
  throw new UsageError(
    `${JSON.stringify(text)} is no operator release that ci2mm knows; it knows ${releases[0]?.version} to ${releases.at(-1)?.version}`,
  );
}

function answersFrom(texts: readonly string[]): DatabaseAnswer[] {
  const answers = texts.map(parseAnswer).sort(namespacedFirst);
  const contradiction = answers.find((one) =>
    answers.some((other) => other.name === one.name && other.namespace === one.namespace && other.database !== one.database),
  );
  if (contradiction === undefined) return answers;
  const { namespace, name } = contradiction;
  throw new UsageError(`--database gives two answers for ${namespace === null ? '' : `${namespace}/`}${name}; give one of them`);
}

/** `namespace/name=kind` or `name=kind`; its form was checked when it was read. */
function parseAnswer(text: string): DatabaseAnswer {
  const [who = '', database] = text.split('=');
  return answerOf(who, database as KnownDatabase, 'the --database option');
}

async function crdFrom(file: string, cwd: string): Promise<CrdSchema> {
  const values = readValues(readOutside(cwd, file));
  const definition = values.find(
    (value) =>
      isMap(value) &&
      scalarAt(value, ['kind']) === 'CustomResourceDefinition' &&
      scalarAt(value, ['spec', 'names', 'kind']) === 'Mattermost',
  );
  if (definition === undefined) throw new UsageError(`${file} holds no CustomResourceDefinition of kind Mattermost`);
  try {
    return await readCrd(definition);
  } catch (error) {
    if (error instanceof CrdError) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}
