import { PRUNE_ANNOTATIONS, unprotecting } from '../engines/protection.ts';
import { stringScalar } from '../model/value.ts';
import type { ValueMap } from '../model/value.ts';
import type { FieldChange } from '../edit/field-change.ts';
import { NOTHING_TO_DO, refusal, refused } from './stage.ts';
import type { StageDecision, StageSubject } from './stage.ts';
import { annotationOf, ENGINES, isProtectedBy } from '../engines/standing.ts';

/** Stage 3: the protection is taken off the Mattermost, once no ClusterInstallation of its name is left in the manifests. */
export function finish({ installation, standing, namesakes }: StageSubject): StageDecision {
  const { name, namespace, value } = installation;
  if (standing !== 'converted') return NOTHING_TO_DO;
  const left = namesakes.find((each) => each.namespace === null || namespace === null || each.namespace === namespace);
  if (left !== undefined) return refused(refusal('still-there', `ClusterInstallation ${name} is in ${left.file}:${left.place.line}`));
  return { changes: ENGINES.flatMap((engine) => unprotected(value, engine)), refusals: [] };
}

function unprotected(value: ValueMap, engine: (typeof ENGINES)[number]): FieldChange[] {
  if (!isProtectedBy(value, engine)) return [];
  const left = unprotecting(engine, annotationOf(value, PRUNE_ANNOTATIONS[engine]) ?? '');
  return [{ path: ['metadata', 'annotations', PRUNE_ANNOTATIONS[engine]], value: left === null ? null : stringScalar(left) }];
}
