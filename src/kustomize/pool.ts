import type { BuiltResource } from './resource.ts';
import { idsOf } from './resource.ts';

/**
 * The resources of a kustomization while patches change them one after the other. They are found by their names, so that many patches of many
 * resources cost no more than what they change.
 */
export class Pool {
  readonly #slots: (BuiltResource | null)[];
  readonly #named = new Map<string, Set<number>>();
  readonly #uncertain = new Set<number>();

  constructor(resources: readonly BuiltResource[]) {
    this.#slots = [...resources];
    for (const [slot, resource] of resources.entries()) this.#note(slot, resource);
  }

  all(): BuiltResource[] {
    return this.#slots.filter((resource) => resource !== null);
  }

  /** The resources that have a name or had it, with their slots; all of them for null. In their order. */
  named(name: string | null): Map<BuiltResource, number> {
    const slots = name === null ? this.#slots.keys() : [...(this.#named.get(name) ?? [])].sort((a, b) => a - b);
    return this.#at(slots);
  }

  /** Those of which not every field is known. */
  uncertain(): Map<BuiltResource, number> {
    return this.#at(this.#uncertain);
  }

  /** Null takes the resource away. */
  replace(slot: number, resource: BuiltResource | null): void {
    this.#slots[slot] = resource;
    if (resource !== null) this.#note(slot, resource);
  }

  #at(slots: Iterable<number>): Map<BuiltResource, number> {
    return new Map([...slots].flatMap((slot) => (this.#slots[slot] == null ? [] : [[this.#slots[slot], slot] as const])));
  }

  /** A name that it had no longer does no harm: who asks looks at the resource, too. */
  #note(slot: number, resource: BuiltResource): void {
    if (resource.unknownFields.length > 0) this.#uncertain.add(slot);
    for (const { name } of idsOf(resource)) {
      const slots = this.#named.get(name);
      if (slots === undefined) this.#named.set(name, new Set([slot]));
      else slots.add(slot);
    }
  }
}
