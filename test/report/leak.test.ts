import { expect, test } from 'vitest';
import { main } from '../../src/cli/command.ts';
import { FORMATS } from '../../src/report/formats.ts';
import { recordingIo } from '../recording-io.ts';
import { installation } from '../cli/manifests.ts';
import { holdsValues, SAMPLES, yamlOf } from '../secrets/samples.ts';
import { temporaryRepository } from '../repo/workspace.ts';

/** Findings of every kind beside Secrets of every kind. */
const MANIFEST = `apiVersion: v1
kind: Secret
metadata:
  name: db
stringData:
  DB_CONNECTION_STRING: postgres://mm:hunter2@db/mm
---
apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
spec:
  ingressName: chat.example.com
  colour: blue
  replicas: 0
  database:
    secret: db
---
apiVersion: v1
kind: List
items:
- apiVersion: mattermost.com/v1alpha1
  kind: ClusterInstallation
  metadata:
    name: blocked
  spec:
    ingressName: blocked.example.com
    blueGreen:
      enable: true
# hunter2 until March
- apiVersion: v1
  kind: Secret
  metadata:
    name: other
  data:
    a: aHVudGVyMg==
`;
/** Every source in the list that has room for values, each between installations that change. */
const SOURCES = SAMPLES.filter(holdsValues)
  .map((sample) => yamlOf(sample({ DB_CONNECTION_STRING: 'hunter2', PASSWORD: 'aHVudGVyMg==' })))
  .map((text, index) => `${text}---\n${installation(`next-${index}`)}`)
  .join('---\n');
const BROKEN = `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\n---\nkind: Secret\nstringData:\n  a: hunter2\n  : {\n`;

const FORMATS_AND_NOTHING = [...FORMATS.map((format) => ['--format', format]), []];

test.each(FORMATS_AND_NOTHING)('no Secret is in what is printed: %s %s', async (...args) => {
  const io = recordingIo(temporaryRepository({ 'apps/chat.yaml': MANIFEST, 'apps/broken.yaml': BROKEN, 'apps/sources.yaml': SOURCES }));
  await main(['convert', ...args, '--verbose'], io);
  expect(io.err() + io.out()).toContain('blue-green-enabled');
  expect(io.err() + io.out()).toContain('apps/sources.yaml');
  expect(io.err() + io.out()).not.toMatch(/hunter2|aHVudGVyMg/);
});

test('nor is the value of an environment variable or a password in what shows no diff', async () => {
  const manifest = MANIFEST.replace(
    '  replicas: 0\n',
    '  replicas: 0\n  mattermostEnv:\n  - name: A\n    value: |\n      swordfish\n  elasticSearch:\n    password: swordfish\n    colour: red\n',
  );
  const root = temporaryRepository({ 'apps/chat.yaml': manifest });
  for (const args of [
    ['scan'],
    ['scan', '--format', 'html'],
    ['scan', '--format', 'markdown'],
    ['convert', '--format', 'github'],
    ['convert', '--format', 'text'],
  ]) {
    const io = recordingIo(root);
    await main(args, io);
    expect(io.err() + io.out()).toContain('unknown-field');
    expect(io.err() + io.out()).not.toContain('swordfish');
  }
});
