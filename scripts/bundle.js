/** What the bundles of the program and of the playground share. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Options for bundles that Node runs. */
export const forNode = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.20',
  format: 'esm',
  logLevel: 'warning',
  write: false,
};

/** A module of the sources, bundled and run in memory; it finds files beside itself. */
export async function moduleFrom(file) {
  const address = JSON.stringify(pathToFileURL(join(root, file)).href);
  const { outputFiles } = await build({ ...forNode, entryPoints: [file], define: { 'import.meta.url': address } });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

/** Puts ajv's code, compiled ahead of time, in the place of ajv. */
export const compiledValidators = (code) => ({
  name: 'compiled-validators',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/]operator[\\/]compiled\.ts$/ }, () => ({ contents: code, loader: 'js' }));
  },
});

/** Parsing a long text as JSON takes Node half as long as reading the same data as a program. */
export const schemasAsText = {
  name: 'schemas-as-text',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/]operator[\\/]schemas[\\/]\w+\.json$/ }, ({ path }) => {
      const text = JSON.stringify(JSON.parse(readFileSync(path, 'utf8')));
      return { contents: `export default JSON.parse(${JSON.stringify(text)});`, loader: 'js' };
    });
  },
};

/**
 * The YAML library's build for Node reads `process.env` once per token, to print to standard output where LOG_TOKENS or LOG_STREAM is
 * set. Its build for browsers is the same library without, tokenises twice as fast, and is made of modules, which bundle better.
 */
export const yamlForBrowsers = {
  name: 'yaml-for-browsers',
  setup({ onResolve }) {
    onResolve({ filter: /^yaml$/ }, () => ({ path: join(root, 'node_modules/yaml/browser/index.js') }));
  },
};

/** The licences of the packages whose code is in a bundle. */
export function licenses(inputs) {
  const packages = new Set(inputs.flatMap((path) => /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  return [...packages]
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((folder) => licenseOf(join(root, folder)))
    .join(`\n${'-'.repeat(80)}\n\n`);
}

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[sc]e/i.test(entry));
  return `${name} ${version} (${license})\n${file === undefined ? '' : `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`}`;
}
