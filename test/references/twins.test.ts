import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../cli/harness.ts';
import { temporaryRepository } from '../repo/workspace.ts';

/** At the end, what has a twin takes its place. */

const MATTERMOST =
  'apiVersion: installation.mattermost.com/v1beta1\nkind: Mattermost\nmetadata: {name: chat, namespace: mm}\nspec: {ingressName: chat.example.com}\n';
const monitor = (name: string, key: string): string =>
  `apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata:\n  name: ${name}\n  namespace: mm\nspec:\n  jobLabel: ${key}/installation\n  selector: {matchLabels: {${key}/installation: chat}}\n`;
const [OLD, NEW] = ['v1alpha1.mattermost.com', 'installation.mattermost.com'];

test('a monitor names its jobs by the new label, as its twin did', async () => {
  const cwd = temporaryRepository({ 'a.yaml': `${MATTERMOST}---\n${monitor('a', OLD)}---\n# the twin\n${monitor('a-mattermost', NEW)}` });
  await run(['finish', '--write', '--prove', 'never', '--engine', 'flux'], { cwd });
  expect(readFileSync(join(cwd, 'a.yaml'), 'utf8')).toContain(`${MATTERMOST}---\n${monitor('a', NEW)}`);
});

test('a monitor of which the twin names its jobs otherwise stays', async () => {
  const text = `${MATTERMOST}---\n${monitor('a', OLD)}---\n# the twin\n${monitor('a-mattermost', NEW).replace(`jobLabel: ${NEW}`, 'jobLabel: other')}`;
  const cwd = temporaryRepository({ 'a.yaml': text });
  await run(['finish', '--write', '--prove', 'never', '--engine', 'flux'], { cwd });
  expect(readFileSync(join(cwd, 'a.yaml'), 'utf8')).toBe(text);
});
