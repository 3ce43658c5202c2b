import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import type { BuildOptions } from 'esbuild';

/** Writes a source and all that it imports to one file that any Node.js runs, for tests that need a process of their own. */
export function bundle(source: string, outfile: string, options: BuildOptions = {}): string {
  // Where the only module that asks finds the files beside it.
  const address = JSON.stringify(pathToFileURL('src/report/html/page-files.ts').href);
  const define = { 'import.meta.url': address };
  buildSync({ entryPoints: [source], outfile, bundle: true, platform: 'node', format: 'cjs', define, logLevel: 'warning', ...options });
  return outfile;
}
