import type { DatabaseKind } from '../../src/model/installation.ts';
import { isList, isMap, stringAt } from '../../src/model/value.ts';
import type { Value, ValueMap } from '../../src/model/value.ts';
import { fileStoreAsWritten } from '../../src/operator/convert.ts';
import type { ConversionOptions } from '../../src/operator/convert.ts';
import { defaultTarget } from '../../src/operator/releases.ts';
import { validate } from '../../src/operator/validate.ts';
import { applyJson6902 } from '../../src/kustomize/patch/json6902.ts';
import { asKustomizeReads } from '../../src/kustomize/patch/reading.ts';
import { strategicMerge } from '../../src/kustomize/patch/strategic-merge.ts';
import type { PatchContext } from '../../src/edit/expectation.ts';
import { applyMerges, parseDocument } from '../../src/yaml/document.ts';

/** A base that a patch applies to, with what the database Secret of the variant holds. */
export interface Base {
  readonly spec: string;
  readonly database?: DatabaseKind;
}

export const HEADER = 'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\n';

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');

/** A manifest or a patch with the given spec. */
const withSpec = (spec: string): string => `${HEADER}spec:\n${indented(spec.replace(/\n?$/, '\n'))}`;

export function valueFrom(text: string): Value {
  const { shape, problems } = parseDocument(text);
  if (shape === null) throw new Error(`no YAML (${problems[0]?.message ?? 'empty'}):\n${text}`);
  return applyMerges(shape);
}

export const objectFrom = (text: string): ValueMap => asKustomizeReads(valueFrom(text) as ValueMap);

export function optionsFor(state: ValueMap, database: DatabaseKind): ConversionOptions {
  const unknown = validate('ClusterInstallation', state, defaultTarget).filter(({ code }) => code === 'unknown-field');
  const hasSecret = stringAt(state, ['spec', 'database', 'secret']) !== null;
  return {
    fileStore: fileStoreAsWritten(state),
    database: hasSecret ? database : 'operator-managed',
    ingress: 'keep',
    unknown: unknown.map(({ path }) => path),
  };
}

/** What a patch does to each base, as kustomize applies it. Throws PatchFailure where it does not apply. */
export function contextsOf(bases: readonly Base[], patch: string): PatchContext[] {
  const value = valueFrom(patch);
  return bases.map(({ spec, database = 'external' }) => {
    const before = objectFrom(withSpec(spec));
    const after = applied(before, value);
    return {
      before,
      after,
      beforeOptions: optionsFor(before, database),
      afterOptions: after === null ? optionsFor(before, database) : optionsFor(after, database),
    };
  });
}

/** Kind and name of the object stay what they are, whatever the patch says. */
export function applied(before: ValueMap, patch: Value): ValueMap | null {
  if (isList(patch)) return applyJson6902(before, patch);
  if (!isMap(patch)) throw new Error('no patch');
  const result = strategicMerge(before, asKustomizeReads(patch));
  return result === null ? null : withIdentity(before, result);
}

function withIdentity(before: ValueMap, result: ValueMap): ValueMap {
  const metadata = result.get('metadata');
  const name = (before.get('metadata') as ValueMap).get('name') as Value;
  return new Map([
    ...result,
    ['apiVersion', before.get('apiVersion') as Value],
    ['kind', before.get('kind') as Value],
    ['metadata', new Map([...(isMap(metadata) ? metadata : []), ['name', name]])],
  ]);
}
