import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { splitBuild } from './built.ts';
import { compareBuilds } from './compare.ts';
import type { Expectation } from './compare.ts';
import type { Difference } from './differences.ts';
import type { ReadTree } from './engine-builds.ts';
import { reduce } from './reduce.ts';
import type { Need } from './reduce.ts';
import { findLocalRequest, LOCAL_REQUESTS } from './local-request.ts';
import type { LocalRequest } from './local-request.ts';
import { asksForOrder } from './order.ts';
import { directoryOf } from '../kustomize/paths.ts';
import { isKustomizationFile } from '../manifests/read.ts';
import { readValues } from '../manifests/values.ts';
import type { Change } from '../model/change.ts';
import type { ValueMap } from '../model/value.ts';
import { RepositoryError } from '../repo/error.ts';
import { build } from '../repo/kustomize.ts';
import type { BuildLimits, BuildResult, KustomizeBinary } from '../repo/kustomize.ts';
import { isDirectory, readManifest } from '../repo/read.ts';
import type { TooLarge } from '../repo/read.ts';
import { filesBelow, withScratchTree } from '../repo/scratch.ts';

/** A kustomization that is built by itself. */
export interface Root {
  /** Its key in the graph. */
  readonly id: string;
  /** Of its kustomization file, relative to the tree; empty for the tree's own root. */
  readonly directory: string;
  /** The directories of all kustomizations and components that it is made of, its own included. */
  readonly reads: readonly string[];
  /** The kustomization that an engine builds there, made from a tree; null for what is built as it stands. */
  readonly made: ((read: ReadTree) => ReadonlyMap<string, Uint8Array>) | null;
}

/** An edit of the tree, and what it is meant to change. */
export interface Claim {
  readonly changes: readonly Pick<Change, 'file' | 'after'>[];
  /** Symbolic links by which kustomizations reach one another, beside what lies in their directories. */
  readonly links: readonly string[];
  /** What an object of the old or the new kind that a root builds is to become; null where it stays as it is. */
  readonly expected: (object: ValueMap, root: Root) => ValueMap | null;
  /** The same for any other object, which may refer to them. */
  readonly expectedReferrer?: (object: ValueMap, root: Root) => ValueMap | null;
  /** Whether it is not to be built any more. */
  readonly expectedGone?: (object: ValueMap, root: Root) => boolean;
  /** What comes to be built beside it. */
  readonly expectedBeside?: ((object: ValueMap, root: Root) => readonly ValueMap[]) | null;
  readonly database: (installation: ValueMap, root: Root) => ReturnType<Expectation['database']>;
  readonly mayChange: Expectation['mayChange'];
  readonly problems: Expectation['problems'];
}

/** What building a root before and after an edit shows. */
export type RootProof =
  | {
      readonly root: Root;
      readonly status: 'proven';
      readonly changed: number;
      readonly notes: readonly Difference[];
      /** What was taken out before it was built. */
      readonly without: readonly Need[];
    }
  | { readonly root: Root; readonly status: 'failed'; readonly differences: readonly Difference[] }
  /** It does not build today either, so nothing can be said about it. */
  | { readonly root: Root; readonly status: 'not-built'; readonly message: string; readonly needs: readonly Need[] };

export interface ProverOptions extends BuildLimits {
  /** Builds at once; by default as many as there are processors. */
  readonly atOnce?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Proves edits of one tree by building it with kustomize before and after. What was built before is remembered from one proof to the next. */
export class Prover {
  readonly #binary: KustomizeBinary;
  readonly #tree: string;
  readonly #options: ProverOptions;
  readonly #turns: Turns;
  readonly #before = new Map<string, Promise<BuildResult>>();
  readonly #below = new Map<string, readonly string[]>();
  readonly #localRequests = new Map<string, LocalRequest | null>();

  /** @param tree absolute; it is only read */
  constructor(binary: KustomizeBinary, tree: string, options: ProverOptions = {}) {
    this.#binary = binary;
    this.#tree = tree;
    this.#options = options;
    this.#turns = new Turns(options.atOnce ?? availableParallelism());
  }

  /** One answer for each root, in their order. The edit is made in a copy that holds what the roots read. */
  prove(roots: readonly Root[], claim: Claim): Promise<RootProof[]> {
    const files = new Set([...roots.flatMap((root) => this.#filesOf(root)), ...claim.links]);
    const replaced = new Map(claim.changes.map(({ file, after }) => [file, after]));
    let done = 0;
    return withScratchTree(this.#tree, [...files], replaced, (scratch) =>
      Promise.all(
        roots.map(async (root) => {
          const proof = await this.#proveRoot(root, scratch, claim);
          done += 1;
          this.#options.onProgress?.(done, roots.length);
          return proof;
        }),
      ),
    );
  }

  async #proveRoot(root: Root, scratch: string, claim: Claim): Promise<RootProof> {
    const refusal = this.#refusal(root);
    if (refusal !== null) return { root, status: 'not-built', message: refusal, needs: [] };
    if (root.made !== null) return this.#proveMade(root, root.made, claim);
    const [before, after] = await Promise.all([this.#buildBefore(root), this.#build(scratch, root)]);
    if (!before.ok) return this.#proveReduced(root, scratch, { claim, message: before.message });
    if (!after.ok)
      return { root, status: 'failed', differences: [wholeBuild('does-not-build', `the result does not build: ${after.message}`)] };
    return this.#compare(root, before.output, after.output, claim);
  }

  /** What an engine builds is made in copies of both sides, for it stands nowhere. */
  async #proveMade(root: Root, made: NonNullable<Root['made']>, claim: Claim): Promise<RootProof> {
    const changed = new Map(claim.changes.map(({ file, after }) => [file, after]));
    const read = (file: string): Uint8Array | null => wholeFrom(this.#tree, file);
    const all = [...this.#filesOf(root), ...claim.links];
    const before = await withScratchTree(this.#tree, all, made(read), (tree) => this.#build(tree, root));
    if (!before.ok) return { root, status: 'not-built', message: before.message, needs: [] };
    const edited = new Map([...changed, ...made((file) => changed.get(file) ?? read(file))]);
    const after = await withScratchTree(this.#tree, all, edited, (tree) => this.#build(tree, root));
    if (!after.ok)
      return { root, status: 'failed', differences: [wholeBuild('does-not-build', `the result does not build: ${after.message}`)] };
    return this.#compare(root, before.output, after.output, claim);
  }

  /** Where something is missing that the engine may have, the rest is proven: what is taken out of both sides is no part of an installation. */
  async #proveReduced(
    root: Root,
    scratch: string,
    { claim, message }: { readonly claim: Claim; readonly message: string },
  ): Promise<RootProof> {
    const files = this.#filesOf(root);
    const then = reduce(files, (file) => wholeFrom(this.#tree, file));
    if (then.needs.length === 0) return { root, status: 'not-built', message, needs: [] };
    const now = reduce(files, (file) => wholeFrom(scratch, file));
    const changed = new Map(claim.changes.map(({ file, after }) => [file, after]));
    const all = [...files, ...claim.links];
    const before = await withScratchTree(this.#tree, all, then.contents, (tree) => this.#build(tree, root));
    if (!before.ok) return { root, status: 'not-built', message: before.message, needs: then.needs };
    const after = await withScratchTree(this.#tree, all, new Map([...changed, ...now.contents]), (tree) => this.#build(tree, root));
    if (!after.ok)
      return { root, status: 'failed', differences: [wholeBuild('does-not-build', `the result does not build: ${after.message}`)] };
    const proof = this.#compare(root, before.output, after.output, claim);
    return proof.status === 'proven' ? { ...proof, without: then.needs } : proof;
  }

  #compare(root: Root, before: Buffer, after: Buffer, claim: Claim): RootProof {
    const [then, now] = [splitBuild(before), splitBuild(after)];
    if (then === null || now === null)
      return { root, status: 'failed', differences: [wholeBuild('unreadable', 'what is built is not UTF-8 text')] };
    const { mayChange, problems } = claim;
    const expectation = {
      mayChange,
      problems,
      ordered: this.#isOrdered(root),
      expected: (object: ValueMap) => claim.expected(object, root),
      expectedGone: (object: ValueMap) => claim.expectedGone?.(object, root) ?? false,
      expectedBeside: claim.expectedBeside == null ? null : (object: ValueMap) => claim.expectedBeside?.(object, root) ?? [],
      expectedReferrer: (object: ValueMap) => claim.expectedReferrer?.(object, root) ?? null,
      database: (installation: ValueMap) => claim.database(installation, root),
    };
    const { differences, changed } = compareBuilds(then, now, expectation);
    if (differences.some(({ level }) => level === 'error')) return { root, status: 'failed', differences };
    return { root, status: 'proven', changed, notes: differences, without: [] };
  }

  #build(tree: string, { directory }: Root): Promise<BuildResult> {
    return this.#turns.take(() => build(this.#binary, { root: tree, directory }, this.#options));
  }

  #buildBefore(root: Root): Promise<BuildResult> {
    const known = this.#before.get(root.directory);
    if (known !== undefined) return known;
    const result = this.#build(this.#tree, root).then((built) => {
      if (built.ok && built.output.length > REMEMBERED) this.#before.delete(root.directory);
      return built;
    });
    this.#before.set(root.directory, result);
    return result;
  }

  #filesOf({ reads }: Root): string[] {
    return reads.flatMap((directory) => {
      const known = this.#below.get(directory) ?? filesBelow(this.#tree, [directory]);
      this.#below.set(directory, known);
      return known;
    });
  }

  /** Why a root is not even tried. */
  #refusal(root: Root): string | null {
    for (const file of this.#filesOf(root)) {
      if (!this.#localRequests.has(file)) this.#localRequests.set(file, this.#localRequest(file));
      const request = this.#localRequests.get(file) ?? null;
      if (request !== null) return `${file} ${LOCAL_REQUESTS[request]}`;
    }
    return null;
  }

  #localRequest(file: string): LocalRequest | null {
    const content = this.#read(file);
    if ('tooLarge' in content) return 'unreadable';
    return findLocalRequest(file, content, (entry) => isDirectory(join(this.#tree, directoryOf(file), entry)));
  }

  #isOrdered(root: Root): boolean {
    const files = this.#filesOf(root).filter((file) => isKustomizationFile(file) && directoryOf(file) === root.directory);
    return files.some((file) => {
      const content = this.#read(file);
      return !('tooLarge' in content) && readValues(content).some(asksForOrder);
    });
  }

  #read(file: string): Uint8Array | TooLarge {
    return readFrom(this.#tree, file);
  }
}

/** What can't be read is kustomize's to complain about. */
function readFrom(tree: string, file: string): Uint8Array | TooLarge {
  try {
    return readManifest(tree, file, MAX_FILE);
  } catch (error) {
    if (error instanceof RepositoryError) return new Uint8Array();
    throw error;
  }
}

/** The bytes of a file; null for one that is too large, and none where it can't be read. */
export function wholeFrom(tree: string, file: string): Uint8Array | null {
  const content = readFrom(tree, file);
  return 'tooLarge' in content ? null : content;
}

/** Bytes of a build that are kept for the next proof. */
const REMEMBERED = 1024 * 1024;

/** Larger files are not looked through, and might be anything. */
const MAX_FILE = 64 * 1024 * 1024;

const wholeBuild = (code: Difference['code'], message: string): Difference => ({ code, level: 'error', object: '', path: [], message });

/** Lets a limited number of tasks run at a time, first come, first served. */
class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async take<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
