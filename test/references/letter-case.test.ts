import { expect, test } from 'vitest';
import { FORMATS, SCAN_FORMATS } from '../../src/report/formats.ts';
import { run } from '../cli/harness.ts';
import { temporaryRepository } from '../repo/workspace.ts';

/** Found in any letter case, the values of a Secret are no more to be seen than in kustomize's own. */

const CHAT =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n  ingressName: chat.example.com\n  database: {secret: db}\n';
const PATCH = '    - {op: replace, path: /spec/ingressName, value: new.example.com}\n';
const patches = 'patches:\n- target: {kind: ClusterInstallation}\n  patch: |\n';

test.each([
  ['a generator', `SecretGenerator:\n- Name: db\n  Literals:\n  - DB_CONNECTION_STRING=hush\n${patches}${PATCH}`],
  [
    'a generator with its fields in capitals',
    `secretGenerator:\n- NAME: db\n  LITERALS:\n  - DB_CONNECTION_STRING=hush\n${patches}${PATCH}`,
  ],
  [
    'a patch of a Secret',
    `secretGenerator:\n- name: db\n  envs: [db.env]\nPatches:\n- Target: {Kind: Secret}\n  Patch: |\n    - {op: add, path: /data/x, value: hush}\n- Target: {Kind: ClusterInstallation}\n  Patch: |\n${PATCH}`,
  ],
  [
    'a transformer in a string',
    `secretGenerator:\n- name: db\n  envs: [db.env]\ntransformers:\n- |\n  apiVersion: builtin\n  kind: PatchTransformer\n  metadata: {name: p}\n  Target: {Kind: Secret}\n  Patch: '[{op: add, path: /data/x, value: hush}]'\n${patches}${PATCH}`,
  ],
])('%s', async (_, kustomization) => {
  const cwd = temporaryRepository({
    'kustomization.yaml': `Resources: [chat.yaml]\n${kustomization}`,
    'chat.yaml': CHAT,
    'db.env': 'DB_CONNECTION_STRING=hush\n',
  });
  for (const format of FORMATS) {
    const commands = [
      ...(SCAN_FORMATS.includes(format) ? [['scan']] : []),
      ['convert', '--prove', 'never'],
      ['convert', '--prove', 'never', '--verbose'],
    ];
    for (const args of commands) {
      const { stdout, stderr } = await run([...args, '--format', format, '.'], { cwd });
      // The lines that a diff changes are counted without the names of what it is about.
      if (format !== 'stat') expect(`${stdout.toString()}${stderr}`).toContain('kustomization.yaml');
      expect(`${stdout.toString()}${stderr}`).not.toContain('hush');
    }
  }
});
