import type { ResourceReferrer } from './flagged.ts';
import { resourceReferrers } from './list.ts';
import { allMentionsIn, mentionsIn } from './mentions.ts';
import type { Mention, ReferringResource } from './mentions.ts';

/** A reference with the referrer that it belongs to. */
export type FoundReference = Mention & { readonly referrer: ResourceReferrer };

/** Where a resource refers to ClusterInstallation or to its labels, in document order, by the given referrers. */
export const referencesIn = (resource: ReferringResource, referrers = resourceReferrers): FoundReference[] =>
  owned(resource, mentionsIn(resource), referrers);

/** The same, also where a resource names the new kind beside the old one. */
export const allReferencesIn = (resource: ReferringResource): FoundReference[] =>
  owned(resource, allMentionsIn(resource), resourceReferrers);

function owned(resource: ReferringResource, mentions: readonly Mention[], referrers: readonly ResourceReferrer[]): FoundReference[] {
  if (mentions.length === 0) return [];
  const owners = new Map<Mention, ResourceReferrer>();
  for (const referrer of referrers)
    for (const mention of referrer.find({ ...resource, mentions })) if (!owners.has(mention)) owners.set(mention, referrer);
  return mentions.flatMap((mention) => {
    const referrer = owners.get(mention);
    return referrer === undefined ? [] : [{ ...mention, referrer }];
  });
}
