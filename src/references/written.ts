import { isScalar, valueAt } from '../model/value.ts';
import { OLD } from '../operator/fields.ts';
import { referenceLeft } from '../rules/reference-left.ts';
import type { ResourceReferrer } from './flagged.ts';
import type { Mention } from './mentions.ts';
import type { ResourceContext } from './resource-context.ts';
import type { ResourcePlan } from './resource-plan.ts';
import type { Flag, ReferrerText, ReferrerStage } from './referrer.ts';

interface WrittenReferrer {
  readonly owns: (mention: Mention) => boolean;
  /** Null where nothing exact can be written at this stage. */
  readonly plan: (mention: Mention, stage: ReferrerStage, context: ResourceContext) => ResourcePlan | null;
  readonly flag?: (mention: Mention) => Flag;
}

/** A referrer of resources of which something is written: what is not, is flagged. */
export const written = (text: ReferrerText, { owns, plan, flag = flagOf }: WrittenReferrer): ResourceReferrer => ({
  ...text,
  find: ({ mentions }) => mentions.filter(owns),
  plan,
  flag,
});

/** What is told of a mention that stays. */
export function flagOf({ referent, resource, path }: Mention, remedy = referenceLeft.remedy): Flag {
  const word = valueAt(resource.value, path);
  const isGroup = isScalar(word) && (word.text === OLD.group || word.text === OLD.apiVersion);
  return referent === 'kind'
    ? { message: isGroup ? 'names the whole group of ClusterInstallation' : 'names ClusterInstallation', remedy }
    : { message: 'goes by the labels of a ClusterInstallation', remedy: LABEL_REMEDY };
}

const LABEL_REMEDY =
  'In the commit that brings the Mattermost, write installation.mattermost.com/installation (or /resource) in place of the old label, or beside it until no ClusterInstallation is left.';
