import { scalarAt, stringAt, stringScalar } from '../model/value.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { DEFAULT_REPLICAS, sizeOf } from '../operator/sizes.ts';
import type { PartSize } from '../operator/sizes.ts';
import type { Release } from '../operator/releases.ts';
import { makeScalar } from '../yaml/scalar.ts';
import type { FieldChange } from '../edit/field-change.ts';
import { NOTHING_TO_DO, refusal, refused } from './stage.ts';
import type { StageDecision, StageSubject } from './stage.ts';

/**
 * What the operator makes of `spec.size`, and of no replicas, is written out. It erases the size of the live object and puts its own numbers in the place
 * of others, so that an engine that heals writes the manifest again and again.
 */
export function withSizeWrittenOut({ installation: { value }, database, options }: StageSubject, operator: Release | null): StageDecision {
  const name = stringAt(value, ['spec', 'size']);
  if (name === null)
    return scalarAt(value, ['spec', 'replicas']) === 0 ? writing([replicas(['spec'], DEFAULT_REPLICAS)], NONE) : NOTHING_TO_DO;
  const size = sizeOf(name, operator);
  if (size === 'unknown') return refused(refusal('size-unknown', `spec.size is ${name}, which is no size that the operator knows`));
  if (size === 'ambiguous')
    return refused(
      refusal('size-unknown', `spec.size ${name} is not the same in all releases of the operator, and nothing tells which one runs`),
    );
  const changes = [
    { path: ['spec', 'size'], value: null },
    ...partOf(['spec'], size.app),
    ...(options.fileStore === 'external' ? [] : partOf(['spec', 'minio'], size.fileStore)),
    ...(database === 'external' ? [] : partOf(['spec', 'database'], size.database)),
  ];
  return writing(
    changes,
    `spec.size ${name} is written out as the operator reads it${operator === null ? '' : ` (${operator.version})`}: pods roll where the live object has other numbers`,
  );
}

const NONE = `spec.replicas 0 is written out as the ${DEFAULT_REPLICAS} that the operator runs: nothing rolls`;

const writing = (changes: readonly FieldChange[], effect: string): StageDecision => ({ changes, refusals: [], effects: [effect] });

const partOf = (path: readonly string[], { requests, limits, replicas: count }: PartSize): FieldChange[] => [
  replicas(path, count),
  {
    path: [...path, 'resources'],
    value: new Map<string, Value>([['requests', amounts(requests)], ...(limits === null ? [] : [['limits', amounts(limits)] as const])]),
  },
];

const replicas = (path: readonly string[], count: number): FieldChange => ({
  path: [...path, 'replicas'],
  value: makeScalar(String(count), true),
});

const amounts = ([cpu, memory]: PartSize['requests']): ValueMap =>
  new Map([
    ['cpu', stringScalar(cpu)],
    ['memory', stringScalar(memory)],
  ]);
