import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringAt } from '../../src/model/value.ts';
import type { Value } from '../../src/model/value.ts';
import { applyJson6902 } from '../../src/kustomize/patch/json6902.ts';
import { PatchFailure } from '../../src/kustomize/patch/failure.ts';
import { strategicMerge } from '../../src/kustomize/patch/strategic-merge.ts';
import { buildFiles, kustomize4, meaning } from '../kustomize/binary.ts';
import { yamlMap, yamlOperations } from './random.ts';
import { fromYaml, objectFromYaml } from './yaml.ts';

/** Random trees go through the real kustomize, many in one build; those that we say fail are built one by one. */

const COUNT = Number(process.env['CI2MM_RUNS'] ?? 60);
const SEED = Number(process.env['CI2MM_SEED'] ?? 1);
const FAILING = COUNT / 10;

interface Case {
  readonly target: string;
  readonly patch: string;
}

interface Named extends Case {
  readonly name: string;
}

const object = (name: string, spec: string): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: ${name}}\nspec: ${spec}\n`;

type Apply = (target: string, patch: string) => Value | null;

/** What we make of a case; `failed` where kustomize should refuse. */
function outcome(apply: Apply, { target, patch }: Case, name: string): unknown {
  try {
    const result = apply(object(name, target), patch);
    return result === null ? 'deleted' : meaning(result);
  } catch (error) {
    if (error instanceof PatchFailure) return 'failed';
    throw error;
  }
}

function filesOf(cases: readonly Named[], patchText: (each: Named) => string): Record<string, string> {
  const patches = cases.map((each) => `- path: patches/${each.name}.yaml\n  target: {kind: ClusterInstallation, name: ${each.name}}`);
  return {
    'base.yaml': cases.map(({ target, name }) => object(name, target)).join('---\n'),
    'kustomization.yaml': `resources: [base.yaml]\npatches:\n${patches.join('\n')}\n`,
    ...Object.fromEntries(cases.map((each) => [`patches/${each.name}.yaml`, patchText(each)])),
  };
}

function built(files: Record<string, string>): Map<string, unknown> | string {
  // A later release leaves nulls where this one takes them away, which means the same.
  const result = buildFiles(files, '.', kustomize4);
  return 'error' in result
    ? result.error
    : new Map(result.values.map((value) => [stringAt(value, ['metadata', 'name']) ?? '', meaning(value)]));
}

interface Difference extends Case {
  readonly ours: unknown;
  readonly theirs: unknown;
}

/** Where kustomize makes something else of a case than we do. */
function differences(cases: readonly Case[], apply: Apply, patchText: (each: Named) => string): Difference[] {
  const named = cases.map((each, index) => ({ ...each, name: `c${index}` }));
  const judged = named.map((each) => ({ ...each, ours: outcome(apply, { ...each, patch: patchText(each) }, each.name) }));
  const good = judged.filter(({ ours }) => ours !== 'failed');
  const failing = judged.filter(({ ours }) => ours === 'failed').slice(0, FAILING);
  const real = built(filesOf(good, patchText));
  const compared = good.map((each) => ({ ...each, theirs: typeof real === 'string' ? real : (real.get(each.name) ?? 'deleted') }));
  const refused = failing.map((each) => ({ ...each, theirs: typeof built(filesOf([each], patchText)) === 'string' ? 'failed' : 'built' }));
  return [...compared, ...refused].filter(({ ours, theirs }) => !isDeepStrictEqual(ours, theirs));
}

interface Pair {
  readonly target: string;
  readonly operations: string;
  readonly second: string;
}

/** A JSON6902 patch, then a strategic merge: what the first forgets of quotes shows in the second. */
function differencesOfPairs(pairs: readonly Pair[]): unknown[] {
  const named = pairs
    .map((each, index) => ({ ...each, name: `c${index}` }))
    .flatMap((each) => {
      const first = applyJson6902(objectFromYaml(object(each.name, each.target)), fromYaml(each.operations) as Value[]);
      const apply: Apply = (_target, patch) => strategicMerge(first, objectFromYaml(patch));
      const ours = outcome(apply, { target: each.target, patch: object(each.name, each.second) }, each.name);
      return ours === 'failed' ? [] : [{ ...each, ours }];
    });
  const patches = named.map(
    ({ name }) => `- {path: ${name}.1.yaml, target: {name: ${name}}}\n- {path: ${name}.2.yaml, target: {name: ${name}}}`,
  );
  const real = built({
    'base.yaml': named.map(({ target, name }) => object(name, target)).join('---\n'),
    'kustomization.yaml': `resources: [base.yaml]\npatches:\n${patches.join('\n')}\n`,
    ...Object.fromEntries(
      named.flatMap(({ name, operations, second }) => [
        [`${name}.1.yaml`, operations],
        [`${name}.2.yaml`, object(name, second)],
      ]),
    ),
  });
  if (typeof real === 'string') return [real];
  return named
    .map((each) => ({ ...each, theirs: real.get(each.name) ?? 'deleted' }))
    .filter(({ ours, theirs }) => !isDeepStrictEqual(ours, theirs));
}

describe('the same as kustomize 4.5.4 on random trees', () => {
  test('strategic merge', () => {
    const cases = fc.sample(fc.record({ target: yamlMap(), patch: yamlMap({ directives: true }) }), { numRuns: COUNT, seed: SEED });
    const apply: Apply = (target, patch) => strategicMerge(objectFromYaml(target), objectFromYaml(patch));
    expect(differences(cases, apply, ({ name, patch }) => object(name, patch))).toEqual([]);
  });

  test('JSON6902', () => {
    const cases = fc.sample(fc.record({ target: yamlMap({ nulls: false }), patch: yamlOperations() }), { numRuns: COUNT, seed: SEED + 1 });
    const apply: Apply = (target, patch) => applyJson6902(objectFromYaml(target), fromYaml(patch) as Value[]);
    expect(differences(cases, apply, ({ patch }) => patch)).toEqual([]);
  });

  test('one after the other', () => {
    const maps = fc.record({ a: yamlMap({ nulls: false }), b: yamlMap(), second: yamlMap({ directives: true }) });
    const pairs = fc.sample(maps, { numRuns: COUNT, seed: SEED + 2 }).map(({ a, b, second }) => ({
      target: `{a: ${a}, b: ${b}}`,
      operations: '- {op: copy, from: /spec/b, path: /spec/a/d}',
      second: `{a: {d: ${second}}}`,
    }));
    expect(differencesOfPairs(pairs)).toEqual([]);
  });
});
