import type { Installation } from '../model/installation.ts';
import { fragmentId } from '../kustomize/model.ts';
import type { Fragment, FragmentUse, Layer, TextPlace, Variant } from '../kustomize/model.ts';

/** Variants that share fragments, directly or through others: they change together or not at all. */
export interface Family {
  readonly variants: readonly Variant[];
  /** Each fragment once, with every place where it is at work in a variant. */
  readonly fragments: readonly FragmentUse[];
  /** The installation itself, where no kustomization has to do with it; null for what kustomizations build. */
  readonly lone: Installation | null;
  /** What variants are put into of which the spec, or a map in it, stands in values of a chart; else empty. */
  readonly frames: ReadonlyMap<Variant, ChartFrame>;
}

/** A template of a chart that maps of values are put into. */
export interface ChartFrame {
  readonly at: TextPlace;
  /** The name of the set of values that it is rendered with. */
  readonly values: string;
  /** Whether the whole spec is one of values, so that the template itself has none. */
  readonly isWhole: boolean;
}

const NO_FRAMES: Family['frames'] = new Map();

/** A manifest that stands alone: one variant with one layer. */
export function loneFamily(installation: Installation): Family {
  const { file, document, path, value, name, namespace } = installation;
  const fragment: Fragment = { form: 'resource', at: { file, document, inline: null }, path, value };
  const variant: Variant = {
    kustomization: '',
    root: true,
    layers: [{ fragment, kustomization: '', entry: [] }],
    inputs: [value],
    states: [value],
    built: value,
    deleted: null,
    unknownFields: [],
    name,
    namespace,
    opaque: [],
    opaqueIfModern: [],
  };
  return { variants: [variant], fragments: [{ fragment, uses: [{ variant, index: 0 }] }], lone: installation, frames: NO_FRAMES };
}

/** Groups variants into families, in the order of the variants. `ties` names what else a variant shares with others. */
export function familiesOf(variants: readonly Variant[], ties: (variant: Variant) => readonly string[] = () => []): Family[] {
  const leader = new Map<string, number>();
  const groups = new Groups(variants.length);
  for (const [index, variant] of variants.entries()) {
    for (const key of [...variant.layers.flatMap(keysOf), ...ties(variant)]) {
      const first = leader.get(key);
      if (first === undefined) leader.set(key, index);
      else groups.join(first, index);
    }
  }
  return groups.members().map((members) => familyOf(members.flatMap((index) => variants[index] ?? [])));
}

/** Fragments in one document of one string, or items of one List, are edited together. */
const keysOf = ({ fragment }: Layer): string[] => [
  JSON.stringify([fragment.at.file, fragment.at.document, fragment.at.inline?.path ?? null]),
];

function familyOf(variants: readonly Variant[]): Family {
  const uses = new Map<string, { fragment: Fragment; uses: { variant: Variant; index: number }[] }>();
  for (const variant of variants) {
    for (const [index, { fragment }] of variant.layers.entries()) {
      const id = fragmentId(fragment);
      const known = uses.get(id) ?? { fragment, uses: [] };
      known.uses.push({ variant, index });
      uses.set(id, known);
    }
  }
  return { variants, fragments: [...uses.values()], lone: null, frames: NO_FRAMES };
}

/** Union-find over indexes. */
class Groups {
  readonly #parents: number[];

  constructor(size: number) {
    this.#parents = Array.from({ length: size }, (_, index) => index);
  }

  #root(index: number): number {
    let at = index;
    while (this.#parents[at] !== at) at = this.#parents[at] ?? at;
    this.#parents[index] = at;
    return at;
  }

  join(a: number, b: number): void {
    this.#parents[this.#root(b)] = this.#root(a);
  }

  members(): number[][] {
    const groups = new Map<number, number[]>();
    for (const index of this.#parents.keys()) {
      const root = this.#root(index);
      const group = groups.get(root);
      if (group === undefined) groups.set(root, [index]);
      else group.push(index);
    }
    return [...groups.values()];
  }
}
