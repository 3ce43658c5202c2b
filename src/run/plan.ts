import { createHash } from 'node:crypto';
import { NO_OPERATOR } from '../family/operators.ts';
import { loneFamily } from '../family/family.ts';
import type { Family } from '../family/family.ts';
import type { FollowedKind } from '../family/followed-kind.ts';
import type { Source } from '../manifests/source.ts';
import { NEXT_STAGE } from '../model/rollout.ts';
import { scalarAt, valueAt } from '../model/value.ts';
import type { Plan, PlannedInstallation } from '../report/plan.ts';
import type { Settings } from '../rules/settings.ts';
import { rootOf } from '../stages/gate-file.ts';
import type { StageSubject } from '../stages/stage.ts';
import { Surveyor } from '../stages/survey.ts';
import { trigger } from '../stages/trigger.ts';
import { readSource } from './assessing.ts';

/** Whether an installation belongs into a plan. */
export type IsPlanned = (subject: StageSubject) => boolean;

/** Where the installations of a source stand, and what comes next. Writes nothing, and proves nothing. */
export async function planOf(source: Source, settings: Settings, isPlanned: IsPlanned = () => true): Promise<Plan> {
  const kinds = ['installation', 'mattermost'] as const;
  const planned = await Promise.all(kinds.map((kind) => plannedOf(source, settings, { kind, isPlanned })));
  return { schemaVersion: 1, installations: planned.flat() };
}

async function plannedOf(
  source: Source,
  settings: Settings,
  { kind, isPlanned }: { readonly kind: FollowedKind; readonly isPlanned: IsPlanned },
): Promise<PlannedInstallation[]> {
  const { assessing } = await readSource(source, settings, kind);
  const { lone, kustomizations } = assessing.inventory;
  const surveyor = new Surveyor(assessing, kind);
  const families: readonly Family[] = [...lone.map(loneFamily), ...(kustomizations?.families() ?? [])];
  return families
    .filter(({ variants }) => variants.some(({ layers }) => layers.some(({ fragment }) => assessing.isGiven(fragment.at.file))))
    .flatMap((family) => surveyor.survey(family).subjects.filter(isPlanned).map(planned));
}

function planned(subject: StageSubject): PlannedInstallation {
  const { installation, variant, engines, appliers, standing, database, options } = subject;
  const { name, namespace, file, place } = installation;
  const root = variant.kustomization === '' ? null : rootOf(variant.kustomization);
  return {
    name,
    namespace,
    file,
    line: place.line,
    root,
    engines,
    appliedBy: [...new Set(appliers.map(({ shown }) => shown))],
    standing,
    database: database === 'invalid' ? 'unknown' : database,
    fileStore: options.fileStore,
    mysqlCluster: database === 'external' ? null : mysqlClusterOf(name),
    next: nextOf(subject, root ?? file),
    hazards: standing === 'unprepared' || standing === 'prepared' ? hazardsOf(subject) : [],
  };
}

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
  const { refusals } = trigger({ ...subject, standing: 'prepared' }, { confirmedLive: true, confirmedRootPassword: true, gates: null });
  const { value } = subject.installation;
  const own = subject.findings.filter(({ level, rule }) => level === 'warning' && !TOLD_ELSEWHERE.has(rule));
  return [
    ...refusals.map(({ message }) => `${message}; the trigger is refused until that is mended.`),
    ...(subject.installation.namespace === null ? ['The manifests name no namespace; put it in the place of NAMESPACE below.'] : []),
    ...(subject.engines === null
      ? [
          'Nothing in the repository tells what applies it: print this plan again with --engine argo-cd, flux, both, or none where neither does.',
        ]
      : []),
    ...(subject.hasOperator ? [] : [`${NO_OPERATOR} It has to be a release from v1.12.0 to v1.25.9.`]),
    ...(valueAt(value, ['spec', 'size']) === undefined
      ? []
      : [
          'spec.size is erased by the operator: with self-heal Argo CD writes it again and again. ci2mm prepare --explicit-size writes replicas and resources out.',
        ]),
    ...(scalarAt(value, ['spec', 'replicas']) === 0
      ? ['spec.replicas is 0, which the operator overwrites with a number of its own; ci2mm prepare --explicit-size writes it out.']
      : []),
    ...own.map(({ message, rule }) => `${message} (${rule})`),
  ];
}

const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['direct-swap', 'kustomize-not-proven', 'reference-left', 'old-name-left']);
