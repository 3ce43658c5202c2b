import { expect, test } from 'vitest';
import { FORMATS, SCAN_FORMATS } from '../../src/report/formats.ts';
import { reporterFor, reporters } from '../../src/report/index.ts';
import { HOSTILE, hostile, OPTIONS, report } from './samples.ts';

test('every word of --format has its reporter, in the same order', () => {
  expect(reporters.map(({ format }) => format)).toEqual(FORMATS);
  for (const format of FORMATS) expect(reporterFor(format)?.format).toBe(format);
  expect(SCAN_FORMATS).not.toContain('diff');
  expect(SCAN_FORMATS).not.toContain('stat');
});

test.each(reporters)('$format renders a report of nothing, and the same report to the same bytes', (reporter) => {
  expect(typeof reporter.render(report(), OPTIONS)).toBe('string');
  const sample = hostile(HOSTILE.join(' '));
  expect(reporter.render(sample, OPTIONS)).toBe(reporter.render(sample, OPTIONS));
});

test.each(reporters.filter(({ format }) => ['json', 'sarif', 'rdjson'].includes(format)))(
  '$format is JSON whatever the manifests hold',
  (reporter) => {
    for (const text of HOSTILE) expect(() => JSON.parse(reporter.render(hostile(text), OPTIONS)) as unknown).not.toThrow();
  },
);
