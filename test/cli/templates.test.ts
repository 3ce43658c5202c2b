import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryRepository } from '../repo/workspace.ts';
import { findingsOf, reportOf, run } from './harness.ts';

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
    ['an action that spans lines', installation('{{ .Release.Name |\n    quote }}'), 4],
    ['an action without an end', `${installation('chat')}  size: {{ .Values.size }\n`, 7],
    ['a condition without an end', `${installation('chat')}  {{- if .Values.size }}\n`, 7],
    ['an end of nothing', `${installation('chat')}  {{- end }}\n`, 7],
    ['two branches with one key', `${installation('chat')}  {{ if .x }}\n  size: 1users\n  {{ else }}\n  size: 2users\n  {{ end }}\n`, 10],
    ['a line that swallows the next', `${installation('chat')}  {{ if .Values.size -}}\n  size: a\n  {{ end }}\n`, 7],
    ['a template that is defined in the file', `{{ define "x" }}\n{{ end }}\n${installation('chat')}`, 1],
    ['the kind itself', installation('chat').replace('kind: ClusterInstallation', 'kind: {{ .Values.kind }} # ClusterInstallation'), 2],
  ])('%s', async (_, text, line) => {
    expect(await errorsOf({ 'chart/Chart.yaml': CHART, 'chart/templates/chat.yaml': text })).toEqual([
      `templated-manifest chart/templates/chat.yaml:${line}`,
    ]);
  });

  test('outside a chart, where the document can not be read', async () => {
    expect(await errorsOf({ 'chat.yaml.tpl.yaml': installation('{{ name }}') })).toEqual(['templated-manifest chat.yaml.tpl.yaml:4']);
  });
});

describe('the remedy names what makes a manifest of it', () => {
  const named = async (files: Record<string, string>): Promise<string[]> => {
    const cwd = temporaryRepository(files);
    const { findings } = reportOf(await run(['scan', '--format', 'json'], { cwd }));
    return findings
      .filter(({ level }) => level === 'error')
      .map(({ rule, line, remedy }) => `${rule} ${line}: ${remedy.replace(/ and convert .*/, '')}`);
  };
  const chat = installation('chat');
  test.each([
    ['a value of ytt', installation('#@ data.values.name'), '4: Render it (ytt -f)'],
    ['a function of ytt before the document', `#@ load("@ytt:data", "data")\n---\n${chat}`, '1: Render it (ytt -f)'],
    ['a block of ytt around documents', `#@ if data.values.chat:\n---\n${chat}---\n${chat}#@ end\n`, '1: Render it (ytt -f)'],
    ['a block of ytt in the document', `${chat}  #@ if/end data.values.replicas:\n  replicas: 3\n`, '7: Render it (ytt -f)'],
    ['an overlay of ytt', `#@overlay/match by=overlay.subset({"kind": "ClusterInstallation"})\n---\n${chat}`, '1: Render it (ytt -f)'],
    ['ytt in what can not be read', `${installation('[')}  #@ end\n`, '7: Render it (ytt -f)'],
    [
      'an expression of Jinja',
      installation('{{ name }}'),
      "4: Render it with the tool that fills it in (Ansible's template module, or jinja2)",
    ],
    [
      'a filter of Jinja',
      installation("{{ name | default('chat') }}"),
      "4: Render it with the tool that fills it in (Ansible's template module, or jinja2)",
    ],
    [
      'an expression with a subscript',
      installation('{{ item.name }}'),
      "4: Render it with the tool that fills it in (Ansible's template module, or jinja2)",
    ],
    [
      'a statement of Jinja',
      `${chat}{% if replicas %}\n  replicas: {{ .replicas }}\n{% endif %}\n`,
      "7: Render it with the tool that fills it in (Ansible's template module, or jinja2)",
    ],
    [
      'a statement of Jinja in a comment',
      `${chat}  # {% if replicas %}\n  replicas: 3\n  # {% endif %}\n`,
      "7: Render it with the tool that fills it in (Ansible's template module, or jinja2)",
    ],
    ['a Go template', installation('{{ .name }}'), '4: Render it with the tool that fills it in (such as gomplate)'],
    [
      'a block of a Go template',
      `${chat}{{ if getenv "REPLICAS" }}\n  replicas: 3\n{{ end }}\n`,
      '7: Render it with the tool that fills it in (such as gomplate)',
    ],
    [
      'a data source of gomplate',
      installation('{{ (ds "config").name }}'),
      '4: Render it with the tool that fills it in (such as gomplate)',
    ],
    ['a function of gomplate', installation('{{ getenv "NAME" }}'), '4: Render it with the tool that fills it in (such as gomplate)'],
    ['values of a chart, in no chart', installation('{{ .Values.name }}'), '4: Render it as part of the chart that it belongs to'],
    ['lines that a shell fills in', `${chat}\${SPEC}\n`, '7: Fill the variables in (envsubst, or the postBuild of Flux)'],
    ['lines that a shell fills in, without braces', `${chat}  $SPEC\n`, '7: Fill the variables in (envsubst, or the postBuild of Flux)'],
  ])('%s', async (_, text, expected) => {
    const found = await named({ 'chat.yaml': text });
    expect(found[0]).toBe(`templated-manifest ${expected}`);
    expect(new Set(found).size).toBe(1);
  });

  test('a template of a chart', async () => {
    expect(await named({ 'chart/Chart.yaml': CHART, 'chart/templates/chat.yaml': installation('{{ .Release.Name |\n quote }}') })).toEqual([
      'templated-manifest 4: Render the chart (helm template)',
    ]);
  });
});

describe('is not told', () => {
  test('a string with braces, outside a chart: Argo CD and others fill these in later', async () => {
    expect(await errorsOf({ 'chat.yaml': installation('"{{ name }}"') })).toEqual([]);
  });

  test.each([
    ['a comment with an at sign', `${installation('chat')}# ask me@example.com #@home\n`],
    [
      'text that looks like code of ytt',
      `${installation('chat')}  mattermostEnv:\n  - name: A\n    value: "x #@ y"\n  - name: B\n    value: |\n      #@ z\n      {% z %}\n`,
    ],
    ['a variable in a value', installation('${NAME}')],
  ])('%s', async (_, text) => {
    expect(await errorsOf({ 'chat.yaml': text })).toEqual([]);
  });

  test('ytt in a file without an installation', async () => {
    expect(await errorsOf({ 'a.yaml': '#@ load("x")\n---\nkind: ConfigMap\nmetadata: {name: "#ClusterInstallation"}\n' })).toEqual([]);
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
