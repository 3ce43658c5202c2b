import { kustomizeReferrers } from './kustomize/list.ts';
import { resourceReferrers } from './list.ts';
import type { ReferrerText } from './referrer.ts';

/** Every referrer. A run takes those of kustomize's own documents from their list, and loads them only where there are kustomizations. */
export const referrers: readonly ReferrerText[] = [...resourceReferrers, ...kustomizeReferrers];
