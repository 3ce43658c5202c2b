import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Excerpt } from '../../src/model/excerpt.ts';
import { rdjson } from '../../src/report/rdjson.ts';
import type { RenderOptions } from '../../src/report/reporter.ts';
import type { Report } from '../../src/report/report.ts';
import { change, finding, installation, OPTIONS, report, twoTexts } from './samples.ts';

interface Position {
  readonly line: number;
  readonly column?: number;
}
interface Range {
  readonly start: Position;
  readonly end: Position;
}
interface Diagnostic {
  readonly message: string;
  readonly severity: string;
  readonly code: { readonly value: string; readonly url?: string };
  readonly location: { readonly path: string; readonly range: Range };
  readonly suggestions?: readonly { readonly range: Range; readonly text: string }[];
}

const diagnosticsOf = (sample: Report, options: RenderOptions = OPTIONS): Diagnostic[] =>
  (JSON.parse(rdjson.render(sample, options)) as { diagnostics: Diagnostic[] }).diagnostics;

test('nothing found is an empty list from a named source', () => {
  expect(JSON.parse(rdjson.render(report(), OPTIONS))).toEqual({ source: { name: 'ci2mm' }, diagnostics: [] });
});

test('findings come worst first, with severity, code and what to do', () => {
  const sample = report({ findings: [finding({ level: 'note' }), finding({ level: 'error' }), finding()] });
  const diagnostics = diagnosticsOf(sample, { ...OPTIONS, rulePages: 'https://docs.example/rules' });
  expect(diagnostics.map(({ severity }) => severity)).toEqual(['ERROR', 'WARNING', 'INFO']);
  expect(diagnostics[0]).toMatchObject({
    code: { value: 'unknown-field', url: 'https://docs.example/rules/unknown-field.md' },
    location: { path: 'apps/chat.yaml' },
  });
  expect(diagnostics[0]?.message).toBe('spec.colour is not a field of ClusterInstallation; it is dropped.\nWhat to do: Delete the field.');
});

describe('ranges', () => {
  const rangeOf = (line: string | null, given = finding()): Range | undefined => {
    const excerpt: Excerpt = { file: given.file, startLine: 7, lines: [line ?? ''] };
    return diagnosticsOf(report({ findings: [given] }), { ...OPTIONS, excerpts: new Map(line === null ? [] : [[given, excerpt]]) })[0]
      ?.location.range;
  };

  test('count bytes where the line is known', () => {
    expect(rangeOf('é社colour: x', finding({ column: 3, endColumn: 9 }))).toEqual({
      start: { line: 7, column: 6 },
      end: { line: 7, column: 12 },
    });
  });

  test('are whole lines where it is not, or not wholly shown', () => {
    const lines = { start: { line: 7 }, end: { line: 7 } };
    expect(rangeOf(null)).toEqual(lines);
    expect(rangeOf('value: ***')).toEqual(lines);
    expect(rangeOf('short')).toEqual(lines);
    expect(rangeOf('colour: x', finding({ endLine: 10, endColumn: 1 }))).toEqual({ start: { line: 7 }, end: { line: 9 } });
  });
});

describe('suggestions', () => {
  /** Applies a suggestion as reviewdog's format defines it: without columns whole lines, without the last one's line break. */
  function applied(text: string, { range, text: replacement }: { readonly range: Range; readonly text: string }): string {
    const lines = text.split('\n');
    const before = lines
      .slice(0, range.start.line - 1)
      .map((line) => `${line}\n`)
      .join('');
    if (range.start.column !== undefined) return before + replacement + text.slice(before.length);
    const removed = lines
      .slice(range.start.line - 1, range.end.line)
      .join('\n')
      .replace(/\r$/, '');
    return before + replacement + text.slice(before.length + removed.length);
  }

  test('have the range of their diagnostic, as reviewdog wants it, and together convert the file', () => {
    fc.assert(
      fc.property(
        twoTexts.filter(([before, after]) => before.endsWith('\n') && after.endsWith('\n')),
        ([before, after]) => {
          const sample = report({ installations: [installation()], changes: [change('apps/chat.yaml', before, after)] });
          const diagnostics = diagnosticsOf(sample);
          let text = before;
          for (const { location, suggestions = [] } of diagnostics.toReversed()) {
            expect(suggestions).toHaveLength(1);
            expect(suggestions[0]?.range).toEqual(location.range);
            text = applied(text, suggestions[0]!);
          }
          // Where lines go and none come, the suggestion leaves an empty line, which reviewers' tools take away.
          const loose = (each: string): string =>
            each
              .replaceAll('\r', '')
              .split('\n')
              .filter((line) => line !== '')
              .join('\n');
          expect(loose(text)).toBe(loose(after));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('replace whole lines, insert before a line, delete with nothing', () => {
    const of = (before: string, after: string): unknown =>
      diagnosticsOf(report({ changes: [change('a', before, after)] }))[0]?.suggestions?.[0];
    expect(of('a\nb\n', 'a\nc\nd\n')).toEqual({ range: { start: { line: 2 }, end: { line: 2 } }, text: 'c\nd' });
    expect(of('a\nb\n', 'a\nx\nb\n')).toEqual({ range: { start: { line: 2, column: 1 }, end: { line: 2, column: 1 } }, text: 'x\n' });
    expect(of('a\nb\n', 'a\n')).toEqual({ range: { start: { line: 2 }, end: { line: 2 } }, text: '' });
    expect(of('a\r\nb\r\n', 'a\r\nc\r\n')).toEqual({ range: { start: { line: 2 }, end: { line: 2 } }, text: 'c' });
  });
});
