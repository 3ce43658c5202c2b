import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/command.ts';
import { recordingIo } from '../recording-io.ts';
import { git, temporaryRepository } from '../repo/workspace.ts';
import { findingsOf, run } from './harness.ts';
import { blocked, installation } from './manifests.ts';

/** What somebody at a terminal reads, and in which order. */

// oxlint-disable-next-line no-control-regex
const COLOURS = /\u001b\[\d+m/g;
const two = { 'a.yaml': blocked(), 'b.yaml': installation('b') };

async function onTerminal(args: readonly string[], { columns, files = two }: { columns?: number; files?: Record<string, string> } = {}) {
  const io = recordingIo(temporaryRepository(files), '', { NO_COLOR: '1' });
  const terminal = { isTTY: true, ...(columns !== undefined && { columns }) };
  const code = await main(args, { ...io, stdout: { ...io.stdout, ...terminal }, stderr: { ...io.stderr, ...terminal } });
  return { code, out: io.out(), err: io.err() };
}

const levelsIn = (text: string): string[] => [...text.matchAll(/^\S+:\d+:\d+: (error|warning|note): /gm)].map(([, level = '']) => level);
const lastLine = (text: string): string | undefined => text.trimEnd().split('\n').at(-1);

describe('findings', () => {
  test('end with errors on a terminal, and keep the order of the files elsewhere', async () => {
    const levels = levelsIn((await onTerminal(['convert'])).err);
    expect(levels).toEqual(levels.toSorted((a, b) => ['note', 'warning', 'error'].indexOf(a) - ['note', 'warning', 'error'].indexOf(b)));
    expect(levels.at(-1)).toBe('error');
    const elsewhere = levelsIn((await run(['convert'], { cwd: temporaryRepository(two) })).stderr);
    expect(elsewhere.indexOf('error')).toBeLessThan(elsewhere.lastIndexOf('warning'));
  });

  test.each([80, 120])('are no wider than a terminal of %i columns, but for lines of manifests', async (columns) => {
    const { err } = await onTerminal(['convert'], { columns });
    const long = err.split('\n').filter((line) => line.length > columns);
    expect(long).toEqual([]);
    expect(err).toContain('remedy: ');
  });

  test('of one note in many places take one line, and rules are counted', async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`${index}.yaml`, installation(`chat-${index}`)]));
    const { err } = await onTerminal(['convert'], { files: many, columns: 200 });
    expect(levelsIn(err).filter((level) => level === 'note').length).toBeLessThan(4);
    expect(err).toMatch(/: note: 60 places, the first: .* \[operator-managed-until-2\]$/m);
    expect(err).toMatch(/^30 {2}warning {2}direct-swap$/m);
    expect(err).toMatch(/^60 {2}note {5}operator-managed-until-2$/m);
    expect(err.split('\n').length).toBeLessThan(40);
  });
});

describe('the command that comes next', () => {
  test.each([
    ['scan', ['scan'], { 'b.yaml': installation('b') }, 'next: ci2mm plan'],
    ['a dry run', ['convert', 'b.yaml'], { 'b.yaml': installation('b') }, 'next: ci2mm plan b.yaml'],
    ['what has set out', ['convert'], { 'b.yaml': installation('b', '  migrate: true\n') }, 'next: ci2mm convert --write'],
    ['a run that writes', ['convert', '--write'], { 'b.yaml': installation('b') }, 'next: ci2mm plan'],
    ['nothing but what is blocked', ['convert'], { 'a.yaml': blocked() }, 'next: ci2mm explain blue-green-enabled'],
    ['a stage', ['prepare', '--engine', 'flux'], { 'b.yaml': installation('b') }, 'next: ci2mm prepare --write'],
    ['a name for a shell', ['convert', "it's.yaml"], { "it's.yaml": installation('b') }, String.raw`next: ci2mm plan 'it'\''s.yaml'`],
  ])('is the last line: %s', async (_, args, files, line) => {
    expect(lastLine((await onTerminal(args, { files })).err)).toBe(line);
  });

  test('is told to nobody else, nor where nothing comes', async () => {
    expect((await run(['convert'], { cwd: temporaryRepository(two) })).stderr).not.toContain('next: ');
    expect((await onTerminal(['convert'], { files: { 'a.yaml': 'a: 1\n' } })).err).not.toContain('next: ');
    expect((await onTerminal(['convert', '--quiet'])).err).not.toContain('next: ');
  });
});

describe('what is chosen to be shown', () => {
  const json = (args: readonly string[]) => run(['scan', '--format', 'json', ...args], { cwd: temporaryRepository(two) });

  test('--rule and --min-level change neither counts nor the exit code', async () => {
    const whole = await json([]);
    for (const args of [
      ['--rule', 'direct-swap'],
      ['--min-level', 'error'],
      ['--rule', 'direct-swap', '--min-level', 'error'],
    ]) {
      const some = await json(args);
      expect(some.code).toBe(whole.code);
      const [all, part] = [whole, some].map(({ stdout }) => JSON.parse(stdout.toString()) as { summary: unknown });
      expect(part?.summary).toEqual(all?.summary);
    }
    expect(findingsOf(await json(['--min-level', 'error']), 'warning')).toEqual([]);
    expect(findingsOf(await json(['--min-level', 'error']))).toHaveLength(1);
    expect(findingsOf(await json(['--rule', 'direct-swap']))).toEqual([]);
    expect(findingsOf(await json(['--rule', 'direct-swap']), 'warning').length).toBeGreaterThan(0);
  });

  test('a rule that there is not is told', async () => {
    expect(await json(['--rule', 'direct-swp'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean direct-swap?') as string,
    });
  });
});

describe('the diff', () => {
  test('has the colours of git, which change nothing else', async () => {
    const cwd = temporaryRepository({ 'b.yaml': installation('b') });
    const plain = (await run(['convert', '--no-color'], { cwd })).stdout.toString();
    const coloured = (await run(['convert', '--color'], { cwd })).stdout.toString();
    expect(coloured.replaceAll(COLOURS, '')).toBe(plain);
    expect(coloured).toContain('\u001b[31m-kind: ClusterInstallation\u001b[0m\n');
    expect(coloured).toContain('\u001b[32m+kind: Mattermost\u001b[0m\n');
    expect(coloured).toContain('\u001b[1m+++ b/b.yaml\u001b[0m\n');
  });

  test('--stat counts what git counts', async () => {
    const cwd = temporaryRepository({ 'b.yaml': installation('b'), 'c.yaml': installation('c') });
    git(cwd, ['add', '--all']);
    const { stdout } = await run(['convert', '--stat'], { cwd });
    writeFileSync(join(cwd, '.git/patch'), (await run(['convert'], { cwd })).stdout);
    const counted = git(cwd, ['apply', '--numstat', '.git/patch'])
      .toString()
      .replaceAll(/^(\d+)\t(\d+)\t(.*)$/gm, '$3 | +$1 -$2');
    expect(stdout.toString().startsWith(counted)).toBe(true);
    expect(stdout.toString()).toMatch(/^2 files, \+\d+ -\d+$/m);
    expect((await run(['convert', '--stat', '--format', 'text'], { cwd })).code).toBe(2);
  });
});
