import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { bundle } from '../../bundled.ts';

let made: string | undefined;

/**
 * A folder with a `node` that runs the Action's sources as they are now in place of dist/, and builds nothing. clean-copy.test.ts has it built
 * from a copy.
 */
export const nodeFolder = (): string => (made ??= makeFolder());

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ci2mm-node-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const action = bundle('src/action/main.ts', join(folder, 'action.cjs'));
  writeFileSync(
    join(folder, 'node'),
    `#!/bin/sh\ncase "$1" in\n*/dist/action.cjs) exec '${process.execPath}' '${action}' ;;\nscripts/build.js) exit 0 ;;\nesac\nexec '${process.execPath}' "$@"\n`,
  );
  chmodSync(join(folder, 'node'), 0o755);
  return folder;
}
