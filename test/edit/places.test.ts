import { expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import { tree } from '../proof/harness.ts';

/** Where a finding about an edit that is refused stands: `◆` in the file that it is about. */

const HEAD = 'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\n';
const OTHER = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n';
const indented = (text: string, columns: number): string => text.trimEnd().replaceAll('\n', `\n${' '.repeat(columns)}`);
const kustomized = (rest = ''): string => `resources: [chat.yaml]\n${rest}`;

test.each<[string, Readonly<Record<string, string>>]>([
  ['a field', { 'chat.yaml': `${HEAD}spec:\n  fileStore: {}\n  ◆<<: {minio: {}}\n` }],
  ['a field of a later document', { 'chat.yaml': `${OTHER}---\n# chat\n${HEAD}spec:\n  ◆<<: {minio: {}}\n` }],
  [
    'a field of an item',
    { 'chat.yaml': `apiVersion: v1\nkind: List\nitems:\n- ${indented(OTHER, 2)}\n- ${indented(`${HEAD}spec:\n  ◆<<: {minio: {}}`, 2)}\n` },
  ],
  [
    'the installation, where nothing more is known',
    {
      'chat.yaml': `apiVersion: v1\nkind: List\nmetadata: {annotations: {note: &x true}}\nitems:\n- &x\n  ◆${indented(`${HEAD}spec:\n  migrate: &x true\n  useServiceLoadBalancer: *x`, 2)}\n`,
    },
  ],
  ['a field of a base', { 'kustomization.yaml': kustomized(), 'chat.yaml': `# base\n---\n${HEAD}spec:\n  ◆<<: {minio: {}}\n` }],
  [
    'a patch in a file',
    {
      'kustomization.yaml': kustomized('patches: [{path: patch.yaml}]\n'),
      'chat.yaml': `${HEAD}spec: {}\n`,
      'patch.yaml': `# patch\n${HEAD}spec:\n  ◆<<: {minio: {}}\n`,
    },
  ],
  [
    'an operation in a file',
    {
      'kustomization.yaml': kustomized('patches:\n- path: patch.yaml\n  target: {kind: ClusterInstallation}\n'),
      'chat.yaml': `${HEAD}spec: {migrate: true}\n`,
      'patch.yaml': '- {op: add, path: /spec/replicas, value: 2}\n- op: test\n  ◆path: /spec/migrate\n  value: true\n',
    },
  ],
  [
    'an inline patch',
    {
      'kustomization.yaml': kustomized(
        `patches:\n- target: {kind: ClusterInstallation}\n  ◆patch: |\n    - {op: copy, from: /spec/migrate, path: /spec/useServiceLoadBalancer}\n`,
      ),
      'chat.yaml': `${HEAD}spec: {migrate: true}\n`,
    },
  ],
  [
    'a reference',
    {
      'kustomization.yaml': kustomized(
        `patches:\n- target:\n    ◆kind: |-\n      ClusterInstallation\n  patch: |\n    - {op: add, path: /spec/replicas, value: 2}\n`,
      ),
      'chat.yaml': `${HEAD}spec: {}\n`,
    },
  ],
])('%s', async (_, files) => {
  const [file, text] = Object.entries(files).find(([, each]) => each.includes('◆')) ?? ['', ''];
  const before = text.split('◆')[0]?.split('\n') ?? [];
  const cwd = tree(Object.fromEntries(Object.entries(files).map(([name, each]) => [name, each.replace('◆', '')])));
  const { findings } = await convertRepository({ cwd, prove: 'never' });
  const edits = findings.filter(({ rule }) => rule === 'unsafe-edit');
  expect(edits.map((each) => `${each.file}:${each.line}:${each.column}`)).toEqual([
    `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`,
  ]);
});
