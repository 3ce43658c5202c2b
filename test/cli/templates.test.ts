import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryRepository } from '../repo/workspace.ts';
import { findingsOf, run } from './harness.ts';

/** Manifests that a template engine has yet to make: they are told, and never touched. */

const installation = (name: string): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: ${name}\nspec:\n  ingressName: chat.example.com\n`;
const CHART = 'apiVersion: v2\nname: chat\nversion: 1.0.0\n';
const DEFINITION = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: clusterinstallations.mattermost.com
  labels:
    {{- include "chart.labels" . | nindent 4 }}
spec:
  names: {kind: ClusterInstallation}
`;

async function errorsOf(files: Record<string, string>): Promise<string[]> {
  const cwd = temporaryRepository(files);
  const result = await run(['convert', '--write', '--format', 'json'], { cwd });
  const errors = findingsOf(result);
  expect(result.code).toBe(errors.length > 0 ? 1 : 0);
  if (errors.length > 0) for (const [file, text] of Object.entries(files)) expect(readFileSync(join(cwd, file), 'utf8')).toBe(text);
  return errors;
}

describe('is told', () => {
  test.each([
    ['a value in braces', installation('{{ .Release.Name }}'), 4],
    ['a quoted value, in a chart', installation('"{{ .Release.Name }}"'), 4],
    ['a block', `{{- if .Values.enabled }}\n${installation('chat')}{{- end }}\n`, 1],
    ['the kind itself', installation('chat').replace('kind: ClusterInstallation', 'kind: {{ .Values.kind }} # ClusterInstallation'), 2],
    ['a block of values', installation('chat').replace('ingressName: chat.example.com', '{{- toYaml .Values.spec | nindent 2 }}'), 6],
    ['a definition beside an installation', `${DEFINITION}---\n${installation('{{ .Release.Name }}')}`, 13],
  ])('%s', async (_, text, line) => {
    expect(await errorsOf({ 'chart/Chart.yaml': CHART, 'chart/templates/chat.yaml': text })).toEqual([
      `templated-manifest chart/templates/chat.yaml:${line}`,
    ]);
  });

  test('outside a chart, where the document can not be read', async () => {
    expect(await errorsOf({ 'chat.yaml.tpl.yaml': installation('{{ name }}') })).toEqual(['templated-manifest chat.yaml.tpl.yaml:4']);
  });
});

describe('is not told', () => {
  test('a string with braces, outside a chart: Argo CD and others fill these in later', async () => {
    expect(await errorsOf({ 'chat.yaml': installation('"{{ name }}"') })).toEqual([]);
  });

  test('the definition of the old kind in a chart', async () => {
    expect(
      await errorsOf({
        'chart/Chart.yaml': CHART,
        'chart/templates/crd.yaml': DEFINITION,
        'chart/templates/crlf.yaml': DEFINITION.replaceAll('\n', '\r\n'),
      }),
    ).toEqual([]);
  });

  test('a template without a word of installations', async () => {
    expect(
      await errorsOf({ 'chart/Chart.yaml': CHART, 'chart/templates/role.yaml': 'kind: Role\nmetadata: {name: {{ .Release.Name }}}\n' }),
    ).toEqual([]);
  });
});
