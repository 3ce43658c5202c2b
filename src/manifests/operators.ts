import { isList, isMap, isScalar, stringAt, valueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { CHART_IMAGE, isExactVersion, OPERATOR_CHART, operatorOfChart } from '../operator/charts.ts';
import { parseRelease } from '../operator/releases.ts';
import type { Release } from '../operator/releases.ts';
import { readValues } from './values.ts';

const OPERATOR = 'mattermost-operator';

/** A place in data that says which operator is deployed. */
export interface OperatorSighting {
  readonly path: Path;
  /** As it is written: `mattermost/mattermost-operator:v1.21.0`. */
  readonly text: string;
  /** Numbers of its version; null where none is written, or none that can be read. */
  readonly version: OperatorVersion | null;
  /**
   * `image`: as a manifest has it. `override`: in place of that, by kustomize or the values of a chart. `chart`: a version of the operator's chart. `source`: the release
   * that manifests are fetched from.
   */
  readonly from: 'image' | 'override' | 'chart' | 'source';
  /** Why the version of a chart does not tell; left out where it does, and for all else. */
  readonly doubt?: string;
}

interface OperatorVersion {
  readonly major: number;
  readonly minor: number;
  /** As it is written, without a `v`. */
  readonly text: string;
}

/** Where data says which operator it deploys: images, what kustomize or Helm puts in their place, remote bases, subscriptions of OLM. */
export function operatorSightings(value: Value, path: Path = []): OperatorSighting[] {
  if (isList(value)) return value.flatMap((item, index) => operatorSightings(item, [...path, index]));
  if (!isMap(value)) return isScalar(value) ? [...inText(value.text, path), ...inValues(value.text, path)] : [];
  const own = overrideIn(value, path) ?? chartIn(value, path);
  const below = [...value].filter(([key]) => own === null || !OVERRIDING.has(key));
  const found = [...(own === null ? [] : [own]), ...below.flatMap(([key, child]) => operatorSightings(child, [...path, key]))];
  return VALUES_ELSEWHERE.some((at) => valueAt(value, at) !== undefined) ? found.map(doubted) : found;
}

/** Where a HelmRelease and a source of Argo CD name values that stand elsewhere. */
const VALUES_ELSEWHERE: readonly Path[] = [['valuesFrom'], ['helm', 'valueFiles']];

/** What a chart runs is not known where values from elsewhere may say otherwise; its own values win over them. */
const doubted = (sighting: OperatorSighting): OperatorSighting =>
  sighting.from === 'chart' ? { ...sighting, version: null, doubt: 'takes values from elsewhere, which may name another image' } : sighting;

const OVERRIDING: ReadonlySet<string> = new Set(['name', 'newName', 'newTag', 'digest', 'repository', 'tag', 'chart']);

/** `images` of kustomize, or an image in the values of a chart. */
function overrideIn(value: ValueMap, path: Path): OperatorSighting | null {
  const inChart = CHART_IMAGE.every((key, index) => path.at(index - CHART_IMAGE.length) === key);
  const named = stringAt(value, ['newName']) ?? stringAt(value, ['name']) ?? stringAt(value, ['repository']);
  const name = named ?? (inChart ? `mattermost/${OPERATOR}` : '');
  if (name === PARAMETER) return parameterIn(value, path);
  const tag = textAt(value, 'newTag') ?? textAt(value, 'tag');
  const isImage = ['newTag', 'digest', 'tag', 'newName'].some((key) => value.has(key));
  // A mirror may have any name.
  if (!isImage || (!inChart && lastSegment(name) !== OPERATOR)) return null;
  const digest = textAt(value, 'digest');
  const text = `${name}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
  return { path, text, version: versionOf(tag), from: 'override' };
}

const PARAMETER = [...CHART_IMAGE, 'tag'].join('.');

/** A parameter that Argo CD hands to the chart. */
function parameterIn(value: ValueMap, path: Path): OperatorSighting | null {
  const tag = textAt(value, 'value');
  return tag === null ? null : { path, text: `mattermost/${OPERATOR}:${tag}`, version: versionOf(tag), from: 'override' };
}

/** Values of a chart that are written as a text; what is found in them stands where the text does. */
function inValues(text: string, path: Path): OperatorSighting[] {
  if (path.at(-1) !== 'values' || !text.includes(CHART_IMAGE[0])) return [];
  return readValues(Buffer.from(text)).flatMap((values) =>
    operatorSightings(values)
      .filter(({ from }) => from === 'override')
      .map((sighting) => ({ ...sighting, path })),
  );
}

/** The chart of the operator: a HelmRelease (`chart.spec`), a source of Argo CD, `helmCharts` of kustomize, or a dependency of a chart. */
function chartIn(value: ValueMap, path: Path): OperatorSighting | null {
  const isInflated = path.at(-2) === 'helmCharts' || path.at(-2) === 'dependencies';
  if (lastSegment(stringAt(value, [isInflated ? 'name' : 'chart']) ?? '') !== OPERATOR_CHART) return null;
  const version = textAt(value, 'version') ?? textAt(value, 'targetRevision');
  const release = operatorOfChart(version);
  const text = `chart ${OPERATOR_CHART}${version === null ? '' : ` ${version}`}`;
  if (release !== null) return { path, text, version: versionOf(release.version), from: 'chart' };
  const doubt =
    version !== null && isExactVersion(version) ? 'is none of which it is known which operator it runs' : 'names no single version';
  return { path, text, version: null, from: 'chart', doubt };
}

function inText(text: string, path: Path): OperatorSighting[] {
  const image = /^(?:[\w.:-]+\/)*mattermost-operator(?::([\w.-]+))?(?:@sha256:[\da-f]+)?$/.exec(text);
  // Without a tag it may be the name of a repository, or of something else.
  const isContainer = path.at(-1) === 'image' && /[cC]ontainers$/.test(String(path.at(-3)));
  if (image !== null && (isContainer || image[1] !== undefined || text.includes('@')))
    return [{ path, text, version: versionOf(image[1] ?? null), from: 'image' }];
  const source =
    /mattermost-operator(?:\/\S*\?(?:\S*&)?ref=|\/)(v\d[\w.]*)/.exec(text)?.[1] ?? /^mattermost-operator\.(v\d[\w.]*)$/.exec(text)?.[1];
  return source === undefined ? [] : [{ path, text, version: versionOf(source), from: 'source' }];
}

const lastSegment = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

function textAt(value: ValueMap, key: string): string | null {
  const found = value.get(key);
  return isScalar(found) && found.value !== null ? found.text : null;
}

function versionOf(text: string | null): OperatorVersion | null {
  const match = text === null ? null : /^v?(\d+)\.(\d+)(?:\.\d+)?(?=$|[-+])/.exec(text);
  return match === null ? null : { major: Number(match[1]), minor: Number(match[2]), text: (text ?? '').replace(/^v/, '') };
}

/** The release of a sighting, where it is one that can be a target. */
export const releaseOf = ({ version }: OperatorSighting): Release | null =>
  version === null ? null : parseRelease(version.text.replace(/[-+].*/, ''));

/** What decides where several are seen: what stands in place of an image, else images, else charts, else what is fetched. */
export function decidingSightings<Sighting extends OperatorSighting>(sightings: readonly Sighting[]): readonly Sighting[] {
  for (const from of ['override', 'image', 'chart', 'source'] as const) {
    const own = sightings.filter((sighting) => sighting.from === from);
    if (own.length > 0) return own;
  }
  return [];
}
