import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { commitAll, git, temporaryDirectory, temporaryRepository } from '../repo/workspace.ts';
import { findingsOf, reportOf, run, treeOf } from './harness.ts';

/** What is not checked out may be built from what would change: git is asked what stands in it. */

const CHAT =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\nspec: {ingressName: chat.example.com}\n';
const BASE = { 'base/kustomization.yaml': 'resources: [chat.yaml]\n', 'base/chat.yaml': CHAT };
const OVER = {
  'over/kustomization.yaml': 'resources: [../base, more.yaml]\n',
  'over/more.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n',
};
const FLUX = {
  'over/chat.yaml':
    "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: chat, namespace: flux-system}\nspec:\n  path: ./base\n  patches:\n  - target: {kind: ClusterInstallation}\n    patch: '[]'\n",
};
const WORKER = {
  'over/kustomization.yaml': 'resources: [worker.yaml]\n',
  'over/worker.yaml': 'apiVersion: example.com/v1\nkind: Worker\nmetadata: {name: w}\n',
};

function sparse(files: Readonly<Record<string, string>>): string {
  const root = temporaryRepository(files);
  commitAll(root);
  git(root, ['sparse-checkout', 'set', 'base']);
  return root;
}

/** Of a repository of which git has the checked-out contents only. */
function partial(files: Readonly<Record<string, string>>): string {
  const origin = temporaryRepository(files);
  commitAll(origin);
  git(origin, ['config', 'uploadpack.allowFilter', 'true']);
  const root = temporaryDirectory();
  git(root, ['clone', '--quiet', '--filter=blob:none', '--sparse', pathToFileURL(origin).href, '.']);
  git(root, ['sparse-checkout', 'set', 'base']);
  return root;
}

describe.each(['.', 'base'])('convert %s', (path) => {
  test.each<[string, () => string, string]>([
    ['an overlay', () => sparse({ ...BASE, ...OVER }), 'over/kustomization.yaml'],
    [
      'an overlay of a manifest that nothing else builds',
      () =>
        sparse({
          'base/chat.yaml': CHAT,
          'kustomization.yaml': '',
          ...OVER,
          'over/kustomization.yaml': 'resources: [../base/chat.yaml]\n',
        }),
      'over/kustomization.yaml',
    ],
    ['an object of an engine', () => sparse({ ...BASE, ...FLUX }), 'over/chat.yaml'],
    ['an overlay that git would have to fetch', () => partial({ ...BASE, ...OVER }), 'over/kustomization.yaml'],
    ['an object of an engine that git would have to fetch', () => partial({ ...BASE, ...FLUX }), 'over/chat.yaml'],
  ])('%s that is not checked out holds up what it is built from', async (_, make, file) => {
    const cwd = make();
    const before = treeOf(cwd);
    const result = await run(['convert', '--write', '--prove', 'never', '--format', 'json', path], { cwd });
    expect(result.code).toBe(1);
    expect([...new Set(findingsOf(result))]).toEqual([`kustomize-obstacle ${file}:1`]);
    expect(JSON.stringify(reportOf(result).findings)).toContain('it is not checked out (sparse checkout)');
    expect(treeOf(cwd)).toEqual(before);
  });

  test.each([{ ...BASE, ...WORKER }, BASE])('what has nothing to do with it does not', async (files) => {
    const cwd = sparse(files);
    const result = await run(['convert', '--write', '--format', 'json', path], { cwd });
    expect(findingsOf(result)).toEqual([]);
    expect(reportOf(result).summary).toMatchObject({ converted: 1, blocked: 0 });
  });
});
