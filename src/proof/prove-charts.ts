import { chartOf } from '../charts/chart.ts';
import { jsonOf, mayBeRelease, releasesOf } from '../charts/releases.ts';
import type { Release } from '../charts/releases.ts';
import { isInline, OWN_VALUES, valueSetsOf } from '../charts/value-sets.ts';
import type { ValueSet } from '../charts/value-sets.ts';
import type { FamilyAssessment } from '../family/assess-family.ts';
import { changesOf, isConvertedTemplate, templatesOf, withFindings } from '../family/outcome.ts';
import { readValues } from '../manifests/values.ts';
import type { Variant } from '../kustomize/model.ts';
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
import { identityOf, keyOf, readBuilt, splitBuild } from './built.ts';
import { compareBuilds } from './compare.ts';
import { schemaProblemsBy } from './schema-problems.ts';
import { describeErrors } from './differences.ts';
import { unprovenByRendering, withVersions } from './not-proven.ts';
import type { ProofOptions } from './prove-families.ts';
import type { Proven, ProvableCharts } from './provable.ts';

export interface ChartProofOptions extends Pick<ProofOptions, 'root' | 'prove' | 'cwd' | 'env'> {
  readonly helm: string | undefined;
  /** Every manifest of the repository, by name. */
  readonly manifests: () => Promise<readonly string[]>;
}

/** A chart with the families that its templates hold. */
interface ProvableChart {
  readonly directory: string;
  readonly families: readonly FamilyAssessment[];
  readonly changes: readonly Change[];
}

/** A chart as some values render it. */
interface RenderedChart extends ProvableChart {
  readonly values: string;
}

/**
 * Renders charts before and after with the real helm, where one is found: with their own values alone, and with each other file of values that they
 * bring. A chart that differs in more than the conversion, or that does not render today, stays as it is.
 */
export const proveCharts = async (provable: ProvableCharts, options: ChartProofOptions): Promise<Proven> =>
  withVersions(await renderedCharts(provable, options), provable);

async function renderedCharts(provable: ProvableCharts, options: ChartProofOptions): Promise<Proven> {
  const { families, contents, findings } = provable;
  const free = families.filter((family) => isConvertedTemplate(family, contents));
  if (free.length === 0) return { families, statement: null };
  const search = await helmFor(options.prove, { path: options.helm, cwd: options.cwd, env: options.env, root: options.root });
  if (search.binary === null) return unprovenByRendering(provable, search.reason);
  const charts = groupBy(
    free.flatMap((family) => [...new Set(templatesOf(family).map(chartOf))].map((directory) => ({ family, directory }))),
    ({ directory }) => directory,
  );
  const found = new Map<FamilyAssessment, readonly Finding[]>();
  let proven = 0;
  let tried = 0;
  const releases = (await options.manifests()).flatMap((file) => releasesIn(options.root, file));
  for (const [directory, members] of charts) {
    const own = members.map(({ family }) => family);
    const chart = { directory, families: own, changes: changesOf(own, contents) };
    const proofs = await proofsOf(chart, search.binary, { ...provable, root: options.root, releases });
    tried += proofs.length;
    proven += proofs.filter(({ status }) => status === 'proven').length;
    for (const family of own) found.set(family, [...(found.get(family) ?? []), ...findingsOf(family, proofs, findings)]);
  }
  return {
    families: withFindings(families, found),
    statement: `${proven} of ${tried} renderings of charts proven by ${search.binary.description}`,
  };
}

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
  const contents = new Map(chart.changes.map(({ file, after }) => [file, after]));
  const setsThen = valueSetsOf(chart.directory, below, releasesWith(provable.releases, contents)).filter(({ unknown }) => unknown === null);
  const renderAll = (root: string): Promise<RenderResult[]> =>
    Promise.all(
      known.map(({ values }, set) => {
        const paths = values.map((each, index) => (typeof each === 'string' ? each : madeFile(set, index)));
        return render(binary, { root, directory: chart.directory, values: paths });
      }),
    );
  const before = await withScratchTree(provable.root, files, madeFor(known), renderAll);
  const after = await withScratchTree(provable.root, files, new Map([...madeFor(setsThen), ...contents]), renderAll);
  return [
    ...known.map(({ name }, index) => ({ values: name, ...proofOf(before[index], after[index], { ...chart, values: name }, provable) })),
    ...sets.flatMap(({ name, unknown }) =>
      unknown === null ? [] : [{ values: name, status: 'unknown' as const, changed: 0, messages: [unknown] }],
    ),
  ];
}

/** In the copy alone, and in no folder of the tree. */
const madeFile = (set: number, index: number): string => `.ci2mm-values/${set}-${index}.json`;

/** What stands in objects of engines, as files. */
const madeFor = (sets: readonly ValueSet[]): Map<string, Uint8Array> =>
  new Map(
    sets.flatMap(({ values }, set) =>
      values.flatMap((each, index) => (isInline(each) ? [[madeFile(set, index), Buffer.from(jsonOf(each.value))] as const] : [])),
    ),
  );

/** The releases in a file; none where it can't be read. */
function releasesIn(root: string, file: string): Release[] {
  const bytes = wholeFrom(root, file);
  return bytes === null || !mayBeRelease(Buffer.from(bytes).toString('latin1')) ? [] : releasesOfFile(file, bytes);
}

const releasesOfFile = (file: string, bytes: Uint8Array): Release[] =>
  readValues(bytes).flatMap((object, index) => (isMap(object) ? releasesOf(object, file, index) : []));

/** The same releases, as changed files have them. */
const releasesWith = (releases: readonly Release[], changed: ReadonlyMap<string, Uint8Array>): Release[] =>
  [...groupBy(releases, ({ file }) => file)].flatMap(([file, own]) => {
    const bytes = changed.get(file);
    return bytes === undefined ? own : releasesOfFile(file, bytes);
  });

function proofOf(
  before: RenderResult | undefined,
  after: RenderResult | undefined,
  chart: RenderedChart,
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
function expectedIn(before: readonly string[], { directory, families, values }: RenderedChart): (object: ValueMap) => ValueMap | null {
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
    const [family, ...others] = families.filter((each) => templatesOf(each).includes(source ?? ''));
    const variant = family === undefined ? undefined : variantFor(family, source ?? '', values);
    const isAlike = others.every(({ assessments }) => assessments[0]?.database === family?.assessments[0]?.database);
    return family === undefined || variant === undefined || !isAlike ? null : family.expectedFor(variant, object).expected;
  };
}

/** As which variant an installation was rendered: that of the values, where those hold its spec. */
function variantFor({ roots, frames }: FamilyAssessment, source: string, values: string): Variant | undefined {
  if (frames.size === 0) return roots[0];
  const own = [...frames].filter(([, { at }]) => at.file === source);
  return (own.find(([, frame]) => frame.values === values) ?? own[0])?.[0];
}

/**
 * A chart that renders with some values, and not with others, is proven with those; but where values themselves were edited, each that lies over the chart's own
 * has to be seen in what is rendered.
 */
function findingsOf(family: FamilyAssessment, proofs: readonly ChartProof[], findings: Findings): Finding[] {
  const [first = ''] = templatesOf(family);
  const isRendered = proofs.some(({ status }) => status === 'proven' || status === 'failed');
  const isSeen = proofs.some(({ status, changed }) => status === 'failed' || changed > 0) || !isRendered;
  const hasValues = family.frames.size > 0;
  const failed = (message: string): Finding[] =>
    templatesOf(family).flatMap((file) => findings.of('chart-proof-failed', { place: startOf(file), message }));
  const unproven = (message: string): Finding[] => findings.of('chart-not-proven', { place: startOf(first), message });
  const unseen = 'The chart renders, and no installation with any values that it brings.';
  const told = proofs.flatMap(({ values, status, messages }) =>
    messages.flatMap((message) => {
      if (status === 'failed') return failed(`Rendered before and after with ${values}, it differs: ${message}.`);
      if (status === 'unknown') return unproven(`Not proven for ${values}, which ${message}.`);
      const unrendered = `The chart does not render today with ${values}: ${message}.`;
      return isRendered && (!hasValues || values === OWN_VALUES.name) ? unproven(unrendered) : failed(unrendered);
    }),
  );
  const isDecided = proofs.every(({ status }) => status === 'proven') && isSeen;
  return [...(isSeen ? [] : hasValues ? failed(unseen) : unproven(unseen)), ...told, ...(isDecided ? [] : (family.unlessRendered ?? []))];
}
