/**
 * Builds the playground, one page that needs nothing else, to docs/playground/index.html or the file given. It is made of the same sources as
 * the program and is not committed; the release workflow publishes it.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compiledValidators, licenses, moduleFrom, schemasAsText, yamlForBrowsers } from './bundle.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = resolve(process.argv[2] ?? join(root, 'docs/playground/index.html'));

/** Imported by functions that the page does not reach; what is left of these modules must be nothing. */
const OUT_OF_REACH = /^(?:node:.*|globby)$/;

const withoutNode = {
  name: 'without-node',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: OUT_OF_REACH }, ({ path }) => ({ path, namespace: 'out-of-reach', sideEffects: false }));
    // Only definitions of resources that the user brings are compiled while running, which the page does not take.
    onResolve({ filter: /^ajv$/ }, () => ({ path: 'ajv', namespace: 'not-taken' }));
    onLoad({ filter: /.*/, namespace: 'out-of-reach' }, () => ({ contents: 'module.exports = {};' }));
    onLoad({ filter: /.*/, namespace: 'not-taken' }, () => ({ contents: 'export class Ajv {}\nexport default Ajv;' }));
  },
};

async function script() {
  const { validatorModule } = await moduleFrom('scripts/validators.js');
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/playground/page.js'],
    inject: ['src/playground/buffer.js'],
    bundle: true,
    platform: 'browser',
    target: 'es2023',
    format: 'iife',
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
    metafile: true,
    plugins: [compiledValidators(validatorModule()), schemasAsText, yamlForBrowsers, withoutNode],
  });
  const [{ inputs }] = Object.values(metafile.outputs);
  const reached = Object.entries(inputs).filter(([name, { bytesInOutput }]) => name.startsWith('out-of-reach:') && bytesInOutput > 0);
  if (reached.length > 0) throw new Error(`the page would need ${reached.map(([name]) => name.slice('out-of-reach:'.length)).join(', ')}`);
  return { script: outputFiles[0].text, licenses: escaped(licenses(Object.keys(inputs))) };
}

const read = (file) => readFileSync(join(root, file), 'utf8').replaceAll('\r\n', '\n');
const hashOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const texts = { style: read('src/report/html/report.css') + read('src/playground/page.css'), ...(await script()) };
const policy = [
  "default-src 'none'",
  "connect-src 'none'",
  `style-src ${hashOf(texts.style)}`,
  `script-src ${hashOf(texts.script)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types ci2mm',
].join('; ');
const { version } = JSON.parse(read('package.json'));
const filled = { ...texts, policy, version };
mkdirSync(dirname(page), { recursive: true });
writeFileSync(
  page,
  read('src/playground/page.html').replaceAll(/\{\{(\w+)\}\}/g, (_, name) => filled[name]),
);
