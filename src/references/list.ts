import { admission } from './admission.ts';
import { argoCd } from './argo-cd.ts';
import { backups } from './backups.ts';
import { calico } from './calico.ts';
import { customMetrics } from './custom-metrics.ts';
import { distribution } from './distribution.ts';
import { expressions } from './expressions.ts';
import type { ResourceReferrer } from './flagged.ts';
import { flux } from './flux.ts';
import { labelSelectors } from './label-selectors.ts';
import { metricLabels } from './metric-labels.ts';
import { otherKinds } from './other-kinds.ts';
import { quotas } from './quotas.ts';
import { queries } from './queries.ts';
import { rbac } from './rbac.ts';
import { relabelings } from './relabelings.ts';

/** The referrers that are looked for in resources. A reference belongs to the first that finds it. */
export const resourceReferrers: readonly ResourceReferrer[] = [
  rbac,
  admission,
  quotas,
  argoCd,
  flux,
  customMetrics,
  metricLabels,
  backups,
  distribution,
  calico,
  labelSelectors,
  relabelings,
  queries,
  expressions,
  otherKinds,
];
