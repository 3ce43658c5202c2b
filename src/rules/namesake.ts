import type { Installation, Resource } from '../model/installation.ts';
import { installationId } from '../model/installation.ts';
import type { InstallationSubject } from './rule.ts';

/** Resources of the new kind that may be the installation's own Mattermost: `near` in folders that are rolled out together, `far` elsewhere. */
export const namesakes = ({ installation, mattermosts }: InstallationSubject, where: 'near' | 'far'): Resource[] =>
  mattermosts.filter(
    (mattermost) =>
      mattermost.name === installation.name && mayShareNamespace(installation, mattermost) && isNear(mattermost.file, installation.file) === (where === 'near'),
  );

/** `Mattermost chat is defined in new/chat.yaml:1, and may be in the same namespace: not both manifests name one.` */
export const statement = (installation: Installation, mattermost: Resource): string =>
  `Mattermost ${installationId(mattermost)} is defined in ${mattermost.place.file}:${mattermost.place.line}${caveat(installation, mattermost)}.`;

const isFinal = (namespace: string | null): namespace is string => namespace !== null && !/\$\{|\{\{/.test(namespace);

const mayShareNamespace = (a: Resource, b: Resource): boolean =>
  !isFinal(a.namespace) || !isFinal(b.namespace) || a.namespace === b.namespace;

const caveat = (installation: Installation, mattermost: Resource): string =>
  isFinal(installation.namespace) && isFinal(mattermost.namespace)
    ? ' in the same namespace'
    : ', and may be in the same namespace: not both manifests name one';

/** Engines apply a folder with all below it, so one folder must hold the other. */
const isNear = (a: string, b: string): boolean => folderOf(a).startsWith(folderOf(b)) || folderOf(b).startsWith(folderOf(a));

const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/') + 1);
