import { decidingSightings, operatorSightings, releaseOf } from '../manifests/operators.ts';
import type { OperatorSighting } from '../manifests/operators.ts';
import type { DocumentPlaces } from '../manifests/places.ts';
import { readDocuments } from '../kustomize/files.ts';
import { isManifestName } from '../model/manifest-name.ts';
import { readText } from '../manifests/source.ts';
import type { Source } from '../manifests/source.ts';
import type { Release } from '../operator/releases.ts';
import type { Finding, Findings } from '../rules/finding.ts';
import type { RuleId } from '../rules/index.ts';

/** Where a repository says which operator it deploys. */
export interface Operator extends OperatorSighting {
  readonly file: string;
  /** Index of the document in its file, from 0. */
  readonly document: number;
}

const known = new WeakMap<Source, Promise<readonly Operator[]>>();

/** The operators of a repository: what decides, wherever it stands. Read once for each source. */
export function readOperators(source: Source): Promise<readonly Operator[]> {
  const operators = known.get(source) ?? findOperators(source);
  known.set(source, operators);
  return operators;
}

async function findOperators(source: Source): Promise<readonly Operator[]> {
  if (source.isStream) return [];
  const files = [...source.find('operator'), ...(await source.findElsewhere('operator'))].filter(isManifestName);
  return decidingSightings(files.flatMap((file) => operatorsIn(file, source)));
}

/** The one release that a repository deploys and that still migrates; null where there are several, or none that is known. */
export async function onlyRelease(source: Source): Promise<{ readonly release: Release; readonly file: string } | null> {
  const operators = await readOperators(source);
  const [first] = operators;
  const release = first === undefined ? null : releaseOf(first);
  const isOnly = operators.every((each) => releaseOf(each)?.version === release?.version);
  return first === undefined || release === null || !isOnly || release.major > 1 ? null : { release, file: first.file };
}

function operatorsIn(file: string, source: Source): Operator[] {
  const documents = readDocuments(readText(file, source) ?? '');
  return documents.flatMap(({ index, value }) =>
    value === null ? [] : operatorSightings(value).map((sighting) => ({ ...sighting, file, document: index })),
  );
}

/** What is wrong with an operator, for a rollout. */
export interface OperatorFault {
  readonly rule: Extract<RuleId, `operator-${string}`>;
  readonly message: string;
}

export function faultOf({ text, version, from }: OperatorSighting): OperatorFault | null {
  if (version !== null && (version.major < 1 || (version.major === 1 && version.minor < 12)))
    return { rule: 'operator-too-old', message: `${text} is older than operator 1.12` };
  if (version !== null && version.major > 1) return { rule: 'operator-without-migration', message: `${text} is operator 2.0 or later` };
  if (version === null) return { rule: 'operator-unpinned', message: `${text} names no release of the operator` };
  const runs = from === 'source' ? imageOf(version.text) : null;
  return runs === null ? null : { rule: 'operator-unpinned', message: `The manifests of operator ${version.text} run the image ${runs}` };
}

/** The image in the manifests of a release, where it is not the release's own. Source: the tags of mattermost-operator. */
function imageOf(version: string): string | null {
  const [, minor = 0, patch = 0] = version.split(/[.+-]/).map(Number);
  if (minor >= 20 && minor <= 22 && (minor < 22 || patch === 0)) return 'latest';
  if (minor === 25 && patch >= 8) return 'latest';
  return minor === 24 || minor === 25 ? 'v1.23.0' : null;
}

/** What is told of the operators. */
export const operatorFindings = (operators: readonly Operator[], findings: Findings, places: DocumentPlaces): Finding[] =>
  operators.flatMap((operator) => {
    const fault = faultOf(operator);
    if (fault === null) return [];
    const { file, document, path } = operator;
    return findings.of(fault.rule, { place: places.of({ file, document, inline: null }, path), message: `${fault.message}.` });
  });
