/**
 * Builds dist/ (or the folder given) from src/: the command line program, the library, the library's types, and the Action. Nothing of it is
 * committed, and equal sources give equal files.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, buildSync, transform } from 'esbuild';
import { compiledValidators, forNode, licenses, moduleFrom, schemasAsText, yamlForBrowsers } from './bundle.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = resolve(process.argv[2] ?? join(root, 'dist'));

const PROGRAMS = ['cli', 'cli-krm'];

async function main() {
  expectEntries('src/cli/cli.ts', 'src/cli/cli-krm.ts', 'src/index.ts', 'src/cli/launch.ts', 'src/action/main.ts');
  const files = [...(await program()), ...types()];
  rmSync(dist, { recursive: true, force: true });
  for (const [name, contents] of files) {
    mkdirSync(dirname(join(dist, name)), { recursive: true });
    writeFileSync(join(dist, name), contents);
  }
  for (const program of PROGRAMS) chmodSync(join(dist, `${program}.cjs`), 0o755);
}

function expectEntries(...entries) {
  const missing = entries.filter((entry) => !existsSync(join(root, entry)));
  if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);
}

/**
 * The program and the library as chunks that load one another when needed. They are CommonJS, which starts 5 ms sooner than modules do;
 * esbuild splits modules only, so the chunks are translated afterwards. The program's chunks are loaded by src/cli/launch.ts.
 */
async function program() {
  const { validatorModule } = await moduleFrom('scripts/validators.js');
  const { outputFiles, metafile } = await build({
    ...forNode,
    entryPoints: [
      ...PROGRAMS.map((name) => ({ in: `src/cli/${name}.ts`, out: `${name}-main` })),
      { in: 'src/index.ts', out: 'index' },
      { in: 'src/action/main.ts', out: 'action' },
    ],
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    splitting: true,
    minify: true,
    metafile: true,
    legalComments: 'none',
    plugins: [
      compiledValidators(validatorModule()),
      await answered('src/report/html/page-files.ts'),
      schemasAsText,
      yamlForBrowsers,
      commanderWithoutChildProcess,
    ],
  });
  const chunks = await Promise.all(outputFiles.map(async ({ path, text }) => [basename(path), await commonJs(text)]));
  const { exports } = metafile.outputs['dist/index.cjs'];
  return [
    ...chunks,
    ...PROGRAMS.map((name) => [`${name}.cjs`, launcher(`${name}-main.cjs`, nameOf(chunks))]),
    ['index.js', `import library from './index.cjs';\nexport const { ${exports.join(', ')} } = library;\n`],
    ['LICENSES.txt', licenses(Object.keys(metafile.inputs))],
  ];
}

/** A name that no other build has. */
function nameOf(chunks) {
  const hash = createHash('sha256').update(JSON.stringify(chunks)).digest('hex').slice(0, 16);
  return `${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}-${hash}`;
}

/** The file that the shell starts. */
function launcher(entry, buildName) {
  const { outputFiles } = buildSync({
    ...forNode,
    stdin: {
      contents: `import { launch } from './src/cli/launch.ts';\nlaunch(${JSON.stringify(entry)}, __dirname, require, ${JSON.stringify(buildName)});\n`,
      resolveDir: root,
    },
    format: 'cjs',
    minify: true,
  });
  return `#!/usr/bin/env node\n${outputFiles[0].text}`;
}

async function commonJs(text) {
  const { code } = await transform(text.replace(/^#!.*/, ''), {
    format: 'cjs',
    platform: 'node',
    target: forNode.target,
    minify: true,
    supported: { 'dynamic-import': false },
  });
  return code;
}

/** Puts in the place of a module whose functions take nothing what they return: it is the same on every run. */
async function answered(file) {
  const functions = Object.entries(await moduleFrom(file));
  const contents = functions.map(([name, answer]) => `export const ${name} = () => (${JSON.stringify(answer())});\n`).join('');
  return {
    name: 'answered',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => (path === join(root, file) ? { contents, loader: 'js' } : undefined));
    },
  };
}

/** commander needs `child_process` for commands in programs of their own, of which there are none; loading it takes 3 to 8 ms. */
const commanderWithoutChildProcess = {
  name: 'commander-without-child-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]node_modules[\\/]commander[\\/]/.test(importer) ? { path: 'child_process', namespace: 'empty' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** Declarations of what src/index.ts reaches, with the names that a consumer's compiler looks for. */
function types() {
  const out = mkdtempSync(join(tmpdir(), 'ci2mm-types-'));
  try {
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', out], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    return reachable(out, 'index.d.ts').map((name) => [join('types', name), withJsNames(readFileSync(join(out, name), 'utf8'))]);
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** A declaration file and those that it imports, for the compiler writes one for every source. */
function reachable(folder, first) {
  const names = new Set([first]);
  for (const name of names) {
    const text = readFileSync(join(folder, name), 'utf8');
    for (const [, path] of text.matchAll(/\bfrom ['"](\.[^'"]+)\.ts['"]/g)) names.add(`${join(dirname(name), path)}.d.ts`);
  }
  return [...names];
}

const withJsNames = (text) => text.replaceAll(/(\bfrom ['"]\.[^'"]+)\.ts(?=['"])/g, '$1.js');

try {
  await main();
} catch (error) {
  process.stderr.write(`build: ${error.message}\n`);
  process.exitCode = 1;
}
