import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { commitAll, git, temporaryDirectory, temporaryRepository, writeAll } from '../repo/workspace.ts';
import { Runner } from './runner/runner.ts';
import type { Outcome, World } from './runner/runner.ts';

const action = join(import.meta.dirname, '../..');
const CHAT =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n  ingressName: chat.example.com\n';

const run = (workspace: string, inputs: Readonly<Record<string, string>> = {}, world: Partial<World> = {}): Promise<Outcome> =>
  new Runner({ workspace, ...world }).use(action, { 'fail-on': 'never', ...inputs });

/** What a step of ours may have the runner do, and nothing that another step would notice. */
const HARMLESS = new Set(['stop-commands', 'error', 'warning', 'notice', 'add-mask']);

function expectUnharmed({ commands, exported, paths }: Outcome): void {
  expect(commands.filter(({ name }) => !HARMLESS.has(name))).toEqual([]);
  for (const { name, properties, message } of commands) {
    if (name === 'stop-commands') expect(message).toMatch(/^[0-9a-f-]{36}$/);
    expect([properties['title'] ?? '', message].filter((text) => text.startsWith('PWNED'))).toEqual([]);
  }
  expect([exported, paths]).toEqual([{}, '']);
}

describe('inputs are text', () => {
  const canary = (): string => join(temporaryDirectory(), 'canary');
  const ATTACKS: readonly ((file: string) => string)[] = [
    (file) => `'; touch ${file}; '"; touch ${file}; "; touch ${file} #`,
    (file) => `$(touch ${file})\`touch ${file}\`\${{ format('{0}', github.token) }}`,
    (file) => `x\ntouch ${file}\n::error title=PWNED::PWNED\n::add-path::/PWNED\n##[add-path]/PWNED`,
    () => '::set-output name=changed::PWNED',
    () => '--output=PWNED',
  ];

  test.each(['path', 'mode', 'fail-on', 'target', 'config', 'annotations', 'sarif-file', 'patch-file', 'comment', 'token'])(
    '%s',
    async (input) => {
      const root = temporaryRepository({ 'chat.yaml': CHAT });
      const file = canary();
      const runs = await Promise.all(
        ATTACKS.map((attack) => run(root, { [input]: attack(file), ...(input === 'token' && { comment: 'always' }) })),
      );
      expect(existsSync(file)).toBe(false);
      for (const ran of runs) expectUnharmed(ran);
    },
  );
});

describe('commands for the runner in what is scanned', () => {
  const COMMANDS = [
    '::error title=PWNED::PWNED',
    '::add-path::/PWNED',
    '::set-output name=changed::PWNED',
    '::set-env name=PWNED::PWNED',
    '::add-mask::chat',
    '::stop-commands::PWNED',
    '##[add-path]/PWNED',
    '##[error]PWNED',
  ];

  test.each(COMMANDS)('%s', async (command) => {
    const name = command.replaceAll('/', '_');
    const manifest = [
      `# ${command}`,
      CHAT.trimEnd(),
      `  ${command.includes(' ') ? `"${command}"` : `? ${command}\n  `}: red`,
      `  image: "\\n${command}\\n"`,
      '  mattermostEnv:',
      `  - name: ${JSON.stringify(command)}`,
      '    value: |',
      `      ${command}`,
      '',
    ].join('\n');
    const root = temporaryRepository({
      [`${name}.yaml`]: manifest,
      [`folder\n${name}/chat\r${name}.yaml`]: manifest.replace('name: chat', `name: ${JSON.stringify(command)}`),
      'comment.yaml': CHAT.replace('  ingressName', `${command}: |\n${command}\n  ingressName`),
      'context.yaml': CHAT.replace('spec:', `  annotations:\n    text: |\n     ${command}\nspec:`),
      'kustomization.yaml': `resources: ["${command}", "context.yaml"]\n`,
    });
    const ran = await run(root, { mode: 'diff', path: '.' });
    expectUnharmed(ran);
    expect(ran.outputs['changed']).toBe('true');
    // What comes after the fences is obeyed again.
    expect(ran.commands.filter(({ name }) => name === 'warning' || name === 'error').length).toBeGreaterThan(0);
  });

  test('in a configuration that is wrong', async () => {
    for (const command of COMMANDS) {
      const root = temporaryRepository({ 'chat.yaml': CHAT, '.ci2mm.yaml': `${JSON.stringify(`x\n${command}`)}: 1\n` });
      const ran = await run(root);
      expect(ran.outcome).toBe('failure');
      expectUnharmed(ran);
    }
  });

  test('outputs keep to themselves', async () => {
    const root = temporaryRepository({ 'a\nerror-count<<E\n99\nE\nb.yaml': CHAT, 'x\nci2mm_0\nerror-count=99\n.yaml': CHAT });
    const ran = await run(root);
    const declared = parse(readFileSync(join(action, 'action.yml'), 'utf8')) as { readonly outputs: object };
    expect(Object.keys(ran.outputs).sort()).toEqual(Object.keys(declared.outputs).sort());
    expect(ran.outputs['error-count']).toBe('0');
    expect(JSON.parse(ran.outputs['changed-files'] ?? '')).toEqual([
      'a\nerror-count<<E\n99\nE\nb.yaml',
      'x\nci2mm_0\nerror-count=99\n.yaml',
    ]);
  });

  test('Markdown and mentions in names stay text', async () => {
    const root = temporaryRepository({
      '<img src=x onerror=alert(1)>@everyone.yaml': CHAT.replace(
        'name: chat',
        'name: "<!-- --> @octocat </details> [x](javascript:alert(1))"',
      ),
    });
    const { summary } = await run(root);
    expect(summary.replaceAll(/`[^`]*`|<code>[^]*?<\/code>/g, '')).not.toMatch(/<img|<!--|(?<!&#?\w*;?)@octocat|javascript:/);
  });
});

describe('programs and settings of the checkout', () => {
  /** A checkout in which everything that is ever run or read would leave a trace. */
  function trap(): { readonly root: string; readonly traces: string } {
    const traces = join(temporaryDirectory(), 'traces');
    mkdirSync(traces);
    const script = (name: string): string => `#!/bin/sh\n: > '${join(traces, name)}'\nexec cat\n`;
    const root = temporaryRepository({
      'chat.yaml': CHAT,
      'base/kustomization.yaml': 'resources: [chat.yaml]\ngenerators: [plugin.yaml]\n',
      'base/chat.yaml': CHAT,
      'base/plugin.yaml': `apiVersion: v1\nkind: Plugin\nmetadata:\n  name: x\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: ../node_modules/.bin/git}\n`,
      '.npmrc': 'script-shell=./sh.sh\nregistry=http://127.0.0.1:9/\nnode-options=--require ./trap.cjs\nglobalconfig=./npmrc\n',
      'sh.sh': script('npm-shell'),
      'trap.cjs': `require('fs').writeFileSync(${JSON.stringify(join(traces, 'required'))}, '')\n`,
      'package.json': JSON.stringify({
        name: 'ci2mm',
        type: 'commonjs',
        bin: { ci2mm: 'sh.sh' },
        imports: { '#x': './trap.cjs' },
        scripts: { preinstall: './sh.sh', prepare: './sh.sh' },
      }),
      'tsconfig.json': '{"extends": "./missing.json", "compilerOptions": {"paths": {"*": ["./trap.cjs"]}}}',
      'node.config.json': '{"nodeOptions": {"require": ["./trap.cjs"]}}',
      '.env': 'NODE_OPTIONS=--require ./trap.cjs\n',
      '.ci2mm.js': `require('./trap.cjs')\n`,
      '.ci2mm.yaml': 'ignore: []\n',
      'node_modules/yaml/package.json': '{"main": "../../trap.cjs"}',
      'node_modules/commander/package.json': '{"main": "../../trap.cjs"}',
      '.bashrc': `: > '${join(traces, 'bashrc')}'\n`,
      '.gitattributes': '*.yaml filter=trap diff=trap\n',
    });
    const programs = ['node', 'npm', 'git', 'kustomize', 'kubectl', 'bash', 'sh'].flatMap((name) => [
      `node_modules/.bin/${name}`,
      name,
      `${name}.exe`,
    ]);
    writeAll(root, Object.fromEntries(programs.map((name) => [name, script(name.replaceAll('/', '_'))])));
    for (const name of [...programs, 'sh.sh']) chmodSync(join(root, name), 0o755);
    commitAll(root);
    const hooks = join(root, '.git/hooks');
    for (const name of ['fsmonitor', 'post-index-change', 'pre-commit', 'post-checkout'])
      writeFileSync(join(hooks, name), script(`hook-${name}`), { mode: 0o755 });
    const dangerous = [
      'core.fsmonitor',
      'core.pager',
      'diff.external',
      'filter.trap.clean',
      'filter.trap.smudge',
      'filter.trap.process',
      'diff.trap.command',
      'diff.trap.textconv',
      'core.sshCommand',
      'alias.ls-files',
    ];
    for (const setting of dangerous)
      git(root, ['config', setting, `${setting === 'alias.ls-files' ? '!' : ''}${join(hooks, 'fsmonitor')}`]);
    return { root, traces };
  }

  test.each(['check', 'diff', 'write'])('are left alone in mode %s', async (mode) => {
    const { root, traces } = trap();
    const ran = await run(root, { mode, path: 'chat.yaml\nbase\n.', 'sarif-file': 'a.sarif', 'patch-file': 'a.patch' });
    expect(ran.outcome).toBe('success');
    expect(ran.outputs['changed']).toBe('true');
    expect(readdirSync(traces)).toEqual([]);
    expectUnharmed(ran);
  });

  test('are left alone where the checkout is on the PATH', async () => {
    const { root, traces } = trap();
    const path = [new Runner({ workspace: root }).path, root, '.', join(root, 'node_modules/.bin')].join(delimiter);
    const ran = await run(root, {}, { env: { PATH: path } });
    expect(ran.outcome).toBe('success');
    expect(readdirSync(traces)).toEqual([]);
  });

  test('a manifest is what it was, byte for byte, but for its conversion', async () => {
    const { root } = trap();
    await run(root, { mode: 'write' });
    expect(readFileSync(join(root, 'chat.yaml'), 'utf8')).toContain('kind: Mattermost');
    expect(
      git(root, ['-c', 'core.fsmonitor=false', 'diff', '--no-ext-diff', '--no-textconv', '--name-only', '--', ':!*.yaml']).toString(),
    ).toBe('');
  });
});

test('variables that make the YAML library print what it reads change nothing', async () => {
  const root = temporaryRepository({
    'chat.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {DB_CONNECTION_STRING: hunter2}\n---\n${CHAT}`,
  });
  const ran = await run(root, {}, { env: { LOG_TOKENS: '1', LOG_STREAM: '1' } });
  expect(ran.outcome).toBe('success');
  expect(ran.printed).not.toMatch(/hunter2|^\| /m);
});
