import { referenceLeft } from '../rules/reference-left.ts';
import type { Mention, ReferringResource } from './mentions.ts';
import type { Flag, Referrer, ReferrerText } from './referrer.ts';

/** A resource with all that it says of the old kind and its labels. */
export interface SearchedResource extends ReferringResource {
  readonly mentions: readonly Mention[];
}

/** A referrer that is looked for in resources. */
export type ResourceReferrer = Referrer<SearchedResource, Mention>;

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

function flagOf({ referent }: Mention, remedy = referenceLeft.remedy): Flag {
  return referent === 'kind'
    ? { message: 'names ClusterInstallation', remedy }
    : { message: 'goes by the labels of a ClusterInstallation', remedy: LABEL_REMEDY };
}

const LABEL_REMEDY =
  'In the commit that brings the Mattermost, write installation.mattermost.com/installation (or /resource) in place of the old label, or beside it until no ClusterInstallation is left.';

/** Mentions of the kind in resources of some API groups, all below a group's name included: `argoproj.io`, `toolkit.fluxcd.io`. */
export const kindsIn =
  (...groups: readonly string[]) =>
  ({ referent, resource }: Mention): boolean => {
    const [group = ''] = resource.apiVersion.split('/');
    return referent === 'kind' && groups.some((each) => group === each || group.endsWith(`.${each}`));
  };
