import { describe, expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import { tree } from '../proof/harness.ts';

const FAMILY = {
  'chat.yaml':
    'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\nspec:\n  ingressName: chat.example.com\n  database: {secret: db}\n',
  'size.yaml': '- op: add\n  path: /spec/size\n  value: 100users\n',
};
const LITERAL = 'DB_CONNECTION_STRING=mysql://u:hunter2@db/mm';

const converted = async (kustomization: string): Promise<Awaited<ReturnType<typeof convertRepository>>> =>
  convertRepository({
    cwd: tree({ ...FAMILY, 'kustomization.yaml': `resources: [chat.yaml]\npatches:\n${kustomization}` }),
    prove: 'never',
    assumeDatabase: 'external',
  });

const TARGET = '- path: size.yaml\n  target:\n    kind: ClusterInstallation\n';

describe('a Secret right after a change in a kustomization', () => {
  test.each([
    ['a generator', `secretGenerator:\n- name: db\n  literals: [${LITERAL}]\n`],
    ['a generator below a comment', `# the database\nsecretGenerator:\n- name: db\n  literals: [${LITERAL}]\n`],
    ['a patch of a Secret in a file', `- path: size.yaml\n  target: {kind: Secret}\nconfigMapGenerator: []\n`],
    ['a patch of a Secret', `- patch: |-\n    - op: add\n      path: /stringData\n      value: {a: hunter2}\n  target: {kind: Secret}\n`],
    [
      'a merge into a Secret',
      `patchesStrategicMerge:\n- |-\n  apiVersion: v1\n  kind: Secret\n  metadata: {name: x}\n  stringData: {a: hunter2}\n`,
    ],
  ])('%s does not keep the family from being converted', async (_, rest) => {
    const { changes, summary, findings } = await converted(TARGET + rest);
    expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
    expect(changes.map(({ file }) => file)).toEqual(['chat.yaml', 'kustomization.yaml']);
    expect(summary.convertible).toBe(1);
    expect(JSON.stringify(changes)).not.toContain('hunter2');
  });

  test('that no diff can do without keeps the whole family as it is', async () => {
    const { changes, summary, findings } = await converted(`${TARGET}secretGenerator: [{name: db, literals: ["${LITERAL}"]}]\n`);
    expect(findings.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      expect.stringContaining('secret-next-to-change'),
    ]);
    expect(changes).toEqual([]);
    expect([summary.convertible, summary.blocked]).toEqual([0, 1]);
  });
});

test.each(['1', 'true', 'y'])('an annotation that a JSON6902 patch sets to %s is a string once it is built', async (value) => {
  const patch = `- target: {kind: ClusterInstallation}\n  patch: |-\n    - op: add\n      path: /metadata/annotations\n      value: {argocd.argoproj.io/sync-wave: ${value}}\n`;
  const { summary, findings } = await converted(patch);
  expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
  expect(summary.convertible).toBe(1);
});
