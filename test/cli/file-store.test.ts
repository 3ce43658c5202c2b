import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { convertRepository, convertText } from '../../src/index.ts';
import { temporaryDirectory, temporaryRepository } from '../repo/workspace.ts';
import { findingsOf, reportOf, run } from './harness.ts';
import { installation } from './manifests.ts';

/** Whether a file store is external depends on whether its URL is empty; where a variable stands there, somebody has to say. */

const withStore = (url: string, namespace = '', secret = 's3', bucket = 'files'): string =>
  installation('chat', `  minio:\n    externalURL: ${url}\n    externalBucket: ${bucket}\n    secret: ${secret}\n`).replace(
    '  name: chat\n',
    `  name: chat\n${namespace === '' ? '' : `  namespace: ${namespace}\n`}`,
  );
const EXTERNAL = (url: string): string => `fileStore:\n    external:\n      url: ${url}\n      bucket: files\n      secret: s3\n`;
const textOf = (cwd: string, file: string): string => readFileSync(join(cwd, file), 'utf8');

describe('an answer', () => {
  const rows: readonly (readonly [string, readonly string[], string])[] = [
    ['by name', ['--file-store', 'chat=external'], ''],
    ['by namespace and name', ['--file-store', 'prod/chat=external'], ''],
    ['the more exact of two', ['--file-store', 'chat=operator-managed', '--file-store', 'prod/chat=external'], ''],
    ['of the configuration', [], 'fileStores:\n  prod/chat: external\n'],
    ['that wins over the configuration', ['--file-store', 'chat=external'], 'fileStores:\n  prod/chat: operator-managed\n'],
  ];
  test.each(rows)('%s', async (_, args, config) => {
    const files = { 'chat.yaml': withStore('${S3_URL}', 'prod'), ...(config !== '' && { '.ci2mm.yaml': config }) };
    const cwd = temporaryRepository(files);
    expect((await run(['convert', '--write', ...args], { cwd })).code).toBe(0);
    expect(textOf(cwd, 'chat.yaml')).toContain(EXTERNAL('${S3_URL}'));
  });

  test('operator-managed: what an external one would need goes', async () => {
    const cwd = temporaryRepository({ 'chat.yaml': withStore('${S3_URL}', '', 'chat-minio', 'chat') });
    expect((await run(['convert', '--write', '--file-store', 'chat=operator-managed'], { cwd })).code).toBe(0);
    expect(textOf(cwd, 'chat.yaml')).not.toContain('S3_URL');
  });

  test('operator-managed does not lose files that are elsewhere', async () => {
    const cwd = temporaryRepository({ 'chat.yaml': withStore('${S3_URL}') });
    const result = await run(['convert', '--file-store', 'chat=operator-managed', '--format', 'json'], { cwd });
    expect(findingsOf(result).map((each) => each.split(' ')[0])).toEqual(['file-store-bucket-renamed', 'file-store-secret-renamed']);
  });

  test('missing: the finding says how to give it', async () => {
    const cwd = temporaryRepository({ 'chat.yaml': withStore('${S3_URL}', 'prod') });
    const { findings } = reportOf(await run(['scan', '--format', 'json'], { cwd }));
    expect(findings.find(({ rule }) => rule === 'undecided-variable')).toMatchObject({
      line: 13,
      remedy: expect.stringMatching(/--file-store prod\/chat=external .*--file-store prod\/chat=operator-managed /) as string,
    });
  });

  test('of the library', async () => {
    const fileStores = [{ namespace: null, name: 'chat', fileStore: 'external' as const }];
    expect((await convertText(withStore('${S3_URL}'), { fileStores })).text).toContain(EXTERNAL('${S3_URL}'));
    const { summary } = await convertRepository({ cwd: temporaryRepository({ 'chat.yaml': withStore('${S3_URL}') }), fileStores });
    expect(summary).toMatchObject({ convertible: 1, blocked: 0 });
  });

  test('for a stream', async () => {
    const result = await run(['convert', '-', '--file-store', 'chat=external'], {
      cwd: temporaryDirectory(),
      stdin: withStore('${S3_URL}'),
    });
    expect(result.stdout.toString()).toContain(EXTERNAL('${S3_URL}'));
  });

  test.each([['chat'], ['chat=maybe'], ['a/b/chat=external'], ['=external']])('%s is none', async (answer) => {
    expect(await run(['convert', '--file-store', answer], { cwd: '/' })).toMatchObject({ code: 2 });
  });

  test('and another one for the same installation', async () => {
    const args = ['convert', '--file-store', 'chat=external', '--file-store', 'chat=operator-managed'];
    expect(await run(args, { cwd: temporaryRepository() })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--file-store gives two answers for chat') as string,
    });
  });
});

describe('an answer that is contradicted', () => {
  const contradiction = async (files: Record<string, string>, kind: string): Promise<string[]> => {
    const result = reportOf(
      await run(['convert', '--file-store', `chat=${kind}`, '--format', 'json'], { cwd: temporaryRepository(files) }),
    );
    return result.findings.filter(({ rule }) => rule === 'file-store-answer-contradicted').map(({ message }) => message);
  };

  test.each([
    ['by a literal URL', 's3.example.com', 'operator-managed', 'external'],
    ['by a URL that can not be empty', 'https://${HOST}', 'operator-managed', 'external'],
    ['by no URL at all', '""', 'external', 'operator-managed'],
  ])('%s is told, and not used', async (_, url, kind, used) => {
    const files = { 'chat.yaml': withStore(url, '', 'chat-minio', 'chat') };
    expect(await contradiction(files, kind)).toEqual([
      expect.stringMatching(new RegExp(`makes the file store ${kind}, .* ${used}\\. The answer is not used\\.$`)),
    ]);
    const { installations } = reportOf(
      await run(['convert', '--file-store', `chat=${kind}`, '--format', 'json'], { cwd: temporaryRepository(files) }),
    );
    expect(installations[0]?.fileStore).toBe(used);
  });

  test('by the manifests of Flux is told, and used', async () => {
    const files = {
      'apps/chat.yaml': withStore('${S3_URL}', '', 'chat-minio', 'chat'),
      'flux.yaml': flux('./apps', { S3_URL: 's3.example.com' }),
    };
    expect(await contradiction(files, 'operator-managed')).toEqual([
      'The answer makes the file store operator-managed, but Kustomization flux-system/apps (flux.yaml:1) makes it external.',
    ]);
  });

  test('not where it says the same', async () => {
    expect(await contradiction({ 'chat.yaml': withStore('s3.example.com') }, 'external')).toEqual([]);
  });
});

function flux(path: string, substitute: Record<string, string>, rest = '', name = 'apps'): string {
  const values = Object.entries(substitute).map(([key, value]) => `      ${key}: ${JSON.stringify(value)}\n`);
  return `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: ${name}, namespace: flux-system}\nspec:\n  path: ${path}\n  sourceRef: {kind: GitRepository, name: repo}\n  postBuild:\n    substitute:\n${values.join('')}${rest}`;
}

describe('what answers by itself', () => {
  const storeOf = async (files: Record<string, string>): Promise<string> => {
    const { installations } = reportOf(await run(['convert', '--prove', 'never', '--format', 'json'], { cwd: temporaryRepository(files) }));
    return installations.map(({ status, fileStore }) => `${status} ${fileStore}`).join(', ');
  };
  const chat = { 'apps/chat.yaml': withStore('${S3_URL}', '', 'chat-minio', 'chat') };
  const kustomized = { ...chat, 'apps/kustomization.yaml': 'resources: [chat.yaml]\n' };
  const FROM = '    substituteFrom:\n    - {kind: ConfigMap, name: vars}\n';

  test.each([
    ['a default', '${S3_URL:=https://s3.example.com}', 'convertible external'],
    ['a default in the other form', '${S3_URL:-s3.example.com}', 'convertible external'],
    ['a default that is a variable with a default', '${S3_URL:=${OTHER:-s3}}', 'convertible external'],
    ['not a default for what is not set at all', '${S3_URL-s3.example.com}', 'blocked external'],
    ['not an empty default', '${S3_URL:=}', 'blocked external'],
    ['not a default that may be empty', '${S3_URL:=${OTHER}}', 'blocked external'],
    ['not a template action', '"{{ .url }}"', 'blocked external'],
  ])('%s', async (_, url, expected) => {
    expect(await storeOf({ 'chat.yaml': withStore(url) })).toBe(expected);
  });

  test.each([
    ['a value of Flux', { ...chat, 'flux.yaml': flux('./apps', { S3_URL: 's3.example.com' }) }, 'convertible external'],
    ['a value that is empty', { ...chat, 'flux.yaml': flux('apps', { S3_URL: '' }) }, 'convertible operator-managed'],
    [
      'a value for a folder above',
      { 'a/b/chat.yaml': withStore('${S3_URL}'), 'flux.yaml': flux('./a', { S3_URL: 's3' }) },
      'convertible external',
    ],
    ['a value beside others from elsewhere', { ...chat, 'flux.yaml': flux('./apps', { S3_URL: 's3' }, FROM) }, 'convertible external'],
    ['a value for a kustomization', { ...kustomized, 'flux.yaml': flux('./apps', { S3_URL: 's3' }) }, 'convertible external'],
    [
      'a value of an object that changes more',
      { ...kustomized, 'flux.yaml': flux('./apps', { S3_URL: 's3' }, '  targetNamespace: prod\n') },
      'convertible external',
    ],
    [
      'a value with which a default is not used',
      { 'apps/chat.yaml': withStore('x${A:=}${S3_URL}'), 'flux.yaml': flux('./apps', { S3_URL: '' }) },
      'convertible external',
    ],
    ['not a value for another folder', { ...chat, 'flux.yaml': flux('./other', { S3_URL: 's3' }) }, 'blocked external'],
    ['not a value of another variable', { ...chat, 'flux.yaml': flux('./apps', { OTHER: 's3' }) }, 'blocked external'],
    [
      'not two values',
      { ...chat, 'flux.yaml': `${flux('./apps', { S3_URL: 's3' })}---\n${flux('./apps', { S3_URL: '' }, '', 'b')}` },
      'blocked external',
    ],
    [
      'not a value for a kustomization that does not read the file',
      {
        ...chat,
        'kustomization.yaml': 'resources: [other.yaml]\n',
        'other.yaml': 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: x}\n',
        'flux.yaml': flux('.', { S3_URL: 's3' }),
      },
      'blocked external',
    ],
  ])('%s', async (_, files, expected) => {
    expect(await storeOf(files)).toBe(expected);
  });
});

describe('in a family', () => {
  const base = {
    'base/kustomization.yaml': 'resources: [chat.yaml]\n',
    'base/chat.yaml': withStore('${S3_URL}', '', 'chat-minio', 'chat'),
  };
  const overlay = (name: string, patch = ''): Record<string, string> => ({
    [`${name}/kustomization.yaml`]: `namespace: ${name}\nresources: [../base]\n${patch}`,
  });
  const both = {
    ...base,
    ...overlay(
      'prod',
      `patches:\n- target: {kind: ClusterInstallation}\n  patch: |\n    - {op: add, path: /spec/minio/storageSize, value: 1Gi}\n`,
    ),
    ...overlay('test'),
  };

  test.each([
    ['external', ['prod/chat=external', 'test/chat=external'], 'url: ${S3_URL}'],
    ['operator-managed', ['chat=operator-managed'], 'storageSize'],
  ])('every state follows: %s', async (_, answers, expected) => {
    const cwd = temporaryRepository(both);
    const result = await run(['convert', '--write', ...answers.flatMap((each) => ['--file-store', each])], { cwd });
    expect(result).toMatchObject({ code: 0 });
    const all = ['base/chat.yaml', 'prod/kustomization.yaml'].map((file) => textOf(cwd, file)).join('');
    expect(all).toContain(expected);
    expect(all.includes('external:\n      url')).toBe(_ === 'external');
  });

  test('overlays that disagree are blocked', async () => {
    const args = [
      '--file-store',
      'prod/chat=external',
      '--file-store',
      'test/chat=operator-managed',
      '--prove',
      'never',
      '--format',
      'json',
    ];
    expect(
      findingsOf(await run(['convert', ...args], { cwd: temporaryRepository({ ...base, ...overlay('prod'), ...overlay('test') }) }))[0],
    ).toMatch(/^unsafe-edit /);
  });

  test('a URL that a patch brings in', async () => {
    const plain = { ...base, 'base/chat.yaml': installation() };
    const patch = `patches:\n- target: {kind: ClusterInstallation}\n  patch: |\n    - {op: add, path: /spec/minio, value: {externalURL: "\${S3_URL}", externalBucket: files, secret: s3}}\n`;
    const cwd = temporaryRepository({ ...plain, ...overlay('prod', patch), ...overlay('test') });
    expect((await run(['convert', '--write', '--file-store', 'chat=external'], { cwd })).stderr).toContain('converted 2');
    expect(textOf(cwd, 'prod/kustomization.yaml')).toContain('external');
    expect(textOf(cwd, 'base/chat.yaml')).not.toContain('fileStore');
  });
});
