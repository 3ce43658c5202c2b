import { expect, test } from 'vitest';
import { convertRepository } from '../../src/index.ts';
import type { RuleId } from '../../src/rules/index.ts';
import { temporaryRepository } from '../repo/workspace.ts';

/** A remedy never asks for an edit that would change what somebody else builds from the same file. */

const HEAD = 'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: chat}\n';
const EXTERNAL = '  minio: {externalURL: s3.example.com, externalBucket: chat, secret: files}\n';
const overlay = (name: string, spec = ''): Record<string, string> => ({
  [`${name}/kustomization.yaml`]: `resources: [../base]\nnamespace: ${name}\n${spec === '' ? '' : 'patches:\n- path: patch.yaml\n'}`,
  ...(spec === '' ? {} : { [`${name}/patch.yaml`]: `${HEAD}spec:\n${spec}` }),
});
const base = (spec: string): Record<string, string> => ({
  'base/kustomization.yaml': 'resources: [chat.yaml]\n',
  'base/chat.yaml': `${HEAD}spec:\n  ingressName: chat.example.com\n${spec}`,
});

async function remedyOf(rule: RuleId, files: Readonly<Record<string, string>>): Promise<string | undefined> {
  const { findings } = await convertRepository({ cwd: temporaryRepository(files), prove: 'never' });
  const found = findings.filter((finding) => finding.rule === rule);
  expect(found).toHaveLength(1);
  return found[0]?.remedy;
}

const SIZE = '  minio: {storageSize: 10Gi}\n';

test('a field that another overlay needs is not to be deleted', async () => {
  const remedy = await remedyOf('ignored-field', { ...base(SIZE), ...overlay('prod', EXTERNAL), ...overlay('dev') });
  expect(remedy).toMatch(/^Nothing has to be done\. Leave the field/);
});

test.each([
  ['all that are built from it have the finding', { ...base(SIZE), ...overlay('prod', EXTERNAL) }],
  [
    'it stands in a patch of its own',
    { ...base(''), ...overlay('prod', EXTERNAL.replace('{', '{storageSize: 10Gi, ')), ...overlay('dev') },
  ],
])('a field may be deleted where %s', async (_, files) => {
  expect(await remedyOf('ignored-field', files)).toMatch(/^Delete the field/);
});

test.each([
  ['s3-tls-default', EXTERNAL, '  mattermostEnv: [{name: MM_FILESETTINGS_AMAZONS3SSL, value: "true"}]\n'],
  ['service-annotations-activated', '  serviceAnnotations: {a: b}\n', '  useServiceLoadBalancer: true\n'],
  ['blue-green-enabled', '  blueGreen: {enable: true}\n', '  blueGreen: {enable: false}\n'],
] as const)('what %s asks for goes into a patch where another overlay has no such finding', async (rule, shared, other) => {
  const files = { ...base(shared), ...overlay('prod') };
  const instead = /; all in a patch of what is named above, as others are built from this file too\.$/;
  expect(await remedyOf(rule, files)).not.toMatch(instead);
  expect(await remedyOf(rule, { ...files, ...overlay('dev', other) })).toMatch(instead);
});
