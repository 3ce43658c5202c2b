import type { Installation, Resource } from '../model/installation.ts';
import { installationId } from '../model/installation.ts';
import type { Hit, InstallationSubject } from './rule.ts';

/**
 * A hit where resources of the new kind may be the installation's own Mattermost: `near` in folders that are rolled out together, `far` elsewhere.
 * One hit however many there are: in a repository of many clusters every pair would be more than anybody reads.
 */
export function namesakeHits(subject: InstallationSubject, where: 'near' | 'far'): Hit[] {
  const found = namesakes(subject, where);
  const first = found.find(({ namespace }) => isFinal(namespace) && namespace === subject.installation.namespace) ?? found[0];
  if (first === undefined) return [];
  const others = found.length === 1 ? '' : ` ${found.length - 1} more of this name may be in it as well.`;
  return [{ path: ['metadata', 'name'], message: `${statement(subject.installation, first)}${others}` }];
}

/** Whether both may be in one namespace, in folders that are rolled out together. */
export const mayMeet = (a: Resource, b: Resource): boolean => mayShareNamespace(a, b) && isNear(a.file, b.file);

const namesakes = ({ installation, mattermosts }: InstallationSubject, where: 'near' | 'far'): Resource[] =>
  mattermosts.filter(
    (mattermost) =>
      mattermost.name === installation.name &&
      mayShareNamespace(installation, mattermost) &&
      isNear(mattermost.file, installation.file) === (where === 'near'),
  );

/** `Mattermost chat is defined in new/chat.yaml:1, and may be in the same namespace: not both manifests name one.` */
const statement = (installation: Installation, mattermost: Resource): string =>
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
