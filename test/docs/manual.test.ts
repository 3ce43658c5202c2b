import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildProgram } from '../../src/cli/command.ts';
import { commandsOf } from '../../src/cli/completion/words.ts';
import { renderManual } from '../../src/cli/docs.ts';
import { recordingIo } from '../recording-io.ts';

const root = join(import.meta.dirname, '..', '..');

test('docs/ci2mm.1 is what the commands say (npm run docs), and comes with the package', () => {
  expect(readFileSync(join(root, 'docs/ci2mm.1'), 'utf8')).toBe(renderManual());
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { man: string; files: string[] };
  expect(manifest).toMatchObject({ man: 'docs/ci2mm.1', files: expect.arrayContaining(['docs']) as string[] });
});

test.skipIf(spawnSync('groff', ['--version']).status !== 0)('groff prints it without a warning, with every command and option', () => {
  const page = spawnSync('groff', ['-man', '-Tascii', '-ww', '-P-c', '-rLL=100n'], { input: renderManual(), encoding: 'utf8' });
  expect(page.stderr).toBe('');
  expect(page.status).toBe(0);
  // oxlint-disable-next-line no-control-regex
  const text = page.stdout.replaceAll(/.\u0008/g, '').replaceAll(/\u001b\[\d*m/g, '');
  const { commands } = commandsOf(buildProgram(recordingIo('/'), () => undefined));
  for (const { name, options } of commands) {
    expect(text).toMatch(new RegExp(String.raw`^ +ci2mm ${name}\b`, 'm'));
    for (const { flags } of options) expect(text).toContain(flags.join(', '));
  }
});
