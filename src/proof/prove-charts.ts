import { chartOf, isValuesFile } from '../charts/chart.ts';
import type { FileContents } from '../edit/file-secrets.ts';
import type { FamilyAssessment } from '../family/assess-family.ts';
import { changesOf, withFindings } from '../family/outcome.ts';
import type { Change } from '../model/change.ts';
import { groupBy } from '../model/group.ts';
import { startOf } from '../model/place.ts';
import { stringAt } from '../model/value.ts';
import type { ValueMap } from '../model/value.ts';
import { NEW } from '../operator/fields.ts';
import { validate } from '../operator/validate.ts';
import { helmFor, render } from '../repo/helm.ts';
import type { HelmBinary, RenderResult } from '../repo/helm.ts';
import { filesBelow, withScratchTree } from '../repo/scratch.ts';
import type { Finding, Findings } from '../rules/finding.ts';
import type { Settings } from '../rules/settings.ts';
import { identityOf, keyOf, readBuilt, splitBuild } from './built.ts';
import { compareBuilds } from './compare.ts';
import { describeDifference } from './differences.ts';
import type { ProofOptions, Proven } from './prove-families.ts';

/** Installations in templates of charts, and what it takes to say what came of their proof. */
export interface ProvableCharts {
  readonly families: readonly FamilyAssessment[];
  readonly contents: FileContents;
  readonly settings: Settings;
  readonly findings: Findings;
}

export type ChartProofOptions = Pick<ProofOptions, 'root' | 'prove' | 'cwd' | 'env'> & { readonly helm: string | undefined };

/** A chart with the families that its templates hold. */
interface ProvableChart {
  readonly directory: string;
  readonly families: readonly FamilyAssessment[];
  readonly changes: readonly Change[];
}

/** A family in a template of a chart that is to be converted. */
const isOfChart = ({ lone, blocked }: FamilyAssessment, contents: FileContents): boolean =>
  !blocked && lone !== null && (contents.manifest(lone.file)?.template ?? null) !== null;

/**
 * Renders charts before and after with the real helm, where one is found: with their own values alone, and with each other file of values that they
 * bring. A chart that differs in more than the conversion, or that does not render today, stays as it is.
 */
export async function proveCharts(provable: ProvableCharts, options: ChartProofOptions): Promise<Proven> {
  const { families, contents, findings } = provable;
  const free = families.filter((family) => isOfChart(family, contents));
  if (free.length === 0) return { families, statement: null };
  const search = await helmFor(options.prove, { path: options.helm, cwd: options.cwd, env: options.env, root: options.root });
  if (search.binary === null) {
    const message = `Not proven by rendering: ${search.reason}.`;
    const notes = free.map((family) => [family, findings.of('chart-not-proven', { place: startOf(fileOf(family)), message })] as const);
    return { families: withFindings(families, new Map(notes)), statement: `charts not proven: ${search.reason}` };
  }
  const charts = [...groupBy(free, (family) => chartOf(fileOf(family)))];
  const found = new Map<FamilyAssessment, readonly Finding[]>();
  let proven = 0;
  let tried = 0;
  for (const [directory, own] of charts) {
    const chart = { directory, families: own, changes: changesOf(own, contents) };
    const proofs = await proofsOf(chart, search.binary, { ...provable, root: options.root });
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
  /** The file of values; null for the chart's own alone. */
  readonly values: string | null;
  readonly status: 'proven' | 'failed' | 'not-rendered';
  /** How many installations were rendered and became what was expected. */
  readonly changed: number;
  readonly messages: readonly string[];
}

async function proofsOf(
  chart: ProvableChart,
  binary: HelmBinary,
  provable: ProvableCharts & { readonly root: string },
): Promise<ChartProof[]> {
  const files = filesBelow(provable.root, [chart.directory]);
  const sets = [null, ...files.filter((file) => isValuesFile(chart.directory, file))];
  const renderAll = (root: string): Promise<RenderResult[]> =>
    Promise.all(sets.map((values) => render(binary, { root, directory: chart.directory, values: values === null ? [] : [values] })));
  const before = await withScratchTree(provable.root, files, new Map(), renderAll);
  const changed = new Map(chart.changes.map(({ file, after }) => [file, after]));
  const after = await withScratchTree(provable.root, files, changed, renderAll);
  return sets.map((values, index) => ({ values, ...proofOf(before[index], after[index], chart, provable) }));
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
    problems: (object) => problemsOf(object, provable.settings),
    ordered: false,
  });
  const errors = differences.filter(({ level }) => level === 'error');
  const messages = errors.slice(0, MOST_DIFFERENCES).map(describeDifference);
  return { status: errors.length === 0 ? 'proven' : 'failed', changed, messages };
}

const MOST_DIFFERENCES = 10;

const problemsOf = (object: ValueMap, { crd, target }: Settings): ReturnType<typeof validate> =>
  crd === null && stringAt(object, ['kind']) === NEW.kind ? validate(NEW.kind, object, target) : [];

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
  const isRendered = proofs.some(({ status }) => status !== 'not-rendered');
  const isSeen = proofs.some(({ status, changed }) => status === 'failed' || changed > 0) || !isRendered;
  const unseen = isSeen
    ? []
    : findings.of('chart-not-proven', { place, message: 'The chart renders, and no installation with any values that it brings.' });
  const told = proofs.flatMap(({ values, status, messages }) => {
    const which = values === null ? 'the values of the chart' : values;
    return messages.flatMap((message) => {
      if (status === 'failed')
        return findings.of('chart-proof-failed', { place, message: `Rendered before and after with ${which}, it differs: ${message}.` });
      const unrendered = `The chart does not render today with ${which}: ${message}.`;
      return findings.of(isRendered ? 'chart-not-proven' : 'chart-proof-failed', { place, message: unrendered });
    });
  });
  return [...unseen, ...told];
}
