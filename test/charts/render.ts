import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readValues } from '../../src/manifests/values.ts';
import { isMap } from '../../src/model/value.ts';
import type { ValueMap } from '../../src/model/value.ts';

/** Values that lie over those of a chart: read from its repository anew, and not as ci2mm finds them. */
export type ReadSet = (read: (file: string) => unknown) => unknown;

/** A value below some keys; undefined where one is missing. */
const below = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((each, key) => (each as Record<string, unknown> | null | undefined)?.[key], value);

/** The values in the objects of engines. */
export const fluxValues: ReadSet = (read) => below(read('flux.yaml'), 'spec', 'values');
export const argoValues: ReadSet = (read) => below(read('argo.yaml'), 'spec', 'source', 'helm', 'valuesObject');
export const argoText: ReadSet = (read) => parse((below(read('argo.yaml'), 'spec', 'source', 'helm', 'values') ?? '') as string);

/** What the chart of a repository renders with choices of sets, by a program that ci2mm did not choose. */
export function rendered(helm: string, cwd: string, choices: readonly (readonly ReadSet[])[]): Map<string, ValueMap[]> {
  const read = (file: string): unknown => parse(readFileSync(join(cwd, file), 'utf8'));
  const folder = mkdtempSync(join(tmpdir(), 'ci2mm-values-'));
  return new Map(
    choices.map((sets, choice) => {
      const files = sets.map((set, index) => {
        const file = join(folder, `${choice}-${index}.json`);
        writeFileSync(file, JSON.stringify(set(read) ?? {}));
        return file;
      });
      const args = ['template', 'x', join(cwd, 'chart'), ...files.flatMap((file) => ['--values', file])];
      return [`values ${choice}`, readValues(execFileSync(helm, args, { stdio: ['ignore', 'pipe', 'pipe'] })).filter(isMap)];
    }),
  );
}
