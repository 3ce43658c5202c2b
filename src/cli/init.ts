import { starterConfig } from '../config/starter.ts';
import type { StarterFacts, Unanswered } from '../config/starter.ts';
import { rootOf } from '../run/configuration.ts';
import { EXIT } from '../run/exit-codes.ts';
import { UsageError } from '../run/usage-error.ts';
import type { Io } from '../run/io.ts';
import { DEPLOYED_MARKERS, engineOf, operatorReleasesIn } from '../manifests/deployed.ts';
import { readValues } from '../manifests/values.ts';
import { defaultTarget } from '../operator/releases.ts';
import { CONFIG_NAMES, findConfig } from '../repo/config-file.ts';
import { discover } from '../repo/discover.ts';
import type { Discovery } from '../repo/discover.ts';
import { fileExists } from '../repo/read.ts';
import { scan } from '../repo/scan.ts';
import { writeOutput } from '../repo/write.ts';
import { printable } from '../report/printable.ts';
import { databaseSecretUnresolved } from '../rules/database-secret-unresolved.ts';
import type { Finding } from '../rules/finding.ts';
import { undecidedVariable } from '../rules/undecided-variable.ts';
import { isUnreadable } from '../manifests/source.ts';
import { TreeSource } from '../run/sources.ts';
import { runTree } from '../run/tree.ts';
import { version } from '../run/version.ts';

/** `ci2mm init`: writes a configuration from what the repository tells, and says what that is. */
export async function runInit(io: Io): Promise<number> {
  const root = rootOf(io.cwd);
  const [file] = CONFIG_NAMES;
  const known = findConfig(root);
  if (known !== null) throw new UsageError(`there is a configuration, ${known.file}; ci2mm init does not overwrite it`);
  const discovery = await discover([root], { cwd: io.cwd });
  const found: StarterFacts = {
    schema: schemaFor(root),
    newest: defaultTarget.version,
    ...deployedIn(discovery),
    ...(await unansweredIn(discovery, io)),
  };
  await writeOutput(file, starterConfig(found), { cwd: root });
  io.stdout.write(
    `wrote ${file}\n${statements(found)
      .map((line) => `  ${printable(line)}\n`)
      .join('')}`,
  );
  return EXIT.ok.code;
}

const LOCAL_SCHEMA = 'node_modules/ci2mm/schema/config.schema.json';

const schemaFor = (root: string): string =>
  fileExists(root, LOCAL_SCHEMA) ? `./${LOCAL_SCHEMA}` : `https://unpkg.com/ci2mm@${version}/schema/config.schema.json`;

/** Each release and engine with the first file that tells of it. */
function deployedIn(discovery: Discovery): Pick<StarterFacts, 'releases' | 'engines'> {
  const source = new TreeSource(discovery);
  const markers = DEPLOYED_MARKERS.map((text) => ({ name: text, bytes: Buffer.from(text) }));
  const values = [...scan(discovery, markers).hits.keys()].flatMap((file) => {
    const content = source.read(file);
    return isUnreadable(content) ? [] : readValues(content).map((value) => ({ value, file: printable(file) }));
  });
  const releases = values.flatMap(({ value, file }) => operatorReleasesIn(value).map(({ version: each }) => ({ version: each, file })));
  const engines = values.flatMap(({ value, file }) => [engineOf(value)].flatMap((engine) => (engine === null ? [] : [{ engine, file }])));
  return { releases: firsts(releases, (each) => each.version), engines: firsts(engines, (each) => each.engine) };
}

/** The first item of each key. */
const firsts = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] =>
  [...new Map([...items].reverse().map((item) => [keyOf(item), item])).values()].reverse();

async function unansweredIn(discovery: Discovery, io: Io): Promise<Pick<StarterFacts, 'databases' | 'fileStores'>> {
  const request = { choices: { databases: [] }, config: false, prove: 'never', write: false } as const;
  const { report } = await runTree(discovery, request, io);
  return {
    databases: unanswered(report.findings.filter(({ rule }) => rule === databaseSecretUnresolved.id)),
    fileStores: unanswered(
      report.findings.filter(({ rule, field }) => rule === undecidedVariable.id && field === 'spec.minio.externalURL'),
    ),
  };
}

function unanswered(findings: readonly Finding[]): Unanswered[] {
  const places = new Map(findings.map(({ installation, file, line }) => [installation ?? '', printable(`${file}:${line}`)]));
  return [...places].map(([installation, place]) => ({ installation, place }));
}

function statements({ releases, engines, databases, fileStores }: StarterFacts): string[] {
  const [release, otherRelease] = releases;
  const [engine, otherEngine] = engines;
  return [
    release !== undefined && otherRelease === undefined
      ? `target ${release.version}, from ${release.file}`
      : `no target: ${release === undefined ? 'no manifest deploys the operator' : `the manifests deploy ${releases.map((each) => each.version).join(' and ')}`}`,
    engine !== undefined && otherEngine === undefined
      ? `engine ${engine.engine}, from ${engine.file}`
      : `no engine: ${engine === undefined ? 'no manifest tells' : 'there are manifests of both'}`,
    ...databases.map(({ installation, place }) => `to answer below databases: ${installation} (${place})`),
    ...fileStores.map(({ installation, place }) => `to answer below fileStores: ${installation} (${place})`),
  ];
}
