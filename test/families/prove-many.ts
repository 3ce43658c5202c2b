import { splitBuild } from '../../src/proof/built.ts';
import { compareBuilds } from '../../src/proof/compare.ts';
import { Prover } from '../../src/proof/prover.ts';
import type { Claim, Root, RootProof } from '../../src/proof/prover.ts';
import { build } from '../../src/repo/kustomize.ts';
import type { KustomizeBinary } from '../../src/repo/kustomize.ts';
import { filesBelow, withScratchTree } from '../../src/repo/scratch.ts';
import { writeAll } from '../repo/workspace.ts';

/**
 * Proves many roots of one tree. To start kustomize takes longer than to build, so the roots of a group are built together: each below a
 * kustomization that prefixes its names, all of them below one. Taking the prefixes away again gives what each root builds. What is not
 * proven in this way is proven by itself, as is every root without a group.
 */
export async function proveMany(
  binary: KustomizeBinary,
  tree: string,
  roots: readonly Root[],
  claim: Claim,
  groupOf: (root: Root) => string | null,
): Promise<RootProof[]> {
  const groups = [...new Set(roots.map(groupOf))].filter((group) => group !== null);
  const proven = new Map<Root, RootProof>();
  for (const group of groups) {
    for (const proof of await proveTogether(
      binary,
      tree,
      roots.filter((root) => groupOf(root) === group),
      claim,
    ))
      proven.set(proof.root, proof);
  }
  const rest = roots.filter((root) => !proven.has(root));
  const single = rest.length === 0 ? [] : await new Prover(binary, tree, { atOnce: 1 }).prove(rest, claim);
  return [...single, ...proven.values()];
}

/** The proofs that hold. */
async function proveTogether(binary: KustomizeBinary, tree: string, roots: readonly Root[], claim: Claim): Promise<RootProof[]> {
  if (roots.length < 2) return [];
  const before = await buildTogether(binary, tree, roots, new Map());
  const after =
    before === null
      ? null
      : await buildTogether(binary, tree, roots, new Map(claim.changes.map(({ file, after: content }) => [file, content])));
  if (before === null || after === null) {
    const middle = Math.ceil(roots.length / 2);
    return [
      ...(await proveTogether(binary, tree, roots.slice(0, middle), claim)),
      ...(await proveTogether(binary, tree, roots.slice(middle), claim)),
    ];
  }
  return roots.flatMap((root, index) => {
    const expectation = {
      ...claim,
      ordered: false,
      database: (): null => null,
      expected: (object: Parameters<Claim['expected']>[0]) => claim.expected(object, root),
      expectedReferrer: (): null => null,
      expectedBeside: null,
      expectedGone: (): boolean => false,
    };
    const { differences, changed } = compareBuilds(before[index] ?? [], after[index] ?? [], expectation);
    return differences.length > 0 || changed === 0 ? [] : [{ root, status: 'proven', changed, notes: [], without: [] } satisfies RootProof];
  });
}

const prefixOf = (index: number): string => `join${index}x-`;

/** The texts of the objects of each root; null where something does not build. */
function buildTogether(
  binary: KustomizeBinary,
  tree: string,
  roots: readonly Root[],
  replaced: ReadonlyMap<string, Uint8Array>,
): Promise<string[][] | null> {
  const files = filesBelow(tree, [...new Set(roots.flatMap(({ reads }) => reads))]);
  const edited = new Map([...replaced].filter(([file]) => files.includes(file)));
  return withScratchTree(tree, files, edited, async (scratch) => {
    const wrappers = roots.map(
      ({ directory }, index) =>
        [`join/${index}/kustomization.yaml`, `namePrefix: ${prefixOf(index)}\nresources: [../../${directory}]\n`] as const,
    );
    writeAll(scratch, {
      ...Object.fromEntries(wrappers),
      'join/all/kustomization.yaml': `resources:\n${roots.map((_, index) => `- ../${index}\n`).join('')}`,
    });
    const result = await build(binary, { root: scratch, directory: 'join/all' });
    return result.ok ? sorted(splitBuild(result.output) ?? [], roots.length) : null;
  });
}

function sorted(objects: readonly string[], count: number): string[][] {
  const own: string[][] = Array.from({ length: count }, () => []);
  for (const object of objects) {
    const index = Number(/^ {2}name: join(\d+)x-/m.exec(object)?.[1]);
    own[index]?.push(object.replaceAll(prefixOf(index), ''));
  }
  return own;
}
