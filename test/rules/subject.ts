import { subjectOf } from '../../src/family/assess.ts';
import { generatedBy } from '../../src/manifests/generated.ts';
import { isInstallation, isMattermost, readManifest } from '../../src/manifests/read.ts';
import { groupBy } from '../../src/model/group.ts';
import type { DatabaseKind, Engine, FileStoreKind } from '../../src/model/installation.ts';
import type { IngressStyle } from '../../src/operator/convert.ts';
import { defaultTarget, parseRelease } from '../../src/operator/releases.ts';
import { checkInstallation } from '../../src/rules/index.ts';
import type { RuleId } from '../../src/rules/index.ts';
import type { Hit, InstallationSubject } from '../../src/rules/rule.ts';
import type { KnownDatabase, Settings } from '../../src/rules/settings.ts';
import { ENGINES } from '../../src/engines/standing.ts';
import { readSecretSources } from '../../src/secrets/index.ts';
import { splitDocuments } from '../../src/yaml/document.ts';

export interface SubjectOptions {
  readonly inChart?: boolean;
  readonly target?: string;
  /** The user's answer, whatever the Secrets of the text say. */
  readonly database?: KnownDatabase;
  /** The user's answer, whatever the text says. */
  readonly fileStore?: FileStoreKind;
  readonly ingress?: IngressStyle;
  readonly engine?: Engine;
}

/** What the rules see of each installation in a stream of manifests. */
export function subjectsOf(text: string, options: SubjectOptions = {}): InstallationSubject[] {
  const { resources } = readManifest('chat/manifests.yaml', Buffer.from(text), { keep: () => true });
  const installations = resources.filter(isInstallation);
  const around = {
    secrets: readSecretSources(resources, () => null),
    substitutions: [],
    installations: groupBy(installations, ({ name }) => name),
    mattermosts: groupBy(resources.filter(isMattermost), ({ name }) => name),
  };
  const starts = splitDocuments(text).map(({ start }) => start);
  return installations.map((installation) => {
    const { file, document } = installation;
    const generated = generatedBy({ file, text, start: starts[document] ?? 0 }, () => false);
    const { engine } = options;
    const engines = engine === undefined ? null : engine === 'both' ? ENGINES : engine === 'other' ? [] : [engine];
    return subjectOf(
      installation,
      { ...around, generated, engines, inChart: options.inChart ?? false },
      settingsFor(installation, options),
    );
  });
}

const settingsFor = ({ name, namespace }: InstallationSubject['installation'], options: SubjectOptions): Settings => ({
  target: parseRelease(options.target ?? defaultTarget.version) ?? defaultTarget,
  ingress: options.ingress ?? 'keep',
  databases: options.database === undefined ? [] : [{ name, namespace, database: options.database }],
  assumeDatabase: null,
  fileStores: options.fileStore === undefined ? [] : [{ name, namespace, fileStore: options.fileStore }],
  crd: null,
  levels: new Map(),
  engine: options.engine ?? null,
});

/** A ClusterInstallation called chat with these lines as its spec. */
export const withSpec = (spec: string): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n${spec.trim().replaceAll(/^/gm, '  ')}\n`;

/** What one rule finds in every installation of a stream. */
export const hitsIn = (id: RuleId, text: string, options: SubjectOptions = {}): Hit[] =>
  subjectsOf(text, options).flatMap((subject) => checkInstallation(subject).flatMap(({ rule, hit }) => (rule.id === id ? [hit] : [])));

/** What one rule finds in a ClusterInstallation called chat with these lines as its spec. */
export const hitsInSpec = (id: RuleId, spec: string, options: SubjectOptions = {}): Hit[] => hitsIn(id, withSpec(spec), options);

const KEYS: Readonly<Record<Exclude<DatabaseKind, 'unknown'>, readonly string[]>> = {
  external: ['DB_CONNECTION_STRING'],
  'operator-managed': ['ROOT_PASSWORD', 'USER', 'PASSWORD', 'DATABASE'],
  invalid: ['username', 'password'],
};

/** A document with a Secret of these keys. */
export const secretWith = (name: string, ...keys: readonly string[]): string =>
  `---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\nstringData:\n${keys.map((key) => `  ${key}: hunter2\n`).join('')}`;

/** A document with a Secret that makes a database of this kind; none where it is to stay unknown. */
export const secretOf = (name: string, kind: DatabaseKind): string => (kind === 'unknown' ? '' : secretWith(name, ...KEYS[kind]));
