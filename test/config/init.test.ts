import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/command.ts';
import { readConfig } from '../../src/config/read.ts';
import { temporaryDirectory, temporaryRepository } from '../repo/workspace.ts';
import { recordingIo } from '../recording-io.ts';

async function init(cwd: string): Promise<{ code: number; out: string; err: string }> {
  const io = recordingIo(cwd);
  const code = await main(['init'], io);
  return { code, out: io.out(), err: io.err() };
}

const written = (root: string): string => readFileSync(join(root, '.ci2mm.yaml'), 'utf8');

const operator = (image: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: mattermost-operator}\nspec: {template: {spec: {containers: [{name: mattermost-operator, image: "${image}"}]}}}\n`;
const installation = (name: string, namespace: string): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\nspec:\n  ingressName: a\n  database:\n    secret: db\n`;
const APPLICATION = 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\n';
const FLUX = 'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\n';

describe('ci2mm init', () => {
  test('writes what it finds, and says so', async () => {
    const root = temporaryRepository({
      'op/deploy.yaml': operator('mattermost/mattermost-operator:v1.21.0'),
      'flux.yaml': FLUX,
      'chat.yaml': installation('chat', 'prod'),
    });
    mkdirSync(join(root, 'deep'));
    const { code, out } = await init(join(root, 'deep'));
    expect(code).toBe(0);
    expect(out).toBe(
      'wrote .ci2mm.yaml\n  target 1.21.0, from op/deploy.yaml\n  engine flux, from flux.yaml\n  to answer below databases: prod/chat (chat.yaml:9)\n',
    );
    expect(written(root)).toMatch(
      /^# yaml-language-server: \$schema=https:\/\/unpkg\.com\/ci2mm@\d+\.\d+\.\d+\/schema\/config\.schema\.json\n/,
    );
    expect(readConfig('x', Buffer.from(written(root)))).toMatchObject({ target: { version: '1.21.0' }, engine: 'flux', databases: [] });
  });

  test('leaves answers as comments that need no more than their mark removed', async () => {
    const root = temporaryRepository({ 'a.yaml': installation('chat', 'prod'), 'b.yaml': installation('talk', '"on"') });
    await init(root);
    const answered = written(root).replaceAll(/^ {2}# /gm, '  ');
    expect(readConfig('x', Buffer.from(answered)).databases.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
      'prod/chat',
      'on/talk',
    ]);
    writeFileSync(join(root, '.ci2mm.yaml'), answered);
    expect(await main(['convert'], recordingIo(root))).toBe(0);
  });

  test('asks for file stores whose URL is filled in later', async () => {
    const store = installation('chat', 'prod').replace(
      '  database:\n    secret: db\n',
      '  minio:\n    externalURL: ${URL}\n    externalBucket: a\n    secret: b\n',
    );
    const root = temporaryRepository({ 'chat.yaml': store });
    expect((await init(root)).out).toContain('  to answer below fileStores: prod/chat (chat.yaml:9)\n');
    writeFileSync(join(root, '.ci2mm.yaml'), written(root).replaceAll(/^ {2}# /gm, '  '));
    expect(await main(['convert'], recordingIo(root))).toBe(0);
  });

  test('in an empty repository explains what there is to say', async () => {
    const root = temporaryRepository();
    expect(await init(root)).toMatchObject({
      code: 0,
      out: 'wrote .ci2mm.yaml\n  no target: no manifest deploys the operator\n  no engine: no manifest tells\n',
    });
    expect(readConfig('x', Buffer.from(written(root)))).toMatchObject({ target: null, engine: null, databases: [] });
    expect(
      readConfig('x', Buffer.from(written(root).replaceAll(/^# (?=target|engine|databases|fileStores| {2}namespace)/gm, ''))),
    ).toMatchObject({
      target: { version: '1.25.9' },
      engine: 'argo-cd',
      databases: [{ name: 'name' }],
      fileStores: [{ name: 'name' }],
    });
  });

  test('decides nothing that is ambiguous', async () => {
    const files = {
      'a.yaml': operator('mattermost/mattermost-operator:v1.21.0'),
      'b.yaml': operator('registry.example.com/mm/mattermost-operator:1.24.0@sha256:00'),
      'c.yaml': APPLICATION,
      'd.yaml': FLUX,
    };
    const root = temporaryRepository(files);
    expect((await init(root)).out).toBe(
      'wrote .ci2mm.yaml\n  no target: the manifests deploy 1.21.0 and 1.24.0\n  no engine: there are manifests of both\n',
    );
    expect(written(root)).toContain('#   1.21.0 in a.yaml\n#   1.24.0 in b.yaml\n');
    expect(readConfig('x', Buffer.from(written(root)))).toMatchObject({ target: null, engine: null });
  });

  test.each([
    ['an image that kustomize sets', 'images:\n- name: docker.io/mattermost/mattermost-operator\n  newTag: v1.22.1\n', '1.22.1'],
    [
      'an image in Helm values',
      'mattermostOperator:\n  image:\n    repository: mattermost/mattermost-operator\n    tag: v1.22.1\n',
      '1.22.1',
    ],
    [
      "a manifest of the operator's repository",
      'resources:\n- https://raw.githubusercontent.com/mattermost/mattermost-operator/v1.20.1/docs/mattermost-operator/mattermost-operator.yaml\n',
      '1.20.1',
    ],
    [
      "a base of the operator's repository",
      'resources:\n- https://github.com/mattermost/mattermost-operator//config/default?ref=v1.20.1\n',
      '1.20.1',
    ],
    ['a comment', '# mattermost/mattermost-operator:v1.22.1\na: 1\n', undefined],
    ['a tag that is no release', 'image: mattermost/mattermost-operator:latest\n', undefined],
    ['another image', 'images:\n- name: mattermost/other\n  newTag: v1.22.1\n# mattermost-operator\n', undefined],
  ])('finds the release in %s', async (_, text, version) => {
    const root = temporaryRepository({ 'kustomization.yaml': text });
    await init(root);
    expect(readConfig('x', Buffer.from(written(root))).target?.version).toBe(version);
  });

  test('names the schema of a local installation', async () => {
    const root = temporaryRepository({ 'node_modules/ci2mm/schema/config.schema.json': '{}' });
    await init(root);
    expect(written(root)).toContain('# yaml-language-server: $schema=./node_modules/ci2mm/schema/config.schema.json\n');
  });

  test.each(['.ci2mm.yaml', '.ci2mm.yml', '.ci2mm.json'])('does not overwrite %s', async (name) => {
    const root = temporaryRepository({ [name]: '{}' });
    expect(await init(root)).toEqual({
      code: 2,
      out: '',
      err: `ci2mm: there is a configuration, ${name}; ci2mm init does not overwrite it\n`,
    });
    expect(readFileSync(join(root, name), 'utf8')).toBe('{}');
  });

  test('does not write through a link', async () => {
    const elsewhere = join(temporaryDirectory(), 'target.yaml');
    const root = temporaryRepository();
    symlinkSync(elsewhere, join(root, '.ci2mm.yaml'));
    expect((await init(root)).code).not.toBe(0);
    expect(existsSync(elsewhere)).toBe(false);
  });

  test('is not misled by names', async () => {
    const root = temporaryRepository({
      'a\ntarget: x.yaml': installation('chat', 'prod'),
      'b\n: c.yaml': operator('mattermost/mattermost-operator:v1.21.0'),
    });
    await init(root);
    expect(readConfig('x', Buffer.from(written(root)))).toMatchObject({ target: { version: '1.21.0' } });
  });
});
