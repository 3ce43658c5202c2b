import { describe, expect, test } from 'vitest';
import { maskTemplate } from '../../src/charts/mask.ts';
import type { Template } from '../../src/charts/mask.ts';
import { branchingOf, countOfWays, keepsVariables, waysThrough } from '../../src/charts/ways.ts';

/** Templates of charts as YAML: every action keeps its place, and comes back as it was. */

function masked(text: string): Template {
  const template = maskTemplate(text);
  if ('message' in template) throw new Error(template.message);
  return template;
}

/** A masked text with plain letters in place of characters for private use. */
const shown = (text: string): string =>
  masked(text)
    .masked.replaceAll('\uE000', 'V')
    .replaceAll('\uE001', 'C')
    .replaceAll('\uE002', 'L')
    .replaceAll(/_+\}/g, '}')
    .replaceAll(/~+/g, '');

describe('what is read', () => {
  test.each([
    ['a value', 'a: {{ .Values.a }}\n', 'a: ${V0}\n'],
    ['a value in quotes, with quotes', 'a: "{{ default "x" .a }}-b"\n', 'a: "${V0}-b"\n'],
    ['braces in a text', 'a: {{ "}}" }}\n', 'a: ${V0}\n'],
    ['lines that are a value', 'a:\n  {{- toYaml .a | nindent 2 }}\n', 'a:\n  ${L0}\n'],
    ['lines beside entries', 'a:\n  b: 1\n  {{- toYaml .a | nindent 2 }}\n', 'a:\n  b: 1\n  ${L0}:\n'],
    ['lines beside items', 'a:\n  - b\n{{ toYaml .a | indent 2 }}\n', 'a:\n  - b\n  - ${L0}\n'],
    [
      'lines below items of several entries',
      'a:\n  - b: 1\n    c: 1\n  {{- toYaml .a | nindent 2 }}\n',
      'a:\n  - b: 1\n    c: 1\n  - ${L0}\n',
    ],
    ['items in the column of their key', 'a:\n{{- toYaml .a | nindent 0 }}\n', 'a:\n- ${L0}\n'],
    ['a condition', 'a:\n  {{- if .b }}\n  b: 1\n  {{- end }}\n', 'a:\n  #C0\n  b: 1\n   #C1\n'],
    ['a condition without indentation', 'a:\n{{- if .b }}\n  b: 1\n{{- end }}\n', 'a:\n  #C0\n  b: 1\n   #C1\n'],
    ['a condition within a line', 'a: {{ if .b }}1{{ else }}2{{ end }}3\n', 'a: ${V0}3\n'],
  ])('%s', (_, text, expected) => {
    expect(shown(text)).toBe(expected);
    expect(masked(text).masked).toHaveLength(text.length);
    expect(masked(text).restore(masked(text).masked)).toBe(text);
  });

  test.each([
    ['no end', 'a: {{ .b }\n', 'has no end'],
    ['no end of a comment', 'a: {{/* }}\n', 'has no end'],
    ['no end of a condition', '{{ if .a }}\na: 1\n', 'never ended'],
    ['an end of nothing', 'a: 1\n{{ end }}\n', 'never begun'],
    ['an end in a line that holds text', '{{ if .a }}\na: 1{{ end }}\n', 'holds text'],
    ['an else in a line that holds text', '{{ if .a }}\na: 1{{ else }}\n{{ end }}\n', 'holds text'],
    ['tabs', '\t{{ if .a }}\na: 1\n{{ end }}\n', 'tabs'],
    ['lines', 'a: {{ .b |\n quote }}\n', 'spans lines'],
    ['a line that is joined with the one before', 'a:\n  {{- .b }}\n', 'before it away'],
    ['a line that is joined with the next', 'a: 1\n{{ if .a -}}\nb: 1\n{{ end }}\n', 'after it away'],
    ['a blank that goes', 'a: {{- .b }}\n', 'blank before it'],
    ['a definition', '{{ define "a" }}\na: 1\n{{ end }}\n', 'defines a template'],
    ['two conditions in a line', '{{ if .a }}{{ if .b }}\na: 1\n{{ end }}{{ end }}\n', 'several'],
    ['no room', '    {{ if .a }}\n                a: 1\n    {{ end }}\n', 'too short'],
    ['a character for private use', 'a: \uE000{{ .b }}\n', 'private use'],
  ])('refuses %s', (_, text, message) => {
    expect(maskTemplate(text)).toMatchObject({ message: expect.stringContaining(message) as string });
  });
});

describe('what comes back', () => {
  /** The text with some of its masked lines moved by two columns. */
  const moved = (text: string): string => {
    const template = masked(text);
    return template.restore(template.masked.replaceAll(/^(?=.)/gm, '  '));
  };

  test.each([
    ['a number goes with its line', 'a:\n  {{- toYaml .a | nindent 2 }}\n', '  a:\n    {{- toYaml .a | nindent 4 }}\n'],
    [
      'under a first line that stands where the action does',
      'a:\n  {{ toYaml .a | indent 2 | trim }}\n',
      '  a:\n    {{ toYaml .a | indent 4 | trim }}\n',
    ],
    ['beside a key, too', 'a: {{- toYaml .a | nindent 2 }}\n', '  a: {{- toYaml .a | nindent 4 }}\n'],
    ['without indentation the number goes alone', 'a:\n{{ toYaml .a | indent 2 }}\n', '  a:\n{{ toYaml .a | indent 4 }}\n'],
    ['of a line that is indented, the blanks go', 'a:\n  {{ toYaml .a | indent 2 }}\n', '  a:\n    {{ toYaml .a | indent 2 }}\n'],
    ['conditions go with their lines', 'a:\n  {{ if .b }}\n  b: 1\n  {{ end }}\n', '  a:\n    {{ if .b }}\n    b: 1\n    {{ end }}\n'],
    ['and stay at the edge', 'a:\n{{- if .b }}\n  b: 1\n{{- end }}\n', '  a:\n{{- if .b }}\n    b: 1\n{{- end }}\n'],
  ])('%s', (_, text, expected) => expect(moved(text)).toBe(expected));
});

describe('ways through conditions', () => {
  const TEXT = 'a: 1\n{{ if .b }}\nb: 1\n{{ else }}\nc: 1\n{{ end }}\n{{ range .d }}\nd: 1\n{{ end }}\n';

  test('every pair of choices is tried', () => {
    const template = masked(TEXT);
    const branching = branchingOf(template.masked, template);
    const texts = new Set([...waysThrough(branching?.blocks ?? [])].map((way) => branching?.text(way)));
    expect(texts).toEqual(new Set(['a: 1\nb: 1\nd: 1\n', 'a: 1\nc: 1\nd: 1\n', 'a: 1\nb: 1\n', 'a: 1\nc: 1\n']));
    expect(countOfWays(branching?.blocks ?? [])).toBe([...waysThrough(branching?.blocks ?? [])].length);
  });

  test('what is torn apart is none', () => {
    const template = masked(TEXT);
    expect(branchingOf(template.masked.slice(20), template)).toBeNull();
    expect(branchingOf(template.masked.slice(0, 20), template)).toBeNull();
  });

  test('what comes after a variable is set stays after it', () => {
    const template = masked('{{- $a := .b }}\na: {{ $a }}\n');
    const [set = '', use = ''] = template.masked.split('\n');
    expect(keepsVariables(template.masked, template.masked, template)).toBe(true);
    expect(keepsVariables(template.masked, `${use}\n${set}\n`, template)).toBe(false);
  });
});
