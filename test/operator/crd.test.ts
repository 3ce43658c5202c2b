import { describe, expect, test } from 'vitest';
import { formatPath } from '../../src/model/value.ts';
import { CrdError, readCrd, type CrdSchema } from '../../src/operator/crd.ts';
import { validateAgainstCrd } from '../../src/operator/validate.ts';
import { toMap, toValue, type Data } from './values.ts';

const openAPIV3Schema = {
  type: 'object',
  description: 'Mattermost is the Schema for the mattermosts API',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec: {
      type: 'object',
      required: ['ingressName'],
      properties: {
        ingressName: { type: 'string', minLength: 1 },
        replicas: { type: 'integer', format: 'int32', minimum: 0 },
        cpu: { anyOf: [{ type: 'integer' }, { type: 'string' }], pattern: '^[0-9]+m?$', 'x-kubernetes-int-or-string': true },
        secret: { type: 'string', pattern: '(?i)^[a-z]+$' },
        nullable: { type: 'array', items: { type: 'string', nullable: true } },
        extra: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        nothing: { type: 'object' },
      },
    },
  },
};

const names = { kind: 'Mattermost', plural: 'mattermosts' };

const crd = (schema: Data = openAPIV3Schema): Record<string, Data> => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  spec: {
    group: 'installation.mattermost.com',
    names,
    versions: [
      { name: 'v1alpha9', schema: {} },
      { name: 'v1beta1', schema: { openAPIV3Schema: schema } },
    ],
  },
});

const check = (schema: CrdSchema, spec: Data): string[] =>
  validateAgainstCrd(schema, toMap({ metadata: { name: 'chat' }, spec })).map(
    ({ path, code, message, suggestion }) => `${code} ${formatPath(path)}: ${message}${suggestion === null ? '' : `; ${suggestion}?`}`,
  );

describe('a resource against a CRD of the user’s', () => {
  test('passes where it fits', async () => {
    const spec = { ingressName: 'x', replicas: 1, cpu: '100m', secret: 'S', extra: { any: [1] }, nullable: [null, 'a'] };
    expect(check(await readCrd(toValue(crd())), spec)).toEqual([]);
  });

  test.each<[Record<string, Data>, string]>([
    [{}, 'missing-field spec.ingressName: is required'],
    [{ ingressName: '' }, "invalid-value spec.ingressName: does not satisfy the schema's minLength"],
    [{ ingressName: 'x', replicas: -1 }, 'invalid-value spec.replicas: must be >= 0'],
    [{ ingressName: 'x', replicas: 2 ** 40 }, 'invalid-value spec.replicas: must be <= 2147483647'],
    [{ ingressName: 'x', cpu: [] }, 'wrong-type spec.cpu: must be an integer or a string, is a list'],
    [{ ingressName: 'x', cpu: 'fast' }, 'invalid-value spec.cpu: must match ^[0-9]+m?$'],
    [{ ingressName: 'x', replica: 1 }, 'unknown-field spec.replica: is not a field of the given CRD; replicas?'],
    [{ ingressName: 'x', nothing: { a: 1 } }, 'unknown-field spec.nothing.a: is not a field of the given CRD'],
  ])('%j', async (spec, line) => {
    expect(check(await readCrd(toValue(crd())), spec)).toEqual([line]);
  });

  test('metadata is checked as always', async () => {
    const problems = validateAgainstCrd(
      await readCrd(toValue(crd())),
      toMap({ metadata: { labels: { a: 1 } }, spec: { ingressName: 'x' } }),
    );
    expect(problems.map(({ path }) => formatPath(path))).toEqual(['metadata.labels.a']);
  });
});

describe('reading a CRD', () => {
  test('apiextensions v1beta1 with one schema for all versions', async () => {
    const document = {
      apiVersion: 'apiextensions.k8s.io/v1beta1',
      kind: 'CustomResourceDefinition',
      spec: { group: 'installation.mattermost.com', names, version: 'v1beta1', validation: { openAPIV3Schema } },
    };
    expect(check(await readCrd(toValue(document)), {})).toEqual(['missing-field spec.ingressName: is required']);
  });

  test.each<[string, Data, string]>([
    ['a list', [], 'is not a CustomResourceDefinition'],
    ['another kind', { apiVersion: 'v1', kind: 'ConfigMap' }, 'is not a CustomResourceDefinition'],
    [
      'another CRD',
      { ...crd(), spec: { group: 'mattermost.com', names } },
      'is not the CRD of kind Mattermost in group installation.mattermost.com',
    ],
    ['no versions', { ...crd(), spec: { group: 'installation.mattermost.com', names } }, 'has no version v1beta1'],
    [
      'no schema',
      { ...crd(), spec: { group: 'installation.mattermost.com', names, versions: [{ name: 'v1beta1' }] } },
      'has no schema for version v1beta1',
    ],
    ['a broken schema', crd({ type: 'objekt' }), 'its schema of v1beta1 is not valid: '],
    ['nonsense in a schema', crd({ type: 'object', required: 5, properties: 7 }), 'its schema of v1beta1 is not valid: '],
  ])('refuses %s', async (_, document, message) => {
    const refused = readCrd(toValue(document));
    await expect(refused).rejects.toThrow(CrdError);
    await expect(refused).rejects.toThrow(message);
  });
});
