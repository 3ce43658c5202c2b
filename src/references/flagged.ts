import type { Mention, ReferringResource } from './mentions.ts';
import type { Referrer, ReferrerText } from './referrer.ts';
import type { ResourceContext } from './resource-context.ts';
import type { ResourcePlan } from './resource-plan.ts';
import { flagOf } from './written.ts';

/** A resource with all that it says of the old kind and its labels. */
interface SearchedResource extends ReferringResource {
  readonly mentions: readonly Mention[];
}

/** A referrer that is looked for in resources. */
export type ResourceReferrer = Referrer<SearchedResource, Mention, ResourceContext, ResourcePlan>;

type FlaggedText = Omit<ReferrerText, 'written'> & {
  /** In place of the general one. */
  readonly remedy?: string;
};

/** A referrer of which nothing is written: all its mentions are flagged. */
export const flagged = ({ remedy, ...text }: FlaggedText, owns: (mention: Mention) => boolean): ResourceReferrer => ({
  ...text,
  written: {},
  find: ({ mentions }) => mentions.filter(owns),
  plan: () => null,
  flag: (mention) => flagOf(mention, remedy),
});

/** Mentions of the kind in resources of some API groups, all below a group's name included: `argoproj.io`, `toolkit.fluxcd.io`. */
export const kindsIn =
  (...groups: readonly string[]) =>
  ({ referent, resource }: Mention): boolean => {
    const [group = ''] = resource.apiVersion.split('/');
    return referent === 'kind' && groups.some((each) => group === each || group.endsWith(`.${each}`));
  };
