import type { FileContents } from '../edit/file-secrets.ts';
import type { Variant } from '../kustomize/model.ts';
import { fileOfKey } from '../kustomize/paths.ts';
import type { KustomizeProblem } from '../kustomize/problem.ts';
import { groupBy } from '../model/group.ts';
import { sameValue } from '../model/same.ts';
import { isList, isMap, stringAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { OLD } from '../operator/fields.ts';
import { withoutEmpty } from '../operator/equivalent.ts';
import type { Finding, Findings } from '../rules/finding.ts';
import type { FamilyAssessment } from './assess-family.ts';
import { KIND_NAMES } from './followed-kind.ts';
import type { FollowedKind } from './followed-kind.ts';
import type { Kustomizations } from './kustomizations.ts';
import { changesOf, withFindings } from './outcome.ts';
import { startOf } from '../model/place.ts';

/**
 * Follows what kustomizations make of the files as they would be: each must build the Mattermosts that its installations are to become, and
 * those that it builds today as they are. It needs no program, so that it holds where nothing can be built, too. Families with a
 * kustomization that builds anything else are blocked.
 */
export function followed(
  families: readonly FamilyAssessment[],
  kustomizations: Kustomizations,
  { contents, findings }: { readonly contents: FileContents; readonly findings: Findings },
): FamilyAssessment[] {
  const free = families.filter(({ blocked, lone, frames }) => !blocked && lone === null && frames.size === 0);
  if (free.length === 0) return [...families];
  const changed = new Map(changesOf(free, contents).map(({ file, after }) => [file, after]));
  const kind = kindAfter(free);
  const [before, after] = [kustomizations.followedWith(new Map(), kind), kustomizations.followedWith(changed, kind)];
  const ours = new Set(free.flatMap(({ roots }) => roots.map(keyOf)));
  const sameKind = free.some(({ roots }) => roots.some(({ built }) => stringAt(built, ['kind']) === KIND_NAMES[kind]));
  const others = before.variants.filter((variant) => isBuilt(variant) && !(sameKind && ours.has(keyOf(variant))));
  const then = groupBy(others, ({ kustomization }) => kustomization);
  const now = groupBy(after.variants.filter(isBuilt), ({ kustomization }) => kustomization);
  // What fails today may fail in other words then.
  const known = new Set(before.problems.map(placeOf));
  const problems = groupBy(
    after.problems.filter((problem) => !known.has(placeOf(problem))),
    ({ file }) => file,
  );
  const expected = groupBy(free.flatMap(expectedOf), ({ kustomization }) => kustomization);
  const found = free.map((family) => {
    const files = new Set([...family.roots.map(({ kustomization }) => kustomization), ...family.guards.map(({ file }) => file)]);
    const faults = [
      ...[...files].flatMap((file) =>
        faultsIn([...(expected.get(file) ?? []), ...(then.get(file) ?? []).map(asItIs)], now.get(file) ?? [], KIND_NAMES[kind]).map(
          (message) => ({
            file,
            message,
          }),
        ),
      ),
      ...[...new Set([...files, ...family.tasks.keys()])].flatMap((file) =>
        (problems.get(file) ?? []).map(({ message }) => ({ file, message: `Followed with the changes, it would not build: ${message}.` })),
      ),
    ];
    return [
      family,
      faults.flatMap(({ file, message }) => findings.of('kustomize-proof-failed', { place: startOf(fileOfKey(file)), message })),
    ] as const;
  });
  return withFindings(families, new Map<FamilyAssessment, Finding[]>(found.map(([family, own]) => [family, own])));
}

/** Families of one run all come to be of one kind. */
const kindAfter = (families: readonly FamilyAssessment[]): FollowedKind =>
  families.some(({ roots, expectedFor }) =>
    roots.some((variant) => isBuilt(variant) && stringAt(expectedFor(variant, variant.built).expected, ['kind']) === OLD.kind),
  )
    ? 'installation'
    : 'mattermost';

const keyOf = ({ kustomization, name, namespace }: Variant): string => JSON.stringify([kustomization, namespace, name]);

const placeOf = ({ code, file, document, path }: KustomizeProblem): string => JSON.stringify([code, file, document, path]);

const isBuilt = ({ deleted }: Variant): boolean => deleted === null;

/** A Mattermost that a kustomization is to build. */
interface ExpectedVariant {
  readonly kustomization: string;
  readonly name: string;
  readonly namespace: string | null;
  /** Null where a part of it is not known, and nobody can tell where that goes. */
  readonly value: ValueMap | null;
  /** Fields of it of which the value is not known. */
  readonly unknown: readonly Path[];
}

const expectedOf = ({ roots, expectedFor }: FamilyAssessment): ExpectedVariant[] =>
  roots.filter(isBuilt).flatMap((variant) => {
    const { expected, gone = false } = expectedFor(variant, variant.built);
    if (gone) return [];
    // A conversion moves fields, those that are not known among them.
    const isMoved = variant.unknownFields.length > 0 && stringAt(expected, ['kind']) !== stringAt(variant.built, ['kind']);
    return { ...identityOf(variant), value: isMoved ? null : expected, unknown: variant.unknownFields };
  });

const asItIs = (variant: Variant): ExpectedVariant => ({ ...identityOf(variant), value: variant.built, unknown: variant.unknownFields });

const identityOf = ({ kustomization, name, namespace }: Variant): Omit<ExpectedVariant, 'value' | 'unknown'> => ({
  kustomization,
  name,
  namespace,
});

function faultsIn(expected: readonly ExpectedVariant[], found: readonly Variant[], kind: string): string[] {
  const left = [...found];
  const faults = expected.flatMap(({ name, namespace, value, unknown }) => {
    const shown = `${kind} ${namespace === null ? name : `${namespace}/${name}`}`;
    const at = left.findIndex((each) => each.name === name && each.namespace === namespace);
    const [own] = at === -1 ? [] : left.splice(at, 1);
    if (own === undefined) return [`Followed with the changes, this kustomization would not build ${shown}.`];
    const hidden = [...unknown, ...own.unknownFields];
    return value === null || isSame(known(value, hidden), known(own.built, hidden))
      ? []
      : [`Followed with the changes, this kustomization would build another ${shown} than it should.`];
  });
  return [...faults, ...left.map(({ name }) => `Followed with the changes, this kustomization would build one ${kind} ${name} too many.`)];
}

/** A value without fields that are not known. */
const known = (value: ValueMap, unknown: readonly Path[]): ValueMap =>
  unknown.reduce<ValueMap>((left, path) => withoutField(left, path) as ValueMap, value);

function withoutField(value: Value, [step, ...rest]: Path): Value {
  if (step === undefined) return value;
  if (isList(value)) return value.map((item, index) => (index === step && rest.length > 0 ? withoutField(item, rest) : item));
  const child = isMap(value) ? value.get(String(step)) : undefined;
  if (child === undefined || !isMap(value)) return value;
  if (rest.length > 0) return new Map([...value, [String(step), withoutField(child, rest)]]);
  return new Map([...value].filter(([key]) => key !== step));
}

const isSame = (a: ValueMap, b: ValueMap): boolean => sameValue(withoutEmpty(a), withoutEmpty(b));
