import type { Installation } from '../model/installation.ts';
import { installationId } from '../model/installation.ts';
import { documents, installation } from './examples.ts';
import type { InstallationRule } from './rule.ts';

export const duplicateInstallation: InstallationRule = {
  id: 'duplicate-installation',
  level: 'warning',
  summary: 'The same installation is defined twice in one folder.',
  remedy: 'Keep the manifest that is rolled out and delete the other, or give it a name or namespace of its own.',
  explanation:
    'Both manifests are converted, each for itself. Which of the two counts in the cluster depends on what applies them: with kubectl the last ' +
    'one wins, kustomize refuses to build. The operator sees one resource only, so settings of the other have no effect, before as after ' +
    '(operator v1.12.0 to v1.25.9).\n\n' +
    'Manifests in different folders may belong to different clusters and are not compared.',
  before: documents(
    installation(`
  ingressName: chat.example.com
`),
    installation(`
  ingressName: chat.example.org
`),
  ),
  after: installation(`
  ingressName: chat.example.com
`),
  example: 'manifest',
  check: ({ installation, installations }) => {
    const [first, ...more] = duplicatesOf(installation, installations);
    if (first === undefined) return [];
    const others = more.length === 0 ? '' : `, and ${more.length === 1 ? 'once' : `${more.length} times`} more`;
    const message = `ClusterInstallation ${installationId(first)} is also defined in ${first.place.file}:${first.place.line}${others}.`;
    return [{ path: ['metadata', 'name'], message }];
  },
};

/** Thousands may share a name, each of which is compared with all others: no strings are made here. */
function duplicatesOf(installation: Installation, installations: readonly Installation[]): Installation[] {
  const { file, name, namespace } = installation;
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const isBeside = (other: Installation): boolean =>
    other.file === file || (other.file.startsWith(folder) && !other.file.includes('/', folder.length));
  return installations.filter(
    (other) => other.name === name && other.namespace === namespace && isBeside(other) && !isSamePlace(other, installation),
  );
}

const isSamePlace = (a: Installation, b: Installation): boolean =>
  a.document === b.document &&
  a.file === b.file &&
  a.path.length === b.path.length &&
  a.path.every((step, index) => step === b.path[index]);
