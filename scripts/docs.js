import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// Writes the pages of docs/ that the program knows best. Tests compare them with what it would write, so that they can't grow old.

/** One row a page: the file, and the function without arguments that returns its text. */
const pages = [
  { file: 'docs/rules.md', module: 'src/rules/docs.ts', render: 'renderRules' },
  { file: 'docs/fields.md', module: 'src/operator/docs.ts', render: 'renderFields' },
  { file: 'docs/references.md', module: 'src/references/docs.ts', render: 'renderReferences' },
  { file: 'docs/secrets.md', module: 'src/secrets/docs.ts', render: 'renderSecrets' },
  { file: 'docs/configuration.md', module: 'src/config/docs.ts', render: 'renderConfiguration' },
  { file: 'docs/ci2mm.1', module: 'src/cli/docs.ts', render: 'renderManual' },
  { file: 'schema/config.schema.json', module: 'src/config/schema.ts', render: 'renderConfigSchema' },
];

const root = new URL('../', import.meta.url);

for (const { file, module, render } of pages) {
  const { [render]: renderPage } = await importTypeScript(module);
  await writeFile(new URL(file, root), renderPage());
}

const { renderRulePages } = await importTypeScript('src/rules/docs.ts');
const folder = new URL('docs/rules/', root);
await rm(folder, { recursive: true, force: true });
await mkdir(folder);
for (const [name, text] of renderRulePages()) await writeFile(new URL(name, folder), text);

/** Node 20 runs no TypeScript, so the module is bundled and imported from memory. */
async function importTypeScript(module) {
  const entry = fileURLToPath(new URL(module, root));
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    // Commander is no module, and asks for those of Node in another way.
    banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(${JSON.stringify(root.href)});` },
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
