import { repeatedField } from '../../model/structure.ts';
import { stringAt } from '../../model/value.ts';
import type { Path, Value } from '../../model/value.ts';
import type { ReferenceContext, ReferencePlan } from '../referrer.ts';
import { spelled } from './bystanders.ts';
import type { ReferenceRole } from './kustomize-referrer.ts';
import { kustomizeReferrers } from './list.ts';
import { combined, NO_PLAN, obstacle } from './plan.ts';

export type { ReferenceRole } from './kustomize-referrer.ts';

/** The references of one document to installations, and how they follow. */
export function planReferences(value: Value, role: ReferenceRole, context: ReferenceContext): ReferencePlan {
  const document = { role, value };
  const plans = kustomizeReferrers.flatMap((referrer) =>
    referrer.find(document).map((reference) => referrer.plan(reference, 'convert', context) ?? NO_PLAN),
  );
  return spelled(value, combined([...plans, planSpelling(value, role)]));
}

/** Schemas see to their keys themselves, and what the configuration of a program holds is the program's business. */
function planSpelling(value: Value, role: ReferenceRole): ReferencePlan {
  const isOwn = role === 'plugin' ? stringAt(value, ['apiVersion']) === 'builtin' : role !== 'openapi' && role !== 'crds';
  const repeated = isOwn ? repeatedField(value) : null;
  return repeated === null
    ? NO_PLAN
    : obstacle(repeated.path, `${repeated.first} and ${lastOf(repeated.path)} are one field to kustomize; leave one`);
}

const lastOf = (path: Path): string => String(path.at(-1));
