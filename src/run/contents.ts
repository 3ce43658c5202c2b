import type { FileContents } from '../edit/file-secrets.ts';
import { readText } from '../manifests/source.ts';
import type { Inventory } from '../family/inventory.ts';
import type { Manifest } from '../manifests/read.ts';
import type { Source } from '../manifests/source.ts';
import type { Finding } from '../rules/finding.ts';

/** What stands in the files that a run has read, and in others of its source. */
export class Contents implements FileContents {
  readonly #inventory: Inventory;
  readonly #source: Source;
  readonly #manifests: ReadonlyMap<string, Manifest>;

  constructor(inventory: Inventory, source: Source) {
    this.#inventory = inventory;
    this.#source = source;
    this.#manifests = new Map([...inventory.manifests, ...inventory.referrers].map((manifest) => [manifest.file, manifest]));
  }

  text(file: string): string {
    return this.textOrNull(file) ?? '';
  }

  textOrNull(file: string): string | null {
    const known = this.#manifests.get(file)?.text ?? this.#inventory.kustomizations?.graph.files.text(file)?.text;
    return known ?? (this.#source.exists(file) ? readText(file, this.#source) : null);
  }

  manifest(file: string): Manifest | null {
    return this.#manifests.get(file) ?? this.#inventory.kustomizations?.graph.files.manifest(file) ?? null;
  }

  /** Every file that the run was asked for and looked at for more than a word, and those of findings. */
  files(findings: readonly Finding[]): string[] {
    const followed = this.#inventory.kustomizations?.graph.files.all() ?? [];
    const given = [...this.#manifests.keys(), ...followed].filter((file) => this.#source.isGiven(file));
    return [...new Set([...given, ...findings.map(({ file }) => file)])];
  }
}
