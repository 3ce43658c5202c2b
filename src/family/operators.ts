import { decidingSightings, operatorSightings, releaseOf } from '../manifests/operators.ts';
import type { OperatorSighting } from '../manifests/operators.ts';
import type { DocumentPlaces } from '../manifests/places.ts';
import { readDocuments } from '../kustomize/files.ts';
import { stringAt } from '../model/value.ts';
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
  readonly rule: Exclude<Extract<RuleId, `operator-${string}`>, 'operator-not-found'>;
  readonly message: string;
}

function faultOf({ text, version, from, doubt }: OperatorSighting): OperatorFault | null {
  if (version !== null && (version.major < 1 || (version.major === 1 && version.minor < 12)))
    return { rule: 'operator-too-old', message: `${text} is older than operator 1.12` };
  if (version !== null && version.major > 1) return { rule: 'operator-without-migration', message: `${text} is operator 2.0 or later` };
  if (version === null) return { rule: 'operator-unpinned', message: `${text} ${doubt ?? 'names no release of the operator'}` };
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

/** A fault at its place. */
export interface PlacedFault extends OperatorFault, Pick<Operator, 'file' | 'document' | 'path'> {}

/** What is wrong with the operators of a repository, or with what it brings along for them. */
export async function readOperatorFaults(source: Source): Promise<readonly PlacedFault[]> {
  const operators = await readOperators(source);
  const faults = operators.flatMap((operator) => {
    const fault = faultOf(operator);
    const { file, document, path } = operator;
    return fault === null ? [] : [{ ...fault, file, document, path }];
  });
  return faults.some(({ rule }) => rule === 'operator-too-old') ? faults : [...faults, ...(await oldBundle(source, operators))];
}

/** The definition of the old kind where there is none of the new one, and nothing is fetched that may bring it. */
async function oldBundle(source: Source, operators: readonly Operator[]): Promise<PlacedFault[]> {
  if (source.isStream || operators.some(({ from }) => from === 'chart' || from === 'source')) return [];
  const old = source.find('installation').flatMap((file) => oldDefinitionsIn(file, source));
  if (old.length === 0) return [];
  const files = [...source.find('mattermost'), ...(await source.findElsewhere('mattermost'))];
  return files.some((file) => NEW_DEFINITION.test(readText(file, source) ?? '')) ? [] : old.slice(0, 1);
}

const OLD_DEFINITION = 'clusterinstallations.mattermost.com';

/** By its name, or the name of the file that the operator's sources keep it in. */
const NEW_DEFINITION = /\bname["']?:\s*["']?mattermosts\.installation\.mattermost\.com|installation\.mattermost\.com_mattermosts/;

function oldDefinitionsIn(file: string, source: Source): PlacedFault[] {
  const text = readText(file, source) ?? '';
  if (!isManifestName(file) || !text.includes(OLD_DEFINITION) || !text.includes('CustomResourceDefinition')) return [];
  return readDocuments(text).flatMap(({ index, value }) =>
    value !== null && stringAt(value, ['kind']) === 'CustomResourceDefinition' && stringAt(value, ['metadata', 'name']) === OLD_DEFINITION
      ? [{ rule: 'operator-too-old' as const, message: NO_DEFINITION, file, document: index, path: ['metadata', 'name'] }]
      : [],
  );
}

const NO_DEFINITION =
  'The CustomResourceDefinition of ClusterInstallation is in the repository and none of Mattermost, so that what is converted could not be applied';

/** What is told where a repository deploys none. */
export const NO_OPERATOR = 'Nothing in the repository says which operator runs.';

/** What is told of the operators. */
export const operatorFindings = (faults: readonly PlacedFault[], findings: Findings, places: DocumentPlaces): Finding[] =>
  faults.flatMap(({ rule, message, file, document, path }) =>
    findings.of(rule, { place: places.of({ file, document, inline: null }, path), message: `${message}.` }),
  );
