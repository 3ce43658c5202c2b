import { groupBy } from '../model/group.ts';
import { STANDINGS } from '../model/rollout.ts';
import type { RolloutStage, Standing } from '../model/rollout.ts';
import { count } from './findings.ts';
import { gateScript, NO_NAMESPACE } from './gate-script.ts';
import { engineOf, plannedId } from './plan.ts';
import type { Plan, PlannedInstallation } from './plan.ts';
import { printable } from './printable.ts';
import { listed } from '../rules/written.ts';

/** How a runbook is marked up; the words are the same everywhere. */
export interface Markup {
  readonly heading: (level: 1 | 2 | 3, text: string) => string;
  /** A name from files, which must not be taken for markup. */
  readonly name: (text: string) => string;
  /** A sentence that may hold such names. */
  readonly quote: (text: string) => string;
  readonly prose: (text: string) => string;
  readonly table: (head: readonly string[], rows: readonly (readonly string[])[]) => string;
  readonly list: (items: readonly string[]) => string;
  readonly block: (language: string, text: string) => string;
}

/** Where all installations stand, and how each of them gets on: with a gate before each stage, and a way back from it. */
export function renderRunbook(plan: Plan, markup: Markup): string {
  const { installations } = plan;
  if (installations.length === 0) return `${markup.prose('No ClusterInstallation and no Mattermost was found.')}\n`;
  const open = installations.filter(({ standing }) => standing !== 'finished');
  return `${[
    markup.heading(1, 'Rollout of ClusterInstallation to Mattermost'),
    markup.prose(summaryOf(installations)),
    tableOf(installations, markup),
    ...(open.length === 0 ? [] : [...dangers(open, markup), ...stages(open, markup), ...script(plan, markup)]),
  ].join('\n\n')}\n`;
}

const WORDS: Readonly<Record<Standing, string>> = {
  unprepared: 'not prepared',
  prepared: 'prepared',
  triggered: 'triggered',
  converted: 'converted',
  finished: 'finished',
};

function summaryOf(installations: readonly PlannedInstallation[]): string {
  const groups = groupBy(installations, ({ standing }) => standing);
  const parts = STANDINGS.flatMap((standing) => {
    const own = groups.get(standing);
    return own === undefined ? [] : [`${own.length} ${WORDS[standing]}`];
  });
  return `${count(installations.length, 'installation')}: ${parts.join(', ')}. This says what stands in Git; what is live only the gates can tell.`;
}

const tableOf = (installations: readonly PlannedInstallation[], { table, name }: Markup): string =>
  table(
    ['Installation', 'Built by', 'Engine', 'Database', 'File store', 'Stage', 'Next'],
    installations.map((each) => [
      name(plannedId(each)),
      name(each.root ?? each.file),
      engineOf(each),
      each.database,
      each.fileStore,
      WORDS[each.standing],
      each.next === null ? 'nothing' : name(each.next),
    ]),
  );

/** What applies to these installations; what is the same for many is said once. */
function dangers(open: readonly PlannedInstallation[], { heading, list, quote, name }: Markup): string[] {
  const apart = clusters(open, name);
  const said = groupBy(
    open.flatMap((each) => each.hazards.map((hazard) => ({ hazard, id: plannedId(each) }))),
    ({ hazard }) => hazard,
  );
  const items = [...said].map(
    ([hazard, own]) =>
      `${namesOf(
        own.map(({ id }) => id),
        name,
      )}: ${quote(hazard)}`,
  );
  return items.length + apart.length === 0 ? [] : [heading(2, 'What is to be known of these installations'), list([...apart, ...items])];
}

/** What several kustomizations build under one name can't be in one cluster. */
function clusters(open: readonly PlannedInstallation[], name: Markup['name']): string[] {
  const shared = [...groupBy(open, plannedId)].filter(([, own]) => new Set(own.map(({ root }) => root)).size > 1);
  return shared.map(([id, own]) => {
    const builders = listed(own.map(({ root, file }) => name(root ?? file)));
    return `${name(id)}: It is built by ${builders}, which can't be in one cluster. Print a plan for each with --root, and run its gates there.`;
  });
}

const NAMED = 5;

function namesOf(ids: readonly string[], name: Markup['name']): string {
  const all = [...new Set(ids)];
  const shown = all.slice(0, NAMED).map(name).join(', ');
  return all.length > NAMED ? `${shown} and ${all.length - NAMED} more` : shown;
}

function stages(open: readonly PlannedInstallation[], markup: Markup): string[] {
  const standingAt = (...standings: readonly Standing[]): PlannedInstallation[] => open.filter((each) => standings.includes(each.standing));
  return [
    markup.heading(2, 'The pull requests, in order'),
    markup.prose('Each is merged only when the gate of the one before is open. Never put two of them into one.'),
    ...prepareStage(standingAt('unprepared'), markup),
    ...triggerStage(standingAt('unprepared', 'prepared'), markup),
    ...convertStage(standingAt('unprepared', 'prepared', 'triggered'), markup),
    ...finishStage(open, markup),
  ];
}

function prepareStage(own: readonly PlannedInstallation[], { heading, prose, block }: Markup): string[] {
  if (own.length === 0) return [];
  return [
    heading(3, 'Stage 0: prepare'),
    prose(
      'The pull request protects every ClusterInstallation from pruning, and has what refers to one know both kinds. Nothing restarts.',
    ),
    block('sh', commandOf('prepare', own)),
    prose('Way back: revert the pull request.'),
  ];
}

function triggerStage(own: readonly PlannedInstallation[], { heading, prose, block }: Markup): string[] {
  if (own.length === 0) return [];
  const managed = own.filter(({ database }) => database !== 'external');
  return [
    heading(3, 'Stage 1: trigger'),
    prose(
      'Gate: the protection is live, every ClusterInstallation is stable, and no Mattermost of its name is there. The script stands at the end of this plan, too.',
    ),
    block('sh', 'ci2mm plan --format script >gate.sh\nsh gate.sh live'),
    ...(managed.length === 0
      ? []
      : [
          prose(
            'The database is operator-managed, or may be: dump it now. The Secret with its root password goes with the ClusterInstallation unless it no longer belongs to it. Keep a copy out of Git, and free the Secret; this can not be done by a pull request:',
          ),
          block('sh', `umask 077\n${eachOnce(managed.map(freeSecret))}`),
        ]),
    prose(
      'Keep what the gate sees, with the uids of what must survive. It is written only while the gate is open, holds for an hour, and is needed again before stage 2:',
    ),
    block('sh', 'sh gate.sh record gate.json'),
    prose(
      `The pull request sets spec.migrate: true and nothing else; the operator makes the Mattermost from what is live and deletes the ClusterInstallation. The pods roll twice. One installation takes 12 to 24 seconds, and they go one after the other${own.length > 10 ? ': ten at a time are enough' : ''}.`,
    ),
    block('sh', commandOf('trigger', own)),
    prose(
      'Point of no return: once the migration has begun, do not revert this pull request. Way back, only while the ClusterInstallation is still there, in this order (without --cascade=orphan an operator-managed database is deleted). Where your operator has another name or namespace, write that; where an engine applies it, suspend that engine for it first, or it starts the operator again:',
    ),
    block('sh', wayBack(own)),
  ];
}

/** What is built for several clusters has one name in all of them. */
const eachOnce = (lines: readonly string[]): string => [...new Set(lines)].join('\n');

const NAMESPACE_OF_OPERATOR = 'mattermost-operator';

const wayBack = (own: readonly PlannedInstallation[]): string => {
  const scale = (replicas: number): string =>
    `kubectl scale -n ${NAMESPACE_OF_OPERATOR} deployment ${NAMESPACE_OF_OPERATOR} --replicas=${replicas}`;
  return eachOnce([
    scale(0),
    ...own.map(
      (each) => `kubectl delete ${at(each)} mattermosts.installation.mattermost.com ${word(each.name)} --ignore-not-found --cascade=orphan`,
    ),
    '# Now revert the pull request, and wait until these print nothing:',
    ...own.map((each) => `kubectl get ${at(each)} clusterinstallations.mattermost.com ${word(each.name)} -o 'jsonpath={.spec.migrate}'`),
    scale(1),
    ...own.map((each) => `kubectl delete ${at(each)} deployment ${word(each.name)}`),
  ]);
};

const at = ({ namespace }: PlannedInstallation): string => `-n ${word(namespace ?? NO_NAMESPACE)}`;

function freeSecret(installation: PlannedInstallation): string {
  const { namespace, name } = installation;
  const secret = `${at(installation)} secret ${word(`${name}-mysql-root-password`)}`;
  return [
    `kubectl get ${secret} -o yaml >"$HOME"/${word(`${namespace ?? NO_NAMESPACE}-${name}-mysql-root-password.yaml`)}`,
    `kubectl patch ${secret} --type=json -p='[{"op":"remove","path":"/metadata/ownerReferences"}]'`,
  ].join('\n');
}

/** Labels of pods that the operator makes of a Mattermost, v1.12.0 to v1.25.9. */
function deletePod(installation: PlannedInstallation): string {
  const where = at(installation);
  const labels = word(`app=mattermost,installation.mattermost.com/installation=${installation.name}`);
  return `kubectl delete ${where} "$(kubectl get ${where} pods -l ${labels} -o name | head -n 1)"`;
}

function convertStage(own: readonly PlannedInstallation[], { heading, prose, block }: Markup): string[] {
  if (own.length === 0) return [];
  return [
    heading(3, 'Stage 2: convert'),
    prose(
      'Gate: every Mattermost is stable, its ClusterInstallation is gone, and everything that was recorded is still the same object. "Stable and gone" alone also holds after all data is lost.',
    ),
    block('sh', 'sh gate.sh migrated gate.json'),
    prose('Then delete one pod of each, and see that another comes up in its place: what runs may lack what a start needs.'),
    block('sh', eachOnce(own.map(deletePod))),
    prose(
      'The pull request puts the Mattermost in place of the ClusterInstallation, with what can name only one of them. Merged now, this changes nothing in the cluster.',
    ),
    block('sh', commandOf('convert', own)),
    prose(
      'Way back: none is needed, and none is safe. Fix forward. Argo CD and Flux can keep gates like these by themselves: ci2mm plan --format gates prints them.',
    ),
  ];
}

function finishStage(own: readonly PlannedInstallation[], { heading, prose, block }: Markup): string[] {
  return [
    heading(3, 'Stage 3: finish'),
    prose('Gate: Argo CD says Synced and Healthy, Flux says Ready, and every Mattermost is stable.'),
    block('sh', eachOnce(own.map((each) => `kubectl get ${at(each)} mattermosts.installation.mattermost.com ${word(each.name)}`))),
    prose(
      'The pull request takes the protection off the Mattermosts, and the old names out of what refers to them. Before operator 2.0, move operator-managed databases and file stores to external ones.',
    ),
    block('sh', commandOf('finish', own)),
    prose('Way back: revert the pull request.'),
  ];
}

/** The command of a stage, with the options that these installations ask for. */
function commandOf(stage: RolloutStage, own: readonly PlannedInstallation[]): string {
  const engine = (stage === 'prepare' || stage === 'trigger') && own.some(({ engines }) => engines === null) ? ' --engine ENGINE' : '';
  const batch = stage === 'trigger' && own.length > 10 ? ' --batch 10' : '';
  return `ci2mm ${stage}${engine}${stage === 'trigger' ? ' --gate-file gate.json' : ''}${batch} --write`;
}

/** A word of a shell, whatever it holds. */
const word = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${printable(text).replaceAll("'", String.raw`'\''`)}'`);

const script = (plan: Plan, { heading, prose, block }: Markup): string[] => [
  heading(2, 'The gates'),
  prose(
    'Save this as gate.sh (ci2mm plan --format script prints it alone). It reads the cluster that kubectl points to, and changes nothing.',
  ),
  block('sh', gateScript(plan).trimEnd()),
];
