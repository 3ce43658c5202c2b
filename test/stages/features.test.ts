import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../cli/harness.ts';
import { buildAll } from '../family/roots.ts';
import { meaning } from '../kustomize/binary.ts';
import { commitAll, temporaryRepository } from '../repo/workspace.ts';

const BLUE_GREEN = `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
  namespace: mm
spec:
  ingressName: chat.example.com
  image: mattermost/mattermost-team-edition # of old
  # Two at a time.
  blueGreen:
    enable: yes
    productionDeployment: Blue
    blue:
      image: mattermost/mattermost-enterprise-edition
      version: "9.11"
      resourceLabels:
        colour: blue
    green:
      image: mattermost/mattermost-enterprise-edition
      version: 9.11.1
`;

const repository = (files: Readonly<Record<string, string>>): string => {
  const cwd = temporaryRepository(files);
  commitAll(cwd);
  return cwd;
};

test('BlueGreen goes off with what is in production, and nothing else changes', async () => {
  const cwd = repository({ 'chat.yaml': BLUE_GREEN });
  const options = ['--engine', 'flux', '--prove', 'never'];
  const blocked = await run(['convert', ...options], { cwd });
  expect(blocked.stderr).toContain('ci2mm prepare --blue-green production');
  expect((await run(['trigger', ...options], { cwd })).stderr).toContain('blue-green-enabled (feature-on)');
  const result = await run(['prepare', '--blue-green', 'production', '--write', ...options], { cwd });
  expect(result).toMatchObject({ code: 0, stderr: expect.stringContaining('an outage as long as a pod takes to start') as string });
  expect(readFileSync(join(cwd, 'chat.yaml'), 'utf8')).toBe(
    BLUE_GREEN.replace('mattermost-team-edition #', 'mattermost-enterprise-edition #')
      .replace('enable: yes', 'enable: false')
      .concat('  version: "9.11"\n  resourceLabels:\n    colour: blue\n'),
  );
  expect((await run(['prepare', '--blue-green', 'production', ...options], { cwd })).stdout).toHaveLength(0);
  expect(await run(['convert', ...options], { cwd })).toMatchObject({ code: 0 });
});

test('Canary goes off, and what it leaves is named', async () => {
  const files = {
    'base/kustomization.yaml': 'resources: [chat.yaml]\n',
    'base/chat.yaml':
      'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n  ingressName: chat.example.com\n',
    'a/kustomization.yaml': 'resources: [../base]\nnamespace: a\npatches:\n- path: canary.yaml\n',
    'a/canary.yaml':
      'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n  canary:\n    enable: true\n    deployment: {image: x, version: "1"}\n',
    'b/kustomization.yaml': 'resources: [../base]\nnamespace: b\n',
  };
  const cwd = repository(files);
  const before = buildAll(cwd);
  const result = await run(['prepare', '--canary', 'off', '--write', '--prove', 'never'], { cwd });
  expect(result).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('kubectl delete -n a deployment,service,ingress chat-canary') as string,
  });
  expect(readFileSync(join(cwd, 'a/canary.yaml'), 'utf8')).toBe(files['a/canary.yaml'].replace('enable: true', 'enable: false'));
  const plain = (built: ReturnType<typeof buildAll>, root: string): unknown =>
    [...(built.get(root) ?? [])].map(([key, value]) => [key, meaning(value)]);
  for (const root of ['base', 'b']) expect(plain(buildAll(cwd), root)).toEqual(plain(before, root));
});

test.each(['${ON}', '"yes"', '{{ .on }}'])('what may be on or off is refused: %s', async (enable) => {
  const cwd = repository({ 'chat.yaml': BLUE_GREEN.replace('enable: yes', `enable: ${enable}`) });
  const result = await run(['prepare', '--blue-green', 'production', '--prove', 'never'], { cwd });
  expect(result).toMatchObject({ code: 1, stdout: Buffer.alloc(0) });
});

test('nor is a colour chosen where the manifest names none', async () => {
  const cwd = repository({ 'chat.yaml': BLUE_GREEN.replace('    productionDeployment: Blue\n', '') });
  const result = await run(['prepare', '--blue-green', 'production', '--prove', 'never'], { cwd });
  expect(result).toMatchObject({ code: 1, stdout: Buffer.alloc(0), stderr: expect.stringContaining('(feature-on)') as string });
});
