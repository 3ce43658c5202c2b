import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kustomize4Path } from '../proof/harness.ts';
import { temporaryDirectory, temporaryRepository } from '../repo/workspace.ts';
import { findingsOf, run, treeOf } from './harness.ts';
import type { Result } from './harness.ts';
import { installation } from './manifests.ts';

/** `--prove`, `--kustomize` and `--config` as a user gives them. */

const kustomized = (): string =>
  temporaryRepository({ 'kustomization.yaml': 'resources: [chat.yaml]\nnamePrefix: a-\n', 'chat.yaml': installation() });

/** A PATH with nothing on it but, where wanted, the real kustomize. */
function pathWith(name?: string): { PATH: string } {
  const folder = temporaryDirectory();
  if (name !== undefined) symlinkSync(kustomize4Path, join(folder, name));
  return { PATH: folder };
}

const convert = (cwd: string, args: readonly string[], env: Record<string, string> = pathWith()): Promise<Result> =>
  run(['convert', ...args], { cwd, env });
const PROVEN = /^1 of 1 kustomizations proven by kustomize 4\.5\.4$/m;
const UNPROVEN = /\[kustomize-not-proven\]/;

describe('what is built before and after', () => {
  test('--prove auto, which is the default: where kustomize is on the PATH', async () => {
    for (const args of [[], ['--prove', 'auto']]) {
      expect(await convert(kustomized(), args, pathWith('kustomize'))).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(PROVEN) as string,
      });
      expect(await convert(kustomized(), args)).toMatchObject({ code: 0, stderr: expect.stringMatching(UNPROVEN) as string });
    }
  });

  test('--prove always: none to be found is an error, and nothing is written', async () => {
    expect(await convert(kustomized(), ['--prove', 'always'], pathWith('kustomize'))).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(PROVEN) as string,
    });
    const cwd = kustomized();
    const before = treeOf(cwd);
    expect(await convert(cwd, ['--prove', 'always', '--write'])).toMatchObject({
      code: 2,
      stdout: Buffer.alloc(0),
      stderr: expect.stringMatching(/^ci2mm: .*kustomize/) as string,
    });
    expect(treeOf(cwd)).toEqual(before);
  });

  test('--prove never', async () => {
    expect(await convert(kustomized(), ['--prove', 'never'], pathWith('kustomize'))).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(UNPROVEN) as string,
    });
  });

  test('nothing is looked for where there is no kustomization', async () => {
    const { code, stderr } = await convert(temporaryRepository({ 'a.yaml': installation() }), ['--prove', 'always']);
    expect(code).toBe(0);
    expect(stderr).not.toContain('kustomize');
  });
});

describe('--kustomize', () => {
  test('names the program, from the working directory', async () => {
    const cwd = kustomized();
    const { PATH } = pathWith('build-it');
    expect(await convert(cwd, ['--kustomize', join(PATH, 'build-it')])).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(PROVEN) as string,
    });
  });

  test.each([
    ['gone', 'gone'],
    ['a folder', '.'],
    ['no program', 'chat.yaml'],
    ['another program', process.execPath],
  ])('%s', async (_, program) => {
    const cwd = kustomized();
    const before = treeOf(cwd);
    const result = await convert(cwd, ['--kustomize', program, '--write']);
    expect(result).toMatchObject({ code: 2, stdout: Buffer.alloc(0), stderr: expect.stringMatching(/^ci2mm: /) as string });
    expect(result.stderr).not.toContain('internal error');
    expect(treeOf(cwd)).toEqual(before);
  });
});

test('a kustomization that does not build stays, and others go on', async () => {
  const cwd = temporaryRepository({
    'a/kustomization.yaml': 'resources: [chat.yaml]\npatches: [{path: gone.yaml}]\n',
    'a/chat.yaml': installation('a'),
    'b/kustomization.yaml': 'resources: [chat.yaml]\n',
    'b/chat.yaml': installation('b'),
  });
  const result = await convert(cwd, ['--format', 'json', '--kustomize', kustomize4Path]);
  expect(result.code).toBe(1);
  expect(findingsOf(result).some((finding) => finding.includes('a/'))).toBe(true);
  expect(findingsOf(result).some((finding) => finding.includes('b/'))).toBe(false);
});

describe('--config and --no-config', () => {
  const cwd = (): string =>
    temporaryRepository({
      '.ci2mm.yaml': 'ingress: modern\n',
      'other.yaml': 'ingress: keep\n',
      'broken.yaml': 'ingress: [\n',
      'a.yaml': installation(),
    });
  const ingress = async (...args: string[]): Promise<boolean> =>
    (await run(['convert', ...args], { cwd: cwd() })).stdout.includes('+  ingress:');

  test('choose what decides', async () => {
    expect([
      await ingress(),
      await ingress('--no-config'),
      await ingress('--config', 'other.yaml'),
      await ingress('--config', 'other.yaml', '--ingress', 'modern'),
    ]).toEqual([true, false, false, true]);
  });

  test('a configuration that can not be read ends the run', async () => {
    for (const file of ['broken.yaml', 'gone.yaml', '.']) {
      expect(await run(['convert', '--write', '--config', file], { cwd: cwd() })).toMatchObject({
        code: 2,
        stdout: Buffer.alloc(0),
        stderr: expect.stringMatching(/^ci2mm: /) as string,
      });
    }
  });
});
