import { Places } from '../manifests/read.ts';
import type { Embedded, Manifest } from '../manifests/read.ts';
import type { Finding, Findings } from '../rules/finding.ts';
import type { Resource } from '../model/installation.ts';
import { formatPath } from '../model/value.ts';
import { referencesIn } from './find.ts';
import type { Reference, Referent } from './find.ts';
import { referenceLeft } from '../rules/reference-left.ts';

/** Findings for what a manifest holds of the old kind besides installations: parts of something else, and resources that refer to it. */
export function referenceFindings(manifest: Manifest, findings: Findings): Finding[] {
  return [...manifest.embedded.flatMap((each) => embeddedFinding(each, findings)), ...referrerFindings(manifest, findings)];
}

function embeddedFinding({ path, place }: Embedded, findings: Findings): Finding[] {
  const message = `A ClusterInstallation stands in ${formatPath(path)}, as a part of something else, and stays as it is.`;
  return findings.of('embedded-installation', { message, place, field: path });
}

/** For each resource that refers to the old kind, one finding for the kind and one for its labels. */
function referrerFindings(manifest: Manifest, findings: Findings): Finding[] {
  const referrers = manifest.resources
    .map((resource) => ({ resource, references: referencesIn(resource) }))
    .filter(({ references }) => references.length > 0);
  if (referrers.length === 0) return []; // most have none, and places cost a pass over the text
  const places = new Places(manifest);
  return referrers.flatMap(({ resource, references }) =>
    REFERENTS.flatMap((referent) => {
      const [first, ...others] = references.filter((each) => each.referent === referent);
      if (first === undefined) return [];
      const place = places.of(resource, first.path);
      const message = `${resource.kind} ${resource.name} ${shownReference(first, others.length)}, and stays as it is.`;
      return findings.of('reference-left', { place, message, field: first.path, remedy: remedyFor(resource, referent) });
    }),
  );
}

const REFERENTS: readonly Referent[] = ['kind', 'label'];

function shownReference({ referent, path }: Reference, others: number): string {
  const more = others === 0 ? '' : ` and ${others} more ${others === 1 ? 'place' : 'places'}`;
  return `${referent === 'kind' ? 'names ClusterInstallation' : 'goes by the labels of a ClusterInstallation'} (${formatPath(path)}${more})`;
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
