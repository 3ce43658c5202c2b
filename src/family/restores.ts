import { isRestore, Places } from '../manifests/read.ts';
import type { Resource } from '../model/installation.ts';
import { installationId } from '../model/installation.ts';
import { stringAt } from '../model/value.ts';
import type { Path } from '../model/value.ts';
import type { Finding, Findings } from '../rules/finding.ts';
import type { FamilyAssessment } from './assess-family.ts';
import type { Inventory } from './inventory.ts';

const INSTALLATION: Path = ['spec', 'mattermostClusterName'];

/** Restores into installations that are converted, with what is told of each. */
export interface Restores {
  readonly resources: readonly Resource[];
  readonly findings: readonly Finding[];
}

export function restoresLeft({ manifests, referrers }: Inventory, families: readonly FamilyAssessment[], findings: Findings): Restores {
  const converted = families.filter(({ blocked }) => !blocked).flatMap(namesOf);
  const left = [...manifests, ...referrers].flatMap((manifest) =>
    manifest.resources
      .filter((resource) => isRestore(resource) && converted.some((installation) => isFor(resource, installation)))
      .map((resource) => ({ manifest, resource })),
  );
  return {
    resources: left.map(({ resource }) => resource),
    findings: left.flatMap(({ manifest, resource }) =>
      findings.of('restore-left', {
        place: new Places(manifest).of(resource, INSTALLATION),
        message: `MattermostRestoreDB ${installationId(resource)} restores a backup into ${stringAt(resource.value, INSTALLATION)}, whenever the operator looks at it: in the middle of a migration that is the loss of the database.`,
        field: INSTALLATION,
      }),
    ),
  };
}

type InstallationName = Pick<Resource, 'name' | 'namespace'>;

/** The names of an installation: as it is built, and as its manifest has it. */
const namesOf = ({ roots }: FamilyAssessment): InstallationName[] =>
  roots.flatMap(({ name, namespace, layers: [layer] }) => {
    const written = layer === undefined ? null : stringAt(layer.fragment.value, ['metadata', 'name']);
    return [{ name, namespace }, ...(written === null || written === name ? [] : [{ name: written, namespace }])];
  });

const isFor = (restore: Resource, { name, namespace }: InstallationName): boolean =>
  stringAt(restore.value, INSTALLATION) === name && (restore.namespace === null || namespace === null || restore.namespace === namespace);
