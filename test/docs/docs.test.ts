import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderConfiguration } from '../../src/config/docs.ts';
import { readConfig } from '../../src/config/read.ts';
import { main } from '../../src/cli/command.ts';
import { EXIT } from '../../src/run/exit-codes.ts';
import { FIELDS } from '../../src/operator/fields.ts';
import { renderFields } from '../../src/operator/docs.ts';
import { renderReferences } from '../../src/references/docs.ts';
import { renderSecrets } from '../../src/secrets/docs.ts';
import { recordingIo } from '../recording-io.ts';
import { temporaryRepository } from '../repo/workspace.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

test('docs/fields.md is what the field map says', () => {
  expect(read('docs/fields.md')).toBe(renderFields());
});

test('docs/references.md is what the referrers say', () => {
  expect(read('docs/references.md')).toBe(renderReferences());
});

test('docs/secrets.md is what the readers say', () => {
  expect(read('docs/secrets.md')).toBe(renderSecrets());
});

test('docs/configuration.md is what the schemas say', () => {
  expect(read('docs/configuration.md')).toBe(renderConfiguration());
});

test('the example of docs/configuration.md is one that ci2mm takes', () => {
  const [, example = ''] = /```yaml\n([^]*?)```/.exec(read('docs/configuration.md')) ?? [];
  expect(readConfig('.ci2mm.yaml', Buffer.from(example))).toMatchObject({ engine: 'argo-cd', ignore: ['vendor/**'] });
});

test('the README shows what the program prints for its example', async () => {
  const [, folder = '', shown = ''] = /<!-- example: (\S+) -->\n```diff\n([^]*?)```\n<!-- \/example -->/.exec(read('README.md')) ?? [];
  const io = recordingIo(root);
  await main(['convert', folder], io);
  expect(io.out()).toBe(shown);
  expect(shown).toContain('+kind: Mattermost');
});

test('the README lists the exit codes as the program has them', () => {
  for (const { code, meaning } of Object.values(EXIT)) expect(read('README.md')).toContain(`| ${code} | ${meaning} |`);
});

/** Every leaf of the ClusterInstallation schema below spec, as dotted paths. */
function leaves(node: SchemaNode, path: string[], definitions: Record<string, SchemaNode>): string[][] {
  const target = node.$ref === undefined ? node : (definitions[node.$ref.split('/').at(-1) ?? ''] ?? node);
  const properties = Object.entries(target.properties ?? {});
  return properties.length === 0 ? [path] : properties.flatMap(([name, child]) => leaves(child, [...path, name], definitions));
}

interface SchemaNode {
  readonly $ref?: string;
  readonly properties?: Record<string, SchemaNode>;
  readonly $defs?: Record<string, SchemaNode>;
}

test('the field map owns every leaf of the ClusterInstallation schema exactly once', () => {
  const schema = JSON.parse(read('src/operator/schemas/ClusterInstallation.json')) as SchemaNode;
  const spec = schema.properties?.['spec'];
  if (spec === undefined) throw new Error('the schema has no spec');
  const all = leaves(spec, ['spec'], schema.$defs ?? {});
  expect(all.length).toBeGreaterThan(90);
  const owners = all.map((leaf) => [leaf.join('.'), FIELDS.filter(({ from }) => from.every((step, index) => step === leaf[index])).length]);
  expect(owners.filter(([, count]) => count !== 1)).toEqual([]);
});

/** An example as a repository of its own. */
function repositoryOf(name: string): string {
  const copy = temporaryRepository();
  cpSync(join(root, 'examples', name), copy, { recursive: true });
  return copy;
}

test.each(['plain', 'rollout-argo-cd', 'rollout-flux'])('docs/plans/%s.md is the plan that ci2mm prints for the example', async (name) => {
  const io = recordingIo(repositoryOf(name));
  expect(await main(['plan', '--format', 'markdown', '.'], io)).toBe(0);
  const file = join(root, 'docs/plans', `${name}.md`);
  if (process.env['CI2MM_UPDATE'] === '1') writeFileSync(file, io.out());
  expect(readFileSync(file, 'utf8')).toBe(io.out());
  const [, script = ''] = /```sh\n(#!\/bin\/sh\n[^]*?)\n```/.exec(io.out()) ?? [];
  expect(spawnSync('sh', ['-n'], { input: script })).toMatchObject({ status: 0, stderr: Buffer.alloc(0) });
});

/** Where shellcheck is installed. */
const shellcheck = spawnSync('shellcheck', ['--version']).status === 0;

test.skipIf(!shellcheck)('shellcheck has nothing to say about the gates', async () => {
  const io = recordingIo(repositoryOf('rollout-flux'));
  await main(['plan', '--format', 'script', '.'], io);
  expect(spawnSync('shellcheck', ['-'], { input: io.out(), encoding: 'utf8' }).stdout).toBe('');
});

const kubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

/** Lines of a plan that call kubectl, outside of the script, which takes its words from variables. */
test.skipIf(!kubectl).each(['plain', 'rollout-argo-cd', 'rollout-flux'])('kubectl takes each line of the plan of %s', (name) => {
  const plan = read(`docs/plans/${name}.md`);
  const lines = plan.slice(0, plan.indexOf('#!/bin/sh')).match(/^kubectl .*$/gm) ?? [];
  expect(lines.length).toBeGreaterThan(3);
  const cwd = temporaryRepository({
    // A port that nobody listens on: whatever is wrong with words is told before.
    config:
      'apiVersion: v1\nkind: Config\nclusters: [{name: a, cluster: {server: "http://127.0.0.1:1"}}]\ncontexts: [{name: a, context: {cluster: a, user: a}}]\ncurrent-context: a\nusers: [{name: a, user: {}}]\n',
  });
  const said = (line: string): string =>
    spawnSync('sh', ['-c', line], { cwd, encoding: 'utf8', env: { ...process.env, HOME: cwd, KUBECONFIG: join(cwd, 'config') } }).stderr;
  expect(said(`${lines[0]} --no-such-flag`)).toMatch(/unknown flag/);
  for (const line of lines)
    expect([line, said(line)]).toEqual([line, expect.stringMatching(/The connection to the server 127\.0\.0\.1:1 was refused/)]);
});
