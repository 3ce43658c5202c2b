import { isRestore, readManifest } from '../manifests/read.ts';
import { isUnreadable } from '../manifests/source.ts';
import type { Source } from '../manifests/source.ts';
import { installationId } from '../model/installation.ts';
import type { Resource } from '../model/installation.ts';
import { startOf } from '../model/place.ts';
import type { Place } from '../model/place.ts';
import type { PlannedInstallation } from '../report/plan.ts';
import type { FindingParts } from '../rules/finding.ts';
import type { Settings } from '../rules/settings.ts';
import { planOf } from './plan.ts';

/** What in a repository does not work with operator 2.0; converted ones are looked at as well. */
export async function faultsFor2(source: Source, settings: Settings): Promise<FindingParts[]> {
  const { installations } = await planOf(source, settings);
  return [
    ...installations.flatMap((each) => faultsOf(each).map((message) => ({ place: placeOf(each), message, installation: each }))),
    ...oldResources(source).map((resource) => ({ place: resource.place, message: messageOf(resource) })),
  ];
}

const placeOf = ({ file, line }: PlannedInstallation): Place => ({ ...startOf(file), line, endLine: line });

function faultsOf({ standing, database, fileStore, root }: PlannedInstallation): string[] {
  const by = root === null ? '' : ` (as built by ${root})`;
  if (standing !== 'converted' && standing !== 'finished') return [`Operator 2.0 knows no ClusterInstallation${by}.`];
  return [
    ...(database === 'operator-managed'
      ? [`The database of this Mattermost is operator managed${by}, which operator 2.0 no longer knows.`]
      : []),
    ...(fileStore === 'operator-managed'
      ? [`The file store of this Mattermost is operator managed${by}, which operator 2.0 no longer knows.`]
      : []),
  ];
}

/** Restores, and definitions of old kinds. */
function oldResources(source: Source): Resource[] {
  const files = new Set([...source.find('installation'), ...source.find('reference')]);
  return [...files].flatMap((file) => {
    const bytes = source.read(file);
    return isUnreadable(bytes)
      ? []
      : readManifest(file, bytes, { keep: (resource) => isRestore(resource) || isOldDefinition(resource) }).resources;
  });
}

const isOldDefinition = ({ kind, name }: Resource): boolean =>
  kind === 'CustomResourceDefinition' && /^(?:clusterinstallations|mattermostrestoredbs)\.mattermost\.com$/.test(name);

const messageOf = (resource: Resource): string =>
  isRestore(resource)
    ? `Operator 2.0 knows no MattermostRestoreDB, such as ${installationId(resource)}.`
    : `Operator 2.0 has no CustomResourceDefinition ${resource.name}; while it is there, objects of the kind have nobody who looks after them.`;
