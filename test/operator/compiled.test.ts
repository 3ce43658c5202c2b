import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { validatorOf } from '../../src/operator/compiled.ts';
import type { Kind } from '../../src/operator/schemas.ts';
import type { SchemaError, Validator } from '../../src/operator/validator.ts';

/** The module that the build puts in the place of compiled.ts. */
let published: (kind: Kind) => Validator;

beforeAll(async () => {
  const options = { bundle: true, platform: 'node', format: 'esm', write: false } as const;
  const { outputFiles } = await build({ ...options, entryPoints: ['scripts/validators.js'] });
  const generator = (await importText(outputFiles[0]?.text ?? '')) as { validatorModule(): string };
  published = ((await importText(generator.validatorModule())) as { validatorOf: typeof published }).validatorOf;
});

const importText = (text: string): Promise<unknown> => import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`);

function errorsOf(validator: Validator, data: unknown): SchemaError[] {
  const errors = validator(data) ? [] : (validator.errors ?? []);
  return errors.map(({ instancePath, keyword, params }) => ({ instancePath, keyword, params }));
}

const wrong = [null, 'text', 1.5, true, [null], [[1]], { 'a/b~c': 1 }, {}];

/** A value, and the same with something wrong in each of its places. */
function* spoilt(value: unknown): Generator {
  for (const other of [value, ...wrong]) yield other;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    for (const other of spoilt(child)) yield Array.isArray(value) ? [other] : { ...value, [key]: other };
  }
}

const probe = {
  httpGet: { path: '/', port: 8065, httpHeaders: [{ name: 'a', value: 'b' }] },
  periodSeconds: 3,
  terminationGracePeriodSeconds: 2 ** 62,
};
const term = {
  topologyKey: 'zone',
  namespaces: ['a'],
  labelSelector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] },
};
const affinity = { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term }] } };
const resources = { limits: { cpu: 1, memory: '2Gi' }, claims: [{ name: 'a' }] };
const metadata = { name: 'chat', labels: { a: 'b' } };

const resourcesOfKind: readonly [Kind, object][] = [
  [
    'ClusterInstallation',
    { metadata, spec: { ingressName: 'a', replicas: 2, minio: { storageSize: '1Gi', resources }, livenessProbe: probe, affinity } },
  ],
  [
    'Mattermost',
    {
      metadata,
      spec: {
        probes: { readinessProbe: probe },
        scheduling: { affinity, resources },
        database: { readinessCheck: { mode: 'builtin', timeout: '5s' } },
      },
    },
  ],
  [
    'Mattermost',
    {
      metadata,
      spec: { volumes: [{ name: 'a', projected: { sources: [{ secret: { items: [{ key: 'a', path: 'b', mode: 1 }] } }] } }] },
      status: { replicas: 1 },
    },
  ],
];

describe.each(resourcesOfKind)('published, the validator of %s', (kind, resource) => {
  test('finds nothing where there is nothing', () => {
    expect(errorsOf(published(kind), resource)).toEqual([]);
  });

  test('finds what the one compiled at run time finds', () => {
    const values = [...spoilt(resource)];
    const found = values.map((value) => errorsOf(published(kind), value));
    expect(found).toEqual(values.map((value) => errorsOf(validatorOf(kind), value)));
    expect(found.filter((errors) => errors.length > 0).length).toBeGreaterThan(values.length / 2);
  });
});
