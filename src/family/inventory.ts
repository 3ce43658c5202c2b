import { readAppliers } from '../engines/applier.ts';
import type { Applier } from '../engines/applier.ts';
import { isInstallation, isMattermost, isNamesake, isRestore, readManifest, unreadableManifest } from '../manifests/read.ts';
import type { Manifest, ReadOptions } from '../manifests/read.ts';
import { isUnreadable, readText } from '../manifests/source.ts';
import type { ListedFile, Marker, Source } from '../manifests/source.ts';
import { groupBy } from '../model/group.ts';
import type { Installation, Resource } from '../model/installation.ts';
import { stringAt } from '../model/value.ts';
import { allReferencesIn } from '../references/find.ts';
import { hasNewLabels } from '../references/twins.ts';
import { classifyDatabaseSecret } from '../secrets/classify.ts';
import { isSecretBearing, makesSecrets, readSecretSources } from '../secrets/index.ts';
import type { SecretSource } from '../secrets/index.ts';
import type { ChartFamilies } from './chart-values.ts';
import type { Listing } from './connection.ts';
import { isOpenStore } from './file-store.ts';
import { IS_KIND } from './followed-kind.ts';
import type { FollowedKind } from './followed-kind.ts';
import type { Kustomizations } from './kustomizations.ts';
import { readOperatorFaults, readOperators } from './operators.ts';
import type { Operator, PlacedFault } from './operators.ts';
import type { Substitution } from './substitutions.ts';
import { SECRET_PATH } from '../rules/database-secret.ts';

/** What a run has found in a repository before it judges anything. */
export interface Inventory {
  /** Those with a word of installations. */
  readonly manifests: readonly Manifest[];
  /** Manifests without one that refer to installations all the same. */
  readonly referrers: readonly Manifest[];
  /** Null where no kustomization has to do with installations. */
  readonly kustomizations: Kustomizations | null;
  /** Installations that no kustomization has to do with, in the order of the manifests. */
  readonly lone: readonly Installation[];
  /** Installations of templates whose specs are values of their charts. */
  readonly charts: ChartFamilies;
  readonly secrets: readonly SecretSource[];
  /** What Flux fills in; read where a URL of a file store may turn out empty. */
  readonly substitutions: readonly Substitution[];
  /** The objects of Argo CD and Flux that apply directories of this repository. */
  readonly appliers: readonly Applier[];
  /** Where the repository says which operator it deploys. */
  readonly operators: readonly Operator[];
  readonly operatorFaults: readonly PlacedFault[];
  /** What may be deployed as it stands, and resources of the new kind, by name. */
  readonly installations: ReadonlyMap<string, readonly Installation[]>;
  readonly mattermosts: ReadonlyMap<string, readonly Resource[]>;
}

/**
 * Looks through a repository, or a stream that stands for one, for resources of the old kind, or of the new one. What has to do with kustomizations is
 * loaded where there are any.
 *
 * @param templates whether templates of charts are only told of, or read
 */
export async function readInventory(
  source: Source,
  kind: FollowedKind = 'installation',
  templates: ReadOptions['chartTemplate'] = 'told',
): Promise<Inventory> {
  const manifests = source.find(kind).map((file) => load(file, source, templates));
  const oddlyNamed = source.others().found;
  const isEmpty = manifests.length === 0 && oddlyNamed.length === 0;
  const engines = isEmpty ? [] : await source.engines();
  const kustomizations = isEmpty ? null : await readAllKustomizations(source, engines, { manifests, kind, oddlyNamed });
  const whole = manifests.flatMap((manifest) => manifest.resources.filter(IS_KIND[kind]));
  const deployed = whole.filter((installation) => isDeployed(installation, kustomizations));
  const alone = kustomizations === null ? whole : whole.filter((installation) => kustomizations.roleOf(installation) === 'none');
  const charts = await readCharts(alone, manifests, source);
  const inCharts = new Set(charts.families.flatMap(({ frames }) => [...frames.values()].map(({ at }) => JSON.stringify(at))));
  const lone = alone.filter(({ file, document }) => !inCharts.has(JSON.stringify({ file, document, inline: null })));
  const valued = charts.families.flatMap(({ variants }) => variants.map(({ built: value, namespace }) => ({ value, namespace })));
  const wanted = { names: wantedSecrets([...whole, ...valued], kustomizations), installations: [...whole, ...valued] };
  return {
    manifests,
    referrers: filesBeside(manifests, 'reference', source).map((file) => load(file, source)),
    kustomizations,
    lone,
    charts,
    secrets: await findSecrets(wanted, manifests, source),
    substitutions: await findSubstitutions([...whole, ...valued, ...builtBy(kustomizations)], engines, source),
    operators: manifests.length === 0 ? [] : await readOperators(source),
    operatorFaults: manifests.length === 0 ? [] : await readOperatorFaults(source),
    appliers: engines.flatMap(({ file }) => appliersIn(file, source)),
    installations: byName(kind === 'installation' ? deployed : findInstallations(manifests, source)),
    mattermosts: byName(whole.length === 0 && kustomizations === null ? [] : findMattermosts(manifests, source)),
  };
}

/** Installations of templates whose specs are values of their charts. */
async function readCharts(alone: readonly Installation[], manifests: readonly Manifest[], source: Source): Promise<ChartFamilies> {
  const templates = new Map(manifests.flatMap(({ file, template }) => (template === null ? [] : [[file, template] as const])));
  if (!alone.some(({ file }) => templates.has(file))) return NO_CHARTS;
  const { readChartFamilies, valuedInstallation } = await import('./chart-values.ts');
  const valued = alone.flatMap((installation) => valuedInstallation(installation, templates.get(installation.file) ?? null) ?? []);
  return valued.length === 0 ? NO_CHARTS : readChartFamilies(source, valued);
}

const NO_CHARTS: ChartFamilies = { families: [], faults: [] };

async function readAllKustomizations(
  source: Source,
  engines: readonly ListedFile[],
  { manifests, kind, oddlyNamed }: { readonly manifests: readonly Manifest[]; readonly kind: FollowedKind } & Pick<Listing, 'oddlyNamed'>,
): Promise<Kustomizations | null> {
  const kustomizations = await source.kustomizations();
  if (kustomizations.length === 0 && engines.length === 0) return null;
  const { readKustomizations } = await import('./kustomizations.ts');
  const all = engines.length === 0 ? [] : await source.manifests();
  const remotes = engines.length === 0 ? [] : await source.remotes();
  return readKustomizations(source, { kustomizations, engines, kind, manifests: all, remotes, oddlyNamed }, manifests);
}

function load(file: string, source: Source, templates: ReadOptions['chartTemplate'] = 'told'): Manifest {
  const bytes = source.read(file);
  if (isUnreadable(bytes)) return unreadableManifest(file, bytes.unreadable);
  const keep = (resource: Resource): boolean => KEPT.some((isWanted) => isWanted(resource));
  return readManifest(file, bytes, { keep, chartTemplate: source.isChartTemplate(file) ? templates : null });
}

const isReferrer = (resource: Resource): boolean => allReferencesIn(resource).length > 0;

const KEPT = [hasNewLabels, isInstallation, isNamesake, isMattermost, isRestore, makesSecrets, isSecretBearing, isReferrer];

/** What looks like an installation may be a patch of one. */
function isDeployed(installation: Installation, kustomizations: Kustomizations | null): boolean {
  const role = kustomizations?.roleOf(installation) ?? 'none';
  return role !== 'patch' && !(role === 'family' && kustomizations?.isPatch(installation) === true);
}

/** What kustomizations build. */
const builtBy = (kustomizations: Kustomizations | null): Pick<Installation, 'value'>[] =>
  kustomizations?.variants.map(({ built }) => ({ value: built })) ?? [];

async function findSubstitutions(
  installations: readonly Pick<Installation, 'value'>[],
  engines: readonly ListedFile[],
  source: Source,
): Promise<Substitution[]> {
  if (engines.length === 0 || !installations.some(({ value }) => isOpenStore(value))) return [];
  const { readSubstitutions } = await import('./substitutions.ts');
  return readSubstitutions(source, engines);
}

function wantedSecrets(installations: readonly Pick<Installation, 'value'>[], kustomizations: Kustomizations | null): Set<string> {
  const values = [...installations, ...builtBy(kustomizations)];
  return new Set(values.flatMap(({ value }) => stringAt(value, SECRET_PATH) ?? []));
}

const byName = <R extends Resource>(resources: readonly R[]): Map<string, R[]> => groupBy(resources, ({ name }) => name);

/** Names of Secrets, and the installations that stand alone and want some of them for their namespaces. */
interface Wanted {
  readonly names: ReadonlySet<string>;
  readonly installations: readonly Pick<Installation, 'value' | 'namespace'>[];
}

/** The Secrets that installations name: first below the given paths, then anywhere in the repository for those still missing. */
async function findSecrets(wanted: Wanted, manifests: readonly Manifest[], source: Source): Promise<SecretSource[]> {
  if (wanted.names.size === 0) return [];
  const known = manifests.flatMap((manifest) => manifest.resources.filter(makesSecrets));
  const near = [...known, ...secretsIn(filesBeside(manifests, 'secret', source), wanted.names, source)];
  // What a generator names may be missing: ignored by git, or made by CI.
  const readFile = (file: string): string | null => (source.exists(file) ? readText(file, source) : null);
  const sources = readSecretSources(near, readFile);
  const missing = missingNames(wanted, sources);
  if (missing.size === 0) return sources;
  const far = secretsIn(await source.findElsewhere('secret'), missing, source);
  return readSecretSources([...near, ...far], readFile);
}

/** Names that no source has, or none for the namespace of an installation. */
function missingNames({ names, installations }: Wanted, sources: readonly SecretSource[]): Set<string> {
  const found = new Set(sources.map(({ name }) => name));
  const elsewhere = installations.flatMap(({ namespace, value }) => {
    const name = stringAt(value, SECRET_PATH);
    return name !== null && classifyDatabaseSecret(name, namespace, sources).evidence === null ? [name] : [];
  });
  return new Set([...[...names].filter((name) => !found.has(name)), ...elsewhere]);
}

/** Resources that make Secrets, from files that mention a wanted name. */
function secretsIn(files: readonly string[], wanted: ReadonlySet<string>, source: Source): Resource[] {
  return files.flatMap((file) => {
    const bytes = source.read(file);
    if (isUnreadable(bytes) || !mentions(bytes, wanted)) return [];
    return readManifest(file, bytes, { keep: makesSecrets }).resources;
  });
}

function mentions(bytes: Uint8Array, names: ReadonlySet<string>): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [...names].some((name) => buffer.includes(name));
}

/** Files with a marker that were not loaded already. */
function filesBeside(manifests: readonly Manifest[], marker: Marker, source: Source): string[] {
  const loaded = new Set(manifests.map(({ file }) => file));
  return source.find(marker).filter((file) => !loaded.has(file));
}

function findMattermosts(manifests: readonly Manifest[], source: Source): Resource[] {
  const others = filesBeside(manifests, 'mattermost', source);
  return [...manifests, ...others.flatMap((file) => mattermostsIn(file, source))].flatMap(({ resources }) =>
    resources.filter(isMattermost),
  );
}

function appliersIn(file: string, source: Source): Applier[] {
  const bytes = source.read(file);
  if (isUnreadable(bytes)) return [];
  return readManifest(file, bytes, { keep: (resource) => readAppliers(resource).length > 0 }).resources.flatMap(readAppliers);
}

/** Whatever says that it is of the old kind, patches included. */
function findInstallations(manifests: readonly Manifest[], source: Source): Installation[] {
  const others = filesBeside(manifests, 'installation', source).map((file) => load(file, source));
  return [...manifests, ...others].flatMap(({ resources }) => resources.filter(isInstallation));
}

function mattermostsIn(file: string, source: Source): Manifest[] {
  const bytes = source.read(file);
  return isUnreadable(bytes) ? [] : [readManifest(file, bytes, { keep: isMattermost })];
}
