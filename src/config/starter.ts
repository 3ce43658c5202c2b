import type { Engine } from '../model/installation.ts';

/** An installation about which something has to be answered. */
export interface Unanswered {
  readonly installation: string;
  readonly place: string;
}

/** What `ci2mm init` has found out about a repository. */
export interface StarterFacts {
  /** Address or path of the schema, for editors. */
  readonly schema: string;
  /** Releases of the operator that manifests deploy, each with the first file. */
  readonly releases: readonly { readonly version: string; readonly file: string }[];
  readonly engines: readonly { readonly engine: Engine; readonly file: string }[];
  /** Installations whose database Secret nothing explains. */
  readonly databases: readonly Unanswered[];
  /** Installations whose file store may have a URL or none. */
  readonly fileStores: readonly Unanswered[];
  readonly newest: string;
}

/** The text of a first `.ci2mm.yaml`: what is certain as it is, what has to be answered as comments. */
export function starterConfig(found: StarterFacts): string {
  const parts = [
    `# yaml-language-server: $schema=${found.schema}\n# What decides how ci2mm converts this repository. docs/configuration.md of ci2mm has all keys.\n`,
    target(found),
    engine(found),
    answers(
      'databases',
      '# What the database Secret of an installation holds, where the manifests do not tell: external (DB_CONNECTION_STRING) or\n# operator-managed (ROOT_PASSWORD, USER, PASSWORD and DATABASE). kubectl describe secret lists keys without values.\n',
      found.databases,
    ),
    answers(
      'fileStores',
      '# Whether spec.minio.externalURL of an installation turns out empty, where a variable stands there: external (it does not) or\n# operator-managed (it does).\n',
      found.fileStores,
    ),
  ];
  return parts.join('\n');
}

function target({ releases, newest }: StarterFacts): string {
  const [only, other] = releases;
  if (only !== undefined && other === undefined)
    return `# The operator release whose schema the result must fit: that of ${only.file}.\ntarget: "${only.version}"\n`;
  const known = releases.map(({ version, file }) => `#   ${version} in ${file}\n`).join('');
  const why = other === undefined ? '' : `# The manifests deploy several:\n${known}`;
  return `# The operator release whose schema the result must fit.\n${why}# target: "${newest}"\n`;
}

function engine({ engines }: StarterFacts): string {
  const [only, other] = engines;
  if (only !== undefined && other === undefined)
    return `# What brings the manifests into the cluster: found in ${only.file}.\nengine: ${only.engine}\n`;
  return '# What brings the manifests into the cluster: argo-cd, flux or other.\n# engine: argo-cd\n';
}

function answers(key: 'databases' | 'fileStores', head: string, unanswered: readonly Unanswered[]): string {
  if (unanswered.length === 0) return `${head}# ${key}:\n#   namespace/name: external\n`;
  const lines = unanswered.map(({ installation, place }) => `  # ${keyOf(installation)}: external # ${place}\n`);
  return `${head}${key}:\n${lines.join('')}`;
}

const keyOf = (installation: string): string =>
  /^[A-Za-z][\w.-]*(?:\/[\w.-]+)?$/.test(installation) ? installation : JSON.stringify(installation);
