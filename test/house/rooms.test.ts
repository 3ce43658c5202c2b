import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../repo/workspace.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() && readdirSync(join(root, 'src', entry.name)).length > 0 ? [entry.name] : [],
);

test('no file but index.ts stands at the top of src/', () => {
  const files = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name)).toEqual(['index.ts']);
});

test('every room has an entry in the lint rules, and a row in docs/architecture.md', () => {
  const { overrides } = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8')) as { overrides: { files: string[] }[] };
  const guarded = overrides.flatMap(({ files }) => files.flatMap((glob) => /^src\/(\w+)\/\*\*$/.exec(glob)?.[1] ?? []));
  expect(guarded.toSorted()).toEqual(rooms.toSorted());
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  for (const room of rooms) expect(page).toContain(`| \`${room}/\` |`);
});

test('an import against the arrows is an error in every room', () => {
  const copy = temporaryDirectory();
  copyFileSync(join(root, '.oxlintrc.json'), join(copy, '.oxlintrc.json'));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const room of [...rooms, 'stranger']) {
    mkdirSync(join(copy, 'src', room), { recursive: true });
    writeFileSync(
      join(copy, 'src', room, 'wrong.ts'),
      `import { anything } from '../stranger/wrong.ts';\nexport const wrong = anything;\n`,
    );
  }
  const program = join(root, 'node_modules/oxlint/bin/oxlint');
  const { stdout } = spawnSync(process.execPath, [program, '--format', 'json', 'src'], { cwd: copy, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
  const found = diagnostics.filter(({ code }) => code.includes('no-restricted-imports')).map(({ filename }) => filename.split('/').at(-2));
  expect(new Set(found)).toEqual(new Set(rooms));
  expect(found).toHaveLength(rooms.length);
});
