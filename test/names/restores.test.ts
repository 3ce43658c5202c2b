import { expect, test } from 'vitest';
import { findingsOf, reportOf, run } from '../cli/harness.ts';
import { commitAll, temporaryRepository } from '../repo/workspace.ts';

/** Restores into the database of an installation, which have no counterpart. */

const installation = (name: string, namespace: string | null, more = ''): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: ${name}\n${namespace === null ? '' : `  namespace: ${namespace}\n`}spec:\n  ingressName: chat.example.com\n${more}`;
const restore = (name: string, namespace: string | null): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: MattermostRestoreDB\nmetadata:\n  name: restore\n${namespace === null ? '' : `  namespace: ${namespace}\n`}spec:\n  mattermostClusterName: ${name}\n  restoreSecret: creds\n`;

type Files = Readonly<Record<string, string>>;

const TOLD = 'restore-left r.yaml';

test.each<[string, Files, string[], number]>([
  ['names one', { 'a.yaml': installation('chat', null), 'r.yaml': restore('chat', null) }, [`${TOLD}:6`], 0],
  ['stands beside it', { 'r.yaml': `${installation('chat', null)}---\n${restore('chat', null)}` }, [`${TOLD}:13`], 0],
  ['is of the same namespace', { 'a.yaml': installation('chat', 'a'), 'r.yaml': restore('chat', 'a') }, [`${TOLD}:7`], 0],
  ['may be of the same namespace', { 'a.yaml': installation('chat', 'a'), 'r.yaml': restore('chat', null) }, [`${TOLD}:6`], 0],
  ['is of another namespace', { 'a.yaml': installation('chat', 'a'), 'r.yaml': restore('chat', 'b') }, [], 1],
  ['names another', { 'a.yaml': installation('chat', null), 'r.yaml': restore('other', null) }, [], 1],
  [
    'names one that is blocked',
    { 'a.yaml': installation('chat', null, '  blueGreen: {enable: true}\n'), 'r.yaml': restore('chat', null) },
    [],
    1,
  ],
  [
    'names one that a kustomization renames',
    {
      'kustomization.yaml': 'namePrefix: eu-\nresources: [a.yaml, r.yaml]\n',
      'a.yaml': installation('chat', null),
      'r.yaml': restore('chat', null),
    },
    [`${TOLD}:6`],
    0,
  ],
  [
    'names one as a kustomization builds it',
    {
      'kustomization.yaml': 'namePrefix: eu-\nresources: [a.yaml]\n',
      'a.yaml': installation('chat', null),
      'r.yaml': restore('eu-chat', null),
    },
    [`${TOLD}:6`],
    0,
  ],
])('a restore that %s', async (_, files, told, otherFiles) => {
  const cwd = temporaryRepository(files);
  commitAll(cwd);
  const result = await run(['scan', '--format', 'json', '--prove', 'never'], { cwd });
  expect(findingsOf(result, 'warning').filter((finding) => finding.startsWith('restore-left'))).toEqual(told);
  expect(reportOf(result).summary.left).toEqual({ references: told.length, files: otherFiles, vendored: 0 });
});
