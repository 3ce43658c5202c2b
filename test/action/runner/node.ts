import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { bundle } from '../../bundled.ts';

/** Whether the Node.js that runs the tests takes TypeScript as it is, like those of GitHub's runners. */
export const runsTypeScript = 'typescript' in process.features && process.features.typescript !== false;

let made: string | undefined;

/**
 * A folder with a `node` that takes the Action's sources: the one that runs the tests or, where that is too old, one that is given the same
 * sources as a bundle. clean-copy.test.ts has the sources run as they are, on the oldest Node.js that the Action is for.
 */
export function nodeFolder(): string {
  return runsTypeScript ? dirname(process.execPath) : (made ??= makeFolder());
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ci2mm-node-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const require = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;
  const action = bundle('src/action/main.ts', join(folder, 'action.mjs'), { format: 'esm', banner: { js: require } });
  const features = join(folder, 'features.cjs');
  writeFileSync(features, `Object.defineProperty(process.features, 'typescript', { value: 'strip' });`);
  writeFileSync(
    join(folder, 'node'),
    `#!/bin/sh\ncase "$1" in */src/action/main.ts) exec '${process.execPath}' '${action}' ;; esac\nexec '${process.execPath}' --require '${features}' "$@"\n`,
  );
  chmodSync(join(folder, 'node'), 0o755);
  return folder;
}
