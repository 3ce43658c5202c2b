import { createHash } from 'node:crypto';
import type { Assessing } from '../family/assess-family.ts';
import { appliersOf, deploymentOf } from '../family/deployment.ts';
import { loneFamily } from '../family/family.ts';
import type { Family } from '../family/family.ts';
import type { FollowedKind } from '../family/followed-kind.ts';
import { readInventory } from '../family/inventory.ts';
import { directoryOf, fileOfKey } from '../kustomize/paths.ts';
import { DocumentPlaces } from '../manifests/places.ts';
import type { Source } from '../manifests/source.ts';
import { NEXT_STAGE } from '../model/rollout.ts';
import { scalarAt, valueAt } from '../model/value.ts';
import type { Plan, PlannedInstallation } from '../report/plan.ts';
import { Findings } from '../rules/finding.ts';
import type { Settings } from '../rules/settings.ts';
import type { StageSubject } from '../stages/stage.ts';
import { Surveyor } from '../stages/survey.ts';
import { trigger } from '../stages/trigger.ts';
import { Contents } from './contents.ts';

/** Where every installation of a source stands, and what comes next. Writes nothing, and proves nothing. */
export async function planOf(source: Source, settings: Settings): Promise<Plan> {
  const old = await plannedOf(source, settings, 'installation');
  const converted = await plannedOf(source, settings, 'mattermost');
  return { schemaVersion: 1, installations: [...old, ...converted] };
}

async function plannedOf(source: Source, settings: Settings, kind: FollowedKind): Promise<PlannedInstallation[]> {
  const inventory = await readInventory(source, kind);
  const contents = new Contents(inventory, source);
  const findings = new Findings(settings.levels, (file) => contents.textOrNull(file));
  const textOf = (file: string): string => contents.text(file);
  const exists = source.isStream ? null : (file: string): boolean => source.exists(file);
  const isGiven = (file: string): boolean => source.isGiven(file);
  const assessing: Assessing = { inventory, settings, findings, textOf, isGiven, exists, places: new DocumentPlaces(textOf) };
  const surveyor = new Surveyor(assessing, kind);
  const families: readonly Family[] = [...inventory.lone.map(loneFamily), ...(inventory.kustomizations?.families() ?? [])];
  const deployment = deploymentOf(assessing);
  return families
    .filter(({ variants }) => variants.some(({ layers }) => layers.some(({ fragment }) => isGiven(fragment.at.file))))
    .flatMap((family) =>
      surveyor.survey(family).subjects.map((subject) => {
        const appliedBy = appliersOf(subject.variant, family.lone, deployment).map(({ shown }) => shown);
        return planned(subject, { appliedBy: [...new Set(appliedBy)], isAlone: family.lone !== null });
      }),
    );
}

function planned(
  subject: StageSubject,
  { appliedBy, isAlone }: { readonly appliedBy: readonly string[]; readonly isAlone: boolean },
): PlannedInstallation {
  const { installation, variant, engines, standing, database, options } = subject;
  const { name, namespace, file, place } = installation;
  const root = isAlone ? null : rootOf(variant.kustomization);
  return {
    name,
    namespace,
    file,
    line: place.line,
    root,
    engines,
    appliedBy,
    standing,
    database: database === 'invalid' ? 'unknown' : database,
    fileStore: options.fileStore,
    mysqlCluster: database === 'external' ? null : mysqlClusterOf(name),
    next: nextOf(subject, root ?? file),
    hazards: standing === 'unprepared' || standing === 'prepared' ? hazardsOf(subject) : [],
  };
}

const rootOf = (kustomization: string): string => {
  const file = fileOfKey(kustomization);
  return file === kustomization ? directoryOf(file) || '.' : file;
};

/** The operator names it after the installation. Source: `db-` and the first six hexadecimal digits of the md5 sum, v1.12.0 to v1.25.9. */
const mysqlClusterOf = (name: string): string => `db-${createHash('md5').update(name).digest('hex').slice(0, 6)}`;

function nextOf({ standing, engines }: StageSubject, root: string): string | null {
  const command = NEXT_STAGE[standing];
  if (command === null) return null;
  const engine = command === 'prepare' && engines === null ? ' --engine ENGINE' : '';
  return command === 'convert' ? 'ci2mm convert' : `ci2mm ${command}${engine} --root ${root}`;
}

/** What keeps the trigger from being safe, and what the operator or the engine makes of the manifest. */
function hazardsOf(subject: StageSubject): string[] {
  const { refusals } = trigger({ ...subject, standing: 'prepared' }, { confirmedLive: true, confirmedRootPassword: true });
  const { value } = subject.installation;
  const own = subject.findings.filter(({ level, rule }) => level === 'warning' && !TOLD_ELSEWHERE.has(rule));
  return [
    ...refusals.map(({ message }) => `${message}; the trigger is refused until that is mended.`),
    ...(subject.installation.namespace === null ? ['The manifests name no namespace; put it in the place of NAMESPACE below.'] : []),
    ...(subject.engines === null ? ['Nothing in the repository tells what applies it.'] : []),
    ...(valueAt(value, ['spec', 'size']) === undefined
      ? []
      : [
          'spec.size is erased by the operator: with self-heal Argo CD writes it again and again. Write replicas and resources out instead.',
        ]),
    ...(scalarAt(value, ['spec', 'replicas']) === 0 ? ['spec.replicas is 0, which the operator overwrites with a number of its own.'] : []),
    ...own.map(({ message, rule }) => `${message} (${rule})`),
  ];
}

const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['direct-swap', 'kustomize-not-proven', 'reference-left', 'old-name-left']);
