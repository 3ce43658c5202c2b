import { Places } from '../manifests/read.ts';
import type { Embedded, Manifest } from '../manifests/read.ts';
import type { Finding, Findings } from '../rules/finding.ts';
import type { Resource } from '../model/installation.ts';
import { formatPath } from '../model/value.ts';
import type { Path } from '../model/value.ts';
import { referencesIn } from './find.ts';
import type { FoundReference } from './find.ts';
import { isTwinOf } from './twins.ts';
import { wrapperOf } from './wrappers.ts';
import type { Referent } from './referrer.ts';

/** Findings for what a manifest holds of the old kind besides installations: parts of something else, and resources that refer to it. */
export function referenceFindings(manifest: Manifest, findings: Findings, known: WrittenReferences = {}): Finding[] {
  const { isPart = () => false } = known;
  return [
    ...manifest.embedded.filter((each) => !isPart(each, manifest)).flatMap((each) => embeddedFinding(each, findings)),
    ...flaggedReferences(manifest, findings, known),
  ];
}

/** What is known of references in resources. */
interface WrittenReferences {
  readonly isWritten?: IsWritten;
  /** Whether an installation inside of something else is judged with a family, such as the patch of an engine. */
  readonly isPart?: (embedded: Embedded, manifest: Manifest) => boolean;
  /** What was found in the way of a resource that was to be written. */
  readonly reasonOf?: (resource: Resource) => Finding | null;
}

/** Whether what stands at a path of a resource is changed together with a family. */
export type IsWritten = (resource: Resource, path: Path) => boolean;

function embeddedFinding({ path, place, inside }: Embedded, findings: Findings): Finding[] {
  const wrapper = wrapperOf(inside);
  const part = wrapper === null ? 'something else, and stays as it is' : `${wrapper.name}, and stays as it is: ${wrapper.why}`;
  const message = `A ClusterInstallation stands in ${formatPath(path)}, as a part of ${part}.`;
  return findings.of('embedded-installation', { message, place, field: path, ...(wrapper === null ? {} : { remedy: wrapper.remedy }) });
}

/** For each resource that refers to the old kind, one finding for the kind and one for its labels. */
function flaggedReferences(
  manifest: Manifest,
  findings: Findings,
  { isWritten = () => false, reasonOf = () => null }: WrittenReferences,
): Finding[] {
  const referring = manifest.resources
    .map((resource) => ({
      resource,
      references: openReferences(resource, manifest).filter(({ path }) => !isWritten(resource, path)),
    }))
    .filter(({ references }) => references.length > 0);
  if (referring.length === 0) return []; // most have none, and places cost a pass over the text
  const places = new Places(manifest);
  return referring.flatMap(({ resource, references }) =>
    REFERENTS.flatMap((referent) => {
      const [first, ...others] = references.filter((each) => each.referent === referent);
      if (first === undefined) return [];
      const { message, remedy } = first.referrer.flag(first);
      const where = `${formatPath(first.path)}${andMore(others.length)}`;
      const shown = `${resource.kind} ${resource.name} ${message} (${where}), and stays as it is${because(reasonOf(resource))}.`;
      return findings.of('reference-left', { place: places.of(resource, first.path), message: shown, field: first.path, remedy });
    }),
  );
}

/** References that nobody has seen to: not by naming the new kind beside, and not by a twin with the new labels. */
export function openReferences(resource: Resource, { resources }: Pick<Manifest, 'resources'>): FoundReference[] {
  const references = referencesIn(resource);
  const isOpen = references.length > 0 && !resources.some((each) => isTwinOf(each, resource));
  return isOpen ? references : references.filter(({ referent }) => referent !== 'label');
}

const REFERENTS: readonly Referent[] = ['kind', 'label'];

const andMore = (others: number): string => (others === 0 ? '' : ` and ${others} more ${others === 1 ? 'place' : 'places'}`);

const because = (reason: Finding | null): string =>
  reason === null ? '' : `, because of ${reason.file}: ${reason.message.replace(/\.$/, '')}`;
