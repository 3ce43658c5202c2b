import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/command.ts';
import { FORMATS } from '../../src/report/formats.ts';
import { rules } from '../../src/rules/index.ts';
import { recordingIo } from '../recording-io.ts';
import { temporaryDirectory } from '../repo/workspace.ts';

async function scriptFor(shell: string): Promise<string> {
  const io = recordingIo('/');
  expect(await main(['completion', shell], io)).toBe(0);
  const file = join(temporaryDirectory(), `ci2mm.${shell}`);
  writeFileSync(file, io.out());
  return file;
}

const COMMANDS = ['completion', 'convert', 'explain', 'finish', 'help', 'init', 'krm', 'next', 'plan', 'prepare', 'scan', 'trigger'];

/** What every shell offers for the last word of a line. */
const CASES: readonly (readonly [string, readonly string[]])[] = [
  ['ci2mm ', COMMANDS],
  ['ci2mm con', ['convert']],
  ['ci2mm convert --format ', FORMATS],
  ['ci2mm convert chat.yaml --write --format s', ['sarif', 'stat']],
  ['ci2mm scan --format q', []],
  ['ci2mm convert --target 1.2', ['1.20', '1.21', '1.22', '1.23', '1.24', '1.25']],
  ['ci2mm convert --ass', ['--assume-database']],
  ['ci2mm explain direct', ['direct-swap']],
  ['ci2mm explain ', rules.map(({ id }) => id)],
  ['ci2mm completion ', ['bash', 'fish', 'zsh']],
  ['ci2mm help sc', ['scan']],
];

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

describe('bash', () => {
  const offered = (script: string, words: readonly string[]): string[] => {
    const code = '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ci2mm; printf "%s\\n" "${COMPREPLY[@]}"';
    return execFileSync('bash', ['--norc', '-uc', code, 'bash', script, ...words], { encoding: 'utf8' })
      .split('\n')
      .filter((word) => word !== '');
  };

  test.each(CASES)('%j', async (line, words) => {
    expect(offered(await scriptFor('bash'), line.split(' ')).sort()).toEqual([...words].sort());
  });

  test('takes --option=value apart', async () => {
    const script = await scriptFor('bash');
    expect(offered(script, ['ci2mm', 'convert', '--ingress', '='])).toEqual(['keep', 'modern']);
    expect(offered(script, ['ci2mm', 'convert', '--ingress', '=', 'm'])).toEqual(['modern']);
  });

  test('offers every option of a command, and leaves files to bash', async () => {
    const script = await scriptFor('bash');
    expect(offered(script, ['ci2mm', 'convert', '-'])).toEqual(
      expect.arrayContaining(['-w', '--write', '--config', '--no-config', '--help']),
    );
    for (const line of [
      ['ci2mm', 'convert', ''],
      ['ci2mm', 'convert', '--crd', 'f'],
      ['ci2mm', 'convert', '--database', ''],
    ])
      expect(offered(script, line)).toEqual([]);
    const registered = execFileSync('bash', ['--norc', '-c', '. "$1"; complete -p ci2mm', 'bash', script], { encoding: 'utf8' });
    expect(registered).toBe('complete -o bashdefault -o default -F _ci2mm ci2mm\n');
  });
});

describe.skipIf(!has('fish'))('fish', () => {
  test.each(CASES)('%j', async (line, words) => {
    const script = await scriptFor('fish');
    const out = execFileSync('fish', ['--no-config', '-c', `source ${script}; complete -C '${line}'`], {
      encoding: 'utf8',
      env: { ...process.env, HOME: temporaryDirectory() },
    });
    const offered = out.split('\n').flatMap((each) => (each === '' ? [] : [each.split('\t')[0] ?? '']));
    expect(offered.sort()).toEqual([...words].sort());
  });
});

describe.skipIf(!has('zsh'))('zsh', () => {
  /** Completion works in an interactive shell only: this one runs in a terminal of its own, and lists what it would offer. */
  const DRIVER = `zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1=; autoload -Uz compinit; compinit -u -D; source $1; LISTMAX=1000; bindkey '^I' list-choices; print RE''ADY"
zpty -r -m shell seen '*READY*'
zpty -w -n shell "$2"$'\\t'
sleep 1
while zpty -r -t shell more; do out+=$more; done
print -r -- "$out"
zpty -d shell
`;

  test.each(CASES.filter(([, words]) => words.length > 0 && words.length < 12))('%j', async (line, words) => {
    const script = await scriptFor('zsh');
    const out = execFileSync('zsh', ['-f', '-c', DRIVER, 'zsh', script, line], { encoding: 'utf8', timeout: 30_000 });
    for (const word of words) expect(out).toContain(word);
  });
});

test('an unknown shell is a mistake', async () => {
  const io = recordingIo('/');
  expect(await main(['completion', 'tcsh'], io)).toBe(2);
  expect(io.out()).toBe('');
});
