import { describe, expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import { kustomize5 } from './harness.ts';
import { temporaryRepository } from '../repo/workspace.ts';

/** What a build here lacks and the engine may have keeps nothing from being converted, and is told at the line that asks for it. */

const CHAT =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\nspec: {ingressName: chat.example.com, mattermostLicenseSecret: license}\n';
const PLUGIN = 'apiVersion: viaduct.ai/v1\nkind: ksops\nmetadata: {name: secrets}\nfiles: [secrets.enc.yaml]\n';
const PATCH =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\nspec: {mattermostLicenseSecret: other}\n';

const ROWS: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
  [
    'charts',
    {
      'kustomization.yaml': 'resources: [chat.yaml]\nhelmCharts:\n- {name: operator, repo: "https://charts.example.com", version: 1.0.0}\n',
    },
    /^kustomization.yaml:2:.*helmCharts needs helm, and a build with --enable-helm/,
  ],
  [
    'a remote base of something else',
    { 'kustomization.yaml': 'resources:\n- chat.yaml\n- https://git.example.com/x/y//z?ref=v1\n' },
    /^kustomization.yaml:3:.*needs the network/,
  ],
  [
    'a generator that is a program',
    { 'kustomization.yaml': 'resources: [chat.yaml]\ngenerators:\n- plugin.yaml\n', 'plugin.yaml': PLUGIN },
    /^kustomization.yaml:3:.*plugin.yaml is a program/,
  ],
  [
    'a generator that is a program, written out',
    { 'kustomization.yaml': `resources: [chat.yaml]\ngenerators:\n- |-\n${PLUGIN.replaceAll(/^(?=.)/gm, '  ')}` },
    /^kustomization.yaml:3:.*an entry of generators is a program/,
  ],
  [
    'a list of files under patches',
    { 'kustomization.yaml': 'resources: [chat.yaml]\npatches:\n- patch.yaml\n', 'patch.yaml': PATCH },
    /^kustomization.yaml:2:.*needs kustomize 4 or older/,
  ],
];

describe.skipIf(kustomize5 === null).each(ROWS)('%s', (_name, files, tells) => {
  test.each(['', 'base/'])('in %s', async (folder) => {
    const moved = Object.fromEntries(Object.entries({ 'chat.yaml': CHAT, ...files }).map(([file, text]) => [`${folder}${file}`, text]));
    const root = temporaryRepository(
      folder === '' ? moved : { ...moved, 'over/kustomization.yaml': 'resources: [../base]\nnamespace: mattermost\n' },
    );
    const { findings, summary } = await convertRepository({ cwd: root, prove: 'auto', kustomize: kustomize5?.program ?? '' });
    const shown = findings
      .filter(({ rule }) => rule === 'kustomize-not-proven')
      .map(({ file, line, message }) => `${file.slice(folder.length)}:${line}: ${message}`);
    expect(shown.filter((line) => !tells.test(line))).toEqual([]);
    expect(shown).toHaveLength(1);
    expect(summary).toMatchObject({ convertible: 1, blocked: 0 });
  });
});

test.skipIf(kustomize5 === null)('a difference in the rest is found', async () => {
  const root = temporaryRepository({
    'kustomization.yaml':
      'resources: [chat.yaml, other.yaml]\nhelmCharts:\n- {name: operator}\npatches:\n- target: {kind: "(Cluster.*|Thing)"}\n  patch: \'[{"op": "add", "path": "/spec/nodeSelector", "value": {"a": "b"}}]\'\n',
    'chat.yaml': CHAT,
    'other.yaml': 'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: thing}\nspec: {a: b}\n',
  });
  const { summary, changes } = await convertRepository({ cwd: root, prove: 'auto', kustomize: kustomize5?.program ?? '' });
  expect(summary).toMatchObject({ convertible: 0, blocked: 1 });
  expect(changes).toEqual([]);
});

test.skipIf(kustomize5 === null)('asked to prove always, nothing is converted without a proof', async () => {
  const root = temporaryRepository({
    'kustomization.yaml':
      'resources: [chat.yaml, "https://git.example.com/x/y//z?ref=v1"]\npatches:\n- patch: \'{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "remote"}, "data": {"a": "b"}}\'\n',
    'chat.yaml': CHAT,
  });
  const options = { cwd: root, kustomize: kustomize5?.program ?? '' };
  expect((await convertRepository({ ...options, prove: 'auto' })).summary).toMatchObject({ convertible: 1, blocked: 0 });
  expect((await convertRepository({ ...options, prove: 'always' })).summary).toMatchObject({ convertible: 0, blocked: 1 });
});
