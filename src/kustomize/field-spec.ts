import { isList, isMap, isScalar } from '../model/value.ts';
import type { Path, Scalar, Value, ValueList, ValueMap } from '../model/value.ts';
import { PatchFailure } from './patch/failure.ts';
import type { FieldSpec } from './configuration.ts';
import type { ResourceType } from './resource.ts';

/** What to write into a field. */
export interface FieldSpecChange {
  /** Gets what is there, null scalars included, and gives what shall be. Called for what is created as well. */
  readonly set: (value: Value | undefined) => Value;
  /** What a field that is created is, or null when nothing is created whatever the field spec says. */
  readonly creates: 'map' | 'scalar' | null;
}

/** The resource type that a field spec, or the target of a name reference, stands for. */
export const isOfType = (spec: ResourceType, type: ResourceType): boolean =>
  (spec.group === '' || spec.group === type.group) &&
  (spec.version === '' || spec.version === type.version) &&
  (spec.kind === '' || spec.kind === type.kind);

/** The steps of a field spec's path: `spec/a\/b/c` has three. */
export function stepsOf(path: string): string[] {
  const steps: string[] = [];
  for (const step of path.split('/')) {
    const last = steps.at(-1);
    if (last?.endsWith('\\') === true) steps[steps.length - 1] = `${last.slice(0, -1)}/${step}`;
    else steps.push(step);
  }
  return steps;
}

/** Changes every field that a spec's path leads to; lists are entered wherever they stand. Throws PatchFailure where the build would fail. */
export function changeField(
  value: ValueMap,
  spec: Pick<FieldSpec, 'path' | 'create'>,
  change: FieldSpecChange,
): { readonly value: ValueMap; readonly fields: readonly Path[] } {
  const walk = new Walk(change, spec.create && change.creates !== null);
  return { value: walk.enter(value, stepsOf(spec.path), []) as ValueMap, fields: walk.fields };
}

/** The fields that a spec's path leads to. */
export function fieldsAt(value: ValueMap, spec: Pick<FieldSpec, 'path'>): readonly Path[] {
  try {
    return changeField(value, { path: spec.path, create: false }, { set: (found) => found as Value, creates: null }).fields;
  } catch (error) {
    if (error instanceof PatchFailure) return [];
    throw error;
  }
}

class Walk {
  readonly fields: Path[] = [];
  readonly #change: FieldSpecChange;
  readonly #create: boolean;

  constructor(change: FieldSpecChange, create: boolean) {
    this.#change = change;
    this.#create = create;
  }

  enter(value: Value, steps: readonly string[], at: Path): Value {
    const [step, ...rest] = steps;
    if (step === undefined) return this.#set(value, at);
    if (isMap(value)) return this.#enterMap(value, step, { rest, at });
    if (isList(value)) return this.#enterList(value, steps, at);
    if (value.value === null) return value;
    throw new PatchFailure('kind-mismatch', `${at.join('.')} is neither a map nor a list`);
  }

  #enterList(list: ValueList, steps: readonly string[], at: Path): Value {
    const items = list.map((item, index) => this.enter(item, steps, [...at, index]));
    return items.every((item, index) => item === list[index]) ? list : items;
  }

  #enterMap(map: ValueMap, step: string, { rest, at }: { rest: readonly string[]; at: Path }): Value {
    const key = step.replace(/\[\]$/, '');
    const creates = this.#create && key === step;
    const found = map.get(key);
    const isNull = isScalar(found) && found.value === null;
    if (found === undefined && !creates) return map;
    const content = found === undefined || (isNull && creates) ? this.#created(rest) : found;
    const changed = content === undefined ? this.#set(undefined, [...at, key]) : this.enter(content, rest, [...at, key]);
    return changed === found ? map : new Map(map).set(key, changed);
  }

  /** Undefined for a scalar that is to be made. */
  #created(rest: readonly string[]): Value | undefined {
    return rest.length > 0 || this.#change.creates === 'map' ? new Map() : undefined;
  }

  #set(value: Value | undefined, at: Path): Value {
    this.fields.push(at);
    return this.#change.set(value);
  }
}

/** A string in place of a scalar. Quotes stay, so that what was a string remains one. */
export const replaceText = (found: Value | undefined, text: string): Scalar => {
  if (found !== undefined && !isScalar(found)) throw new PatchFailure('kind-mismatch', 'a string is to take the place of a map or list');
  return { text, plain: found?.plain ?? true, tag: null, value: text };
};
