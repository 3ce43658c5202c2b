import { isInstallation, isMattermost } from '../manifests/read.ts';
import { NEW, OLD } from '../operator/fields.ts';

/** What kustomizations are followed for: resources of the old kind, or of the new one. */
export type FollowedKind = 'installation' | 'mattermost';

export const IS_KIND = { installation: isInstallation, mattermost: isMattermost } as const;

export const KIND_NAMES: Readonly<Record<FollowedKind, string>> = { installation: OLD.kind, mattermost: NEW.kind };
