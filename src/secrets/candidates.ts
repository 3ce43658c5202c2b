import { isSettledName } from './source.ts';
import type { SecretSource } from './source.ts';

/** Sources that together make one Secret, in one of the ways it may be made. */
export interface Candidate {
  readonly sources: readonly SecretSource[];
  /** Perhaps no Secret by itself but a part of one: a patch of a plain Secret, a base that overlays add to. */
  readonly fragment: boolean;
  /** What the sources add to is not in the repository. */
  readonly open: boolean;
}

/** The ways in which the Secret of a name may be made, as far as the namespaces allow. */
export function candidatesFor(name: string, namespace: string | null, sources: readonly SecretSource[]): Candidate[] {
  const places = placesOf(name, sources);
  const isKnown = namespace !== null && isSettledName(namespace);
  return (isKnown ? [within(namespace, places)] : anywhere(places)).flatMap(candidatesOf);
}

/** The sources of one name by namespace. */
type Places = ReadonlyMap<string | null, readonly SecretSource[]>;

const indexes = new WeakMap<readonly SecretSource[], ReadonlyMap<string, readonly SecretSource[]>>();

/** Thousands of installations ask about the same sources, so these are sorted by name once. */
function placesOf(name: string, sources: readonly SecretSource[]): Places {
  const index = indexes.get(sources) ?? groupedBy(sources, (source) => source.name);
  indexes.set(sources, index);
  return groupedBy(index.get(name) ?? [], (source) => source.namespace);
}

function groupedBy<Key>(sources: readonly SecretSource[], keyOf: (source: SecretSource) => Key): Map<Key, SecretSource[]> {
  const groups = new Map<Key, SecretSource[]>();
  for (const source of sources) {
    const group = groups.get(keyOf(source));
    if (group === undefined) groups.set(keyOf(source), [source]);
    else group.push(source);
  }
  return groups;
}

/** The sources of a namespace. Those without one belong to it only where it has none itself, or as an addition. */
function within(namespace: string, places: Places): readonly SecretSource[] {
  const exact = places.get(namespace) ?? [];
  const adrift = places.get(null) ?? [];
  return [...exact, ...(exact.every(isAddition) ? adrift : adrift.filter(isAddition))];
}

/** One group for every namespace, and one for what no namespace has taken in. */
function anywhere(places: Places): (readonly SecretSource[])[] {
  const groups = [...places.keys()].flatMap((namespace) => (namespace === null ? [] : [within(namespace, places)]));
  const taken = new Set(groups.flat());
  const adrift = places.get(null) ?? [];
  return adrift.every((source) => taken.has(source)) ? groups : [...groups, adrift];
}

const isAddition = (source: SecretSource): boolean => source.generator?.behavior === 'merge';

/**
 * Plain sources are united, for a patch looks like a Secret and several controllers may fill one. Each generator that creates or replaces
 * makes a Secret of its own; those that merge belong to overlays, of which any may be built.
 */
function candidatesOf(sources: readonly SecretSource[]): Candidate[] {
  const generated = (behavior: string): SecretSource[] => sources.filter((source) => source.generator?.behavior === behavior);
  const plain = sources.filter((source) => source.generator === null);
  const bases = [...(plain.length > 0 ? [plain] : []), ...generated('create').map((source) => [source])];
  return [
    ...bases.flatMap((base) => layered(base, generated('merge'))),
    ...(bases.length === 0 ? additionsAlone(generated('merge')) : []),
    ...generated('replace').map((source) => whole([source])),
  ];
}

function layered(base: readonly SecretSource[], additions: readonly SecretSource[]): Candidate[] {
  const parts = base.length > 1 ? base.map((source) => [source]) : [];
  const builds = additions.length > 0 ? [base, ...additions.map((addition) => [...base, addition])] : [];
  return [whole([...base, ...additions]), ...[...parts, ...builds].map(fragment)];
}

const additionsAlone = (additions: readonly SecretSource[]): Candidate[] =>
  additions.length > 0 ? [{ sources: additions, fragment: false, open: true }] : [];

const whole = (sources: readonly SecretSource[]): Candidate => ({ sources, fragment: false, open: false });
const fragment = (sources: readonly SecretSource[]): Candidate => ({ sources, fragment: true, open: false });
