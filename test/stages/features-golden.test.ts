import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../cli/harness.ts';
import { buildAll } from '../family/roots.ts';
import { meaning } from '../kustomize/binary.ts';
import { kustomize4, quickest } from '../proof/harness.ts';
import { commitAll, git, temporaryRepository, writeAll } from '../repo/workspace.ts';

/**
 * A base with BlueGreen on and two overlays of which another colour is in production, and an installation with Canary on, go from their features to the end
 * of their rollouts by what `git apply` takes of each command. `CI2MM_UPDATE=1` writes what the commands print anew.
 */
const golden = (name: string): string => join(import.meta.dirname, '..', 'golden', name);
const GOLDEN = golden('features-stages.txt');
const SPLIT_GOLDEN = golden('split-stages.txt');

const PATCH = 'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n  blueGreen:\n';

const FILES = {
  'operator/operator.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: mattermost-operator
spec:
  template:
    spec:
      containers:
        - name: mattermost-operator
          image: mattermost/mattermost-operator:v1.25.7
`,
  'base/kustomization.yaml': 'resources:\n  - chat.yaml\n  - canary.yaml\n',
  'base/chat.yaml': `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
spec:
  ingressName: chat.example.com
  database:
    secret: chat-database
  minio:
    externalURL: s3.example.com
    externalBucket: chat
    secret: chat-s3
  # One colour runs, the other is next.
  blueGreen:
    enable: true
    productionDeployment: blue
    blue:
      image: mattermost/mattermost-enterprise-edition
      version: 9.11.2
      resourceLabels:
        colour: blue
    green:
      image: mattermost/mattermost-enterprise-edition
      version: 10.5.1
`,
  'base/canary.yaml': `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: community
spec:
  ingressName: community.example.com
  image: mattermost/mattermost-team-edition
  version: 9.11.2
  database:
    secret: community-database
  minio:
    externalURL: s3.example.com
    externalBucket: community
    secret: community-s3
  canary:
    enable: true
    deployment:
      image: mattermost/mattermost-team-edition
      version: 10.5.1
`,
  'overlays/eu/kustomization.yaml': 'namespace: eu\nresources:\n  - ../../base\n',
  'overlays/us/kustomization.yaml': 'namespace: us\nresources:\n  - ../../base\npatches:\n  - path: green.yaml\n',
  'overlays/us/green.yaml': `${PATCH}    productionDeployment: green\n`,
};

type Plain = Record<string, unknown> & { spec: Record<string, unknown>; metadata: { annotations?: unknown } };

interface Walk {
  readonly cwd: string;
  readonly said: string[];
  readonly command: (...args: readonly string[]) => Promise<number | null>;
}

/** A repository that takes what each command prints by `git apply`. */
function walk(files: Readonly<Record<string, string>>): Walk {
  const cwd = temporaryRepository(files);
  commitAll(cwd);
  const said: string[] = [];
  const command = async (...args: readonly string[]): Promise<number | null> => {
    const options = ['--engine', 'flux', '--assume-database', 'external', '--kustomize', quickest.program];
    const { code, stdout, stderr } = await run([...args, ...options], { cwd, env: { PATH: process.env['PATH'] ?? '' } });
    const told = stderr.replaceAll(quickest.description, kustomize4.description);
    said.push(`$ ci2mm ${args.join(' ')}\n${stdout.toString()}${told}exit code ${code}\n`);
    if (code === 0 && stdout.length > 0) {
      writeAll(cwd, { '.git/stage.patch': stdout });
      git(cwd, ['apply', '.git/stage.patch']);
      commitAll(cwd);
    }
    return code;
  };
  return { cwd, said, command };
}

test('from BlueGreen and Canary to the end', async () => {
  const { cwd, said, command } = walk(FILES);
  const objects = (): Map<string, Plain> =>
    new Map(
      ['overlays/eu', 'overlays/us'].flatMap((root) =>
        [...(buildAll(cwd).get(root) ?? [])].map(([key, value]): [string, Plain] => [`${root} ${key}`, meaning(value) as Plain]),
      ),
    );
  const before = objects();
  expect([...before.keys()]).toHaveLength(4);
  // Too early: nothing changes while they are on.
  expect(await command('convert')).toBe(1);
  expect(await command('prepare', '--blue-green', 'production')).toBe(0);
  const single = objects();
  for (const [key, { spec, ...rest }] of before) {
    const production = key.startsWith('overlays/us') ? '10.5.1' : '9.11.2';
    const blueGreen = spec['blueGreen'] as Record<string, unknown> | undefined;
    const expected =
      blueGreen === undefined
        ? spec
        : {
            ...spec,
            blueGreen: { ...blueGreen, enable: false },
            image: 'mattermost/mattermost-enterprise-edition',
            version: production,
            ...(production === '9.11.2' ? { resourceLabels: { colour: 'blue' } } : {}),
          };
    expect(single.get(key)).toEqual({ ...rest, spec: expected });
  }
  expect(await command('prepare', '--canary', 'off')).toBe(0);
  for (const [key, { spec, ...rest }] of single) {
    const canary = spec['canary'] as Record<string, unknown> | undefined;
    expect(objects().get(key)).toEqual({ ...rest, spec: canary === undefined ? spec : { ...spec, canary: { ...canary, enable: false } } });
  }
  const count = said.length;
  for (const feature of [
    ['--blue-green', 'production'],
    ['--canary', 'off'],
  ])
    expect(await command('prepare', ...feature)).toBe(0);
  expect(said.splice(count).join('')).not.toContain('diff --git');

  for (const stage of [['prepare'], ['trigger', '--confirmed-live'], ['convert'], ['finish']])
    expect(await command(...(stage as [string]))).toBe(0);
  for (const [key, { spec, metadata }] of objects()) {
    expect([key, metadata.annotations, spec['blueGreen'], spec['canary'], spec['migrate']]).toEqual([key, ...Array.from({ length: 4 })]);
    expect(key).toContain(' Mattermost ');
  }
  isGolden(GOLDEN, said);
});

test('to a Mattermost for each colour, and one for the canary', async () => {
  const { said, command } = walk({
    'operator/operator.yaml': FILES['operator/operator.yaml'],
    'chat/kustomization.yaml': 'namespace: talk\nresources:\n  - chat.yaml\n',
    'chat/chat.yaml': FILES['base/chat.yaml'],
    'community/canary.yaml': FILES['base/canary.yaml'],
  });
  expect(await command('prepare', '--blue-green', 'split')).toBe(1);
  for (const way of ['production', 'split', 'split']) expect(await command('prepare', '--blue-green', way)).toBe(0);
  expect(await command('prepare', '--canary', 'split')).toBe(1);
  for (const way of ['off', 'split']) expect(await command('prepare', '--canary', way)).toBe(0);
  for (const stage of [['prepare'], ['trigger', '--confirmed-live'], ['convert'], ['finish']])
    expect(await command(...(stage as [string]))).toBe(0);
  isGolden(SPLIT_GOLDEN, said);
});

function isGolden(file: string, said: readonly string[]): void {
  if (process.env['CI2MM_UPDATE'] === '1') writeFileSync(file, said.join('\n'));
  expect(said.join('\n')).toBe(readFileSync(file, 'utf8'));
}
