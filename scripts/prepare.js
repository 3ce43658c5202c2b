/**
 * Builds dist/ where npm takes the package from a checkout or from git. When it installs from git globally, npm leaves out what the build
 * needs: then that is installed first, as the lock file has it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
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
replaceGlobalLink();

/**
 * In its own clone of the repository npm runs `npm install` with the settings of a global installation, which puts a link to the clone into the
 * place of the package. The package would then be unpacked through that link, and go when npm clears the clone away.
 */
function replaceGlobalLink() {
  const { npm_config_global: isGlobal, npm_config_prefix: prefix, npm_config_global_prefix: globalPrefix = prefix } = process.env;
  if (isGlobal !== 'true' || globalPrefix === undefined) return;
  const place = join(globalPrefix, process.platform === 'win32' ? '' : 'lib', 'node_modules', 'ci2mm');
  if (lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  if (!existsSync(place) || realpathSync(place) !== realpathSync(root)) return;
  rmSync(place);
  mkdirSync(place);
}
