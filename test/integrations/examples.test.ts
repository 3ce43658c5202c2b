import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readValues } from '../../src/manifests/values.ts';
import { meaning } from '../kustomize/binary.ts';
import { commitAll, git, temporaryDirectory, writeAll } from '../repo/workspace.ts';
import { bash, programs, run } from './programs.ts';

const folder = join(import.meta.dirname, '../../examples/integrations');

let bin = '';
beforeAll(() => {
  bin = programs();
});

/** A copy of an example that may be changed. */
function copyOf(name: string): string {
  const copy = temporaryDirectory();
  cpSync(join(folder, name), copy, { recursive: true });
  return copy;
}

const valuesOf = (file: string): unknown[] => readValues(readFileSync(file)).map(meaning);

const kindsOf = (yaml: string): unknown[] => readValues(Buffer.from(yaml)).map((value) => (meaning(value) as { kind?: unknown }).kind);

const has = (program: string): boolean => spawnSync(program, ['version']).status === 0;

/** What a chart renders, as Helm hands it over. */
const RELEASE = (annotation = ''): string => `---
# Source: chat/templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: chat${annotation.replace('FILE', 'chat/templates/config.yaml')}
---
# Source: chat/templates/mattermost.yaml
apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat${annotation.replace('FILE', 'chat/templates/mattermost.yaml')}
spec:
  ingressName: chat.example.com # a comment
  mattermostLicenseSecret: license
`;

const converted = (release: string): string =>
  release
    .replace('mattermost.com/v1alpha1', 'installation.mattermost.com/v1beta1')
    .replace('ClusterInstallation', 'Mattermost')
    .replace('mattermostLicenseSecret', 'licenseSecret');

const BLOCKED = RELEASE().replace('  mattermostLicenseSecret: license\n', '  blueGreen: {enable: true}\n');

test('every example has a README, which the list names', () => {
  const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  const list = readFileSync(join(folder, 'README.md'), 'utf8');
  for (const name of names) {
    expect(existsSync(join(folder, name, 'README.md'))).toBe(true);
    expect(list).toContain(`(${name}/README.md)`);
  }
  expect(names.sort()).toEqual(['argocd-plugin', 'flux', 'gitlab', 'helm3-post-renderer', 'helm4-plugin', 'krm', 'lefthook', 'pre-commit']);
});

describe('krm', () => {
  const build = (cwd: string) => run('kustomize', ['build', '--enable-alpha-plugins', '--enable-exec', '.'], { cwd });

  test('is a transformer of kustomize 4.5.4', async () => {
    const { code, out, err } = await build(copyOf('krm'));
    expect(code).toBe(0);
    expect(readValues(Buffer.from(out)).map(meaning)).toEqual([
      {
        apiVersion: 'installation.mattermost.com/v1beta1',
        kind: 'Mattermost',
        metadata: { name: 'chat', namespace: 'prod' },
        spec: {
          size: '1000users',
          ingressName: 'chat.example.com',
          licenseSecret: 'license',
          database: { external: { secret: 'chat-db' } },
          fileStore: { external: { url: 's3.example.com', bucket: 'chat', secret: 'chat-s3' } },
        },
      },
    ]);
    expect(err).toContain('warning: ClusterInstallation prod/chat: Rolled out in one step');
  });

  test('stops kustomize where an installation is blocked, and says why', async () => {
    const cwd = copyOf('krm');
    const config = readFileSync(join(cwd, 'ci2mm.yaml'), 'utf8');
    writeFileSync(join(cwd, 'ci2mm.yaml'), config.replace('prod/chat', 'other/chat'));
    const { code, out, err } = await build(cwd);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('[database-secret-unresolved]');
    writeFileSync(join(cwd, 'ci2mm.yaml'), config.replace('prod/chat', 'other/chat').replace('spec:\n', 'spec:\n  onBlocked: warn\n'));
    expect(kindsOf((await build(cwd)).out)).toEqual(['ClusterInstallation']);
    writeFileSync(join(cwd, 'ci2mm.yaml'), config.replace('target', 'tagret'));
    expect((await build(cwd)).err).toContain('error: functionConfig.spec: "tagret" is no key of the configuration; did you mean target?');
  });

  test('converts with many other resources, and those of a base', async () => {
    const cwd = temporaryDirectory();
    cpSync(join(folder, 'krm/mattermost.yaml'), join(cwd, 'base/mattermost.yaml'));
    const filler = Array.from(
      { length: 300 },
      (_, index) => `---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: filler-${index}\ndata:\n  text: "${'x'.repeat(1000)}"\n`,
    ).join('');
    writeAll(cwd, {
      'base/kustomization.yaml': 'resources: [mattermost.yaml]\n',
      'filler.yaml': filler,
      'kustomization.yaml':
        'namespace: prod\nbuildMetadata: [originAnnotations]\nresources: [base, filler.yaml]\ntransformers: [ci2mm.yaml]\n',
      'ci2mm.yaml': readFileSync(join(folder, 'krm/ci2mm.yaml'), 'utf8'),
    });
    const { code, out } = await build(cwd);
    expect(code).toBe(0);
    expect(kindsOf(out).filter((kind) => kind !== 'ConfigMap')).toEqual(['Mattermost']);
    expect(kindsOf(out)).toHaveLength(301);
    expect(out).toContain('path: base/mattermost.yaml');
  });

  test('goes between source and sink, and comments stay', async () => {
    const cwd = temporaryDirectory();
    writeAll(cwd, {
      'mattermost.yaml': readFileSync(join(folder, 'krm/mattermost.yaml'), 'utf8').replace('1000users', '1000users # a comment'),
    });
    const pipe = 'kustomize fn source . | ci2mm convert --database chat=external - | kustomize fn sink .';
    expect(await bash(pipe, { cwd })).toMatchObject({ code: 0 });
    expect(readFileSync(join(cwd, 'mattermost.yaml'), 'utf8')).toMatch(/kind: Mattermost\n[^]*size: 1000users # a comment/);
  });

  test.skipIf(!has('kpt'))('is a function of kpt', async () => {
    const cwd = temporaryDirectory();
    cpSync(join(folder, 'krm/mattermost.yaml'), join(cwd, 'mattermost.yaml'));
    writeAll(cwd, { Kptfile: 'apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: chat\n' });
    const failed = await run('kpt', ['fn', 'eval', '.', '--exec', 'ci2mm-krm'], { cwd });
    expect(failed.code).toBe(1);
    expect(failed.err).toContain('[error] mattermost.com/v1alpha1/ClusterInstallation/chat spec.database.secret');
    const { code } = await run('kpt', ['fn', 'eval', '.', '--exec', 'ci2mm-krm', '--', 'databases=chat=external', 'target=1.25'], { cwd });
    expect(code).toBe(0);
    expect(valuesOf(join(cwd, 'mattermost.yaml'))).toMatchObject([
      { kind: 'Mattermost', spec: { database: { external: { secret: 'chat-db' } } } },
    ]);
  });
});

describe('helm3-post-renderer', () => {
  const env = { HELM_NAMESPACE: 'prod', HELM_BIN: 'helm', HOME: '/nonexistent' };

  test('converts what Helm hands over', async () => {
    const command = join(folder, 'helm3-post-renderer/ci2mm-post-renderer');
    expect(await run(command, [], { cwd: temporaryDirectory(), env, stdin: RELEASE() })).toMatchObject({
      code: 0,
      out: converted(RELEASE()),
    });
  });

  test('takes options from Helm, and heeds the configuration of the repository', async () => {
    const command = join(folder, 'helm3-post-renderer/ci2mm-post-renderer');
    const stdin = `${RELEASE()}  database:\n    secret: db\n`;
    expect(await run(command, [], { cwd: temporaryDirectory(), env, stdin })).toMatchObject({ code: 1, out: '' });
    expect(await run(command, ['--database', 'chat=external'], { cwd: temporaryDirectory(), env, stdin })).toMatchObject({ code: 0 });
    const cwd = temporaryDirectory();
    writeAll(cwd, { '.ci2mm.yaml': 'assumeDatabase: external\n' });
    expect(await run(command, [], { cwd, env, stdin })).toMatchObject({ code: 0 });
  });

  test('fails with the findings, and without output', async () => {
    const command = join(folder, 'helm3-post-renderer/ci2mm-post-renderer');
    expect(await run(command, [], { env, stdin: BLOCKED })).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('[blue-green-enabled]') as string,
    });
  });
});

describe('helm4-plugin', () => {
  interface Plugin {
    readonly apiVersion: string;
    readonly type: string;
    readonly name: string;
    readonly version: string;
    readonly runtime: string;
    readonly runtimeConfig: { readonly platformCommand: readonly { readonly command: string }[] };
  }

  const plugin = (): Plugin => valuesOf(join(folder, 'helm4-plugin/plugin.yaml'))[0] as Plugin;

  test('has the manifest of a post-renderer', () => {
    expect(plugin()).toMatchObject({ apiVersion: 'v1', type: 'postrenderer/v1', name: 'ci2mm', runtime: 'subprocess' });
    expect(plugin().version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  const render = async (stdin: string, args: readonly string[] = []) => {
    const HELM_PLUGIN_DIR = copyOf('helm4-plugin');
    const [{ command } = { command: '' }] = plugin().runtimeConfig.platformCommand;
    return run(command.replace('${HELM_PLUGIN_DIR}', HELM_PLUGIN_DIR), args, {
      cwd: temporaryDirectory(),
      env: { HELM_PLUGIN_DIR, HELM_PLUGIN_NAME: 'ci2mm', HOME: '/nonexistent' },
      stdin,
    });
  };

  test('converts, and keeps the annotation by which Helm finds the template', async () => {
    const release = RELEASE("\n  annotations:\n    postrenderer.helm.sh/postrender-filename: 'FILE'");
    expect(await render(release)).toMatchObject({ code: 0, out: converted(release) });
    expect(await render(`${release}  database:\n    secret: db\n`, ['--database', 'chat=external'])).toMatchObject({ code: 0 });
  });

  test.each([BLOCKED, ''])('fails without output', async (stdin) => {
    const { code, out } = await render(stdin);
    expect(code).not.toBe(0);
    expect(out).toBe('');
  });
});

describe('argocd-plugin', () => {
  interface Plugin {
    readonly apiVersion: string;
    readonly kind: string;
    readonly spec: {
      readonly generate: { readonly command: readonly string[]; readonly args: readonly string[] };
      readonly discover: { readonly find: { readonly command: readonly string[] } };
    };
  }

  const plugin = valuesOf(join(folder, 'argocd-plugin/plugin.yaml'))[0] as Plugin;

  /** As the sidecar does: in the application's folder, nothing on standard input, its own environment. */
  const start = (command: readonly string[], cwd: string) => {
    const env = {
      PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
      HOME: '/nonexistent',
      ARGOCD_APP_NAME: 'chat',
      ARGOCD_APP_NAMESPACE: 'prod',
      ARGOCD_APP_REVISION: '0'.repeat(40),
      KUBE_VERSION: '1.30',
      ARGOCD_APP_PARAMETERS: '[]',
    };
    const [program = '', ...args] = command;
    const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
    return { code: status, out: stdout, err: stderr };
  };
  const generate = (cwd: string) => start([...plugin.spec.generate.command, ...plugin.spec.generate.args], cwd);
  const discover = (cwd: string) => start(plugin.spec.discover.find.command, cwd);

  test('is a plugin', () => {
    expect(plugin).toMatchObject({ apiVersion: 'argoproj.io/v1alpha1', kind: 'ConfigManagementPlugin', metadata: { name: 'ci2mm' } });
  });

  test('finds applications with a kustomization and an installation', () => {
    const app = copyOf('argocd-plugin/app');
    expect(discover(app)).toMatchObject({ code: 0, out: 'kind: ClusterInstallation\n' });
    writeAll(app, { 'mattermost.yaml': 'kind: "ClusterInstallation"\n' });
    expect(discover(app)).toMatchObject({ code: 0, out: './mattermost.yaml\n' });
    writeAll(app, { 'mattermost.yaml': 'kind: Mattermost\n' });
    expect(discover(app)).toEqual({ code: 0, out: '', err: '' });
    expect(discover(temporaryDirectory())).toEqual({ code: 0, out: '', err: '' });
  });

  test('finds an overlay of a base elsewhere, under each name of a kustomization', () => {
    const repository = temporaryDirectory();
    cpSync(join(folder, 'argocd-plugin/app'), join(repository, 'base'), { recursive: true });
    for (const name of ['kustomization.yaml', 'kustomization.yml', 'Kustomization']) {
      writeAll(repository, { [`${name}.d/${name}`]: 'resources: [../base]\n' });
      expect(discover(join(repository, `${name}.d`))).toEqual({ code: 0, out: 'kind: ClusterInstallation\n', err: '' });
    }
  });

  test('generates manifests and nothing else', () => {
    const { code, out, err } = generate(copyOf('argocd-plugin/app'));
    expect({ code, kinds: kindsOf(out) }).toEqual({ code: 0, kinds: ['Mattermost'] });
    expect(err).toBe('');
  });

  test.each([
    ['an installation is blocked', { '.ci2mm.yaml': '' }, '[database-secret-unresolved]'],
    ['the configuration has a mistake', { '.ci2mm.yaml': 'tagret: 1\n' }, 'did you mean target?'],
    ['kustomize fails', { 'kustomization.yaml': 'resources: [gone.yaml]\n' }, 'gone.yaml'],
    ['nothing is built', { 'mattermost.yaml': '' }, 'standard input is empty'],
  ])('fails without output where %s', (_, files, message) => {
    const app = copyOf('argocd-plugin/app');
    writeAll(app, files);
    const { code, out, err } = generate(app);
    expect(code).not.toBe(0);
    expect(out).toBe('');
    expect(err).toContain(message);
  });
});

describe('flux', () => {
  /** Stands for the real flux: builds with kustomize, and keeps what is pushed. */
  const FLUX = `#!/usr/bin/env bash
set -euo pipefail
case "$1 $2" in
  'build kustomization') while [ "$1" != --path ]; do shift; done; exec kustomize build "$2" ;;
  'push artifact') printf '%s\\n' "$@" >pushed-arguments; while [ "$1" != --path ]; do shift; done; cp -R "$2" pushed ;;
  *) exit 64 ;;
esac
`;

  function checkout(): { cwd: string; env: Record<string, string> } {
    const cwd = copyOf('flux');
    git(cwd, ['init', '--quiet', '--initial-branch=main']);
    git(cwd, ['remote', 'add', 'origin', 'https://git.example.com/fleet.git']);
    writeAll(cwd, { 'bin/flux': FLUX, '.ci2mm.yaml': 'databases: {prod/chat: external}\n' });
    chmodSync(join(cwd, 'bin/flux'), 0o755);
    commitAll(cwd);
    return { cwd, env: { HOME: '/nonexistent' } };
  }

  const script = (code: string, { cwd, env }: ReturnType<typeof checkout>) => bash(`PATH="$PWD/bin:$PATH" ${code}`, { cwd, env });

  test('the gate fails until the manifests are converted, and the build is', async () => {
    const world = checkout();
    const gate = './gate.sh chat artifact.yaml clusters/prod';
    expect(await script(gate, world)).toMatchObject({ code: 1, out: '' });
    expect(await run('ci2mm', ['convert', '--write', 'clusters'], { cwd: world.cwd })).toMatchObject({ code: 0 });
    expect(await script(gate, world)).toMatchObject({ code: 0, out: '' });
    writeAll(world.cwd, { 'clusters/prod/kustomization.yaml': 'resources: [gone.yaml]\n' });
    expect((await script(gate, world)).code).not.toBe(0);
  });

  test('variables and image markers survive the conversion in Git', async () => {
    const { cwd } = checkout();
    await run('ci2mm', ['convert', '--write', 'clusters'], { cwd });
    const text = readFileSync(join(cwd, 'clusters/prod/mattermost.yaml'), 'utf8');
    for (const line of [
      'size: ${SIZE:=1000users}',
      'version: 9.11.1 # {"$imagepolicy": "flux-system:mattermost:tag"}',
      'value: "${MAX_FILE_SIZE}"',
      'url: s3.${DOMAIN}',
      'kustomize.toolkit.fluxcd.io/prune: disabled',
    ]) {
      expect(text).toContain(line);
    }
  });

  test('the artifact holds converted manifests with their variables', async () => {
    const world = checkout();
    expect(await script('./push.sh clusters/prod oci://registry.example.com/chat:prod', world)).toMatchObject({ code: 0 });
    const revision = git(world.cwd, ['rev-parse', 'HEAD']).toString().trim();
    expect(readFileSync(join(world.cwd, 'pushed-arguments'), 'utf8').split('\n')).toEqual(
      expect.arrayContaining([
        'oci://registry.example.com/chat:prod',
        '--source',
        'https://git.example.com/fleet.git',
        '--revision',
        `main@sha1:${revision}`,
      ]),
    );
    const manifests = readFileSync(join(world.cwd, 'pushed/manifests.yaml'), 'utf8');
    expect(kindsOf(manifests)).toEqual(['Mattermost']);
    for (const variable of ['${SIZE:=1000users}', 'chat.${DOMAIN}', '${MAX_FILE_SIZE}']) expect(manifests).toContain(variable);
  });

  test.each([
    ['an installation is blocked', { '.ci2mm.yaml': '' }],
    ['the build fails', { 'clusters/prod/kustomization.yaml': 'resources: [gone.yaml]\n' }],
  ])('nothing is pushed where %s', async (_, files) => {
    const world = checkout();
    writeAll(world.cwd, files);
    expect((await script('./push.sh clusters/prod oci://registry.example.com/chat:prod', world)).code).not.toBe(0);
    expect(existsSync(join(world.cwd, 'pushed'))).toBe(false);
  });
});

describe('pre-commit', () => {
  interface Hook {
    readonly id: string;
    readonly entry: string;
    readonly language: string;
    readonly types_or: readonly string[];
    readonly pass_filenames: boolean;
  }

  const hooks = valuesOf(join(folder, '../../.pre-commit-hooks.yaml'))[0] as Hook[];
  const config = valuesOf(join(folder, 'pre-commit/.pre-commit-config.yaml'))[0] as {
    readonly repos: readonly { readonly hooks: readonly Hook[] }[];
  };
  const local = config.repos.flatMap((repository) => repository.hooks);

  /** As pre-commit does: the entry's words, then the arguments of the configuration, in the repository's top. */
  const start = (hook: Hook | undefined, cwd: string, args: readonly string[] = []) => {
    const [program = '', ...words] = (hook?.entry ?? '').split(' ');
    return run(program, [...words, ...args], { cwd });
  };

  function repository(): string {
    const cwd = copyOf('pre-commit');
    git(cwd, ['init', '--quiet']);
    commitAll(cwd);
    return cwd;
  }

  test('has two hooks, and an example like the first', () => {
    expect(hooks.map(({ id }) => id)).toEqual(['ci2mm', 'ci2mm-check']);
    for (const hook of [...hooks, ...local])
      expect(hook).toMatchObject({ language: 'node', types_or: ['yaml', 'json'], pass_filenames: false });
    expect(local.map(({ entry }) => entry)).toEqual([hooks[0]?.entry]);
  });

  test('the first converts, and has nothing to do the second time', async () => {
    const cwd = repository();
    expect(await start(hooks[0], cwd)).toMatchObject({ code: 0 });
    expect(git(cwd, ['diff', '--name-only']).toString()).toBe('mattermost.yaml\n');
    commitAll(cwd);
    expect(await start(hooks[0], cwd)).toMatchObject({ code: 0 });
    expect(git(cwd, ['diff', '--name-only']).toString()).toBe('');
  });

  test('the second fails where an installation is left, in the folders that it is given', async () => {
    const cwd = repository();
    writeAll(cwd, { 'clusters/config.yaml': 'a: 1\n' });
    expect(await start(hooks[1], cwd)).toMatchObject({ code: 1, out: expect.stringContaining('mattermost.yaml:1: chat: ') as string });
    expect(await start(hooks[1], cwd, ['clusters'])).toMatchObject({ code: 0 });
    expect(git(cwd, ['diff', '--name-only']).toString()).toBe('');
  });
});

test.each(['helm3-post-renderer/ci2mm-post-renderer', 'helm4-plugin/bin/ci2mm-post-renderer', 'flux/gate.sh', 'flux/push.sh'])(
  '%s can be run',
  (script) => {
    expect(statSync(join(folder, script)).mode & 0o111).toBe(0o111);
  },
);
