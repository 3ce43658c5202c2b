import { namedSources, isGitRepository, otherRepositories } from '../engines/repositories.ts';
import type { OtherRepositories } from '../engines/repositories.ts';
import { engineKey, readEngineRoots } from '../kustomize/engine.ts';
import type { EngineRoot } from '../kustomize/engine.ts';
import { Files } from '../kustomize/files.ts';
import type { EngineInput } from '../kustomize/graph.ts';
import { directoryOf, holds, resolveFrom } from '../kustomize/paths.ts';
import { Reach } from '../kustomize/reach.ts';
import type { Manifest } from '../manifests/read.ts';
import type { ListedFile, Source } from '../manifests/source.ts';
import { groupBy } from '../model/group.ts';
import type { Resource } from '../model/installation.ts';
import { NEW } from '../operator/fields.ts';
import { IS_KIND, KIND_NAMES } from './followed-kind.ts';
import type { FollowedKind } from './followed-kind.ts';

/** The kustomizations of a repository, and the files in which engines may add to them. */
export interface Listing {
  readonly kustomizations: readonly ListedFile[];
  readonly engines: readonly ListedFile[];
  /** Every manifest of the repository; none where there are no engines. */
  readonly manifests: readonly string[];
  /** What they are looked at for. */
  readonly kind: FollowedKind;
  /** URLs of the repository itself, as git knows them. */
  readonly remotes: readonly string[];
  /** Files that are no manifests by their names and hold an old name: kustomizations may read them all the same. */
  readonly oddlyNamed: readonly string[];
}

/** What of a listing has to do with installations. */
export interface Connection extends EngineContext {
  readonly reach: Reach;
  /** Manifests with a word of installations, and what kustomizations read of the like. */
  readonly mentioned: readonly string[];
  /** Installations as manifests have them. */
  readonly whole: readonly Resource[];
  /** Kustomizations, in the order of the listing. */
  readonly connected: readonly string[];
  /** What engines may be told by, and what it tells them to build with changes of their own. */
  readonly objects: readonly Resource[];
  readonly roots: readonly EngineRoot[];
  readonly gitRepositories: readonly Resource[];
  readonly others: OtherRepositories;
  readonly engines: readonly EngineInput[];
  /** In which there may be something to build. */
  readonly directories: readonly string[];
}

/** What of a listing has to do with the installations in manifests. */
export function connect(source: Source, listing: Listing, manifests: readonly Manifest[]): Connection {
  const files = new Files(
    (file) => (source.exists(file) ? source.read(file) : null),
    (path) => source.real(path),
  );
  const all = listing.kustomizations.map(({ file }) => file);
  const reach = new Reach(all, files);
  const odd = listing.oddlyNamed.flatMap((file) => source.real(file) ?? file).filter((file) => reach.readersOf([file]).length > 0);
  const mentioned = [...manifests.flatMap(({ file }) => source.real(file) ?? file), ...odd];
  const whole = manifests.flatMap(({ resources }) => resources.filter(IS_KIND[listing.kind]));
  const names = [...new Set(whole.map(({ name }) => name))].filter((name) => name !== '');
  const ours = [...new Set(whole.map(({ file }) => file))];
  const directories = [...new Set([...all, ...ours].map(directoryOf))];
  const objects = [...listing.engines.map(({ file }) => file), ...odd].flatMap((file) => files.manifest(file)?.resources ?? []);
  const gitRepositories = objects.filter(isGitRepository);
  const others = othersAmong(objects, { gitRepositories, directories, remotes: listing.remotes });
  const roots = objects
    .flatMap((object) => readEngineRoots(object, directories, gitRepositories))
    .map((root) => (isOfAnother(root, others) || root.revision !== null ? { ...root, directory: null } : atReal(root, files)));
  const start = [
    ...reach.connectedTo([...mentioned, ...all.filter((file) => files.mentions(file, KIND_NAMES[listing.kind]))]),
    // What nobody uses may hold patches of an installation that go by its name alone.
    ...all.filter((file) => names.some((name) => files.mentions(file, name))),
  ];
  const reached = withEngines(start, { roots, reach, files });
  const known = { files, reached, ours, all, manifests: listing.manifests };
  const engines = roots.flatMap((root) => engineInput(root, known));
  return {
    ...known,
    reach,
    mentioned,
    whole,
    objects,
    roots,
    gitRepositories,
    others,
    engines,
    directories,
    connected: all.filter((file) => reached.has(file)),
  };
}

interface NamingContext extends Pick<Connection, 'directories'>, Pick<Listing, 'remotes'> {
  readonly gitRepositories: readonly Resource[];
}

/** The other repositories among those that engines take directories from which are there in this one, too. */
function othersAmong(objects: readonly Resource[], { gitRepositories, directories, remotes }: NamingContext): OtherRepositories {
  const sources = objects.flatMap((object) => namedSources(object, gitRepositories));
  const near = sources.filter(({ path }) => {
    const directory = resolveFrom('', path.replace(/^\/+/, ''));
    return path.includes('{{') || (directory !== null && directories.some((each) => holds(directory, each)));
  });
  return otherRepositories(
    near.map(({ repository }) => repository),
    remotes,
  );
}

/** A part over the directory to which symbolic links lead. */
function atReal(root: EngineRoot, files: Files): EngineRoot {
  const directory = root.directory === null ? null : files.resolve('', root.directory);
  return directory === null ? root : { ...root, directory, kustomization: { ...root.kustomization, directory } };
}

/** Whether an engine builds from another repository than this one. */
export const isOfAnother = ({ repository }: EngineRoot, { names }: OtherRepositories): boolean =>
  repository !== null && names.has(repository);

/** Engines join kustomizations, too: what a directory is built with, others may be built with. */
function withEngines(start: readonly string[], { roots, reach, files }: Pick<Connection, 'roots' | 'reach' | 'files'>): Set<string> {
  const parts = groupBy(roots, ({ kustomization }) => engineKey(kustomization, kustomization.base));
  const joins = [...parts.values()]
    .map((part) => part.flatMap((root) => kustomizationsOf(root, files)))
    .filter((joined) => joined.length > 1);
  const reached = new Set(start);
  for (;;) {
    const further = joins.filter((joined) => joined.some((file) => reached.has(file)) && joined.some((file) => !reached.has(file)));
    if (further.length === 0) return reached;
    for (const file of [...further.flat(), ...reach.connectedTo(further.flat())]) reached.add(file);
  }
}

/** The kustomization of the directory that an engine builds, and the components that it adds. */
function kustomizationsOf({ directory, kustomization }: EngineRoot, files: Files): string[] {
  if (directory === null) return [];
  const base = files.resolve('', directory);
  const components = kustomization.components.map(({ text }) => files.resolve(directory, text));
  return [base, ...components].flatMap((each) => (each === null ? [] : files.kustomizationsIn(each).slice(0, 1)));
}

/** What is known of a repository where the parts of engines are looked at. */
export interface EngineContext {
  readonly files: Files;
  /** Of the repository. */
  readonly all: readonly string[];
  readonly manifests: readonly string[];
  /** Kustomizations that have to do with installations, and files with installations. */
  readonly reached: ReadonlySet<string>;
  readonly ours: readonly string[];
}

/** What the part of an engine is added to, where that has to do with installations: the kustomization of its directory, else the manifests there. */
export function engineInput(root: EngineRoot, known: EngineContext): EngineInput[] {
  const { files, reached, ours } = known;
  if (root.directory === null) return [];
  const directory = files.resolve('', root.directory);
  if (directory === null) return [];
  const [kustomization] = files.kustomizationsIn(directory);
  if (kustomization !== undefined)
    return reached.has(kustomization) ? [{ root, over: [{ leadsTo: 'kustomization', file: kustomization }] }] : [];
  const over = generatedOver(root, directory, known);
  return over.some(({ file }) => reached.has(file) || ours.includes(file)) ? [{ root, over }] : [];
}

/**
 * What Flux lists for a directory without a kustomization: every folder below that has one, and every manifest besides. Of manifests those
 * that a patch may reach, also when it is written for the new kind, are enough.
 */
function generatedOver(
  { kustomization }: EngineRoot,
  directory: string,
  { files, ours, all, manifests }: EngineContext,
): EngineInput['over'] {
  const isBelow = (file: string): boolean => holds(directory, directoryOf(file));
  const below = all.filter(isBelow);
  const tops = below.filter(
    (file) => !below.some((other) => directoryOf(other) !== directoryOf(file) && holds(directoryOf(other), directoryOf(file))),
  );
  const isByKind = [...kustomization.patches, ...kustomization.patchesJson6902].every(
    ({ target }) => target === null || /^\w+$/.test(target.kind?.text ?? ''),
  );
  const besides = manifests.filter(
    (file) =>
      isBelow(file) &&
      !tops.some((top) => holds(directoryOf(top), directoryOf(file))) &&
      (ours.includes(file) || !isByKind || files.mentions(file, NEW.group)),
  );
  return [
    ...tops.map((file) => ({ leadsTo: 'kustomization' as const, file })),
    ...besides.map((file) => ({ leadsTo: 'file' as const, file })),
  ];
}

/** The same parts, as they stand in other contents. */
export const enginesIn = ({ engines, directories }: Pick<Connection, 'engines' | 'directories'>, files: Files): EngineInput[] =>
  engines.flatMap(({ root: { kustomization }, over }) => {
    const resources = files.manifest(kustomization.file)?.resources ?? [];
    const roots = resources.flatMap((resource) => readEngineRoots(resource, directories));
    const root = roots.find((each) => each.kustomization.id === kustomization.id);
    return root === undefined ? [] : [{ root: atReal(root, files), over }];
  });

/** Whether a directory is one of this repository, as far as can be told. */
export const isHere = (directory: string, { files, reached, ours }: EngineContext): boolean =>
  files.kustomizationsIn(directory).length > 0 || [...reached, ...ours].some((file) => holds(directory, directoryOf(file)));
