import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { run } from '../../src/run/pipeline.ts';
import type { Report } from '../../src/report/report.ts';
import type { Finding } from '../../src/rules/finding.ts';
import { defaultTarget } from '../../src/operator/releases.ts';
import { buildVariants } from '../../src/kustomize/build.ts';
import { Files } from '../../src/kustomize/files.ts';
import { readGraph } from '../../src/kustomize/graph.ts';
import { claimOf, rootsOf } from '../../src/proof/prove-families.ts';
import type { Provable, Proven } from '../../src/proof/provable.ts';
import type { Root } from '../../src/proof/prover.ts';
import { discover } from '../../src/repo/discover.ts';
import { TreeSource } from '../../src/run/sources.ts';
import { describeDifference } from '../../src/proof/differences.ts';
import { binaries, tree } from '../proof/harness.ts';
import type { KustomizeBinary } from '../../src/repo/kustomize.ts';
import { writeAll } from '../repo/workspace.ts';
import { family, NAME } from './draw.ts';
import type { DrawnFamily } from './draw.ts';
import { proveMany } from './prove-many.ts';

/**
 * Random families: a base, perhaps a layer between, one to three overlays, perhaps a shared component, patches of all kinds, and what else a
 * kustomization does to its resources. Each is either blocked with a reason or proven by every kustomize that is found.
 * `CI2MM_FAMILIES` sets how many are drawn, `CI2MM_SEED` from where.
 */
const COUNT = Number(process.env['CI2MM_FAMILIES'] ?? 8);
const SEED = Number(process.env['CI2MM_SEED'] ?? 20_261_123);
const TOGETHER = 80;

const settings = {
  target: defaultTarget,
  ingress: 'keep',
  databases: [],
  fileStores: [],
  assumeDatabase: null,
  crd: null,
  levels: new Map(),
  engine: null,
} as const;

/** Many random families do not even build; of these one in ten is kept. */
const drawn = fc
  .sample(family, { numRuns: COUNT * 4, seed: SEED })
  .filter(({ files }, index) => index % 10 === 0 || builds(files))
  .slice(0, COUNT);
/** The older release carries names less far. */
const is4 = ({ description }: KustomizeBinary): boolean => / 4\./.test(description);

const batches = Array.from({ length: Math.ceil(COUNT / TOGETHER) }, (_, index) => drawn.slice(index * TOGETHER, (index + 1) * TOGETHER));
const tally = { converted: 0, blocked: 0, builds: 0, reasons: new Map<string, number>() };

test.each(batches.map((batch, index) => [index * TOGETHER, batch] as const))(
  `random families, seed ${SEED}, from %i on, are blocked with a reason or proven by ${binaries.map(({ description }) => description).join(' and ')}`,
  async (first, batch) => {
    const root = tree();
    for (const [index, { files }] of batch.entries()) writeAll(root, filesOf(files, first + index));
    const { provable, report } = await provableIn(root);
    const families = provable.families.filter(({ blocked }) => !blocked);
    const failed: string[] = [];
    const notBuilt = new Set<number>();
    const unreadable = new Set<number>();
    const roots = rootsOf(families, provable.graph);
    for (const binary of binaries.toReversed()) {
      const alone = (number: number): boolean => notBuilt.has(number) || (!is4(binary) && reachesOut(batch[number - first]));
      // Variables of one name would spoil the build of a group, so it has no two roots of a family.
      const groupOf = ({ directory }: Root): string | null => (alone(numberOf(directory)) ? null : (/o\d$/.exec(directory)?.[0] ?? null));
      const proofs = await proveMany(binary, root, roots, claimOf({ ...provable, families }), groupOf);
      tally.builds += proofs.filter(({ status }) => status === 'proven').length;
      for (const proof of proofs) {
        if (proof.status === 'not-built') notBuilt.add(numberOf(proof.root.directory));
        if (proof.status === 'failed' && proof.differences.every(({ message }) => OWN_YAML.test(message)))
          unreadable.add(numberOf(proof.root.directory));
        else if (proof.status === 'failed')
          failed.push(`${proof.root.directory} with ${binary.description}: ${proof.differences.map(describeDifference).join('; ')}`);
      }
    }
    const errors = report.findings.filter(({ level }) => level === 'error');
    for (const [index, { files }] of batch.entries()) {
      const number = first + index;
      const own = errors.filter(({ file }) => numberOf(file) === number);
      const faults = own.filter(({ message }) => /\(post-/.test(message)).map(({ file, message }) => `${file}: ${message}`);
      const isConverted = families.some(({ roots: [variant] }) => numberOf(variant?.kustomization ?? '') === number);
      // A patch that applies to nothing stays as it is, and holds nothing up.
      if (isConverted === own.some(({ rule }) => rule !== 'kustomize-patch'))
        faults.push(`${number} is ${isConverted ? 'converted in spite of errors' : 'not converted, and nothing says why'}`);
      const reasons = unreadable.has(number) ? [UNREADABLE] : notBuilt.has(number) ? [NOT_BUILT] : isConverted ? [] : own.map(reasonOf);
      count(reasons);
      faults.push(
        ...reasons
          .filter((reason) => !Object.hasOwn(JUSTIFIED, reason))
          .map((reason) => `${number} is blocked by ${reason}, which nothing here justifies`),
      );
      failed.push(...faults);
      if (failed.some((line) => numberOf(line) === number)) failed.push(shown(files, number));
    }
    expect(failed).toEqual([]);
  },
  60_000 + TOGETHER * 8000,
);

/** What a run over a tree would prove, without a proof of it. */
async function provableIn(root: string): Promise<{ provable: Provable; report: Report }> {
  const found: Provable[] = [];
  const prove = (provable: Provable): Promise<Proven> => {
    found.push(provable);
    return Promise.resolve({ families: provable.families, statement: null });
  };
  const source = new TreeSource(await discover(['.'], { cwd: root }));
  const { report } = await run(source, settings, { prove, diffs: null, converts: 'none' });
  const [provable] = found;
  if (provable === undefined) throw new Error('no kustomization was found');
  return { provable, report };
}

const NOT_BUILT = 'kustomize-build-fails (when built)';
const UNREADABLE = 'kustomize-proof-failed (kustomize can not read its own YAML)';

/** Every kind of block that may be met, and why nothing better is to be had. */
const JUSTIFIED: Readonly<Record<string, string>> = {
  'blue-green-enabled': 'the operator refuses to convert it',
  'canary-enabled': 'the operator refuses to convert it',
  'database-secret-invalid': 'the operator finds no database today',
  'database-secret-renamed': 'the operator would make a new password for a database that has one',
  'external-file-store-incomplete': 'the operator stops with an error',
  'file-store-bucket-renamed': 'the operator would look for the files in another bucket',
  'file-store-secret-renamed': 'the operator would make a new, empty file store',
  'kustomize-build-fails': 'kustomize builds nothing today',
  [NOT_BUILT]: 'kustomize builds nothing today, for a reason that stands in resources other than installations',
  'kustomize-obstacle':
    'a selector also chooses other resources, something other than a patch decides where fields go, or every overlay deletes the installation',
  'kustomize-patch': 'a patch applies to nothing',
  [UNREADABLE]: 'a fault of kustomize, found by the proof',
  'unsafe-edit(kustomize-directive)': 'a directive stands where kustomize itself takes it for a field',
  'stage-refused(stages-differ)': 'overlays of one base differ in spec.migrate',
  'unsafe-edit(moves-dropped-field)': 'an operation copies a field that has no counterpart',
  'unsafe-edit(moves-whole-map)': 'an operation copies a map whose fields part company',
  'unsafe-edit(test-on-dropped-field)': 'an operation tests a field that has no counterpart',
  'unsafe-edit(variants-disagree)': 'overlays need different texts of one fragment',
};

function builds(files: DrawnFamily['files']): boolean {
  const read = (file: string): Uint8Array | null => (files[file] === undefined ? null : Buffer.from(files[file]));
  const graph = readGraph({
    kustomizations: Object.keys(files).filter((file) => file.endsWith('/kustomization.yaml')),
    files: new Files(read),
  });
  return buildVariants(graph).problems.length === 0;
}

/**
 * kustomize writes comments into maps of an operation's target in places where it can't read them: `nodeSelector: {} # comment`, filled by a
 * patch that also brings an empty `resources`, and then a JSON6902 patch. The proof finds it, and nothing is written.
 */
const OWN_YAML = /^the result does not build: .*could not find expected ':'$/;

/** Configurations and variables reach whatever is built together with them. */
const reachesOut = (drawn: DrawnFamily | undefined): boolean =>
  Object.values(drawn?.files ?? {}).some((text) => text.includes('configurations:'));

const filesOf = (files: DrawnFamily['files'], number: number): DrawnFamily['files'] =>
  Object.fromEntries(Object.entries(files).map(([file, text]) => [`f${number}/${file}`, text.replaceAll(NAME, `chat${number}`)]));

const numberOf = (file: string): number => Number(/^f?(\d+)/.exec(file)?.[1]);

const shown = (files: DrawnFamily['files'], number: number): string =>
  Object.entries(filesOf(files, number))
    .map(([file, text]) => `# ${file}\n${text}`)
    .join('');

/** The rule, with the code of a refused edit. */
const reasonOf = ({ rule, message }: Finding): string => `${rule}${/\(([a-z\d-]+)\)$/.exec(message)?.[0] ?? ''}`;

function count(reasons: readonly string[]): void {
  if (reasons.length === 0) tally.converted += 1;
  else tally.blocked += 1;
  for (const reason of new Set(reasons)) tally.reasons.set(reason, (tally.reasons.get(reason) ?? 0) + 1);
}

afterAll(() => {
  const reasons = [...tally.reasons].sort(([, a], [, b]) => b - a).map(([reason, times]) => `${reason} ${times}`);
  console.log(
    `${COUNT} families: ${tally.converted} converted, their ${tally.builds} builds proven; ${tally.blocked} blocked (${reasons.join(', ')})`,
  );
});
