import { chartOf, isValuesFile } from '../charts/chart.ts';
import { isReleaseOf, jsonOf, mayBeRelease, releasesOf } from '../charts/releases.ts';
import type { Release } from '../charts/releases.ts';
import type { FileContents } from '../edit/file-secrets.ts';
import type { FamilyAssessment } from '../family/assess-family.ts';
import { changesOf, isConvertedTemplate, withFindings } from '../family/outcome.ts';
import { readValues } from '../manifests/values.ts';
import type { Change } from '../model/change.ts';
import { groupBy } from '../model/group.ts';
import { startOf } from '../model/place.ts';
import { isMap } from '../model/value.ts';
import type { ValueMap } from '../model/value.ts';
import { helmFor, render } from '../repo/helm.ts';
import type { HelmBinary, RenderResult } from '../repo/helm.ts';
import { wholeFrom } from './prover.ts';
import { filesBelow, withScratchTree } from '../repo/scratch.ts';
import type { Finding, Findings } from '../rules/finding.ts';
import type { Settings } from '../rules/settings.ts';
import { identityOf, keyOf, readBuilt, splitBuild } from './built.ts';
import { compareBuilds } from './compare.ts';
import { schemaProblemsBy } from './schema-problems.ts';
import { describeErrors } from './differences.ts';
import type { ProofOptions, Proven } from './prove-families.ts';

/** Installations in templates of charts, and what it takes to say what came of their proof. */
export interface ProvableCharts {
  readonly families: readonly FamilyAssessment[];
  readonly contents: FileContents;
  readonly settings: Settings;
  readonly findings: Findings;
}

export interface ChartProofOptions extends Pick<ProofOptions, 'root' | 'prove' | 'cwd' | 'env'> {
  readonly helm: string | undefined;
  /** Every manifest of the repository, by name. */
  readonly manifests: () => Promise<readonly string[]>;
}

/** Values that a chart is rendered with beside its own. */
interface ValueSet {
  /** For messages. */
  readonly name: string;
  readonly values: readonly (string | ValueMap)[];
  readonly unknown: string | null;
}

/** A chart with the families that its templates hold. */
interface ProvableChart {
  readonly directory: string;
  readonly families: readonly FamilyAssessment[];
  readonly changes: readonly Change[];
}

/**
 * Renders charts before and after with the real helm, where one is found: with their own values alone, and with each other file of values that they
 * bring. A chart that differs in more than the conversion, or that does not render today, stays as it is.
 */
export async function proveCharts(provable: ProvableCharts, options: ChartProofOptions): Promise<Proven> {
  const proven = await renderedCharts(provable, options);
  const converted = groupBy(
    proven.families.filter((family) => isConvertedTemplate(family, provable.contents)),
    (family) => chartOf(fileOf(family)),
  );
  const notes = [...converted].flatMap(([directory, [family]]) => {
    const file = directory === '' ? 'Chart.yaml' : `${directory}/Chart.yaml`;
    const found = provable.findings.of('chart-version', {
      place: startOf(file),
      message: 'Templates of this chart change, and its version does not say so yet.',
    });
    return family === undefined ? [] : [[family, found] as const];
  });
  return { ...proven, families: withFindings(proven.families, new Map(notes)) };
}

async function renderedCharts(provable: ProvableCharts, options: ChartProofOptions): Promise<Proven> {
  const { families, contents, findings } = provable;
  const free = families.filter((family) => isConvertedTemplate(family, contents));
  if (free.length === 0) return { families, statement: null };
  const search = await helmFor(options.prove, { path: options.helm, cwd: options.cwd, env: options.env, root: options.root });
  if (search.binary === null) {
    const message = `Not proven by rendering: ${search.reason}.`;
    const notes = free.map((family) => {
      const told = findings.of('chart-not-proven', { place: startOf(fileOf(family)), message });
      return [family, [...told, ...(family.unlessRendered ?? [])]] as const;
    });
    return { families: withFindings(families, new Map(notes)), statement: `charts not proven: ${search.reason}` };
  }
  const charts = [...groupBy(free, (family) => chartOf(fileOf(family)))];
  const found = new Map<FamilyAssessment, readonly Finding[]>();
  let proven = 0;
  let tried = 0;
  const releases = (await options.manifests()).flatMap((file) => releasesIn(options.root, file));
  for (const [directory, own] of charts) {
    const chart = { directory, families: own, changes: changesOf(own, contents) };
    const proofs = await proofsOf(chart, search.binary, { ...provable, root: options.root, releases });
    tried += proofs.length;
    proven += proofs.filter(({ status }) => status === 'proven').length;
    for (const family of own) found.set(family, findingsOf(family, proofs, findings));
  }
  return {
    families: withFindings(families, found),
    statement: `${proven} of ${tried} renderings of charts proven by ${search.binary.description}`,
  };
}

const fileOf = ({ lone }: FamilyAssessment): string => lone?.file ?? '';

/** What rendering a chart before and after shows, for some values. */
interface ChartProof {
  /** What it is rendered with, for messages. */
  readonly values: string;
  readonly status: 'proven' | 'failed' | 'not-rendered' | 'unknown';
  /** How many installations were rendered and became what was expected. */
  readonly changed: number;
  readonly messages: readonly string[];
}

async function proofsOf(
  chart: ProvableChart,
  binary: HelmBinary,
  provable: ProvableCharts & { readonly root: string; readonly releases: readonly Release[] },
): Promise<ChartProof[]> {
  const below = filesBelow(provable.root, [chart.directory]);
  const sets = valueSetsOf(chart.directory, below, provable.releases);
  const known = sets.filter(({ unknown }) => unknown === null);
  const files = [...new Set([...below, ...known.flatMap(({ values }) => values.filter((each) => typeof each === 'string'))])];
  const made = new Map(
    known.flatMap(({ values }, set) =>
      values.flatMap((each, index) => (typeof each === 'string' ? [] : [[madeFile(set, index), Buffer.from(jsonOf(each))] as const])),
    ),
  );
  const renderAll = (root: string): Promise<RenderResult[]> =>
    Promise.all(
      known.map(({ values }, set) => {
        const paths = values.map((each, index) => (typeof each === 'string' ? each : madeFile(set, index)));
        return render(binary, { root, directory: chart.directory, values: paths });
      }),
    );
  const before = await withScratchTree(provable.root, files, made, renderAll);
  const changed = new Map([...made, ...chart.changes.map(({ file, after }) => [file, after] as const)]);
  const after = await withScratchTree(provable.root, files, changed, renderAll);
  return [
    ...known.map(({ name }, index) => ({ values: name, ...proofOf(before[index], after[index], chart, provable) })),
    ...sets.flatMap(({ name, unknown }) =>
      unknown === null ? [] : [{ values: name, status: 'unknown' as const, changed: 0, messages: [unknown] }],
    ),
  ];
}

/** In the copy alone, and in no folder of the tree. */
const madeFile = (set: number, index: number): string => `.ci2mm-values/${set}-${index}.json`;

function valueSetsOf(chart: string, files: readonly string[], releases: readonly Release[]): ValueSet[] {
  const own = releases.filter((release) => isReleaseOf(release, chart));
  return [
    { name: 'the values of the chart', values: [], unknown: null },
    ...(/(?:^|\/)charts\/[^/]+$/.test(chart)
      ? [{ name: 'the chart in whose charts folder it lies', values: [], unknown: 'has values of its own' }]
      : []),
    ...files.filter((file) => isValuesFile(chart, file)).map((file) => ({ name: file, values: [file], unknown: null })),
    ...own.map(({ name, file, values, unknown }) => ({ name: `${name} (${file})`, values, unknown: unknown ?? strangeFile(values) })),
  ];
}

const strangeFile = (values: Release['values']): string | null =>
  values.some((each) => typeof each === 'string' && /^\.\.(?:\/|$)/.test(each)) ? 'takes values from outside of the repository' : null;

/** The releases in a file; none where it can't be read. */
function releasesIn(root: string, file: string): Release[] {
  const bytes = wholeFrom(root, file);
  if (bytes === null || !mayBeRelease(Buffer.from(bytes).toString('latin1'))) return [];
  return readValues(bytes).flatMap((object) => (isMap(object) ? releasesOf(object, file) : []));
}

function proofOf(
  before: RenderResult | undefined,
  after: RenderResult | undefined,
  chart: ProvableChart,
  provable: ProvableCharts,
): Omit<ChartProof, 'values'> {
  if (before?.ok !== true) return { status: 'not-rendered', changed: 0, messages: [before?.message ?? ''] };
  if (after?.ok !== true) return { status: 'failed', changed: 0, messages: [`the result does not render: ${after?.message ?? ''}`] };
  const [then, now] = [splitBuild(before.output), splitBuild(after.output)];
  if (then === null || now === null) return { status: 'failed', changed: 0, messages: ['what is rendered is not UTF-8 text'] };
  const { differences, changed } = compareBuilds(then, now, {
    expected: expectedIn(then, chart),
    mayChange: () => [],
    database: () => null,
    problems: schemaProblemsBy(provable.settings),
    ordered: false,
  });
  const messages = describeErrors(differences);
  return { status: messages.length === 0 ? 'proven' : 'failed', changed, messages };
}

/** What an installation that was rendered is to become: helm says of which template each object is. */
function expectedIn(before: readonly string[], { directory, families }: ProvableChart): (object: ValueMap) => ValueMap | null {
  const sources = new Map(
    before.flatMap((text) => {
      const [source, object] = [/^# Source: [^/\n]+\/(.*)$/m.exec(text)?.[1], readBuilt(text)];
      return source === undefined || object === null
        ? []
        : [[keyOf(identityOf(object)), directory === '' ? source : `${directory}/${source}`] as const];
    }),
  );
  return (object) => {
    const source = sources.get(keyOf(identityOf(object)));
    const [family, ...others] = families.filter((each) => fileOf(each) === source);
    const variant = family?.roots[0];
    const isAlike = others.every(({ assessments }) => assessments[0]?.database === family?.assessments[0]?.database);
    return family === undefined || variant === undefined || !isAlike ? null : family.expectedFor(variant, object).expected;
  };
}

/** A chart that renders with some values, and not with others, is proven with those. */
function findingsOf(family: FamilyAssessment, proofs: readonly ChartProof[], findings: Findings): Finding[] {
  const place = startOf(fileOf(family));
  const isRendered = proofs.some(({ status }) => status === 'proven' || status === 'failed');
  const isSeen = proofs.some(({ status, changed }) => status === 'failed' || changed > 0) || !isRendered;
  const unseen = isSeen
    ? []
    : findings.of('chart-not-proven', { place, message: 'The chart renders, and no installation with any values that it brings.' });
  const told = proofs.flatMap(({ values, status, messages }) => {
    return messages.flatMap((message) => {
      if (status === 'failed')
        return findings.of('chart-proof-failed', { place, message: `Rendered before and after with ${values}, it differs: ${message}.` });
      if (status === 'unknown') return findings.of('chart-not-proven', { place, message: `Not proven for ${values}, which ${message}.` });
      const unrendered = `The chart does not render today with ${values}: ${message}.`;
      return findings.of(isRendered ? 'chart-not-proven' : 'chart-proof-failed', { place, message: unrendered });
    });
  });
  const isDecided = proofs.every(({ status }) => status === 'proven') && isSeen;
  return [...unseen, ...told, ...(isDecided ? [] : (family.unlessRendered ?? []))];
}
