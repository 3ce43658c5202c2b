import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/rules/finding.ts';
import { excerptsFor } from '../../src/report/excerpt.ts';
import type { LineRange } from '../../src/report/excerpt.ts';
import { frameOf, renderFrame } from '../../src/report/frame.ts';
import { finding } from './samples.ts';

const FILE = 'apps/chat.yaml';
const at = (line: number, given: Partial<Finding> = {}): Finding => finding({ line, endLine: line, column: 1, endColumn: 2, ...given });

function excerptOf(
  given: Finding,
  text: string,
  secrets: readonly LineRange[] = [],
): { startLine: number; lines: readonly string[] } | null {
  const excerpt = excerptsFor([given], new Map([[FILE, text]]), new Map([[FILE, secrets]])).get(given);
  return excerpt === undefined ? null : { startLine: excerpt.startLine, lines: excerpt.lines };
}

const frame = (given: Finding, text: string): string => {
  const excerpt = excerptsFor([given], new Map([[FILE, text]]), new Map()).get(given);
  return excerpt === undefined ? '' : renderFrame(frameOf(given, excerpt)).join('\n');
};

describe('what is shown', () => {
  const five = 'a\nb\nc\nd\ne\n';

  test.each([
    [1, 1, ['a', 'b']],
    [3, 1, ['a', 'b', 'c', 'd']],
    [5, 3, ['c', 'd', 'e']],
  ])('line %i and those around it', (line, startLine, lines) => {
    expect(excerptOf(at(line), five)).toEqual({ startLine, lines });
  });

  test('the beginning of a finding that is long', () => {
    expect(excerptOf(at(1, { endLine: 6, endColumn: 1 }), five)?.lines).toEqual(['a', 'b', 'c', 'd']);
  });

  test('lines without their line breaks, whichever these are', () => {
    expect(excerptOf(at(1), 'a\r\nb\r\n')?.lines).toEqual(['a', 'b']);
  });

  test('no line to its end if that is far, and nothing of a finding that is out there', () => {
    expect(excerptOf(at(1), `${'x'.repeat(5000)}\n`)?.lines[0]).toHaveLength(200);
    expect(excerptOf(at(1, { column: 3000, endColumn: 3001 }), 'x'.repeat(5000))).toBeNull();
  });
});

describe('what is never shown', () => {
  const installation = 'kind: ClusterInstallation\nspec: {}\n';
  const secret = 'kind: Secret\nstringData:\n  a: hunter2\n';

  test('another document', () => {
    expect(excerptOf(at(1), `${installation}---\n${secret}`)?.lines).toEqual(['kind: ClusterInstallation', 'spec: {}']);
    expect(excerptOf(at(5), `${secret}--- # next\n${installation}`)?.lines.join()).not.toContain('hunter2');
    expect(excerptOf(at(5), `${secret}...\n${installation}`)?.lines.join()).not.toContain('hunter2');
  });

  test('a Secret in the same List, and the comments beside it', () => {
    const list =
      'kind: List\nitems:\n- kind: ClusterInstallation\n  spec: {}\n# hunter1\n- kind: Secret\n  data: {a: hunter2}\n\n# hunter3\n- kind: ClusterInstallation\n';
    const secrets = [{ line: 6, endLine: 7 }];
    expect(excerptOf(at(4), list, secrets)?.lines).toEqual(['items:', '- kind: ClusterInstallation', '  spec: {}']);
    expect(excerptOf(at(10), list, secrets)?.lines).toEqual(['- kind: ClusterInstallation']);
    expect(excerptOf(at(7), list, secrets)).toBeNull();
  });

  test('anything in a file that could not be read', () => {
    expect(excerptOf(at(1, { installation: null }), secret)).toBeNull();
  });

  test('a value that goes on in the next line', () => {
    expect(excerptOf(at(3), 'env:\n- value: |\n    hunter2\n  name: A\n')).toBeNull();
    expect(excerptOf(at(4), 'env:\n- value: |\n    hunter2\n  name: A\n')?.lines).toEqual(['  name: A']);
  });

  test('a line that is not there', () => {
    expect(excerptOf(at(9), 'a\n')).toBeNull();
    expect(excerptsFor([at(1)], new Map(), new Map()).size).toBe(0);
  });
});

test('findings of many documents, Secrets between them, in a moment', () => {
  const pair = 'kind: ClusterInstallation\nspec: {}\n---\nkind: Secret\ndata: {a: hunter2}\n---\n';
  const numbers = Array.from({ length: 20_000 }, (_, index) => index);
  const findings = numbers.map((number) => at(number * 6 + 2));
  const secrets = numbers.map((number) => ({ line: number * 6 + 4, endLine: number * 6 + 5 }));
  const excerpts = excerptsFor(findings.toReversed(), new Map([[FILE, pair.repeat(numbers.length)]]), new Map([[FILE, secrets]]));
  expect(excerpts.size).toBe(findings.length);
  expect([...excerpts.values()].every(({ lines }) => lines.join() === 'kind: ClusterInstallation,spec: {}')).toBe(true);
}, 20_000);

describe('a frame', () => {
  test('has numbers, and carets below what the finding is about', () => {
    expect(frame(at(10, { column: 3, endColumn: 9 }), `${'x: 1\n'.repeat(8)}spec:\n  colour: blue\n  size: 1\n`)).toBe(
      ' 8 | x: 1\n 9 | spec:\n10 |   colour: blue\n   |   ^^^^^^\n11 |   size: 1',
    );
  });

  test('marks the first line of several', () => {
    expect(frame(at(1, { endLine: 3, endColumn: 1 }), 'a: 1\nb: 2\nc: 3\n')).toBe('1 | a: 1\n  | ^^^^\n2 | b: 2');
  });

  test('marks at least one column, and none beyond the end', () => {
    expect(frame(at(1, { column: 1, endColumn: 1 }), 'ab')).toBe('1 | ab\n  | ^');
    expect(frame(at(1, { column: 9, endColumn: 99 }), 'ab')).toBe('1 | ab\n  |   ^');
  });

  test('keeps carets below wide characters, tabs and what is shown as an escape', () => {
    expect(frame(at(1, { column: 4, endColumn: 5 }), '社内 x')).toBe('1 | 社内 x\n  |      ^');
    expect(frame(at(1, { column: 3, endColumn: 4 }), '\u001b\tx')).toBe('1 | \\u001b x\n  |        ^');
  });
});
