import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/command.ts';
import { recordingIo } from '../recording-io.ts';
import { temporaryRepository } from '../repo/workspace.ts';
import { builtProgram } from './built.ts';
import { run } from './harness.ts';
import { blocked, installation } from './manifests.ts';

const kustomization = (...resources: string[]): string => `resources:\n${resources.map((each) => `  - ${each}\n`).join('')}`;

const FILES = {
  'a.yaml': installation('a'),
  'b.yaml': installation('b'),
  'c.yaml': blocked('c'),
  'base/chat.yaml': installation('d'),
  'base/kustomization.yaml': kustomization('chat.yaml'),
  'eu/kustomization.yaml': `namespace: eu\n${kustomization('../base')}`,
  'us/kustomization.yaml': `namespace: us\n${kustomization('../base')}`,
};

const isConverted = (cwd: string, file: string): boolean => readFileSync(join(cwd, file), 'utf8').includes('kind: Mattermost\n');
const convertedIn = (cwd: string): string[] => ['a.yaml', 'b.yaml', 'base/chat.yaml', 'c.yaml'].filter((file) => isConverted(cwd, file));

async function answering(answers: string, ...args: string[]) {
  const cwd = temporaryRepository(FILES);
  const io = recordingIo(cwd, '', { NO_COLOR: '1' });
  const stdin = Object.assign(
    (async function* () {
      yield* Buffer.from(answers)
        .toString()
        .split(/(?<=\n)/);
    })(),
    { isTTY: true },
  );
  const code = await main(['convert', '--interactive', ...args], { ...io, stdin, stdout: { ...io.stdout, isTTY: true } });
  return { code, out: io.out(), err: io.err(), converted: convertedIn(cwd) };
}

describe('convert --interactive', () => {
  test.each([
    ['y\nn\ny\n', ['a.yaml', 'base/chat.yaml']],
    ['n\nY\nn\n', ['b.yaml']],
    ['n\na\n', ['b.yaml', 'base/chat.yaml']],
    ['y\nq\n', ['a.yaml']],
    ['?\nnonsense\ny\nq\n', ['a.yaml']],
    ['y', ['a.yaml']],
    ['', []],
    ['n\nn\nn\n', []],
  ])('answers %j', async (answers, converted) => {
    expect(await answering(answers)).toMatchObject({ code: 0, converted });
  });

  test('shows the diff of each family and what it brings, and what ? means', async () => {
    const { out, err } = await answering('?\nn\nn\ny\n');
    expect(out.match(/^diff --git a\/a\.yaml b\/a\.yaml$/gm)).toHaveLength(1);
    expect(out).toContain('(1/3) Convert a [y,n,a,q,?]? y: convert these\n');
    expect(out).toContain('(3/3) Convert eu/d, us/d [y,n,a,q,?]? ');
    expect(out).toContain('warning: ');
    expect(out).toContain('1 installation is blocked; ci2mm scan says why\n');
    expect(err).toMatch(/^2 installations: converted 2, wrote 1 file, 0 blocked, 3 not looked at;/m);
  });

  test('--only chooses what is asked for', async () => {
    const { out, converted } = await answering('y\n', '--only', 'b');
    expect(out).toContain('(1/1) Convert b [');
    expect(converted).toEqual(['b.yaml']);
  });

  test.each([[['--check']], [['--format', 'json']], [['--stat']], [['-o', 'x']], [['-']]])('is refused with %s', async (args) => {
    expect(await answering('a\n', ...args)).toMatchObject({ code: 2, converted: [] });
  });

  test('is refused without a terminal', async () => {
    const cwd = temporaryRepository(FILES);
    const { code, stderr } = await run(['convert', '--interactive'], { cwd, stdin: 'a\n' });
    expect(code).toBe(2);
    expect(stderr).toContain('--only and --root choose without');
    expect(convertedIn(cwd)).toEqual([]);
  });
});

const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

describe.skipIf(!hasScript)('at a real terminal', () => {
  /** Answers each question when it has been asked. */
  async function typing(cwd: string, answers: readonly string[]): Promise<{ code: number | null; seen: string }> {
    const command = `${process.execPath} ${builtProgram().program} convert --interactive`;
    const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
      cwd,
      env: { ...process.env, TERM: 'xterm' },
    });
    const left = [...answers];
    let seen = '';
    let answered = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      if (seen.split('[y,n,a,q,?]? ').length - 1 === answered) return;
      answered += 1;
      child.stdin.write(left.shift() ?? '\u0004');
    });
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, seen };
  }

  test('y, n and q are taken one after the other, and the program ends', async () => {
    const cwd = temporaryRepository(FILES);
    const { code, seen } = await typing(cwd, ['y\n', '?\n', 'n\n', 'q\n']);
    expect(code).toBe(0);
    expect(convertedIn(cwd)).toEqual(['a.yaml']);
    expect(seen).toContain('\u001b[32m+kind: Mattermost');
  });

  test('Ctrl-C changes nothing', async () => {
    const cwd = temporaryRepository(FILES);
    const { code, seen } = await typing(cwd, ['y\n', '\u0003']);
    expect(code).not.toBe(0);
    expect(seen).toContain('(2/3) Convert b [');
    expect(convertedIn(cwd)).toEqual([]);
  });
});
