import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { convertRepository } from '../../src/index.ts';
import type { Report, RepositoryOptions } from '../../src/index.ts';
import { isMap, stringAt, valueAt } from '../../src/model/value.ts';
import type { Value, ValueMap } from '../../src/model/value.ts';
import { readValues } from '../../src/manifests/values.ts';
import { convert, fileStoreAsWritten } from '../../src/operator/convert.ts';
import { withoutEmpty } from '../../src/operator/equivalent.ts';
import type { DatabaseKind } from '../../src/model/installation.ts';
import { meaning, quickest } from '../kustomize/binary.ts';

/** What a directory builds, by kind and name; null where it does not build. */
type Built = ReadonlyMap<string, ValueMap> | null;

/** Every kustomization of a tree that is none of components, built by a program that ci2mm did not choose, links and ignored files included. */
export function buildAll(root: string): Map<string, Built> {
  const directories = kustomizationsIn(root).map((file) => dirname(file));
  return new Map(directories.map((directory) => [relative(root, directory), buildOne(directory)]));
}

function buildOne(directory: string): Built {
  const [program = '', ...args] = quickest.command;
  const { status, stdout } = spawnSync(program, [...args, directory], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) return null;
  return new Map(
    readValues(Buffer.from(stdout))
      .filter(isMap)
      .map((value) => [keyOf(value), value]),
  );
}

const keyOf = (value: ValueMap): string =>
  ['kind', 'metadata.namespace', 'metadata.name'].map((path) => stringAt(value, path.split('.')) ?? '').join(' ');

function kustomizationsIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return entry.name === '.git' ? [] : kustomizationsIn(path);
    return entry.name === 'kustomization.yaml' && !/^kind: Component$/m.test(readFileSync(path, 'utf8')) ? [path] : [];
  });
}

/** Where builds differ in more than the operator's conversion of what they built before, decided by the Secrets that they built. */
function differencesBetween(before: ReadonlyMap<string, Built>, after: ReadonlyMap<string, Built>, choices: Choices): string[] {
  return [...before].flatMap(([directory, then]) => {
    const now = after.get(directory) ?? null;
    if (then === null) return [];
    if (now === null) return [`${directory} does not build any more`];
    const expected = new Map([...then.values()].map((value) => expectedFrom(value, then, choices)).map((value) => [keyOf(value), value]));
    const keys = [...new Set([...expected.keys(), ...now.keys()])];
    return keys
      .filter((key) => shown(expected.get(key)) !== shown(now.get(key)))
      .map((key) => `${directory}: ${key} is ${shown(now.get(key))} and not ${shown(expected.get(key))}`);
  });
}

interface Choices {
  /** For Secrets that are not built. */
  readonly database: DatabaseKind;
  readonly ingress: 'keep' | 'modern';
  /** Whether nothing may change at all. */
  readonly stays: boolean;
}

function expectedFrom(value: ValueMap, built: ReadonlyMap<string, ValueMap>, { database, ingress, stays }: Choices): ValueMap {
  if (stays || stringAt(value, ['kind']) !== 'ClusterInstallation' || stringAt(value, ['apiVersion']) !== 'mattermost.com/v1alpha1')
    return value;
  const secret = stringAt(value, ['spec', 'database', 'secret']);
  const kind =
    secret === null
      ? 'operator-managed'
      : (kindOf(built.get(['Secret', stringAt(value, ['metadata', 'namespace']) ?? '', secret].join(' '))) ?? database);
  return convert(value, { database: kind, fileStore: fileStoreAsWritten(value), ingress, unknown: [] });
}

function kindOf(secret: ValueMap | undefined): DatabaseKind | null {
  if (secret === undefined) return null;
  const keys = ['data', 'stringData'].flatMap((field) => keysOf(valueAt(secret, [field])));
  return keys.includes('DB_CONNECTION_STRING') ? 'external' : 'operator-managed';
}

const keysOf = (value: Value | undefined): string[] => (isMap(value) ? [...value.keys()] : []);

function shown(value: ValueMap | undefined): string {
  if (value === undefined) return 'missing';
  const simplest = stringAt(value, ['kind']) === 'Mattermost' ? withoutEmpty(value) : value;
  return JSON.stringify(meaning(simplest), (_key, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

export interface Tried {
  readonly report: Report;
  /** Errors with their places, as `file:line rule: message`. */
  readonly errors: readonly string[];
  readonly differences: readonly string[];
}

/** Converts a repository in place and builds it before and after. */
export async function tried(root: string, options: RepositoryOptions): Promise<Tried> {
  const before = buildAll(root);
  const report = await convertRepository({ cwd: root, assumeDatabase: 'external', ...options, write: true });
  const errors = report.findings
    .filter(({ level }) => level === 'error')
    .map(({ file, line, rule, message }) => `${file}:${line} ${rule}: ${message}`);
  const choices = {
    database: options.assumeDatabase ?? 'external',
    ingress: options.ingress ?? 'keep',
    stays: report.changes.length === 0,
  } as const;
  return { report, errors, differences: differencesBetween(before, buildAll(root), choices) };
}
