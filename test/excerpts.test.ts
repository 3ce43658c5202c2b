import { describe, expect, test } from 'vitest';
import { excerptsOf } from '../src/run/excerpts.ts';
import { readManifest } from '../src/manifests/read.ts';
import type { Finding } from '../src/rules/finding.ts';
import { finding } from './report/samples.ts';

const INSTALLATION = 'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\n';
const SECRET = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\nstringData:\n  a: hunter2\n';

const inItem = (manifest: string): string =>
  manifest
    .trimEnd()
    .split('\n')
    .map((line, index) => `${index === 0 ? '- ' : '  '}${line}`)
    .join('\n');

/** A finding on every line, so that whatever can be shown is. */
function shownOf(text: string): string {
  const manifest = readManifest('a.yaml', Buffer.from(text), { keep: () => true });
  const findings = text
    .split('\n')
    .map((_, index): Finding => finding({ file: 'a.yaml', line: index + 1, endLine: index + 1, column: 1, endColumn: 2 }));
  return [...excerptsOf(findings, [manifest]).values()].flatMap(({ lines }) => lines).join('\n');
}

describe('a Secret is not shown', () => {
  test.each([
    ['before the installation', `${SECRET}---\n${INSTALLATION}`],
    ['after it', `${INSTALLATION}---\n${SECRET}`],
    ['with comments', `${INSTALLATION}---\n# hunter2\n${SECRET}# hunter2\n---\n${INSTALLATION}`],
  ])('%s, but the installation is', (_, text) => {
    const shown = shownOf(text);
    expect(shown).not.toContain('hunter2');
    expect(shown).toContain('ClusterInstallation');
  });

  test.each([
    ['a List', `apiVersion: v1\nkind: List\nitems:\n${inItem(INSTALLATION)}\n# was hunter2\n${inItem(SECRET)}\n${inItem(INSTALLATION)}\n`],
    [
      'a List in JSON',
      `{"apiVersion": "v1", "kind": "List", "items": [\n{"apiVersion": "mattermost.com/v1alpha1",\n"kind": "ClusterInstallation"},\n{"apiVersion": "v1", "kind": "Secret",\n"stringData": {\n"a": "hunter2"}}]}`,
    ],
    [
      'a List, by an alias',
      `apiVersion: v1\nkind: List\nx: &s\n${SECRET.replaceAll(/^/gm, '  ').trimEnd()}\nitems:\n- *s\n${inItem(INSTALLATION)}\n`,
    ],
    [
      'an annotation',
      INSTALLATION.replace(
        '  name: chat',
        '  name: chat\n  annotations:\n    last: |\n      {"kind": "Secret", "data": {\n        "a": "hunter2"}}',
      ),
    ],
  ])('in the same document: %s', (_, text) => {
    expect(shownOf(text)).not.toContain('hunter2');
  });
});

test('nothing is shown of a manifest that can not be read to its end', () => {
  expect(shownOf(`${INSTALLATION}---\n${SECRET}  : {\n`)).toBe('');
});

test('findings of other files have none', () => {
  const manifest = readManifest('a.yaml', Buffer.from(INSTALLATION), { keep: () => true });
  expect(excerptsOf([finding({ file: 'b.yaml', line: 1, endLine: 1 })], [manifest]).size).toBe(0);
});
