import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commitAll, git, temporaryDirectory, temporaryRepository, writeAll } from '../repo/workspace.ts';
import { run, treeOf } from './harness.ts';
import { blocked, configMap, installation } from './manifests.ts';

/** Whatever the repository is like: git takes the diff, and applied it is what `--write` writes. */

type Files = Readonly<Record<string, string | Buffer>>;

const CRLF = (text: string): string => text.replaceAll('\n', '\r\n');
const open = (text: string): string => text.replace(/\n$/, '');
const list = (...items: string[]): string =>
  `apiVersion: v1\nkind: List\nitems:\n${items.map((item) => `- ${item.trimEnd().replaceAll('\n', '\n  ')}\n`).join('')}`;
const json = JSON.stringify(
  {
    apiVersion: 'mattermost.com/v1alpha1',
    kind: 'ClusterInstallation',
    metadata: { name: 'chat' },
    spec: { ingressName: 'a', nodeSelector: { a: 'b' } },
  },
  null,
  2,
);
const rich = `# top\n\n${installation('rich', '  # why\n  nodeSelector:   {a: b}  # beside\n\n  mattermostEnv:\n  - {name: A, value: "1"}\n  minio:\n      storageSize: 1Gi\n  image: |\n    a\n')}status:\n  state: stable\n`;

const CONTENTS: Files = {
  'crlf.yaml': CRLF(rich),
  'mixed.yaml': `${CRLF(configMap('a'))}---\n${rich}`,
  'bom.yaml': `\uFEFF${rich}`,
  'bom-crlf.yaml': `\uFEFF${CRLF(rich)}`,
  'open.yaml': open(installation()),
  'open-crlf.yaml': CRLF(open(`${rich}  replicas: 1\n`)).replace('  image: |\r\n    a', '  image: a'),
  'open-status.yaml': open(`${installation()}\nstatus:\n  state: stable\n`),
  'documents.yaml': `---\n${configMap('a')}---\n${rich}...\n---\n${blocked()}---\n${installation('b')}`,
  'list.yaml': list(installation('a'), configMap('b'), rich, blocked()),
  'one.json': json,
  'line.json': JSON.stringify(JSON.parse(json)),
  'tabs.json': `${JSON.stringify(JSON.parse(json), null, '\t')}\n`,
  'four.yml': installation('four', '    ').replaceAll(/^ {2}/gm, '    ').trimEnd() + '\n',
  'UPPER.YAML': installation('upper'),
  'unicode.yaml': installation('chat', '  version: "ü𝄞"  # café ☃\n'),
  'nothing.yaml': configMap('nothing'),
};

const NAMES = [
  'with space.yaml',
  ' lead.yaml',
  'trail .yaml',
  'quote".yaml',
  "it's.yaml",
  'tab\t.yaml',
  'line\nbreak.yaml',
  'back\\slash.yaml',
  'ü.yaml',
  'u\u0308.yaml',
  '日本/☃.yaml',
  '-dash.yaml',
  '--write.yaml',
  'a b/c d/e.yaml',
  '$(id).yaml',
  '*.yaml',
  '[a].yaml',
  '{a,b}.yaml',
  'b/b/b.yaml',
  `${'long'.repeat(60)}.yaml`,
  '.hidden/.x.yaml',
  '%41.yaml',
  ':colon.yaml',
  '#hash.yaml',
  'a -> b.yaml',
];

/** Runs the program in one copy with `--write`, applies its diff with git in another, and compares the two. */
async function expectApplied(
  files: Files,
  { settings = [], args = ['.'], from = '' }: { settings?: readonly string[]; args?: readonly string[]; from?: string } = {},
): Promise<string> {
  const [applied, written] = [temporaryRepository(files, settings), temporaryRepository(files, settings)];
  for (const root of [applied, written]) commitAll(root);
  const before = treeOf(applied);
  const { stdout } = await run(['convert', '--prove', 'never', ...args], { cwd: join(applied, from) });
  expect(treeOf(applied)).toEqual(before);
  git(applied, ['apply', '--check', '-'], { input: stdout });
  git(applied, ['apply', '-'], { input: stdout });
  await run(['convert', '--prove', 'never', '--write', ...args], { cwd: join(written, from) });
  expect(treeOf(written)).toEqual(treeOf(applied));
  expect(treeOf(written)).not.toEqual(before);
  const again = await run(['convert', '--prove', 'never', ...args], { cwd: join(written, from) });
  expect(again.stdout.toString()).toBe('');
  return stdout.toString();
}

describe('contents', () => {
  test.each(Object.entries(CONTENTS).filter(([name]) => name !== 'nothing.yaml'))('%s', async (name, content) => {
    await expectApplied({ [name]: content });
  });

  test('all at once', async () => {
    const diff = await expectApplied(CONTENTS);
    expect(diff).not.toContain('nothing.yaml');
  });
});

describe('names', () => {
  test.each(NAMES.map((name) => [JSON.stringify(name), name] as const))('%s', async (_, name) => {
    await expectApplied({ [name]: installation() }, { args: ['.'] });
  });

  test('given one by one', async () => {
    await expectApplied(
      { '-dash.yaml': installation('a'), '*.yaml': installation('b'), 'x.yaml': configMap('x') },
      { args: ['--', '-dash.yaml', '*.yaml'] },
    );
  });

  test('all at once, with quotePath as it is by default', async () => {
    await expectApplied(Object.fromEntries(NAMES.map((name, index) => [name, installation(`chat-${index}`)])), {
      settings: ['core.quotePath=true'],
    });
  });
});

describe('settings of git', () => {
  const files = { 'a.yaml': rich, 'crlf.yaml': CRLF(rich) };
  test.each([
    'core.autocrlf=input',
    'core.eol=crlf',
    'core.safecrlf=true',
    'apply.whitespace=fix',
    'diff.noprefix=true',
    'diff.mnemonicPrefix=true',
    'core.precomposeUnicode=true',
    'core.fileMode=false',
  ])('%s', async (setting) => {
    await expectApplied(files, { settings: [setting] });
  });

  test.each([
    '* text=auto',
    '*.yaml text',
    '*.yaml -text',
    '*.yaml binary',
    '*.yaml text eol=lf',
    '*.yaml diff=none',
    '*.yaml whitespace=trailing-space,tab-in-indent',
  ])('attributes %s', async (line) => {
    await expectApplied({ ...files, '.gitattributes': `${line}\n` });
  });

  // A file with LF that git would check out with CRLF gets CRLF from git whatever the patch is like.
  test.each([
    ['core.autocrlf=true', ''],
    ['core.autocrlf=false', '*.yaml text eol=crlf\n'],
  ])('%s, attributes %j: files as git checks them out', async (setting, attributes) => {
    await expectApplied(
      { 'crlf.yaml': CRLF(rich), 'crlf-list.yaml': CRLF(list(rich, configMap('b'))), '.gitattributes': attributes },
      { settings: [setting] },
    );
  });
});

describe('places', () => {
  const files = { 'apps/chat/a.yaml': rich, 'apps/b.yaml': installation('b'), 'c.yaml': installation('c') };

  test('from a folder, paths are those of the top', async () => {
    const [root, other] = [temporaryRepository(files), temporaryRepository(files)];
    const { stdout } = await run(['convert', '.'], { cwd: join(root, 'apps') });
    expect([...stdout.toString().matchAll(/^\+\+\+ (.*)$/gm)].map(([, name]) => name)).toEqual(['b/apps/b.yaml', 'b/apps/chat/a.yaml']);
    git(root, ['apply', '-'], { input: stdout });
    await run(['convert', '--write', '..'], { cwd: join(other, 'apps') });
    const { stdout: rest } = await run(['convert', '..'], { cwd: join(root, 'apps') });
    git(root, ['apply', '-'], { input: rest });
    expect(treeOf(root)).toEqual(treeOf(other));
  });

  test('outside git', async () => {
    const [applied, written] = [temporaryDirectory(), temporaryDirectory()];
    for (const root of [applied, written]) writeAll(root, { ...CONTENTS, ...files });
    const { stdout } = await run(['convert'], { cwd: applied });
    git(applied, ['apply', '-'], { input: stdout });
    await run(['convert', '--write'], { cwd: written });
    expect(treeOf(written)).toEqual(treeOf(applied));
  });

  test('a worktree, and files that git does not know yet', async () => {
    const root = temporaryRepository(files);
    commitAll(root);
    const [tree, other] = [join(temporaryDirectory(), 'tree'), join(temporaryDirectory(), 'tree')];
    for (const each of [tree, other]) git(root, ['worktree', 'add', '--quiet', '--detach', each]);
    for (const each of [tree, other]) writeAll(each, { 'new.yaml': rich });
    git(tree, ['apply', '-'], { input: (await run(['convert'], { cwd: tree })).stdout });
    await run(['convert', '--write'], { cwd: other });
    expect({ ...treeOf(tree), '.git': '' }).toEqual({ ...treeOf(other), '.git': '' });
    expect(readFileSync(join(tree, 'new.yaml'), 'utf8')).toContain('kind: Mattermost');
  });

  test('a submodule is a repository of its own, with paths from its top', async () => {
    const inner = temporaryRepository(files);
    commitAll(inner);
    const outer = temporaryRepository({ 'own.yaml': installation('own') });
    git(outer, ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'vendor/sub']);
    commitAll(outer);
    const sub = join(outer, 'vendor/sub');
    const above = await run(['convert', '--verbose'], { cwd: outer });
    expect([...above.stdout.toString().matchAll(/^\+\+\+ (.*)$/gm)].map(([, name]) => name)).toEqual(['b/own.yaml']);
    expect(above.stderr).toContain('skipped vendor/sub: belongs to another git repository');
    const { stdout } = await run(['convert', 'vendor/sub'], { cwd: outer });
    git(sub, ['apply', '--index', '-'], { input: stdout });
    const written = temporaryRepository(files);
    await run(['convert', '--write'], { cwd: written });
    expect({ ...treeOf(sub), '.git': '' }).toEqual({ ...treeOf(written), '.git': '' });
  });

  test('a repository whose working tree lies elsewhere', async () => {
    const [root, elsewhere] = [temporaryRepository(files), temporaryDirectory()];
    git(root, ['config', 'core.worktree', elsewhere]);
    writeAll(elsewhere, { '.git': `gitdir: ${join(root, '.git')}\n`, 'a.yaml': rich });
    const { stdout } = await run(['convert'], { cwd: elsewhere });
    git(elsewhere, ['apply', '-'], { input: stdout });
    expect(readFileSync(join(elsewhere, 'a.yaml'), 'utf8')).toContain('kind: Mattermost');
  });

  test('an executable file stays one', async () => {
    const [applied, written] = [temporaryRepository({ 'a.yaml': rich }), temporaryRepository({ 'a.yaml': rich })];
    for (const root of [applied, written]) chmodSync(join(root, 'a.yaml'), 0o755);
    for (const root of [applied, written]) commitAll(root);
    git(applied, ['apply', '--index', '-'], { input: (await run(['convert'], { cwd: applied })).stdout });
    await run(['convert', '--write'], { cwd: written });
    expect(treeOf(applied)).toEqual(treeOf(written));
    expect(statSync(join(written, 'a.yaml')).mode & 0o111).toBe(0o111);
    expect(readdirSync(written).toSorted()).toEqual(['.git', 'a.yaml']);
  });

  test('with git in three ways, after the file has changed elsewhere', async () => {
    const root = temporaryRepository({ 'a.yaml': rich });
    commitAll(root);
    const { stdout } = await run(['convert'], { cwd: root });
    writeAll(root, { 'a.yaml': rich.replace('# top', '# the top') });
    commitAll(root);
    git(root, ['apply', '--3way', '-'], { input: stdout });
    expect(readFileSync(join(root, 'a.yaml'), 'utf8')).toMatch(/^# the top\n\napiVersion: installation/);
  });
});
