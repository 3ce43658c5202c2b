import { generatedBy } from '../../src/manifests/generated.ts';
import type { DatabaseKind, Engine, Resource } from '../../src/model/installation.ts';
import { isMap, scalarAt, stringAt, valueAt } from '../../src/model/value.ts';
import type { ValueMap } from '../../src/model/value.ts';
import { convert, fileStoreOf } from '../../src/operator/convert.ts';
import type { IngressStyle } from '../../src/operator/convert.ts';
import { defaultTarget, parseRelease } from '../../src/operator/releases.ts';
import { validate } from '../../src/operator/validate.ts';
import { checkInstallation } from '../../src/rules/index.ts';
import type { RuleId } from '../../src/rules/index.ts';
import type { Hit, InstallationSubject } from '../../src/rules/rule.ts';
import { applyMerges, parseDocument, splitDocuments } from '../../src/yaml/document.ts';

export interface SubjectOptions {
  readonly target?: string;
  /** In place of what the Secrets of the text say. */
  readonly database?: DatabaseKind;
  readonly evidence?: string;
  readonly contradiction?: string;
  readonly ingress?: IngressStyle;
  readonly engine?: Engine;
}

/** What the rules see of each installation in a stream of manifests. */
export function subjectsOf(text: string, options: SubjectOptions = {}): InstallationSubject[] {
  const resources = resourcesOf(text);
  const installations = resources.filter(({ kind }) => kind === 'ClusterInstallation');
  const mattermosts = resources.filter(({ kind }) => kind === 'Mattermost');
  const starts = splitDocuments(text).map(({ start }) => start);
  const generated = ({ file, document }: Resource) => generatedBy({ file, text, start: starts[document] ?? 0 }, () => false);
  return installations.map((installation) => ({
    ...judged(installation, resources, options),
    generated: generated(installation),
    mattermosts,
    installations,
  }));
}

function judged(
  installation: Resource,
  resources: readonly Resource[],
  options: SubjectOptions,
): Omit<InstallationSubject, 'mattermosts' | 'installations' | 'generated'> {
  const target = parseRelease(options.target ?? defaultTarget.version) ?? defaultTarget;
  const keys = databaseKeys(installation, resources);
  const database = options.database ?? databaseKind(installation, keys);
  const fileStore = fileStoreOf(installation.value);
  const problems = validate('ClusterInstallation', installation.value, target);
  const unknown = problems.filter(({ code }) => code === 'unknown-field').map(({ path }) => path);
  const converted = convert(installation.value, { database, fileStore, unknown, ingress: 'keep' });
  return {
    installation,
    fileStore,
    database,
    databaseEvidence: options.evidence ?? null,
    databaseSecretKeys: keys ?? [],
    databaseContradiction: options.contradiction ?? null,
    ingress: options.ingress ?? 'keep',
    target,
    engine: options.engine ?? null,
    problems,
    targetProblems: validate('Mattermost', converted, target),
  };
}

function resourcesOf(text: string): Resource[] {
  return splitDocuments(text).flatMap(({ start, end }, document) => {
    const { shape } = parseDocument(text.slice(start, end));
    const value = shape === null ? null : applyMerges(shape);
    return value !== null && isMap(value) ? [resource(value, document, text.slice(0, start).split('\n').length)] : [];
  });
}

const resource = (value: ValueMap, document: number, line: number): Resource => ({
  file: 'chat/manifests.yaml',
  document,
  path: [],
  apiVersion: stringAt(value, ['apiVersion']) ?? '',
  kind: stringAt(value, ['kind']) ?? '',
  name: stringAt(value, ['metadata', 'name']) ?? '',
  namespace: stringAt(value, ['metadata', 'namespace']),
  value,
  place: { file: 'chat/manifests.yaml', line, column: 1, endLine: line, endColumn: 1 },
});

function databaseKeys(installation: Resource, resources: readonly Resource[]): string[] | null {
  const name = scalarAt(installation.value, ['spec', 'database', 'secret']);
  const secret = resources.find((each) => each.kind === 'Secret' && each.name === name);
  const data = valueAt(secret?.value, ['stringData']);
  return isMap(data) ? [...data.keys()] : null;
}

function databaseKind(installation: Resource, keys: readonly string[] | null): DatabaseKind {
  if (stringAt(installation.value, ['spec', 'database', 'secret']) === null) return 'operator-managed';
  if (keys === null) return 'unknown';
  if (keys.includes('DB_CONNECTION_STRING')) return 'external';
  return ['ROOT_PASSWORD', 'USER', 'PASSWORD', 'DATABASE'].every((key) => keys.includes(key)) ? 'operator-managed' : 'invalid';
}

/** A ClusterInstallation called chat with these lines as its spec. */
export const withSpec = (spec: string): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n${spec.trim().replaceAll(/^/gm, '  ')}\n`;

/** What one rule finds in every installation of a stream. */
export const hitsIn = (id: RuleId, text: string, options: SubjectOptions = {}): Hit[] =>
  subjectsOf(text, options).flatMap((subject) => checkInstallation(subject).flatMap(({ rule, hit }) => (rule.id === id ? [hit] : [])));

/** What one rule finds in a ClusterInstallation called chat with these lines as its spec. */
export const hitsInSpec = (id: RuleId, spec: string, options: SubjectOptions = {}): Hit[] => hitsIn(id, withSpec(spec), options);
