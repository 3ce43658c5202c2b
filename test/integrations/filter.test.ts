import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/command.ts';
import { blocked, configMap, converted, installation } from '../krm/lists.ts';
import { recordingIo } from '../recording-io.ts';
import { temporaryDirectory, temporaryRepository } from '../repo/workspace.ts';
import { bash, programs, run } from './programs.ts';

beforeAll(programs);

/** More than pipes hold, in lines that differ, with characters of several bytes. */
const long = (megabytes: number): string => {
  const document = (index: number): string =>
    `---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: filler-${index}\ndata:\n  text: "äöü 😀 ${'x'.repeat(100)}"\n`;
  return Array.from({ length: (megabytes * 1024 * 1024) / 180 }, (_, index) => document(index)).join('');
};

async function* pieces(text: string, size: number): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) {
    await new Promise((resolve) => setImmediate(resolve));
    yield bytes.subarray(at, at + size);
  }
}

describe('the filter', () => {
  test('converts streams larger than a pipe, and gives all of it to a slow reader', async () => {
    const text = `${long(2)}---\n${installation('chat')}`;
    const { code, out } = await bash('ci2mm convert - | (sleep 1; cat)', { stdin: text });
    expect(code).toBe(0);
    expect(out === converted(text)).toBe(true);
  });

  test.each([1, 7, 4096])('reads chunks of %i bytes, wherever they cut a character', async (size) => {
    const text = `---\n# äöü 😀\n${installation('chat')}---\n${configMap}`;
    const io = { ...recordingIo('/'), stdin: pieces(text, size) };
    expect(await main(['convert', '-'], io)).toBe(0);
    expect(io.out()).toBe(converted(text));
  });

  test('waits for a slow writer', async () => {
    const { code, out } = await bash('(head -c 40; sleep 1; cat) | ci2mm convert -', { stdin: installation('chat') });
    expect({ code, out }).toEqual({ code: 0, out: converted(installation('chat')) });
  });

  test('is no error when the reader has seen enough', async () => {
    const { code, out, err } = await bash('ci2mm convert --quiet - | head -c 20', { stdin: `${long(2)}---\n${installation('chat')}` });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toHaveLength(20);
  });

  test.skipIf(process.platform !== 'linux')('says so when its output can not be written', async () => {
    const { code, err } = await bash('ci2mm convert - > /dev/full', { stdin: installation('chat') });
    expect(code).toBe(3);
    expect(err).toContain('cannot write to standard output');
  });

  test('passes what holds no installation on as it is', async () => {
    const text = `# a comment\n---\n${configMap}...\n---\r\n{"a":   1}`;
    expect(await run('ci2mm', ['convert', '-'], { stdin: text })).toMatchObject({ code: 0, out: text });
  });
});

describe('nothing comes out', () => {
  test.each([
    ['an installation that is blocked', `${long(0.2)}---\n${installation('chat')}---\n${blocked('blue')}`, 1],
    ['an error after installations', `${installation('chat')}---\nkind: ClusterInstallation\na: [1\n`, 1],
    ['a template', `${installation('chat')}---\nkind: ClusterInstallation\nname: {{ .Name }}\n{{- if a }}\n`, 1],
    [
      'a stream cut in two',
      `${installation('chat')}---\napiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata: {name: ch`,
      1,
    ],
    ['no UTF-8', Buffer.from(`${installation('chat')}# ä\n`, 'latin1'), 1],
    ['nothing', '', 2],
    ['blanks', ' \n\n', 2],
  ])('for %s', async (_, stdin, code) => {
    const ran = await run('ci2mm', ['convert', '-'], { stdin });
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).not.toBe('');
  });

  test('where a configuration has a mistake', async () => {
    const cwd = temporaryRepository({ '.ci2mm.yaml': 'tagret: 1.25\n' });
    expect(await run('ci2mm', ['convert', '-'], { cwd, stdin: installation('chat') })).toMatchObject({ code: 2, out: '' });
  });

  test('where standard input is closed or /dev/null', async () => {
    for (const redirection of ['<&-', '</dev/null']) {
      expect(await bash(`ci2mm convert - ${redirection}`)).toMatchObject({
        code: 2,
        out: '',
        err: 'ci2mm: standard input is empty; --allow-empty if that may be\n',
      });
    }
  });

  test('with --check while a change is pending', async () => {
    expect(await run('ci2mm', ['convert', '--check', '-'], { stdin: installation('chat') })).toMatchObject({ code: 1, out: '' });
    const done = converted(installation('chat'));
    expect(await run('ci2mm', ['convert', '--check', '-'], { stdin: done })).toMatchObject({ code: 0, out: done });
  });

  test('goes into a file that is being written', async () => {
    const file = join(temporaryDirectory(), 'out.yaml');
    writeFileSync(file, 'before');
    expect(await bash('ci2mm convert -o "$1" -', { stdin: blocked('blue') }, [file])).toMatchObject({ code: 1 });
    expect(await bash('cat "$1"', {}, [file])).toMatchObject({ out: 'before' });
  });
});

test.each(['---\n', '# only a comment\n', '\ufeff---\n# Source: chat/templates/off.yaml\n--- # b\n\n...\n'])(
  'so is a stream without a resource: %j',
  async (stdin) => {
    expect(await run('ci2mm', ['convert', '-'], { stdin })).toEqual({
      code: 2,
      out: '',
      err: 'ci2mm: standard input holds no resource; --allow-empty if that may be\n',
    });
  },
);

test.each(['---\n{kind: ConfigMap, apiVersion: v1, metadata: {name: a}}\n', '#\n- 1\n'])(
  'one of anything else is not: %j',
  async (stdin) => {
    expect(await run('ci2mm', ['convert', '--quiet', '-'], { stdin })).toEqual({ code: 0, out: stdin, err: '' });
  },
);

test.each(['', ' \n', '---\n# nothing\n'])('--allow-empty passes %j on', async (stdin) => {
  expect(await run('ci2mm', ['convert', '--allow-empty', '-'], { stdin })).toEqual({ code: 0, out: stdin, err: '' });
});
