import { isKustomizationFile } from '../manifests/read.ts';
import type { ListedFile, Marker, Others, Source, Unreadable } from '../manifests/source.ts';
import { isManifestName } from '../model/manifest-name.ts';
import { CONFIG_NAMES } from '../repo/config-file.ts';
import { encodeMarkers, encodingOf, searchFor, textOf } from '../repo/search.ts';
import type { Search, SearchMarker } from '../repo/search.ts';
import { BINARY, chartAround, LEFT_OUT, MARKERS, MAX_FILE, notUtf8, OLD_NAMES, tooLarge } from '../run/markers.ts';

/** Files by their path, `/` between segments. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** Files in memory that stand for a whole repository, which git does not know. */
export class MemorySource implements Source {
  readonly isStream = false;
  readonly filesScanned: number;
  readonly skipped: Source['skipped'];
  readonly #files: ReadonlyMap<string, Buffer>;
  readonly #given: readonly string[];
  readonly #excluded: readonly string[];
  readonly #excludes: (file: string) => boolean;

  constructor(files: Files, excludes: (file: string) => boolean) {
    this.#files = new Map([...files].map(([file, bytes]) => [file, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)]));
    const manifests = [...files.keys()].filter(isManifestName).sort();
    this.#given = manifests.filter((file) => !excludes(file));
    this.#excluded = manifests.filter(excludes);
    this.#excludes = excludes;
    this.filesScanned = this.#given.length;
    this.skipped = this.#excluded.map((file) => ({ file, reason: LEFT_OUT }));
  }

  find(marker: Marker): string[] {
    return this.#holding(marker, this.#given);
  }

  findElsewhere(): Promise<string[]> {
    return Promise.resolve([]);
  }

  #holding(marker: Marker, files: readonly string[]): string[] {
    const markers = MARKERS.filter(({ name }) => name === marker);
    return this.#search(markers, files);
  }

  #search(markers: readonly SearchMarker[], files: readonly string[]): string[] {
    const search = searchFor(markers);
    return files.filter((file) => holds(this.#bytes(file), markers, search));
  }

  #bytes(file: string): Buffer {
    return this.#files.get(file) ?? Buffer.alloc(0);
  }

  others(): Others {
    const files = [...this.#files.keys()].filter((file) => !isManifestName(file) && !BINARY.test(file) && !this.#excludes(file)).sort();
    return { found: this.#search(OLD_NAMES, files), unsearched: [] };
  }

  start(file: string): string | null {
    return textOf(this.#bytes(file).subarray(0, MAX_FILE));
  }

  isConfiguration(file: string): boolean {
    return CONFIG_NAMES.some((name) => name === file);
  }

  read(file: string): Uint8Array | Unreadable {
    const bytes = this.#bytes(file);
    const encoding = encodingOf(bytes, bytes.length);
    if (encoding !== 'utf-8') return { unreadable: notUtf8(encoding) };
    return bytes.length > MAX_FILE ? { unreadable: tooLarge(bytes.length) } : bytes;
  }

  kustomizations(): Promise<ListedFile[]> {
    return Promise.resolve(
      [...listed(this.#given, null), ...listed(this.#excluded, LEFT_OUT)].filter(({ file }) => isKustomizationFile(file)),
    );
  }

  engines(): Promise<ListedFile[]> {
    const near = listed(this.#holding('engine', this.#given), null);
    const left = listed(this.#holding('engine', this.#excluded), LEFT_OUT);
    return Promise.resolve([...near, ...left].filter(({ file }) => !isKustomizationFile(file)));
  }

  manifests(): Promise<string[]> {
    return Promise.resolve([...this.#given, ...this.#excluded]);
  }

  remotes(): Promise<string[]> {
    return Promise.resolve([]);
  }

  real(path: string): string {
    return path;
  }

  isGiven(file: string): boolean {
    return !this.#excludes(file) && (this.#files.has(file) || !isManifestName(file));
  }

  leftOut(): null {
    return null;
  }

  exists(file: string): boolean {
    return this.#files.has(file);
  }

  isChartTemplate(file: string): boolean {
    const chart = chartAround(file);
    return chart !== null && this.#files.has(chart === '' ? 'Chart.yaml' : `${chart}/Chart.yaml`);
  }
}

const listed = (files: readonly string[], leftOut: string | null): ListedFile[] => files.map((file) => ({ file, leftOut }));

function holds(bytes: Buffer, markers: readonly SearchMarker[], search: Search): boolean {
  const encoding = encodingOf(bytes, bytes.length);
  const found = new Set<string>();
  search(bytes, bytes.length, found);
  if (encoding !== 'utf-8') searchFor(encodeMarkers(markers, encoding))(bytes, bytes.length, found);
  return found.size > 0;
}
