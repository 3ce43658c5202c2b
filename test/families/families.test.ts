import fc from 'fast-check';
import { rmSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import { binaries, tree } from '../prove/harness.ts';
import { writeAll } from '../repo/workspace.ts';

/**
 * Random families: a base, one to three overlays, perhaps a shared component, patches of all kinds. Each is either blocked with a reason or
 * proven by every kustomize that is found. `CI2MM_FAMILIES` sets how many are drawn.
 */
const RUNS = Number(process.env['CI2MM_FAMILIES'] ?? 8);
const SEED = Number(process.env['CI2MM_SEED'] ?? 20_261_123);

const tally = { families: 0, converted: 0, blocked: 0, reasons: new Map<string, number>() };

type Fields = Record<string, unknown>;

const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  size: fc.constantFrom('100users', '5000users'),
  replicas: fc.constantFrom(0, 1, 3, -1),
  mattermostLicenseSecret: fc.constantFrom('license', 'other'),
  image: fc.constantFrom('mattermost/team', 'mattermost/enterprise'),
  resources: fc.constantFrom({ limits: { cpu: 1 } }, { requests: { memory: '1Gi' }, limits: { cpu: 2 } }),
  nodeSelector: fc.constantFrom({ pool: 'apps' }, { disk: 'ssd', zone: 'a' }),
  livenessProbe: fc.constantFrom({ initialDelaySeconds: 9 }, { periodSeconds: 3 }),
  serviceAnnotations: fc.constantFrom({ a: 'b' }, { 'x/y': 'z' }),
  mattermostEnv: fc.constantFrom([{ name: 'A', value: 'b' }], [{ name: 'C', value: 'd' }]),
  minio: fc.constantFrom(
    { storageSize: '10Gi' },
    { storageSize: '20Gi', replicas: 2 },
    { externalURL: 's3.example.com', externalBucket: 'b', secret: 's' },
    { replicas: 0 },
  ),
  database: fc.constantFrom({ storageSize: '10Gi', version: '8.0' }, { secret: 'db' }, { replicas: 2 }),
};

const fields = (least: number): fc.Arbitrary<Fields> =>
  fc.subarray(Object.keys(VALUES), { minLength: least, maxLength: 6 }).chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, VALUES[name] ?? fc.constant(null)]))));

/** A strategic-merge patch, at times with deletions. */
const mergePatch = fc.record({ spec: fields(1), remove: fc.subarray(['nodeSelector', 'replicas', 'serviceAnnotations'], { maxLength: 1 }) }).map(({ spec, remove }) => ({
  ...Object.fromEntries(remove.map((name) => [name, null])),
  ...spec,
}));

const operation = fc.oneof(
  fields(1).map((drawn) => {
    const [name = 'size', value] = Object.entries(drawn)[0] ?? [];
    return { op: 'add', path: `/spec/${name}`, value };
  }),
  fc.constantFrom(
    { op: 'replace', path: '/spec/ingressName', value: 'new.example.com' },
    { op: 'add', path: '/spec/ingressAnnotations', value: { 'a~b/c': 'd' } },
    { op: 'test', path: '/kind', value: 'ClusterInstallation' },
    { op: 'add', path: '/metadata/labels', value: { team: 'x' } },
  ),
);

const patch = fc.oneof(
  mergePatch.map((spec) => ({ kind: 'file' as const, spec })),
  mergePatch.map((spec) => ({ kind: 'inline' as const, spec })),
  mergePatch.map((spec) => ({ kind: 'targeted' as const, spec })),
  fc.array(operation, { minLength: 1, maxLength: 2 }).map((operations) => ({ kind: 'json' as const, operations })),
);

type Patch = typeof patch extends fc.Arbitrary<infer Drawn> ? Drawn : never;

const family = fc.record({
  base: fields(2),
  component: fc.option(mergePatch, { freq: 3 }),
  overlays: fc.array(fc.record({ patches: fc.array(patch, { minLength: 1, maxLength: 2 }), prefix: fc.boolean() }), { minLength: 1, maxLength: 3 }),
});

const yaml = (value: unknown): string => JSON.stringify(value);

const manifest = (spec: Fields): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n${Object.entries(spec).map(([name, value]) => `  ${name}: ${yaml(value)}   # about ${name}\n`).join('')}`;

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '      ');

function entryOf(drawn: Patch, file: string, files: Record<string, string>, folder: string): string {
  if (drawn.kind === 'json') return `  - target: {kind: ClusterInstallation}\n    patch: |-\n${indented(drawn.operations.map((each) => `- ${yaml(each)}\n`).join(''))}`;
  if (drawn.kind === 'inline') return `  - patch: |\n${indented(manifest(drawn.spec))}`;
  files[`${folder}/${file}`] = manifest(drawn.spec);
  return drawn.kind === 'file' ? `  - path: ${file}\n` : `  - target: {group: mattermost.com, kind: ClusterInstallation}\n    path: ${file}\n`;
}

function filesOf({ base, component, overlays }: typeof family extends fc.Arbitrary<infer Drawn> ? Drawn : never): Record<string, string> {
  const files: Record<string, string> = {
    'base/kustomization.yaml': 'resources: [mattermost.yaml, secret.yaml]\n',
    'base/mattermost.yaml': manifest({ ingressName: 'chat.example.com', ...base }),
    'base/secret.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {DB_CONNECTION_STRING: none}\n',
  };
  if (component !== null) {
    files['shared/kustomization.yaml'] = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n  - path: shared.yaml\n';
    files['shared/shared.yaml'] = manifest(component);
  }
  for (const [index, { patches, prefix }] of overlays.entries()) {
    const folder = `overlays/${index}`;
    const entries = patches.map((drawn, at) => entryOf(drawn, `patch-${at}.yaml`, files, folder));
    files[`${folder}/kustomization.yaml`] = `${prefix ? `namePrefix: o${index}-\n` : ''}resources: [../../base]\n${component === null ? '' : 'components: [../../shared]\n'}patches:\n${entries.join('')}`;
  }
  return files;
}

test(
  `random families, seed ${SEED}, are blocked with a reason or proven by ${binaries.map(({ description }) => description).join(' and ')}`,
  async () => {
    await fc.assert(
      fc.asyncProperty(family, async (drawn) => {
        const root = tree();
        writeAll(root, filesOf(drawn));
        tally.families += 1;
        for (const { program } of binaries) {
          const report = await convertRepository({ cwd: root, prove: 'always', kustomize: program });
          const errors = report.findings.filter(({ level }) => level === 'error');
          expect(errors.filter(({ rule }) => rule === 'kustomize-proof-failed').map(({ message }) => message)).toEqual([]);
          expect(errors.filter(({ message }) => /\(post-/.test(message)).map(({ message }) => message)).toEqual([]);
          expect(errors.length > 0).toBe(report.summary.converted === 0);
          if (program === binaries[0]?.program) count(errors.map(({ rule, message }) => `${rule}${/\(([a-z-]+)\)$/.exec(message)?.[0] ?? ''}`));
        }
        rmSync(root, { recursive: true, force: true });
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: process.env['CI2MM_SHRINK'] !== '1' },
    );
  },
  60_000 + RUNS * 4000,
);

function count(reasons: readonly string[]): void {
  if (reasons.length === 0) tally.converted += 1;
  else tally.blocked += 1;
  for (const reason of new Set(reasons)) tally.reasons.set(reason, (tally.reasons.get(reason) ?? 0) + 1);
}

afterAll(() => {
  const reasons = [...tally.reasons].sort(([, a], [, b]) => b - a).map(([reason, times]) => `${reason} ${times}`);
  console.log(`${tally.families} families: ${tally.converted} converted and proven, ${tally.blocked} blocked (${reasons.join(', ')})`);
});
