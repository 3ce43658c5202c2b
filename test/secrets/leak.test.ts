import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { classifyDatabaseSecret, readSecretSources } from '../../src/secrets/index.ts';
import { everything, resourceOf } from './resources.ts';
import type { Manifest } from './resources.ts';

/** Values as they come: passwords, base64 with its padding, a PEM block, anything; long enough to stand in no result by chance. */
const token = fc.stringMatching(/^[a-zA-Z0-9]{14,24}$/).filter((text) => /[a-z][0-9]|[0-9][a-z]/.test(text));
const base64 = fc.base64String({ minLength: 16, maxLength: 40 });
const anything = fc
  .tuple(
    token,
    fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !text.includes('=')),
  )
  .map((pair) => pair.join(''));
const block = fc
  .array(base64, { minLength: 1, maxLength: 3 })
  .map((lines) => ['-----BEGIN KEY-----', ...lines, '-----END KEY-----'].join('\n'));
const anyValue = fc.oneof(token, base64, anything, block);
const key = fc.constantFrom('DB_CONNECTION_STRING', 'ROOT_PASSWORD', 'USER', 'PASSWORD', 'DATABASE', 'A', 'license');
const data = fc.dictionary(key, anyValue, { minKeys: 1, maxKeys: 5 });

const metadata = { name: 'db' };
const literals = (values: Readonly<Record<string, string>>): string[] => Object.entries(values).map(([name, text]) => `${name}=${text}`);

/** Every way in which a value stands in a manifest, a literal or a file. */
const SHAPES: readonly ((values: Readonly<Record<string, string>>) => Manifest)[] = [
  (values) => ({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: values }),
  (values) => ({ apiVersion: 'v1', kind: 'Secret', metadata, data: values }),
  (values) => ({ apiVersion: 'v1', kind: 'Secret', metadata, data: Object.values(values).join('\n') }),
  (values) => ({
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata,
    spec: { encryptedData: values, template: { data: values } },
  }),
  (values) => ({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata,
    spec: { target: { template: { data: values } } },
  }),
  (values) => ({ apiVersion: 'kubernetes-client.io/v1', kind: 'ExternalSecret', metadata, spec: { template: { stringData: values } } }),
  (values) => ({
    apiVersion: 'isindir.github.com/v1alpha3',
    kind: 'SopsSecret',
    metadata,
    spec: { secretTemplates: [{ name: 'db', data: values }] },
  }),
  (values) => ({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    secretGenerator: [{ name: 'db', literals: literals(values) }],
  }),
  // Values where keys belong, as a slip of the hand leaves them.
  (values) => ({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    secretGenerator: [{ name: 'db', literals: Object.values(values) }],
  }),
  (values) => ({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    secretGenerator: [{ name: 'db', literals: Object.values(values).map((text) => `=${text}`) }],
  }),
  () => ({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    secretGenerator: [{ name: 'db', envs: ['db.env'], files: ['PASSWORD'] }],
  }),
  () => ({ apiVersion: 'goabout.com/v1beta1', kind: 'SopsSecretGenerator', metadata, envs: ['db.env'], files: ['PASSWORD'] }),
  () => ({ apiVersion: 'viaduct.ai/v1', kind: 'ksops', metadata, secretFrom: [{ metadata, envs: ['db.env'], files: ['PASSWORD'] }] }),
];

/** What of a value must not be seen: its lines, without base64's padding, as JSON writes them. */
const piecesOf = (text: string): string[] =>
  text
    .split(/[\r\n=]+/)
    .filter((line) => line.length >= 12)
    .map((line) => JSON.stringify(line).slice(1, -1));

test('no value of a Secret is in any result', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...SHAPES), data), { minLength: 1, maxLength: 4 }),
      data,
      anyValue,
      (drawn, env, loose) => {
        const file = `${literals(env).join('\n')}\n${loose}\n`;
        const resources = drawn.map(([shape, values]) => resourceOf(shape(values)));
        const sources = readSecretSources(resources, () => file);
        const text = everything([sources, classifyDatabaseSecret('db', null, sources), classifyDatabaseSecret('db', 'chat', sources)]);
        const values = [loose, ...Object.values(env), ...drawn.flatMap(([, drawnValues]) => Object.values(drawnValues))];
        for (const piece of values.flatMap(piecesOf)) expect(text).not.toContain(piece);
      },
    ),
    { numRuns: 500 },
  );
});

test('nor is a value that stands where a name belongs', () => {
  const sources = readSecretSources(
    [resourceOf({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { 'postgres://user:hunter2@host/db': '' } })],
    () => null,
  );
  expect(everything(sources)).not.toContain('hunter2');
});
