import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listByWalking, mayHoldName } from '../../src/repo/list.ts';
import { asNobody, git, isRoot, temporaryDirectory, temporaryRepository, writeAll } from './workspace.ts';

const isWanted = (name: string): boolean => name === 'kustomization.yaml';
const files = (count: number, folder = 'apps'): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${folder}/${index}.yaml`, 'a: 1\n']));

describe('whether a tree may hold a name, without asking git', () => {
  test('not where it is small and holds none', () => {
    expect(mayHoldName(temporaryRepository({ ...files(100), 'README.md': '' }), isWanted)).toBe(false);
  });

  test.each(['kustomization.yaml', 'a/kustomization.yaml', 'a/b/c/d/kustomization.yaml'])('where %s is', (file) => {
    expect(mayHoldName(temporaryRepository({ ...files(20), [file]: '' }), isWanted)).toBe(true);
  });

  test('where git ignores it: a listing tells', () => {
    expect(mayHoldName(temporaryRepository({ '.gitignore': 'a\n', 'a/kustomization.yaml': '' }), isWanted)).toBe(true);
  });

  test('not in what belongs to tools', () => {
    expect(mayHoldName(temporaryRepository({ 'node_modules/a/kustomization.yaml': '', ...files(400, 'node_modules/b') }), isWanted)).toBe(
      false,
    );
  });

  test.each([
    [files(1000)],
    [Object.fromEntries(Array.from({ length: 60 }, (_, index) => Object.entries(files(10, `team-${index}`))).flat())],
  ])('in a tree of many names', (tree) => {
    expect(mayHoldName(temporaryRepository(tree), isWanted)).toBe(true);
  });

  test.runIf(isRoot)('where a directory may not be read', async () => {
    const root = temporaryDirectory();
    writeAll(root, { 'a.yaml': '', 'closed/kustomization.yaml': '' });
    chmodSync(root, 0o755);
    chmodSync(join(root, 'closed'), 0);
    expect(await asNobody(() => Promise.resolve(mayHoldName(root, isWanted)))).toBe(true);
  });

  test('not in an empty one', () => {
    const root = temporaryDirectory();
    mkdirSync(join(root, 'empty'));
    expect(mayHoldName(root, isWanted)).toBe(false);
  });
});

describe('walking', () => {
  const listed = async (root: string): Promise<string[]> =>
    (await listByWalking(root, [''])).entries.map(({ file, kind }) => `${kind} ${file}`).sort();

  /** A folder with two clones and a file beside them. */
  function clones(): string {
    const root = temporaryDirectory();
    writeAll(root, { 'beside.yaml': '', 'chat/kustomization.yaml': '', 'chat/apps/chat.yaml': '', 'shop/shop.yaml': '' });
    for (const clone of ['chat', 'shop']) git(root, ['init', '--quiet', clone]);
    return root;
  }

  test('goes through clones in a folder that is no repository itself', async () => {
    expect(await listed(clones())).toEqual([
      'file beside.yaml',
      'file chat/apps/chat.yaml',
      'file chat/kustomization.yaml',
      'file shop/shop.yaml',
    ]);
  });

  test('stops at repositories within one, as git does', async () => {
    const root = clones();
    git(root, ['init', '--quiet']);
    expect(await listed(root)).toEqual(['file beside.yaml', 'repository chat', 'repository shop']);
  });
});
