import type { Place } from '../model/place.ts';
import type { AppliedBy, Standing } from '../model/rollout.ts';

/** One installation in a plan: as one kustomization builds it, or a manifest that stands alone. */
export interface PlannedInstallation extends Pick<Place, 'file' | 'line'> {
  readonly name: string;
  readonly namespace: string | null;
  /** The folder of the kustomization, or the file of an engine's object; null for a manifest that stands alone. */
  readonly root: string | null;
  /** Argo CD and Flux, as far as they apply it; null where nothing tells. */
  readonly engines: readonly AppliedBy[] | null;
  /** The objects that apply it, for people. */
  readonly appliedBy: readonly string[];
  readonly standing: Standing;
  readonly database: 'external' | 'operator-managed' | 'unknown';
  readonly fileStore: 'external' | 'operator-managed';
  /** The MysqlCluster of an operator-managed database. */
  readonly mysqlCluster: string | null;
  /** The command that makes the next pull request; null where nothing is left. */
  readonly next: string | null;
  /** What stands in the way of the trigger, or is to be known before it, in sentences. */
  readonly hazards: readonly string[];
}

/** Where every installation of a repository stands, and what comes next. */
export interface Plan {
  readonly schemaVersion: 1;
  readonly installations: readonly PlannedInstallation[];
}

/** `namespace/name`, or the name alone. */
export const plannedId = ({ namespace, name }: Pick<PlannedInstallation, 'namespace' | 'name'>): string =>
  namespace === null ? name : `${namespace}/${name}`;

/** What applies it, in a word or two. */
export function engineOf({ engines }: PlannedInstallation): string {
  if (engines === null) return 'unknown';
  return engines.length === 0 ? 'none' : engines.map((engine) => (engine === 'flux' ? 'Flux' : 'Argo CD')).join(' and ');
}
