import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryRepository } from '../repo/workspace.ts';
import { findingsOf, run } from './harness.ts';

/** Typed lists, whose items need not say what they are. */

const item = (name: string, header = ''): string =>
  `- ${header}metadata:\n    name: ${name}\n  spec:\n    ingressName: ${name}.example.com\n    nodeSelector: {a: b}\n`;
const list = (...items: string[]): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallationList\nitems:\n${items.join('')}`;

async function written(file: string, text: string): Promise<{ code: number | null; text: string }> {
  const cwd = temporaryRepository({ [file]: text });
  const { code } = await run(['convert', '--write', '-q'], { cwd });
  return { code, text: readFileSync(join(cwd, file), 'utf8') };
}

test('items without apiVersion and kind stay without: the list says what they are', async () => {
  const text = list(item('a'), item('b', 'apiVersion: mattermost.com/v1alpha1\n  kind: ClusterInstallation\n  '));
  const expected = text
    .replaceAll('mattermost.com/v1alpha1', 'installation.mattermost.com/v1beta1')
    .replace('ClusterInstallationList', 'MattermostList')
    .replaceAll('kind: ClusterInstallation\n', 'kind: Mattermost\n')
    .replaceAll('    nodeSelector: {a: b}\n', '    scheduling:\n      nodeSelector: {a: b}\n');
  expect(await written('list.yaml', text)).toEqual({ code: 0, text: expected });
});

test('in JSON, with the header at the end', async () => {
  const text = JSON.stringify({
    items: [
      { metadata: { name: 'a' }, spec: { ingressName: 'a', replicas: 0 } },
      { apiVersion: 'mattermost.com/v1alpha1', kind: 'ClusterInstallation', metadata: { name: 'b' }, spec: { ingressName: 'b' } },
    ],
    kind: 'ClusterInstallationList',
    apiVersion: 'mattermost.com/v1alpha1',
  });
  const { code, text: after } = await written('list.json', text);
  expect(code).toBe(0);
  expect(JSON.parse(after)).toEqual({
    items: [
      { metadata: { name: 'a' }, spec: { ingressName: 'a' } },
      { apiVersion: 'installation.mattermost.com/v1beta1', kind: 'Mattermost', metadata: { name: 'b' }, spec: { ingressName: 'b' } },
    ],
    kind: 'MattermostList',
    apiVersion: 'installation.mattermost.com/v1beta1',
  });
});

test.each([
  ['kind: ClusterInstallation', 'this item has a kind and no apiVersion; Kubernetes takes both from the list, or neither'],
  ['apiVersion: mattermost.com/v1alpha1', 'this item has an apiVersion and no kind; Kubernetes takes both from the list, or neither'],
])('an item with nothing but %s is told, and keeps the list', async (header, message) => {
  const text = list(item('a'), item('b', `${header}\n  `));
  const cwd = temporaryRepository({ 'list.yaml': text });
  const result = await run(['convert', '--write', '--format', 'json'], { cwd });
  expect(result.code).toBe(1);
  expect(findingsOf(result)).toContain('invalid-installation list.yaml:9');
  expect(result.stdout.toString()).toContain(message);
  expect(readFileSync(join(cwd, 'list.yaml'), 'utf8')).toBe(text);
});

test('one item that is blocked keeps the whole list', async () => {
  const text = list(item('a'), `${item('b')}    blueGreen:\n      enable: true\n`);
  const cwd = temporaryRepository({ 'list.yaml': text });
  const result = await run(['convert', '--write', '--format', 'json'], { cwd });
  expect(result.code).toBe(1);
  expect(findingsOf(result)).toEqual(['unsafe-edit list.yaml:4', 'blue-green-enabled list.yaml:15']);
  expect(readFileSync(join(cwd, 'list.yaml'), 'utf8')).toBe(text);
});

test('a list of a version that the operator does not know is an error', async () => {
  const cwd = temporaryRepository({ 'list.yaml': list(item('a')).replace('v1alpha1', 'v1') });
  expect(findingsOf(await run(['convert', '--format', 'json'], { cwd }))).toEqual(['invalid-installation list.yaml:4']);
});

test('a List of all kinds gives its items nothing', async () => {
  const text = list(item('a'), item('b', 'apiVersion: mattermost.com/v1alpha1\n  kind: ClusterInstallation\n  ')).replace(
    'mattermost.com/v1alpha1\nkind: ClusterInstallationList',
    'v1\nkind: List',
  );
  const { code, text: after } = await written('list.yaml', text);
  expect(code).toBe(0);
  expect(after.split('- apiVersion')[0]).toBe(text.split('- apiVersion')[0]);
  expect(after).toContain('kind: Mattermost\n');
});

test.each(['items: []', 'items: null', 'items:'])('an empty list stays: %s', async (items) => {
  const text = `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallationList\n${items}\n`;
  expect(await written('list.yaml', text)).toEqual({ code: 0, text });
});
