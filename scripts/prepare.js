/**
 * Builds dist/ where npm takes the package from a checkout or from git. When it installs from git globally, as pre-commit does, npm before
 * 12 leaves out what the build needs: then that is installed first, as the lock file has it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

if (!existsSync(new URL('../node_modules/esbuild', import.meta.url))) {
  const npm = process.env.npm_execpath;
  const args = ['ci', '--ignore-scripts', '--include=dev', '--global=false', '--no-audit', '--no-fund'];
  const [program, ...first] = npm === undefined ? ['npm'] : [process.execPath, npm];
  const { status } = spawnSync(program, [...first, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error('what the build needs could not be installed');
}
await import('./build.js');
