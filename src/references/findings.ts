import { Places } from '../manifests/read.ts';
import type { Embedded, Manifest } from '../manifests/read.ts';
import type { Finding } from '../model/finding.ts';
import type { Resource } from '../model/installation.ts';
import { formatPath } from '../model/value.ts';
import { referencesIn } from './find.ts';
import type { Reference, Referent } from './find.ts';
import { embeddedInstallation } from '../rules/embedded-installation.ts';
import { referenceLeft } from '../rules/reference-left.ts';

/** Findings for what a manifest holds of the old kind besides installations: parts of something else, and resources that refer to it. */
export function leftFindings(manifest: Manifest): Finding[] {
  return [...manifest.embedded.map(embeddedFinding), ...referenceFindings(manifest)];
}

function embeddedFinding({ path, place }: Embedded): Finding {
  const { id, level, remedy } = embeddedInstallation;
  return {
    rule: id,
    level,
    message: `A ClusterInstallation stands in ${formatPath(path)}, as a part of something else, and stays as it is.`,
    ...place,
    field: formatPath(path),
    installation: null,
    remedy,
  };
}

/** For each resource that refers to the old kind, one finding for the kind and one for its labels. */
function referenceFindings(manifest: Manifest): Finding[] {
  const referrers = manifest.resources
    .map((resource) => ({ resource, references: referencesIn(resource) }))
    .filter(({ references }) => references.length > 0);
  if (referrers.length === 0) return []; // most have none, and places cost a pass over the text
  const places = new Places(manifest);
  return referrers.flatMap(({ resource, references }) =>
    REFERENTS.flatMap((referent) =>
      findingFor(
        resource,
        references.filter((each) => each.referent === referent),
        places,
      ),
    ),
  );
}

const REFERENTS: readonly Referent[] = ['kind', 'label'];

function findingFor(resource: Resource, references: readonly Reference[], places: Places): Finding[] {
  const [first, ...others] = references;
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : ` and ${others.length} more ${others.length === 1 ? 'place' : 'places'}`;
  const what = first.referent === 'kind' ? 'names ClusterInstallation' : 'goes by the labels of a ClusterInstallation';
  return [
    {
      rule: referenceLeft.id,
      level: referenceLeft.level,
      message: `${resource.kind} ${resource.name} ${what} (${formatPath(first.path)}${more}), and stays as it is.`,
      ...places.of(resource, first.path),
      field: formatPath(first.path),
      installation: null,
      remedy: remedyFor(resource, first.referent),
    },
  ];
}

function remedyFor({ kind }: Resource, referent: Referent): string {
  if (referent === 'label') {
    return 'In the commit that brings the Mattermost, write installation.mattermost.com/installation (or /resource) in place of the old label, or beside it until no ClusterInstallation is left.';
  }
  if (/^(?:Cluster)?Role$/.test(kind)) {
    return 'Add a rule for mattermosts of group installation.mattermost.com before the Mattermost comes; take the old one away when no ClusterInstallation is left.';
  }
  return referenceLeft.remedy;
}
