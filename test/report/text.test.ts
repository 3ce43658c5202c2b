import { describe, expect, test } from 'vitest';
import type { Excerpt } from '../../src/model/excerpt.ts';
import { renderFindings, text } from '../../src/report/text.ts';
import type { Finding } from '../../src/rules/finding.ts';
import { finding, HOSTILE, hostile, installation, OPTIONS, report } from './samples.ts';

const FRAME: Excerpt = { file: 'apps/chat.yaml', startLine: 6, lines: ['spec:', '  colour: blue', '  size: 1'] };

test('a report: installations, findings with their lines, remedy and where to read on, one summary line', () => {
  const first = finding();
  const second = finding({ line: 9, endLine: 9, level: 'error' });
  const sample = report({ installations: [installation({ status: 'blocked', blockedBy: ['unknown-field'] })], findings: [first, second] });
  expect(text.render(sample, { ...OPTIONS, excerpts: new Map([[first, FRAME]]) })).toBe(
    `apps/chat.yaml:1: mattermost/chat: database external, file store operator-managed: blocked by unknown-field

apps/chat.yaml:7:3: warning: spec.colour is not a field of ClusterInstallation; it is dropped. [unknown-field]
  6 | spec:
  7 |   colour: blue
    |   ^^^^^^
  8 |   size: 1
  remedy: Delete the field.
  more: ci2mm explain unknown-field

apps/chat.yaml:9:3: error: spec.colour is not a field of ClusterInstallation; it is dropped. [unknown-field]

1 installation: 0 convertible, 1 blocked; 1 error, 1 warning, 0 notes; 3 files scanned
`,
  );
});

test('a note gets no lines, and another remedy of the same rule is said', () => {
  const [note, other] = [finding({ level: 'note' }), finding({ remedy: 'Rename the field.' })];
  const shown = renderFindings([note, other], { color: false, verbose: false, excerpts: new Map([[note, FRAME]]) });
  expect(shown).not.toContain('colour: blue');
  expect(shown).toMatch(/remedy: Delete[^]*remedy: Rename/);
  expect(shown.match(/more:/g)).toHaveLength(1);
});

describe('the same finding in many places', () => {
  const places = (amount: number, given: Parameters<typeof finding>[0] = {}): Finding[] =>
    Array.from({ length: amount }, (_, index) => finding({ file: `apps/${index}.yaml`, ...given }));
  const linesOf = (findings: readonly Finding[], verbose = false): string[] =>
    renderFindings(findings, {
      color: false,
      verbose,
      excerpts: new Map(findings.map((each) => [each, { ...FRAME, file: each.file }])),
    }).split('\n');
  const heads = (lines: readonly string[]): string[] => lines.filter((line) => line.endsWith('[unknown-field]'));

  test('is printed once, with its lines, a count and the first places', () => {
    expect(linesOf(places(1200))).toEqual([
      'apps/0.yaml:7:3: warning: spec.colour is not a field of ClusterInstallation; it is dropped. [unknown-field]',
      '  6 | spec:',
      '  7 |   colour: blue',
      '    |   ^^^^^^',
      '  8 |   size: 1',
      '  in 1200 places: apps/0.yaml:7:3, apps/1.yaml:7:3, apps/2.yaml:7:3 and 1197 more (verbose output and JSON list all)',
      '  remedy: Delete the field.',
      '  more: ci2mm explain unknown-field',
      '',
      '',
    ]);
  });

  test('each by itself where they are few, and with --verbose', () => {
    expect(heads(linesOf(places(10)))).toHaveLength(10);
    expect(heads(linesOf(places(11)))).toHaveLength(1);
    expect(heads(linesOf(places(1200), true))).toHaveLength(1200);
  });

  test.each([['message'], ['remedy'], ['level'], ['rule']] as const)('is another one with another %s', (key) => {
    const other = { message: 'Other.', remedy: 'Other.', level: 'error', rule: 'ignored-field' }[key];
    const lines = linesOf([...places(11), ...places(11, { [key]: other })]);
    expect(lines.filter((line) => line.startsWith('  in 11 places: '))).toHaveLength(2);
  });

  test('stands where the first of them does, and the others are left out', () => {
    const between = finding({ message: 'Between.', file: 'apps/b.yaml' });
    const [first, ...others] = places(12);
    expect(heads(linesOf([first!, between, ...others])).map((line) => line.split(':')[0])).toEqual(['apps/0.yaml', 'apps/b.yaml']);
  });
});

test('more is a page where there is one', () => {
  expect(renderFindings([finding()], { color: false, verbose: false, rulePages: 'https://docs.example/rules' })).toContain(
    'more: https://docs.example/rules/unknown-field.md\n',
  );
});

describe('colours', () => {
  const sample = report({ installations: [installation()], findings: [finding()] });
  const options = { excerpts: new Map([[sample.findings[0]!, FRAME]]), verbose: false };
  // oxlint-disable-next-line no-control-regex
  const codes = /\u001b\[\d+m/g;

  test('only when asked for', () => {
    expect(text.render(sample, { ...options, color: false })).not.toMatch(codes);
  });

  test('change nothing but colours', () => {
    const coloured = text.render(sample, { ...options, color: true });
    expect(coloured).toContain('\u001b[33m  ^^^^^^\u001b[0m');
    expect(coloured.replaceAll(codes, '')).toBe(text.render(sample, { ...options, color: false }));
  });
});

test.each(HOSTILE)('a terminal sees no control character and no line that is not ours: %j', (hostileText) => {
  const shown = text.render(hostile(hostileText), OPTIONS);
  expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
  expect(shown.split('\n')).toHaveLength(text.render(hostile('harmless'), OPTIONS).split('\n').length);
});
