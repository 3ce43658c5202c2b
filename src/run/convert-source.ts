import { assess } from '../family/assess.ts';
import type { Inventory } from '../family/assess.ts';
import { Ignores } from '../rules/ignores.ts';
import { withLevels } from '../rules/levels.ts';
import { leftFindings } from '../references/findings.ts';
import { rewriteManifest } from '../family/rewrite-manifest.ts';
import type { Settings } from '../rules/settings.ts';
import type { Conversion, OnProgress, Outcome } from '../family/conversion.ts';
import { excerptsOf } from './excerpts.ts';
import type { Kustomizations } from '../family/kustomizations.ts';
import { isInstallation, isMattermost, Places, readManifest, unreadableManifest } from '../manifests/read.ts';
import type { Manifest, Trouble } from '../manifests/read.ts';
import type { Finding } from '../model/finding.ts';
import { installationId } from '../model/installation.ts';
import type { Installation, Resource } from '../model/installation.ts';
import { stringAt } from '../model/value.ts';
import { referencesIn } from '../references/find.ts';
import { ruleById } from '../rules/index.ts';
import { classifyDatabaseSecret } from '../secrets/classify.ts';
import { isSecretBearing, makesSecrets, readSecretSources } from '../secrets/index.ts';
import type { SecretSource } from '../secrets/index.ts';
import { isUnreadable } from '../manifests/source.ts';
import type { Marker, Source } from '../manifests/source.ts';

/** The pipeline up to the proof: load, index, check, rewrite. Writes nothing. */
export async function convertSource(source: Source, settings: Settings, onProgress: OnProgress = () => undefined): Promise<Conversion> {
  const manifests = source.find('installation').map((file) => load(file, source));
  const files = manifests.length === 0 ? [] : await source.kustomizations();
  const kustomized = files.length === 0 ? null : await import('../family/kustomized.ts');
  const kustomizations = kustomized?.readKustomizations(source, files, manifests) ?? null;
  const whole = manifests.flatMap((manifest) => manifest.resources.filter(isInstallation));
  const alone = whole.filter(
    (installation) => roleOf(installation, kustomizations) !== 'patch' && !isFamilyPatch(installation, kustomizations),
  );
  const around: Inventory = {
    secrets: await findSecrets({ names: wantedSecrets(whole, kustomizations), installations: whole }, manifests, source),
    installations: byName(alone),
    mattermosts: byName(whole.length === 0 && kustomizations === null ? [] : findMattermosts(manifests, source)),
    ignores: ignoresIn(manifests, source),
  };
  const outcomes = manifests.map((manifest, index) => {
    onProgress(index, manifests.length);
    return convertManifest(withoutFamilies(manifest, kustomizations), around, settings);
  });
  const isGiven = (file: string): boolean => source.isGiven(file);
  const judged = kustomizations === null ? [] : (kustomized?.assessFamilies({ ...kustomizations.input, isGiven }, around, settings) ?? []);
  const families = judged.filter(({ tasks }) => [...tasks.keys()].some(isGiven)); // what the run was not asked for is left alone
  const loose = kustomizations === null ? [] : unusedPatchFindings(manifests, kustomizations);
  const referrers = findReferrers(manifests, source);
  const left = [...manifests, ...referrers].flatMap(leftFindings).filter((finding) => !around.ignores.suppresses(finding));
  const comments = around.ignores.findings(manifests.map(({ file }) => file));
  const beside = withLevels([...comments, ...left], settings);
  const graph = kustomizations?.input.graph ?? null;
  return {
    families: families.filter(({ blocked }) => !blocked),
    graph,
    outcome: (failed, notes = []) => {
      const rest: Outcome = { ...NOTHING, findings: [...beside, ...loose, ...notes] };
      const together = graph === null || kustomized === null ? [] : [kustomized.rewriteFamilies(families, graph.files, failed)];
      return combine([...outcomes, ...together, rest]);
    },
    unsearched: referrers.flatMap(({ file, troubles: [trouble] }) => (trouble === undefined ? [] : [{ file, reason: trouble.message }])),
    excerpts: (findings) => excerptsOf(findings, manifests),
  };
}

const NOTHING: Outcome = { assessments: [], converted: new Set(), findings: [], changes: [], droppedComments: [] };

const roleOf = (installation: Installation, kustomizations: Kustomizations | null): ReturnType<Kustomizations['roleOf']> =>
  kustomizations?.roleOf(installation) ?? 'none';

/** What looks like an installation and is a patch of one. */
const isFamilyPatch = (installation: Installation, kustomizations: Kustomizations | null): boolean =>
  roleOf(installation, kustomizations) === 'family' && kustomizations?.isPatch(installation) === true;

function wantedSecrets(installations: readonly Installation[], kustomizations: Kustomizations | null): Set<string> {
  const built = kustomizations?.input.variants.map((variant) => variant.built) ?? [];
  return new Set(
    [...installations.map(({ value }) => value), ...built].flatMap((value) => stringAt(value, ['spec', 'database', 'secret']) ?? []),
  );
}

/** What a kustomization uses is judged with its family. */
function withoutFamilies(manifest: Manifest, kustomizations: Kustomizations | null): Manifest {
  if (kustomizations === null) return manifest;
  return {
    ...manifest,
    resources: manifest.resources.filter((resource) => !isInstallation(resource) || kustomizations.roleOf(resource) === 'none'),
  };
}

/** Patches and resources of kustomizations of which nobody can tell what they become. */
function unusedPatchFindings(manifests: readonly Manifest[], { roleOf: role, unreadable }: Kustomizations): Finding[] {
  const broken = ruleById('kustomize-build-fails');
  const unread = unreadable.map(({ file, message }): Finding => {
    const place = { file, line: 1, column: 1, endLine: 1, endColumn: 1 };
    return {
      rule: broken.id,
      level: broken.level,
      message: `This kustomization can not be read: ${message}.`,
      ...place,
      field: null,
      installation: null,
      remedy: broken.remedy,
    };
  });
  const loose = manifests.flatMap((manifest) =>
    manifest.resources.filter(isInstallation).flatMap((installation) => {
      const found = role(installation);
      if (found !== 'patch' && found !== 'unbuilt') return [];
      const { id, level, remedy } = ruleById('kustomize-patch');
      const message =
        found === 'patch'
          ? 'This patch applies to no installation that can be seen.'
          : 'A kustomization reads this file, but builds no installation from this document.';
      return [{ rule: id, level, message, ...installation.place, field: null, installation: installationId(installation), remedy }];
    }),
  );
  return [...unread, ...loose];
}

/** Patches of kustomizations may hold such comments without being looked at by themselves. */
function ignoresIn(manifests: readonly Manifest[], source: Source): Ignores {
  const texts = new Map(manifests.map(({ file, text }) => [file, text]));
  return new Ignores((file) => texts.get(file) ?? readText(file, source));
}

function load(file: string, source: Source): Manifest {
  const bytes = source.read(file);
  if (isUnreadable(bytes)) return unreadableManifest(file, bytes.unreadable);
  const keep = (resource: Resource): boolean =>
    [isInstallation, isMattermost, makesSecrets, isSecretBearing, isReferrer].some((isWanted) => isWanted(resource));
  return readManifest(file, bytes, { keep, chartTemplate: source.isChartTemplate(file) });
}

function convertManifest(manifest: Manifest, around: Inventory, settings: Settings): Outcome {
  const places = new Places(manifest);
  const troubles = manifest.troubles.map(troubleFinding);
  const assessed = manifest.resources.filter(isInstallation).map((installation) => assess(installation, places, around, settings));
  const assessments = troubles.length === 0 ? assessed : assessed.map((each) => ({ ...each, blocked: true }));
  const secretBearing = manifest.resources.filter((resource) => !isInstallation(resource) && isSecretBearing(resource));
  const rewrite = rewriteManifest(manifest, places, assessments, secretBearing);
  const converted = new Set(rewrite.converted);
  const findings = assessments.flatMap((each) => each.findings.filter(({ rule }) => converted.has(each) || !ONLY_CONVERTED.has(rule)));
  return {
    assessments,
    converted,
    findings: [...troubles, ...findings, ...rewrite.findings],
    changes: rewrite.change === null ? [] : [rewrite.change],
    droppedComments: rewrite.droppedComments.map((comment) => ({ file: manifest.file, comment })),
  };
}

/** Hazards of rolling a conversion out; an installation that stays has none. */
const ONLY_CONVERTED: ReadonlySet<string> = new Set(['direct-swap']);

function troubleFinding({ rule, message, place }: Trouble): Finding {
  const { level, remedy } = ruleById(rule);
  return { rule, level, message, ...place, field: null, installation: null, remedy };
}

function combine(outcomes: readonly Outcome[]): Outcome {
  const findings = outcomes.flatMap((outcome) => outcome.findings);
  return {
    assessments: outcomes.flatMap((outcome) => outcome.assessments),
    converted: new Set(outcomes.flatMap((outcome) => [...outcome.converted])),
    findings: findings.sort(byPlace),
    changes: outcomes.flatMap((outcome) => outcome.changes),
    droppedComments: outcomes.flatMap((outcome) => outcome.droppedComments),
  };
}

const byPlace = (a: Finding, b: Finding): number =>
  compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.rule, b.rule);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function byName<R extends Resource>(resources: readonly R[]): Map<string, R[]> {
  const map = new Map<string, R[]>();
  for (const resource of resources) {
    const same = map.get(resource.name);
    if (same === undefined) map.set(resource.name, [resource]);
    else same.push(resource);
  }
  return map;
}

/** Names of Secrets, and the installations that stand alone and want some of them for their namespaces. */
interface Wanted {
  readonly names: ReadonlySet<string>;
  readonly installations: readonly Installation[];
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
    const name = stringAt(value, ['spec', 'database', 'secret']);
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

function readText(file: string, source: Source): string | null {
  const bytes = source.read(file);
  return isUnreadable(bytes) ? null : Buffer.from(bytes).toString('utf8');
}

/** Files with a marker that were not loaded already. */
function filesBeside(manifests: readonly Manifest[], marker: Marker, source: Source): string[] {
  const loaded = new Set(manifests.map(({ file }) => file));
  return source.find(marker).filter((file) => !loaded.has(file));
}

const isReferrer = (resource: Resource): boolean => referencesIn(resource).length > 0;

/** Manifests without a word of installations that refer to them all the same. Where one can't be read is no matter. */
const findReferrers = (manifests: readonly Manifest[], source: Source): Manifest[] =>
  filesBeside(manifests, 'reference', source).map((file) => load(file, source));

function findMattermosts(manifests: readonly Manifest[], source: Source): Resource[] {
  const others = filesBeside(manifests, 'mattermost', source);
  return [...manifests, ...others.flatMap((file) => mattermostsIn(file, source))].flatMap(({ resources }) =>
    resources.filter(isMattermost),
  );
}

function mattermostsIn(file: string, source: Source): Manifest[] {
  const bytes = source.read(file);
  return isUnreadable(bytes) ? [] : [readManifest(file, bytes, { keep: isMattermost })];
}
