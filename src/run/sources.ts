import { isKustomizationFile, KUSTOMIZATION_NAMES } from '../manifests/read.ts';
import { isManifestName } from '../model/manifest-name.ts';
import { discoverAll } from '../repo/discover.ts';
import type { Discovery } from '../repo/discover.ts';
import { CONFIG_NAMES } from '../repo/config-file.ts';
import { remotesOf } from '../repo/git.ts';
import { Links } from '../repo/links.ts';
import { listIgnored, mayHoldName } from '../repo/list.ts';
import { fileExists, readManifest, readStart } from '../repo/read.ts';
import { scan } from '../repo/scan.ts';
import type { Scan, ScanOptions } from '../repo/scan.ts';
import type { Skipped } from '../repo/tree.ts';
import { textOf } from '../repo/search.ts';
import { BINARY, chartAround, LEFT_OUT, MARKERS, MAX_FILE, notUtf8, OLD_NAMES, tooLarge } from './markers.ts';
import type { ListedFile, Marker, Others, Source, Unreadable } from '../manifests/source.ts';

/** Files of a working tree. */
export class TreeSource implements Source {
  readonly isStream = false;
  readonly scan: Scan;
  readonly #discovery: Discovery;
  #given: Set<string> | null = null;
  #links: Links | null = null;
  #all: Promise<Discovery> | null = null;
  #others: Others | null = null;
  #ignored: Promise<readonly string[]> | null = null;
  readonly #passedOver: Skipped[] = [];
  #elsewhere: Promise<Scan> | null = null;
  #hidden: ReadonlyMap<string, Buffer | null> | null = null;

  constructor(discovery: Discovery, options: ScanOptions = {}) {
    this.#discovery = discovery;
    this.scan = scan(discovery, MARKERS, options);
  }

  get filesScanned(): number {
    return this.scan.scanned;
  }

  get skipped(): readonly Skipped[] {
    return [...this.#discovery.skipped, ...this.scan.skipped, ...this.#passedOver];
  }

  find(marker: Marker): string[] {
    return filesWith(this.scan, marker);
  }

  async findElsewhere(marker: Marker): Promise<string[]> {
    if (this.#discovery.isWhole) return [];
    this.#elsewhere ??= this.#scanElsewhere();
    return filesWith(await this.#elsewhere, marker);
  }

  /** One search for all markers: more than one of them is asked for in most runs. */
  async #scanElsewhere(): Promise<Scan> {
    const { root, excludes } = this.#discovery;
    const seen = new Set(this.#discovery.files);
    const files = (await this.#whole()).files.filter((file) => !seen.has(file) && excludes?.(file) !== true);
    const found = scan({ root, files }, MARKERS, { passesUnreadable: this.#discovery.listed.by === 'walk' });
    this.#passedOver.push(...found.skipped.filter(isUnreadable));
    return found;
  }

  /** The whole repository, whatever the given paths. */
  #whole(): Promise<Discovery> {
    this.#all ??= discoverAll(this.#discovery.root).then((discovery) => {
      this.#passedOver.push(...discovery.skipped.filter(isUnreadable));
      return discovery;
    });
    return this.#all;
  }

  others(): Others {
    this.#others ??= this.#searchOthers();
    return this.#others;
  }

  #searchOthers(): Others {
    const { root, others } = this.#discovery;
    const files = others.filter((file) => !BINARY.test(file));
    const { hits, skipped } = scan({ root, files }, OLD_NAMES, { limit: MAX_FILE });
    return { found: [...hits.keys()], unsearched: skipped };
  }

  start(file: string): string | null {
    return textOf(readStart(this.#discovery.root, file, MAX_FILE));
  }

  isConfiguration(file: string): boolean {
    return CONFIG_NAMES.some((name) => name === file);
  }

  read(file: string): Uint8Array | Unreadable {
    const hidden = this.#hidden?.get(file);
    if (hidden !== undefined) return hidden ?? { unreadable: NOT_CHECKED_OUT };
    const encoding = this.scan.hits.get(file)?.encoding ?? 'utf-8';
    if (encoding !== 'utf-8') return { unreadable: notUtf8(encoding) };
    const content = readManifest(this.#discovery.root, file, MAX_FILE);
    if (!('tooLarge' in content)) return content;
    return { unreadable: tooLarge(content.tooLarge) };
  }

  async kustomizations(): Promise<ListedFile[]> {
    const { root, excludes, isWhole } = this.#discovery;
    const hidden = [...(await this.#hiddenFiles())].filter(([file]) => isKustomizationFile(file)).map(asHidden);
    if (hidden.length === 0 && !mayHoldName(root, isKustomizationFile)) return [];
    const listed = isWhole ? [...this.#discovery.files, ...this.#discovery.excluded] : (await this.#whole()).files;
    const ignored = await this.#ignoredFiles();
    return [
      ...listed.filter(isKustomizationFile).map((file) => ({ file, leftOut: excludes?.(file) === true ? LEFT_OUT : null })),
      ...ignored.filter(isKustomizationFile).map((file) => ({ file, leftOut: IGNORED })),
      ...hidden,
    ];
  }

  async engines(): Promise<ListedFile[]> {
    const near = this.find('engine').map((file) => ({ file, leftOut: null }));
    const far = await this.findElsewhere('engine');
    const { root, excluded: files } = this.#discovery;
    const left = filesThatHold('engine', { root, files }).map((file) => ({ file, leftOut: LEFT_OUT }));
    const ignored = (await this.#mayIgnoreManifests()) ? (await this.#ignoredFiles()).filter(isManifestName) : [];
    const unlisted = filesThatHold('engine', { root, files: ignored }).map((file) => ({ file, leftOut: IGNORED }));
    const hidden = [...(await this.#hiddenFiles())].map(asHidden);
    return [...near, ...far.map((file) => ({ file, leftOut: null })), ...left, ...unlisted, ...hidden].filter(
      ({ file }) => !isKustomizationFile(file),
    );
  }

  /** Kustomizations and manifests that git ignores: what builds from them is deployed all the same. */
  #ignoredFiles(): Promise<readonly string[]> {
    this.#ignored ??= listIgnored(this.#discovery.root, [...KUSTOMIZATION_NAMES, '*.yaml', '*.yml', '*.json']);
    return this.#ignored;
  }

  /** Starting git is spared where every manifest below the root is listed. */
  async #mayIgnoreManifests(): Promise<boolean> {
    const { files, excluded } = this.#discovery.isWhole ? this.#discovery : await this.#whole();
    const listed = new Set([...files, ...excluded]);
    return mayHoldName(this.#discovery.root, (name, file) => isManifestName(name) && !listed.has(file));
  }

  /** Kustomizations and objects of engines that are not checked out, with their contents. */
  async #hiddenFiles(): Promise<ReadonlyMap<string, Buffer | null>> {
    if (this.#hidden !== null) return this.#hidden;
    const { root, skipped } = this.#discovery.isWhole ? this.#discovery : await this.#whole();
    const files = skipped.flatMap(({ file, code }) => (code === 'not-checked-out' ? [file] : []));
    this.#hidden = files.length === 0 ? new Map() : await contentsOfHidden(root, files);
    return this.#hidden;
  }

  async manifests(): Promise<readonly string[]> {
    const { files, excluded, isWhole } = this.#discovery;
    return isWhole ? [...files, ...excluded] : (await this.#whole()).files;
  }

  remotes(): Promise<readonly string[]> {
    return remotesOf(this.#discovery.root);
  }

  real(path: string): string | null {
    this.#links ??= new Links(this.#discovery.root);
    return this.#links.real(path);
  }

  isGiven(file: string): boolean {
    this.#given ??= new Set(this.#discovery.files);
    if (this.#given.has(file)) return true;
    const { isWhole, excludes } = this.#discovery;
    // A patch may have any name, so listings do not show it.
    return isWhole && !isManifestName(file) && excludes?.(file) !== true;
  }

  leftOut(file: string): string | null {
    const { isWhole, excludes } = this.#discovery;
    if (excludes?.(file) === true) return LEFT_OUT;
    return isWhole && isManifestName(file) && !this.isGiven(file) ? IGNORED : null;
  }

  exists(file: string): boolean {
    return fileExists(this.#discovery.root, file) || this.#hidden?.has(file) === true;
  }

  isChartTemplate(file: string): boolean {
    const chart = chartAround(file);
    return chart !== null && fileExists(this.#discovery.root, chart === '' ? 'Chart.yaml' : `${chart}/Chart.yaml`);
  }
}

const isUnreadable = ({ code }: Skipped): boolean => code === 'unreadable-elsewhere';

const IGNORED = 'git ignores it';

const NOT_CHECKED_OUT = 'it is not checked out (sparse checkout)';

const asHidden = ([file, content]: [string, Buffer | null]): ListedFile => ({ file, leftOut: NOT_CHECKED_OUT, isHidden: content === null });

/** Of files that are not checked out, those by which something may be built; where nobody can tell which these are, all. */
async function contentsOfHidden(root: string, files: readonly string[]): Promise<ReadonlyMap<string, Buffer | null>> {
  const { mentionedInIndex, readFromIndex } = await import('../repo/sparse.ts');
  const words = MARKERS.filter(({ name }) => name === 'engine').map(({ bytes }) => bytes.toString());
  const mentioned = await mentionedInIndex(root, words);
  const known = mentioned === null ? null : new Set(mentioned);
  return readFromIndex(
    root,
    files.filter((file) => known === null || known.has(file) || isKustomizationFile(file)),
  );
}

const filesThatHold = (marker: Marker, files: Parameters<typeof scan>[0]): string[] =>
  filesWith(
    scan(
      files,
      MARKERS.filter(({ name }) => name === marker),
    ),
    marker,
  );

const filesWith = ({ hits }: Scan, marker: Marker): string[] => [...hits].flatMap(([file, hit]) => (hit.markers.has(marker) ? [file] : []));

/** One stream of manifests that stands for a repository; its Secrets answer for themselves. */
export class StreamSource implements Source {
  readonly isStream = true;
  readonly filesScanned = 1;
  readonly skipped = [];
  readonly #name: string;
  readonly #bytes: Uint8Array;

  constructor(name: string, bytes: Uint8Array) {
    this.#name = name;
    this.#bytes = bytes;
  }

  find(marker: Marker): string[] {
    return marker === 'installation' ? [this.#name] : [];
  }

  findElsewhere(): Promise<string[]> {
    return Promise.resolve([]);
  }

  others(): Others {
    return { found: [], unsearched: [] };
  }

  start(): string | null {
    return textOf(Buffer.from(this.#bytes.subarray(0, MAX_FILE)));
  }

  isConfiguration(): boolean {
    return false;
  }

  kustomizations(): Promise<ListedFile[]> {
    return Promise.resolve([]);
  }

  engines(): Promise<ListedFile[]> {
    return Promise.resolve([]);
  }

  manifests(): Promise<string[]> {
    return Promise.resolve([]);
  }

  remotes(): Promise<string[]> {
    return Promise.resolve([]);
  }

  real(path: string): string {
    return path;
  }

  isGiven(file: string): boolean {
    return file === this.#name;
  }

  leftOut(): null {
    return null;
  }

  exists(file: string): boolean {
    return file === this.#name;
  }

  read(file: string): Uint8Array | Unreadable {
    if (file !== this.#name) return { unreadable: 'not part of the stream' };
    return this.#bytes.length > MAX_FILE
      ? { unreadable: `the stream has more than the ${MAX_FILE / 1024 / 1024} MB that are read; split it` }
      : this.#bytes;
  }

  isChartTemplate(): boolean {
    return false;
  }
}
