import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plainOf, valueAt } from '../../src/model/value.ts';
import type { Value } from '../../src/model/value.ts';
import { run } from '../cli/harness.ts';
import { buildFiles, quickest } from '../kustomize/binary.ts';
import { temporaryRepository } from '../repo/workspace.ts';

const chat = (spec: string): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n  image: mattermost/mattermost\n${spec}`;

const STORE = '  minio:\n    externalURL: minio.storage.svc:9000\n    externalBucket: chat\n    secret: minio\n';
const ENV = '  mattermostEnv:\n  # Ours.\n  - name: A\n    value: a\n';
const PLAIN = '  - name: MM_FILESETTINGS_AMAZONS3SSL\n    value: "false"\n';
const OPTIONS = ['--engine', 'none', '--assume-database', 'external'];

async function prepared(files: Readonly<Record<string, string>>, args: readonly string[] = []): Promise<Record<string, string>> {
  const cwd = temporaryRepository(files);
  const result = await run(['prepare', '--write', ...OPTIONS, ...args], { cwd });
  expect(result).toMatchObject({ code: 0 });
  expect((await run(['prepare', ...OPTIONS, ...args], { cwd })).stdout).toHaveLength(0);
  return Object.fromEntries(Object.keys(files).map((file) => [file, readFileSync(join(cwd, file), 'utf8')]));
}

const SPEC_WITH_TLS = `${STORE}  mattermostEnv:\n  - name: MM_FILESETTINGS_AMAZONS3SSL\n    value: "true"\n`;

test.each<[string, string, string]>([
  ['there are no variables', STORE, `${STORE}  mattermostEnv:\n${PLAIN}`],
  ['there are others', STORE + ENV, STORE + ENV + PLAIN],
  ['it is set', SPEC_WITH_TLS, SPEC_WITH_TLS],
  ['the store is operator-managed', ENV, ENV],
])('how it talks to its file store is written out where %s', async (_, before, after) => {
  const files = await prepared({ 'chat.yaml': chat(before) });
  expect(files['chat.yaml']).toBe(chat(after));
});

test('an operator that leaves it as it is needs nothing', async () => {
  const text = chat(STORE);
  expect(await prepared({ 'chat.yaml': text }, ['--target', '1.12'])).toEqual({ 'chat.yaml': text });
});

test('overlays get what they have and this, and no other', async () => {
  const files = {
    'base/kustomization.yaml': 'resources: [chat.yaml]\n',
    'base/chat.yaml': chat(STORE + ENV),
    'a/kustomization.yaml': 'resources: [../base]\nnamespace: a\npatches:\n- path: env.yaml\n',
    'a/env.yaml': chat(SPEC_WITH_TLS.slice(STORE.length)).replace('  image: mattermost/mattermost\n', ''),
    'b/kustomization.yaml': 'resources: [../base]\nnamespace: b\n',
  };
  const after = await prepared(files);
  const variables = (root: string): unknown => {
    const built = buildFiles(after, root, quickest);
    if ('error' in built) throw new Error(built.error);
    return plainOf(valueAt(built.values[0], ['spec', 'mattermostEnv']) as Value);
  };
  expect([after['base/chat.yaml'], after['a/env.yaml']]).toEqual([files['base/chat.yaml'], files['a/env.yaml']]);
  expect(variables('a')).toEqual([{ name: 'MM_FILESETTINGS_AMAZONS3SSL', value: 'true' }]);
  expect(variables('b')).toEqual([
    { name: 'A', value: 'a' },
    { name: 'MM_FILESETTINGS_AMAZONS3SSL', value: 'false' },
  ]);
});
