import { mayBeRelease, releasesOf } from '../charts/releases.ts';
import type { Release } from '../charts/releases.ts';
import { isInline } from '../charts/value-sets.ts';
import { isGitRepository, namedSources, otherRepositories } from '../engines/repositories.ts';
import type { Files } from '../kustomize/files.ts';
import { isKustomizationFile } from '../manifests/read.ts';
import { isMap, stringAt, valueAt } from '../model/value.ts';
import type { Value } from '../model/value.ts';

/** A repository, as far as releases of charts are looked for in it. */
export interface ReleaseContext {
  readonly files: Files;
  /** Every manifest, by name. */
  readonly manifests: readonly string[];
  /** URLs of the repository itself, as git knows them. */
  readonly remotes: readonly string[];
}

/** The releases in a file; none where it can't be read. */
export function releasesIn(file: string, files: Files): Release[] {
  const text = files.text(file)?.text ?? '';
  if (!mayBeRelease(text)) return [];
  return files.documents(file).flatMap(({ value, index }) => (isMap(value) ? releasesOf(value, file, index) : []));
}

/** Releases whose source is another repository, as far as can be told, and what is known of it, for messages. */
export function strangersAmong(releases: readonly Release[], { files, manifests, remotes }: ReleaseContext): Map<Release, string> {
  const objects = manifests
    .filter((file) => files.mentions(file, 'GitRepository') || releases.some((release) => release.file === file))
    .flatMap((file) => files.manifest(file)?.resources ?? []);
  const gitRepositories = objects.filter(isGitRepository);
  const sources = new Map(
    releases.map((release) => {
      const object = objects.find(({ file, document }) => file === release.file && document === release.document);
      return [release, object === undefined ? undefined : namedSources(object, gitRepositories)[0]?.repository] as const;
    }),
  );
  const { names, told } = otherRepositories(
    [...sources.values()].filter((name) => name !== undefined),
    remotes,
  );
  return new Map(
    [...sources].flatMap(([release, name]) =>
      name === undefined || !names.has(name)
        ? []
        : [[release, `builds from ${name}, ${told ? 'another repository' : 'and nobody here can tell whether that is this repository'}`]],
    ),
  );
}

/** What lays values over those in an object: a patch of the object, in a kustomization or in a file of its own. */
export function changedBy({ file, values, name }: Release, { files, manifests }: ReleaseContext): string | null {
  if (!values.some(isInline)) return null;
  const [kind = '', own = ''] = name.split(' ');
  const found = manifests.find((other) => {
    if (other === file || !files.mentions(other, 'values')) return false;
    if (isKustomizationFile(other)) return files.mentions(other, kind) || files.mentions(other, '/spec/');
    const isPatch = (value: Value | null): boolean =>
      stringAt(value ?? undefined, ['kind']) === kind && stringAt(value ?? undefined, ['metadata', 'name']) === own;
    return files.mentions(other, kind) && files.documents(other).some(({ value }) => isPatch(value) && !hasChart(value));
  });
  return found ?? null;
}

/** Whether an object names the chart that it releases, and is no patch of one that does. */
const hasChart = (value: Value | null): boolean =>
  [
    ['spec', 'chart'],
    ['spec', 'chartRef'],
    ['spec', 'source', 'path'],
    ['spec', 'sources'],
  ].some((path) => valueAt(value ?? undefined, path) !== undefined);
