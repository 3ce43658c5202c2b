import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import * as fc from 'fast-check';
import type { Log, Replacement, Result, Run } from 'sarif';
import { describe, expect, test } from 'vitest';
import type { RenderOptions } from '../../src/report/reporter.ts';
import { sarif } from '../../src/report/sarif.ts';
import { rules } from '../../src/rules/index.ts';
import type { Report } from '../../src/report/report.ts';
import { change, finding, HOSTILE, hostile, huge, hugeDiff, installation, OPTIONS, report, twoTexts } from './samples.ts';

const logOf = (sample: Report, options: RenderOptions = OPTIONS): Log => JSON.parse(sarif.render(sample, options)) as Log;
const runOf = (sample: Report, options: RenderOptions = OPTIONS): Run => logOf(sample, options).runs[0]!;
const resultsOf = (sample: Report): Result[] => runOf(sample).results ?? [];
const uriOf = (result: Result): string => result.locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? '';

const sample = report({
  installations: [installation(), installation({ name: 'old', file: 'old.yaml', status: 'blocked' })],
  findings: [finding({ level: 'note' }), finding({ level: 'error', rule: 'blue-green-enabled' }), finding({ rule: 'ignored-field' })],
  changes: [change('apps/chat.yaml', 'kind: ClusterInstallation\n', 'kind: Mattermost\n'), change('apps/patch.yaml', 'a: 1\n', 'b: 1\n')],
});

/** The schema is not ours to copy; whoever has it names it (OASIS publishes sarif-schema-2.1.0.json). */
const schemaFile = process.env['SARIF_SCHEMA'];
test.skipIf(schemaFile === undefined)('the official schema takes every report (set SARIF_SCHEMA to its file to run this)', () => {
  const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(schemaFile ?? '', 'utf8')) as Record<string, unknown>;
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
  for (const each of [report(), sample, huge(50), ...HOSTILE.map(hostile)]) {
    validate(logOf(each));
    expect(validate.errors).toBeNull();
  }
});

describe('what GitHub asks for', () => {
  test('a run with rules and an empty list of results where nothing is found', () => {
    const log = logOf(report());
    expect(log).toMatchObject({ version: '2.1.0', runs: [{ results: [], tool: { driver: { name: 'ci2mm', semanticVersion: '1.2.3' } } }] });
    expect(runOf(report()).tool.driver.rules?.map(({ id }) => id)).toEqual([...rules.map(({ id }) => id), 'convertible-installation']);
  });

  test('rules with descriptions, help and a level', () => {
    const described = runOf(sample, { ...OPTIONS, rulePages: 'https://docs.example/rules' }).tool.driver.rules ?? [];
    for (const rule of described) {
      expect(rule.shortDescription?.text).toBeTruthy();
      expect(rule.fullDescription?.text).toBeTruthy();
      expect(rule.fullDescription?.text.length).toBeLessThanOrEqual(1024);
      expect(rule.help?.text).toBeTruthy();
      expect(['error', 'warning', 'note']).toContain(rule.defaultConfiguration?.level);
      expect(rule.properties?.tags?.length).toBeLessThanOrEqual(20);
    }
    expect(described[0]?.helpUri).toBe('https://docs.example/rules/blue-green-enabled.md');
    expect(described.find(({ id }) => id === 'unknown-field')?.help?.markdown).toContain('```yaml');
  });

  test('results that name their rule by id and index, worst first, with a place', () => {
    const run = runOf(sample);
    expect(run.results?.map(({ ruleId, level }) => `${level} ${ruleId}`)).toEqual([
      'error blue-green-enabled',
      'warning ignored-field',
      'note unknown-field',
      'note convertible-installation',
      'note convertible-installation',
    ]);
    for (const result of run.results ?? []) expect(run.tool.driver.rules?.[result.ruleIndex ?? -1]?.id).toBe(result.ruleId);
    expect(run.results?.[0]?.locations?.[0]).toEqual({
      physicalLocation: {
        artifactLocation: { uri: 'apps/chat.yaml', uriBaseId: 'SRCROOT' },
        region: { startLine: 7, startColumn: 3, endLine: 7, endColumn: 9 },
      },
      logicalLocations: [
        { fullyQualifiedName: 'mattermost/chat', kind: 'resource' },
        { fullyQualifiedName: 'spec.colour', kind: 'member' },
      ],
    });
  });

  test('relative addresses that lead back to the file, whatever its name', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'grapheme' })), (name) => {
        const file = `a b/${name.replaceAll('/', '').replaceAll(/\p{Cs}/gu, '')}:x?y#z%41`;
        const uri = uriOf(resultsOf(report({ findings: [finding({ file })] }))[0]!);
        expect(uri).toMatch(/^[\w.~!*'()%/-]+$/);
        expect(uri.split('/').map(decodeURIComponent).join('/')).toBe(file);
      }),
    );
  });

  test.each([
    huge(30_000),
    hugeDiff(200_000),
    report({ findings: Array.from({ length: 6000 }, () => finding({ message: 'x'.repeat(5000) })) }),
  ])('no more than it takes, the worst first, and a word about the rest (%#)', (large) => {
    const text = sarif.render(large, OPTIONS);
    const run = (JSON.parse(text) as Log).runs[0]!;
    const all = large.findings.length + large.installations.filter(({ status }) => status !== 'blocked').length;
    expect(run.results?.length).toBeLessThanOrEqual(25_000);
    expect(gzipSync(text).length).toBeLessThan(10_000_000);
    expect(text.length).toBeLessThan(10_000_000);
    const left = all - (run.results?.length ?? 0);
    const words = run.invocations?.[0]?.toolExecutionNotifications?.map(({ message }) => message.text).join() ?? '';
    expect(words === '' ? 0 : Number(words.split(' ')[0])).toBe(left);
    const errors = large.findings.filter(({ level }) => level === 'error').length;
    expect(run.results?.slice(0, errors).every(({ level }) => level === 'error')).toBe(true);
  });
});

describe('messages', () => {
  test('hold no links', () => {
    expect(resultsOf(report({ findings: [finding({ message: 'see [this](https://evil.example)' })] }))[0]?.message.text).toContain(
      String.raw`\[this](`,
    );
  });
});

describe('fingerprints', () => {
  const fingerprints = (each: Report): (string | undefined)[] =>
    resultsOf(each).map(({ partialFingerprints }) => partialFingerprints?.['ci2mm/v1']);
  const two = [finding(), finding({ message: 'again', line: 9, endLine: 9 })];

  test('stay when lines move', () => {
    const moved = two.map((each) => ({ ...each, line: each.line + 40, endLine: each.endLine + 40, column: 1 }));
    expect(fingerprints(report({ findings: moved }))).toEqual(fingerprints(report({ findings: two })));
  });

  test('tell rules, files, fields, installations and repetitions apart', () => {
    const others = [{ rule: 'ignored-field' as const }, { file: 'x' }, { field: 'x' }, { installation: 'x' }].map((given) =>
      finding(given),
    );
    const all = fingerprints(report({ findings: [...two, ...others] }));
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('fixes', () => {
  /** Applies replacements as SARIF describes them: by line and column, ends exclusive. */
  function applied(text: string, replacements: readonly Replacement[]): string {
    const offset = (line = 1, column = 1): number =>
      text
        .split('\n')
        .slice(0, line - 1)
        .join('\n').length +
      (line > 1 ? 1 : 0) +
      column -
      1;
    return replacements.toReversed().reduce((now, { deletedRegion: region, insertedContent }) => {
      const end = offset(region.endLine, region.endColumn);
      expect(end).toBeLessThanOrEqual(text.length);
      return now.slice(0, offset(region.startLine, region.startColumn)) + (insertedContent?.text ?? '') + now.slice(end);
    }, text);
  }

  test('turn the file into the converted one', () => {
    fc.assert(
      fc.property(twoTexts, ([before, after]) => {
        const [result] = resultsOf(report({ installations: [installation()], changes: [change('apps/chat.yaml', before, after)] }));
        const [fix] = result?.fixes ?? [];
        expect(fix?.artifactChanges).toHaveLength(1);
        expect(applied(before, fix?.artifactChanges[0]?.replacements ?? [])).toBe(after);
      }),
      { numRuns: 500 },
    );
  });

  test('come once for a file, with its first installation; a file that changes along has a result of its own', () => {
    const both = report({ installations: [installation(), installation({ name: 'second', line: 20 })], changes: sample.changes });
    expect(resultsOf(both).map((result) => [uriOf(result), result.fixes?.length ?? 0])).toEqual([
      ['apps/chat.yaml', 1],
      ['apps/chat.yaml', 0],
      ['apps/patch.yaml', 1],
    ]);
  });
});
