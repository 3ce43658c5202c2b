import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { bundle } from '../bundled.ts';

/** The program as it is published, and what tests load into its process. */
export interface Built {
  readonly program: string;
  /** Writes the peak memory to file descriptor 3 at exit. */
  readonly meter: string;
}

let built: Built | undefined;

/** Built from the sources as they are, once for each test file. */
export const builtProgram = (): Built => (built ??= make());

function make(): Built {
  const folder = mkdtempSync(join(tmpdir(), 'ci2mm-built-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const program = bundle('src/cli/cli.ts', join(folder, 'cli.cjs'));
  const meter = join(folder, 'meter.cjs');
  writeFileSync(meter, METER);
  return { program, meter };
}

const METER = `process.on('exit', () => {
  try {
    // The peak of this program alone: what resourceUsage tells includes the process that started it.
    const peak = /VmHWM:\\s*(\\d+)/.exec(require('node:fs').readFileSync('/proc/self/status', 'utf8'));
    require('node:fs').writeSync(3, peak[1]);
  } catch {}
});`;
