import type { Answer, DatabaseAnswer, FileStoreAnswer, KnownDatabase } from '../rules/settings.ts';
import type { Engine, FileStoreKind } from '../model/installation.ts';
import { isMap, isScalar, valueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import type { IngressStyle } from '../operator/convert.ts';
import { parseRelease, releases } from '../operator/releases.ts';
import type { Release } from '../operator/releases.ts';
import type { ChosenLevel } from '../rules/index.ts';
import { checkConfig } from './check.ts';
import type { ConfigProblem } from './check.ts';
import type { ConfigSchema } from './schema.ts';

/** What a configuration says; null or empty where it says nothing. */
export interface Config {
  readonly target: Release | null;
  readonly ingress: IngressStyle | null;
  readonly engine: Engine | null;
  readonly databases: readonly DatabaseAnswer[];
  readonly assumeDatabase: KnownDatabase | null;
  readonly fileStores: readonly FileStoreAnswer[];
  readonly levels: ReadonlyMap<string, ChosenLevel>;
  /** Globs, relative to the configuration's folder. */
  readonly ignore: readonly string[];
}

export const noConfig: Config = {
  target: null,
  ingress: null,
  engine: null,
  databases: [],
  assumeDatabase: null,
  fileStores: [],
  levels: new Map(),
  ignore: [],
};

/** Reads a configuration from data; `origin` names it in messages. */
export function configFrom(value: ValueMap, schema: ConfigSchema, origin: string): { config: Config; problems: ConfigProblem[] } {
  const target = textAt(value, ['target']);
  const release = target === null ? null : parseRelease(target);
  const problems = checkConfig(value, schema);
  const unknown = target !== null && release === null && !problems.some(({ path }) => path[0] === 'target');
  const config: Config = {
    target: release,
    ingress: textAt(value, ['ingress']) as IngressStyle | null,
    engine: textAt(value, ['engine']) as Engine | null,
    databases: entriesAt(value, ['databases'])
      .map(([who, kind]) => ({ ...answerAbout(who, origin), database: kind as KnownDatabase }))
      .sort(namespacedFirst),
    assumeDatabase: textAt(value, ['assumeDatabase']) as KnownDatabase | null,
    fileStores: entriesAt(value, ['fileStores'])
      .map(([who, kind]) => ({ ...answerAbout(who, origin), fileStore: kind as FileStoreKind }))
      .sort(namespacedFirst),
    levels: new Map(entriesAt(value, ['rules']) as [string, ChosenLevel][]),
    ignore: textsAt(value, ['ignore']),
  };
  return { config, problems: unknown ? [...problems, unknownRelease(target)] : problems };
}

/** What one configuration says, and another where the first says nothing. */
export function mergedConfig(first: Config, second: Config): Config {
  return {
    target: first.target ?? second.target,
    ingress: first.ingress ?? second.ingress,
    engine: first.engine ?? second.engine,
    databases: [...first.databases, ...second.databases],
    assumeDatabase: first.assumeDatabase ?? second.assumeDatabase,
    fileStores: [...first.fileStores, ...second.fileStores],
    levels: new Map([...second.levels, ...first.levels]),
    ignore: [...first.ignore, ...second.ignore],
  };
}

/** `namespace/name` or `name`. */
export function answerAbout(who: string, origin: string): Required<Answer> {
  const slash = who.indexOf('/');
  return { namespace: slash === -1 ? null : who.slice(0, slash), name: who.slice(slash + 1), origin };
}

/** The more exact answer counts. */
export const namespacedFirst = (a: Answer, b: Answer): number => Number(a.namespace === null) - Number(b.namespace === null);

function unknownRelease(text: string): ConfigProblem {
  const message = `target must be an operator release that ci2mm knows, ${releases[0]?.version} to ${releases.at(-1)?.version}; ${JSON.stringify(text)} is none`;
  return { path: ['target'], at: 'value', message };
}

function textAt(value: Value, path: Path): string | null {
  const found = valueAt(value, path);
  return isScalar(found) ? found.text : null;
}

function entriesAt(value: Value, path: Path): [string, string][] {
  const found = valueAt(value, path);
  return isMap(found) ? [...found].flatMap(([key, child]) => (isScalar(child) ? [[key, child.text] as [string, string]] : [])) : [];
}

function textsAt(value: Value, path: Path): string[] {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found.flatMap((item: Value) => (isScalar(item) ? [item.text] : [])) : [];
}
