import { addsDocuments } from '../edit/task.ts';
import type { Task } from '../edit/task.ts';
import type { ExpectedInstallation, FamilyAssessment } from '../family/assess-family.ts';
import { mayBe } from '../family/referring.ts';
import type { Referring } from '../family/referring.ts';
import { changesOf, withFindings } from '../family/outcome.ts';
import type { Graph } from '../kustomize/graph.ts';
import { reachableFrom } from '../kustomize/graph-walk.ts';
import { directoryOf, fileOfKey } from '../kustomize/paths.ts';
import type { Resource } from '../model/installation.ts';
import { startOf } from '../model/place.ts';
import { stringAt } from '../model/value.ts';
import type { ValueMap } from '../model/value.ts';
import { kustomizeFor } from '../repo/kustomize.ts';
import type { Finding } from '../rules/finding.ts';
import type { RuleId } from '../rules/index.ts';
import { isAbout } from '../rules/settings.ts';
import type { Settings } from '../rules/settings.ts';
import { engineBuild } from './engine-builds.ts';
import { describeErrors } from './differences.ts';
import { schemaProblemsBy } from './schema-problems.ts';
import { isProvable, kustomizationsOf, unprovenByBuild } from './not-proven.ts';
import type { Provable, Proven } from './provable.ts';
import { Prover } from './prover.ts';
import type { Claim, Root, RootProof } from './prover.ts';
import type { Need } from './reduce.ts';

/** How families are proven. */
export interface ProofOptions {
  /** Absolute: the tree that the conversion was made from. */
  readonly root: string;
  readonly prove: 'auto' | 'always' | 'never';
  /** The program that the user named, relative to `cwd`. */
  readonly kustomize: string | undefined;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Builds what families change before and after with the real kustomize, where one is found. A family with a kustomization that differs in
 * more than the conversion, or that does not build today, stays as it is.
 */
export async function proveFamilies(provable: Provable, options: ProofOptions): Promise<Proven> {
  const { families, graph } = provable;
  const free = families.filter(isProvable);
  if (free.length === 0) return { families, statement: null };
  const search = await kustomizeFor(options.prove, { path: options.kustomize, cwd: options.cwd, env: options.env, root: options.root });
  if (search.binary === null) return unprovenByBuild(provable, search.reason);
  const prover = new Prover(search.binary, options.root, options.onProgress === undefined ? {} : { onProgress: options.onProgress });
  const proofs = await prover.prove(rootsOf(free, graph), claimOf({ ...provable, families: free }));
  const proven = proofs.filter((proof) => proof.status === 'proven');
  const partly = proven.filter(({ without }) => without.length > 0).length;
  return {
    families: withFindings(families, failuresOf(free, proofs, { ...provable, isRequired: options.prove === 'always' })),
    statement: `${proven.length} of ${proofs.length} kustomizations proven by ${search.binary.description}${partly === 0 ? '' : `, ${partly} of them in part`}`,
  };
}

/** Each kustomization that is built by itself, once. */
export function rootsOf(families: readonly FamilyAssessment[], graph: Graph): Root[] {
  const ids = new Set(families.flatMap(kustomizationsOf));
  return [...ids].map((id) => {
    const node = graph.nodes.get(id);
    const isEngine = node !== undefined && node.kustomization.base.length > 0;
    const directory = isEngine ? node.kustomization.directory : directoryOf(id);
    const reads = [directory, ...[...reachableFrom(graph, id)].filter((each) => each !== id).map(directoryOf)];
    return { id, directory, reads: [...new Set(reads)], made: isEngine ? (read) => engineBuild(node, read) : null };
  });
}

/** What the conversion of families is meant to change. */
export function claimOf({ families, graph, engines, contents, settings }: Omit<Provable, 'findings' | 'places'>): Claim {
  const changed = new Set(families.flatMap(({ tasks }) => [...tasks.keys()]));
  const edited = engines.filter(({ root }) => changed.has(root.kustomization.file)).map(({ root }) => root.object);
  const adding = families.filter((family) => tasksOf(family).some(addsDocuments));
  const going = families.filter((family) => tasksOf(family).some((task) => 'gone' in task));
  const of = (object: ValueMap, root: Root): ExpectedInstallation | null => expectedOf(object, root, families);
  return {
    changes: changesOf(families, contents),
    links: graph.files.links(),
    expected: (object, root) => of(object, root)?.expected ?? null,
    expectedReferrer: (object, root) => referringIn(object, root, families, ({ after }) => after(object)),
    expectedGone: (object, root) =>
      going.some(
        ({ refers, guards }) => guards.some(({ file }) => file === root.id) && refers?.gone != null && mayBe(object, refers.gone),
      ) || expectedOf(object, root, going)?.gone === true,
    expectedBeside:
      adding.length === 0
        ? null
        : (object, root) => [
            ...(expectedOf(object, root, adding)?.beside ?? []),
            ...[referringIn(object, root, adding, ({ twin }) => twin(object)) ?? []].flat(),
          ],
    database: (installation, root) => (isAnswered(installation, settings) ? null : (of(installation, root)?.database ?? null)),
    // Its patches are proven where it is built itself.
    mayChange: ({ group, kind, name }) =>
      // Prefixes and suffixes may stand around the name that is written.
      edited
        .filter((each) => each.kind === kind && name.includes(each.name) && each.apiVersion.startsWith(`${group}/`))
        .map(({ part }) => part),
    problems: schemaProblemsBy(settings),
  };
}

/** Whether the user has said what the database of an installation is. */
function isAnswered(installation: ValueMap, { databases }: Settings): boolean {
  const [name, namespace] = [stringAt(installation, ['metadata', 'name']) ?? '', stringAt(installation, ['metadata', 'namespace'])];
  return databases.some((answer) => isAbout(answer, { name, namespace }));
}

/** What an object that a root builds is to become; null for one of a family that stays. */
function expectedOf(object: ValueMap, { id }: Root, families: readonly FamilyAssessment[]): ExpectedInstallation | null {
  const name = stringAt(object, ['metadata', 'name']);
  const namespace = stringAt(object, ['metadata', 'namespace']);
  const kind = stringAt(object, ['kind']);
  for (const family of families) {
    const variant = family.roots.find(
      (each) =>
        each.deleted === null &&
        each.kustomization === id &&
        each.name === name &&
        each.namespace === namespace &&
        stringAt(each.built, ['kind']) === kind,
    );
    if (variant !== undefined) return family.expectedFor(variant, object);
  }
  return null;
}

const tasksOf = ({ tasks }: FamilyAssessment): Task[] => [...tasks.values()].flat();

/** What is expected of an object that a root builds of a resource that refers to installations. */
function referringIn(
  object: ValueMap,
  { id }: Root,
  families: readonly FamilyAssessment[],
  expected: (refers: Referring) => ValueMap | null,
): ValueMap | null {
  for (const { refers, guards } of families) {
    if (refers === null || !guards.some(({ file }) => file === id) || !mayBe(object, refers.resource)) continue;
    const value = expected(refers);
    if (value !== null) return value;
  }
  return null;
}

function failuresOf(
  families: readonly FamilyAssessment[],
  proofs: readonly RootProof[],
  provable: Telling,
): Map<FamilyAssessment, Finding[]> {
  const { findings, places } = provable;
  const failures = new Map<FamilyAssessment, Finding[]>();
  for (const proof of proofs) {
    const root = proof.root.id;
    for (const family of toBlame(
      families.filter((each) => kustomizationsOf(each).includes(root)),
      proof,
    )) {
      const found = failuresIn(proof, provable.isRequired).flatMap(({ rule, message, need }) =>
        findings.of(rule, {
          place: need === null ? startOf(fileOfKey(root)) : places.of({ file: need.file, document: 0, inline: null }, need.path),
          message,
          ...(rule === 'kustomize-not-proven' ? { remedy: BUILD_ELSEWHERE } : {}),
        }),
      );
      failures.set(family, [...(failures.get(family) ?? []), ...found]);
    }
  }
  return failures;
}

/** A resource that follows installations is to blame alone for what is wrong with it. */
function toBlame(families: readonly FamilyAssessment[], proof: RootProof): readonly FamilyAssessment[] {
  if (proof.status !== 'failed') return families;
  const objects = proof.differences.filter(({ level }) => level === 'error').map(({ object }) => object);
  const followers = families.filter(({ refers }) => refers !== null && objects.some((object) => isShown(object, refers.resource)));
  return followers.length > 0 ? followers : families;
}

const isShown = (object: string, { kind, name }: Resource): boolean => object.startsWith(`${kind} `) && object.includes(name);

const BUILD_ELSEWHERE = 'Build it before and after where that is to be had, as the engine does, and compare the two.';

/** What it takes to say what came of a proof. */
interface Telling extends Pick<Provable, 'findings' | 'places'> {
  /** Whether the user wants nothing to be converted that is not proven. */
  readonly isRequired: boolean;
}

interface Failure {
  readonly rule: RuleId;
  readonly message: string;
  /** Where what is missing is asked for; null for the kustomization as a whole. */
  readonly need: Need | null;
}

function failuresIn(proof: RootProof, isRequired: boolean): Failure[] {
  if (proof.status === 'proven')
    return proof.without.map((need) => ({
      rule: 'kustomize-not-proven',
      message: `Proven ${need.instead === null ? 'without this' : `with ${need.instead} instead`}: ${need.message}.`,
      need,
    }));
  if (proof.status === 'not-built') return notBuilt(proof, isRequired);
  return describeErrors(proof.differences).map((difference) => ({
    rule: 'kustomize-proof-failed',
    message: `Built before and after, it differs: ${difference}.`,
    need: null,
  }));
}

/** What kustomize says of a file that is neither in the directory nor below. */
const RESTRICTED = /security; file\b/;

/** Source: fluxcd/pkg/kustomize builds with LoadRestrictionsNone; Argo CD has `kustomize.buildOptions`. */
const NO_RESTRICTIONS =
  'it reads files outside of its directory, which kustomize takes only with --load-restrictor LoadRestrictionsNone, as Flux builds';

/** What is missing here may be there where the engine builds. */
function notBuilt({ message, needs }: Extract<RootProof, { status: 'not-built' }>, isRequired: boolean): Failure[] {
  const rule = isRequired ? 'kustomize-build-fails' : 'kustomize-not-proven';
  if (needs.length === 0 && RESTRICTED.test(message)) return [{ rule, message: `Not proven by building: ${NO_RESTRICTIONS}.`, need: null }];
  if (needs.length === 0)
    return [{ rule: 'kustomize-build-fails', message: `This kustomization does not build today: ${message}`, need: null }];
  return needs.map((need) => ({ rule, message: `Not proven by building: ${need.message}.`, need }));
}
