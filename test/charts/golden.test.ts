import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../cli/harness.ts';
import { temporaryRepository } from '../repo/workspace.ts';
import { toolAt } from '../tools.ts';

/** Repositories with charts that the real Helm renders; without one they are blocked. `CI2MM_UPDATE=1` writes what the command prints anew. */
const HERE = import.meta.dirname;

describe.each(['helm', 'helm4'])('%s', (name) => {
  const helm = toolAt(name);
  test.skipIf(helm === null).each(['helm-values', 'helm-stores'])(`${name}: %s`, { timeout: 60_000 }, async (repository) => {
    const cwd = temporaryRepository();
    cpSync(join(HERE, '../repositories', repository), cwd, { recursive: true });
    const { stdout, stderr, code } = await run(['convert', '--helm', helm ?? ''], { cwd });
    const printed = `${stdout.toString()}\n${stderr.replace(/by Helm [\d.]+/, 'by Helm')}\nexit code ${code}\n`;
    const golden = join(HERE, '../golden', `${repository}.rendered.txt`);
    if (process.env['CI2MM_UPDATE'] !== undefined) writeFileSync(golden, printed);
    expect(printed).toBe(readFileSync(golden, 'utf8'));
    expect(printed).not.toContain('c4n4ry');
  });
});
