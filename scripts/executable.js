/**
 * Makes the program a single file that needs no Node.js: `node scripts/executable.js OUT [DIST]` puts what dist/ holds into a copy of the Node.js that
 * runs this, as its documentation of single executable applications says.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = resolve(process.argv[2] ?? 'ci2mm');
/** The mark that Node.js looks for in itself; the same in every build. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const folder = mkdtempSync(join(tmpdir(), 'ci2mm-executable-'));
try {
  make();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function make() {
  const entry = join(resolve(process.argv[3] ?? join(root, 'dist')), 'cli-main.cjs');
  if (!existsSync(entry)) throw new Error('dist/ is missing: npm run build');
  // One file: what is built into an executable finds no chunks beside itself.
  const program = join(folder, 'program.cjs');
  buildSync({ entryPoints: [entry], outfile: program, bundle: true, platform: 'node', format: 'cjs', minify: true, logLevel: 'warning' });
  const config = join(folder, 'config.json');
  const blob = join(folder, 'program.blob');
  writeFileSync(config, JSON.stringify({ main: program, output: blob, disableExperimentalSEAWarning: true }));
  execFileSync(process.execPath, ['--experimental-sea-config', config], { stdio: 'ignore' });
  copyFileSync(process.execPath, out);
  chmodSync(out, 0o755);
  if (process.platform === 'darwin') execFileSync('codesign', ['--remove-signature', out]);
  const segment = process.platform === 'darwin' ? ['--macho-segment-name', 'NODE_SEA'] : [];
  const postject = join(root, 'node_modules/postject/dist/cli.js');
  const args = [postject, out, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', FUSE, ...segment];
  execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (process.platform === 'darwin') execFileSync('codesign', ['--sign', '-', out]);
}
