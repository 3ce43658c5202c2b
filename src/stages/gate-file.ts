import { listed } from '../rules/written.ts';
import { installationId } from '../model/installation.ts';
import { gateRoot } from '../model/rollout.ts';
import { directoryOf, fileOfKey } from '../kustomize/paths.ts';
import type { AppliedBy } from '../model/rollout.ts';
import type { StageSubject } from './stage.ts';

/** What the script that `plan` prints saw of one ClusterInstallation while the gate of the trigger was open. */
interface ObservedInstallation {
  readonly namespace: string;
  readonly name: string;
  /** What builds it, as `gateRoot` has it. */
  readonly root: string;
  readonly uid: string;
  /** The engines whose protection was live. */
  readonly protection: readonly AppliedBy[];
  /** Whether the Secret with the root password no longer belongs to it; `none` where its database is not operator-managed. */
  readonly rootPassword: 'freed' | 'none';
}

/** A gate file, as it was read. */
export interface GateFile {
  /** As the command line names it. */
  readonly file: string;
  readonly time: string;
  /** The context of kubectl that it was written with. */
  readonly context: string;
  readonly installations: readonly ObservedInstallation[];
  /** What must survive. */
  readonly objects: readonly { readonly namespace: string; readonly kind: string; readonly name: string; readonly uid: string }[];
}

/** What gate files are held against. */
export interface GateChecks {
  readonly gates: readonly GateFile[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The context of kubectl that the files have to come from; null for any. */
  readonly context: string | null;
}

/** What is seen in a cluster holds for an hour; clocks may differ by five minutes. */
const FRESH = { before: 60, after: 5 } as const;

/** Why no gate file lets an installation go; null where one does. */
export function gateClosed(subject: StageSubject, { gates, now, context }: GateChecks): string | null {
  const id = installationId(subject.installation);
  const found = gates.flatMap((gate) => gate.installations.filter((each) => isOf(each, subject)).map((observed) => ({ gate, observed })));
  const [first] = found;
  if (first === undefined) return `${listed(gates.map(({ file }) => file))} ${gates.length > 1 ? 'say' : 'says'} nothing of ${id}`;
  const faults = found.map(({ gate, observed }) => faultOf(gate, observed, { subject, now, context }));
  return faults.includes(null) ? null : (faults[0] ?? null);
}

function isOf({ namespace, name, root }: ObservedInstallation, { installation, variant }: StageSubject): boolean {
  const own = variant.kustomization === '' ? installation.file : rootOf(variant.kustomization);
  return name === installation.name && (installation.namespace ?? namespace) === namespace && root === gateRoot(own);
}

/** What a plan calls a kustomization, or the object of an engine that builds in its place. */
export function rootOf(kustomization: string): string {
  const file = fileOfKey(kustomization);
  return file === kustomization ? directoryOf(file) || '.' : file;
}

function faultOf(
  { file, time, context }: GateFile,
  { protection, rootPassword }: ObservedInstallation,
  asked: { readonly subject: StageSubject; readonly now: number; readonly context: string | null },
): string | null {
  const minutes = (asked.now - Date.parse(time)) / 60_000;
  if (Number.isNaN(minutes) || minutes < -FRESH.after) return `${file} is of ${time}, which is still to come`;
  if (minutes > FRESH.before) return `${file} is of ${time}, more than an hour ago`;
  if (asked.context !== null && asked.context !== context) return `${file} was written in context ${context}, not ${asked.context}`;
  const { engines, database } = asked.subject;
  if (engines === null) return `${file} does not show that the protection is live, as nothing tells what applies the ClusterInstallation`;
  const missing = engines.filter((engine) => !protection.includes(engine));
  if (missing.length > 0) return `${file} does not show the protection by ${listed(missing)}`;
  return database === 'operator-managed' && rootPassword !== 'freed' ? `${file} does not show that the root password is freed` : null;
}
