import { expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import { tree } from '../proof/harness.ts';

const SCHEMA = {
  definitions: {
    'com.mattermost.v1alpha1.ClusterInstallation': {
      type: 'object',
      properties: {
        spec: {
          type: 'object',
          properties: {
            mattermostEnv: {
              type: 'array',
              'x-kubernetes-patch-merge-key': 'name',
              'x-kubernetes-patch-strategy': 'merge',
              items: { type: 'object' },
            },
          },
        },
      },
      'x-kubernetes-group-version-kind': [{ group: 'mattermost.com', version: 'v1alpha1', kind: 'ClusterInstallation' }],
    },
  },
};

const body = (items: string): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\nspec:\n  mattermostEnv:\n${items}`;

test.each([
  [
    '- {name: B, $patch: delete}',
    [
      'over/kustomization.yaml: an openapi schema merges lists of installations item by item, and this patch directs how; write the whole list, or a JSON6902 patch.',
    ],
  ],
  ['- {name: B, value: "3"}', []],
])('without a proof, a patch with %s over a list that a base has a schema for', async (item, errors) => {
  const cwd = tree({
    'base/kustomization.yaml': 'resources: [chat.yaml]\nopenapi: {path: schema.json}\n',
    'base/schema.json': JSON.stringify(SCHEMA),
    'base/chat.yaml': body('  - {name: A, value: "1"}\n  - {name: B, value: "2"}\n').replace(
      'spec:\n',
      'spec:\n  ingressName: chat.example.com\n',
    ),
    'over/kustomization.yaml': `resources: [../base]\npatches:\n- path: env.yaml\n`,
    'over/env.yaml': body(`  ${item}\n`),
  });
  const { findings, summary } = await convertRepository({ cwd, prove: 'never' });
  expect(findings.filter(({ level }) => level === 'error').map(({ file, message }) => `${file}: ${message}`)).toEqual(errors);
  expect(summary.convertible).toBe(errors.length === 0 ? 1 : 0);
});
