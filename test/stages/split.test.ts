import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { describe, expect, test } from 'vitest';
import { run } from '../cli/harness.ts';
import { buildAll } from '../family/roots.ts';
import { meaning } from '../kustomize/binary.ts';
import { quickest } from '../proof/harness.ts';
import { validate } from '../../src/operator/validate.ts';
import { defaultTarget } from '../../src/operator/releases.ts';
import { parseDocument } from '../../src/yaml/document.ts';
import { isMap } from '../../src/model/value.ts';
import { commitAll, temporaryRepository, writeAll } from '../repo/workspace.ts';

/** A Mattermost for each colour of BlueGreen, and one for a canary. */

const chat = (features: string, more = ''): string => `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
  labels: {team: talk}
spec:
  ingressName: chat.example.com
  replicas: 2
  ingressAnnotations:
    example.com/kept: "1"
  mattermostEnv:
    - {name: MM_LOG, value: "true"}
  database:
    secret: chat-database
  minio:
    externalURL: s3.example.com
    externalBucket: chat
    secret: chat-s3
${more}${features}`;

const COLOURS = (enable: string): string => `  blueGreen:
    enable: ${enable}
    productionDeployment: Green
    blue:
      image: mattermost/mattermost-enterprise-edition
      version: "9.11"
    green:
      name: chat-next
      ingressName: next.example.com
      image: mattermost/mattermost-enterprise-edition
      version: 10.5.1
      resourceLabels: {colour: green}
`;

const CANARY = `  canary:
    enable: false
    deployment: {image: mattermost/mattermost-team-edition, version: 10.6.0}
`;

const OPTIONS = ['--engine', 'flux', '--assume-database', 'external'];

const repository = (files: Readonly<Record<string, string>>): string => {
  const cwd = temporaryRepository(files);
  commitAll(cwd);
  return cwd;
};

const split = (cwd: string, feature: 'blue-green' | 'canary' = 'blue-green', ...options: readonly string[]): ReturnType<typeof run> =>
  run(['prepare', `--${feature}`, 'split', '--write', ...OPTIONS, ...options], { cwd });

type Plain = { kind: string; metadata: Record<string, unknown>; spec: Record<string, unknown> };

const objectsIn = (cwd: string, file = 'chat.yaml'): Plain[] =>
  parseAllDocuments(readFileSync(join(cwd, file), 'utf8'), { version: '1.1' }).map((document) => document.toJS() as Plain);

const shared = {
  ingressAnnotations: { 'example.com/kept': '1' },
  replicas: 2,
  database: { external: { secret: 'chat-database' } },
  fileStore: { external: { url: 's3.example.com', bucket: 'chat', secret: 'chat-s3' } },
  mattermostEnv: [
    { name: 'MM_LOG', value: 'true' },
    // What a ClusterInstallation does, and a Mattermost would not.
    { name: 'MM_FILESETTINGS_AMAZONS3SSL', value: 'false' },
    { name: 'MM_SERVICESETTINGS_SITEURL', value: 'https://chat.example.com' },
  ],
};

describe('BlueGreen', () => {
  test('gets a Mattermost for each colour, then an Ingress in place of the ClusterInstallation, then nothing', async () => {
    const text = chat(COLOURS('false'));
    const cwd = repository({ 'chat.yaml': text });
    expect(await split(cwd)).toMatchObject({ code: 0, stderr: expect.stringContaining('start beside ClusterInstallation chat') as string });
    expect(readFileSync(join(cwd, 'chat.yaml'), 'utf8').startsWith(`${text}---\n# Not in production`)).toBe(true);
    const [installation, blue, green, service] = objectsIn(cwd);
    expect([installation?.kind, blue?.kind, green?.kind]).toEqual(['ClusterInstallation', 'Mattermost', 'Mattermost']);
    const image = 'mattermost/mattermost-enterprise-edition';
    expect(blue?.metadata).toEqual({ name: 'chat-blue', labels: { team: 'talk' } });
    expect(blue?.spec).toEqual({ ...shared, image, version: '9.11', ingressName: 'blue.chat.example.com' });
    expect(green?.metadata).toEqual({ name: 'chat-next', labels: { team: 'talk' } });
    expect(green?.spec).toEqual({
      ...shared,
      image,
      version: '10.5.1',
      ingressName: 'next.example.com',
      resourceLabels: { colour: 'green' },
    });
    const labels = ['installation', 'resource'].map((label) => [`installation.mattermost.com/${label}`, 'chat-next']);
    expect(service).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'chat-production', labels: { team: 'talk' } },
      spec: { selector: { app: 'mattermost', ...Object.fromEntries(labels) }, ports: [{ name: 'app', port: 8065, targetPort: 'app' }] },
    });

    commitAll(cwd);
    expect(await split(cwd)).toMatchObject({ code: 0, stderr: expect.stringContaining('takes its host over') as string });
    const [ingress, ...others] = objectsIn(cwd);
    expect(others).toEqual([blue, green, service]);
    expect(ingress?.metadata).toEqual({
      name: 'chat-production',
      labels: { team: 'talk' },
      annotations: {
        'kubernetes.io/ingress.class': 'nginx',
        'nginx.ingress.kubernetes.io/proxy-body-size': '1000M',
        'example.com/kept': '1',
      },
    });
    const backend = { service: { name: 'chat-production', port: { number: 8065 } } };
    const paths = [{ path: '/', pathType: 'ImplementationSpecific', backend }];
    expect(ingress?.spec).toEqual({ rules: [{ host: 'chat.example.com', http: { paths } }] });

    commitAll(cwd);
    expect(await split(cwd)).toMatchObject({ code: 0 });
    expect(objectsIn(cwd)).toHaveLength(4);
  });

  test('what it writes is valid to the newest release', async () => {
    const cwd = repository({ 'chat.yaml': chat(COLOURS('false')) });
    await split(cwd);
    const texts = readFileSync(join(cwd, 'chat.yaml'), 'utf8').split('---\n').slice(1, 3);
    for (const text of texts) {
      const { shape } = parseDocument(text);
      expect(isMap(shape ?? undefined) ? validate('Mattermost', shape as never, defaultTarget) : null).toEqual([]);
    }
  });

  test('is proven in a kustomization that sets a namespace, and both steps are', async () => {
    const files = { 'chat.yaml': chat(COLOURS('false')), 'kustomization.yaml': 'namespace: mm\nresources: [chat.yaml]\n' };
    const cwd = repository(files);
    for (const kinds of [
      ['ClusterInstallation', 'Mattermost', 'Mattermost', 'Service'],
      ['Ingress', 'Mattermost', 'Mattermost', 'Service'],
    ]) {
      const result = await split(cwd, 'blue-green', '--prove', 'always', '--kustomize', quickest.program);
      expect([result.code, result.stderr]).toEqual([0, expect.stringContaining('1 of 1 kustomizations proven') as string]);
      const built = [...(buildAll(cwd).get('.') ?? buildAll(cwd).get('') ?? [])].map(([, value]) => meaning(value) as Plain);
      expect(built.map(({ kind }) => kind).sort()).toEqual(kinds);
      for (const { metadata } of built) expect(metadata['namespace']).toBe('mm');
      commitAll(cwd);
    }
  });

  test.each([
    ['BlueGreen is on', chat(COLOURS('true')), '(feature-on)'],
    ['nobody knows whether it is on', chat(COLOURS('${ON}')), '(feature-on)'],
    ['the file store is the operator’s', chat(COLOURS('false')).replace(/ {2}minio:\n(?: {4}.*\n)*/, ''), '(split-stores)'],
    ['the Service has the address', chat(COLOURS('false'), '  useServiceLoadBalancer: true\n'), '(split-load-balancer)'],
    ['no colour is in production', chat(COLOURS('false').replace('    productionDeployment: Green\n', '')), '(feature-on)'],
    [
      'it stands in a List',
      `apiVersion: v1\nkind: List\nitems:\n- ${chat(COLOURS('false')).trimEnd().replaceAll('\n', '\n  ')}\n`,
      '(no-place)',
    ],
  ])('is refused where %s', async (_, text, code) => {
    const cwd = repository({ 'chat.yaml': text });
    expect(await split(cwd)).toMatchObject({ code: 1, stderr: expect.stringContaining(code) as string });
    expect(readFileSync(join(cwd, 'chat.yaml'), 'utf8')).toBe(text);
  });

  test.each([
    ['labels', 'resources: [chat.yaml]\ncommonLabels: {a: b}\n'],
    ['prefixes', 'resources: [chat.yaml]\nnamePrefix: eu-\n'],
    [
      'patches',
      'resources: [chat.yaml]\npatches:\n- patch: |-\n    apiVersion: mattermost.com/v1alpha1\n    kind: ClusterInstallation\n    metadata: {name: chat}\n    spec: {replicas: 3}\n',
    ],
  ])('is refused where a kustomization %s the installation', async (_, kustomization) => {
    const text = chat(COLOURS('false'));
    const cwd = repository({ 'chat.yaml': text, 'kustomization.yaml': kustomization });
    expect(await split(cwd, 'blue-green', '--prove', 'never')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('(no-place)') as string,
    });
    expect(readFileSync(join(cwd, 'chat.yaml'), 'utf8')).toBe(text);
  });

  test('a colour of another cluster is not taken for its own', async () => {
    const text = chat(COLOURS('false'));
    const cwd = repository({ 'a/chat.yaml': text, 'b/chat.yaml': text });
    for (const cluster of ['a', 'b']) {
      expect(await split(cwd, 'blue-green', '--root', `${cluster}/chat.yaml`)).toMatchObject({ code: 0 });
      expect(objectsIn(cwd, `${cluster}/chat.yaml`)).toHaveLength(4);
      commitAll(cwd);
    }
  });

  test('one colour alone is refused', async () => {
    const text = chat(COLOURS('false'));
    const blue = 'apiVersion: installation.mattermost.com/v1beta1\nkind: Mattermost\nmetadata: {name: chat-blue}\nspec: {}\n';
    const cwd = repository({ 'chat.yaml': `${text}---\n${blue}` });
    expect(await split(cwd)).toMatchObject({ code: 1, stderr: expect.stringContaining('(mattermost-exists)') as string });
  });

  test('without BlueGreen there is nothing to do', async () => {
    const cwd = repository({ 'chat.yaml': chat('') });
    expect(await split(cwd)).toMatchObject({ code: 0 });
    expect(objectsIn(cwd)).toHaveLength(1);
  });
});

describe('Canary', () => {
  test('gets a Mattermost on the same host, and what is left in the cluster is named', async () => {
    const cwd = repository({ 'chat.yaml': chat(CANARY) });
    const result = await split(cwd, 'canary');
    expect(result).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('kubectl delete -n NAMESPACE deployment,service,ingress chat-canary') as string,
    });
    const [, canary, ...others] = objectsIn(cwd);
    expect(others).toEqual([]);
    expect(canary).toEqual({
      apiVersion: 'installation.mattermost.com/v1beta1',
      kind: 'Mattermost',
      metadata: { name: 'chat-canary', labels: { team: 'talk' } },
      spec: {
        ...shared,
        image: 'mattermost/mattermost-team-edition',
        version: '10.6.0',
        ingressName: 'chat.example.com',
        ingressAnnotations: {
          'example.com/kept': '1',
          'nginx.ingress.kubernetes.io/canary': 'true',
          'nginx.ingress.kubernetes.io/canary-by-cookie': 'canary',
        },
      },
    });
    commitAll(cwd);
    await split(cwd, 'canary');
    expect(objectsIn(cwd)).toHaveLength(2);
    writeAll(cwd, { 'chat.yaml': chat(CANARY.replace('false', 'true')) });
    expect(await split(cwd, 'canary')).toMatchObject({ code: 1 });
  });

  test('goes on to the Mattermost by the stages', async () => {
    const cwd = repository({ 'chat.yaml': chat(CANARY, '  image: mattermost/mattermost-team-edition\n  version: 10.5.0\n') });
    await split(cwd, 'canary');
    commitAll(cwd);
    expect(await run(['convert', '--write', ...OPTIONS], { cwd })).toMatchObject({ code: 0 });
    expect(objectsIn(cwd).map(({ kind, metadata }) => `${kind} ${metadata['name'] as string}`)).toEqual([
      'Mattermost chat',
      'Mattermost chat-canary',
    ]);
  });
});
