import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { github } from '../../src/report/github.ts';
import type { Report } from '../../src/report/report.ts';
import { change, finding, HOSTILE, hostile, huge, OPTIONS, report } from './samples.ts';

interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** Reads a line as the runner does: `::name key=value,...::message`, blanks before it ignored, escapes undone. */
function parseCommand(line: string): Command {
  const [, name = '', properties = '', message = ''] = /^\s*::([\w-]+)(?: (.*?))?::(.*)$/su.exec(line) ?? [];
  const pairs = properties.split(',').filter((pair) => pair.includes('='));
  const unescape = (text: string): string =>
    text.replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
  return {
    name,
    properties: Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), unescape(pair.slice(pair.indexOf('=') + 1))])),
    message: unescape(message),
  };
}

const commandsOf = (sample: Report): Command[] => github.render(sample, OPTIONS).split('\n').filter(Boolean).map(parseCommand);

test('nothing to say, nothing said', () => {
  expect(github.render(report(), OPTIONS)).toBe('');
});

test('an annotation has its place, a title and what to do', () => {
  expect(commandsOf(report({ findings: [finding()] }))).toEqual([
    {
      name: 'warning',
      properties: { file: 'apps/chat.yaml', line: '7', endLine: '7', col: '3', endColumn: '9', title: 'unknown-field: mattermost/chat' },
      message: 'spec.colour is not a field of ClusterInstallation; it is dropped.\n\nWhat to do: Delete the field.',
    },
  ]);
});

test('columns are left out over several lines, where the runner would drop them with a complaint', () => {
  const [annotation] = commandsOf(report({ findings: [finding({ endLine: 12, endColumn: 1 })] }));
  expect(annotation?.properties).toMatchObject({ line: '7', endLine: '11' });
  expect(annotation?.properties).not.toHaveProperty('col');
});

describe("the runner's budget", () => {
  const commands = commandsOf(huge(5000));
  const of = (name: string): Command[] => commands.filter((each) => each.name === name);

  test('ten of each kind, the last notice for the rest', () => {
    expect(['error', 'warning', 'notice'].map((name) => of(name).length)).toEqual([10, 10, 10]);
    expect(commands.at(-1)).toMatchObject({
      name: 'notice',
      properties: { title: 'ci2mm' },
      message:
        'ci2mm convert --write would change 2500 files. 4971 more findings (490 errors, 490 warnings, 3991 notes) found no room here; ci2mm scan lists all.',
    });
  });

  test('worst first', () => {
    expect(commands.map(({ name }) => name)).toEqual([
      ...Array<string>(10).fill('error'),
      ...Array<string>(10).fill('warning'),
      ...Array<string>(10).fill('notice'),
    ]);
  });

  test('messages of no more than 4096 characters', () => {
    const [annotation] = commandsOf(report({ findings: [finding({ message: '%\n'.repeat(9000) })] }));
    expect(annotation?.message).toHaveLength(4096);
  });
});

test('pending changes are a notice', () => {
  const [notice] = commandsOf(report({ changes: [change('a', 'a', 'b')] }));
  expect(notice).toMatchObject({ name: 'notice', message: 'ci2mm convert --write would change 1 file.' });
});

describe('untrusted text', () => {
  test.each(HOSTILE)('starts no command of its own: %j', (text) => {
    const sample = hostile(text);
    const lines = github.render(sample, OPTIONS).split('\n').filter(Boolean);
    expect(lines).toHaveLength(sample.findings.length + 1);
    for (const line of lines) expect(line).toMatch(/^::(?:error|warning|notice) [^\r\n]*::/);
    for (const { properties } of lines.map(parseCommand))
      expect(Object.keys(properties).every((key) => ['file', 'line', 'endLine', 'col', 'endColumn', 'title'].includes(key))).toBe(true);
  });

  test('comes through as it is shown', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~é社]*$/u), (text) => {
        const [annotation] = commandsOf(report({ findings: [finding({ message: text, file: `x${text}`, installation: text })] }));
        expect(annotation?.message.startsWith(`${text}\n\n`)).toBe(true);
        expect(annotation?.properties).toMatchObject({ file: `x${text}`, line: '7' });
      }),
    );
  });
});
