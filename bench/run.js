import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

// Whole-process times and peak memory of the built program, each as a ratio to something else measured in the same run:
//   npm run build && npm run bench
// Figures are medians; the programs that are compared take turns, so that a busy machine slows both.

const root = new URL('..', import.meta.url).pathname;
const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const program = join(root, bin.ci2mm);
const scratch = mkdtempSync(join(tmpdir(), 'ci2mm-bench-'));
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function timed(command, args, cwd) {
  const start = process.hrtime.bigint();
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'ignore' });
  if (error !== undefined || status > 1) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? status}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** Medians in ms of commands that take turns. */
function compare(commands, cwd, rounds) {
  const times = commands.map(() => []);
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, [command, args]] of commands.entries()) {
      const time = timed(command, args, cwd);
      if (round >= 0) times[index].push(time);
    }
  }
  return times.map(median);
}

/** Peak resident memory in MB, and the time in ms. */
function peak(args, cwd) {
  const start = process.hrtime.bigint();
  const { stderr } = spawnSync(
    '/usr/bin/env',
    [
      'bash',
      '-c',
      '"$0" "$@" > /dev/null 2>&1 & pid=$!; peak=0; while kill -0 $pid 2>/dev/null; do hwm=$(awk \'/VmHWM/{print $2}\' /proc/$pid/status 2>/dev/null); [ -n "$hwm" ] && peak=$hwm; sleep 0.02; done; echo $peak >&2',
      process.execPath,
      program,
      ...args,
    ],
    { cwd, encoding: 'utf8' },
  );
  return { ms: Number(process.hrtime.bigint() - start) / 1e6, mb: Number(stderr.trim()) / 1024 };
}

const installation = (name) => `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: ${name}
spec:
  ingressName: ${name}.example.com
  # two nodes
  replicas: 2
  mattermostLicenseSecret: license
  resources:
    requests: {cpu: 500m, memory: 1Gi}
  database:
    storageSize: 50Gi
  minio:
    storageSize: 50Gi
  nodeSelector:
    pool: apps
`;

const other = (name) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n${Array.from({ length: 12 }, (_, index) => `  key-${index}: some text of ${name}\n`).join('')}`;

function repository(name, files) {
  const folder = join(scratch, name);
  for (const [file, content] of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  }
  execFileSync('git', ['init', '-q', folder]);
  execFileSync('git', ['-C', folder, 'add', '.']);
  return folder;
}

const hasRipgrep = spawnSync('rg', ['--version']).error === undefined;
const row = (what, value) => console.log(`${what.padEnd(64)} ${value}`);

try {
  const one = repository('one', [['mattermost.yaml', installation('chat')]]);
  const [bare, single] = compare(
    [
      [process.execPath, ['-e', '0']],
      [process.execPath, [program, 'convert', 'mattermost.yaml']],
    ],
    one,
    15,
  );
  row('node -e 0', `${bare.toFixed(0)} ms`);
  row('one small file', `${single.toFixed(0)} ms, ${(single / bare).toFixed(2)} times node -e 0`);

  const many = repository(
    'many',
    Array.from({ length: 20_000 }, (_, index) => [
      `team-${index % 200}/app-${index}.yaml`,
      index % 400 === 0 ? installation(`chat-${index}`) : other(`app-${index}`),
    ]),
  );
  const commands = [[process.execPath, [program, 'convert', '.']], ...(hasRipgrep ? [['rg', ['-l', 'ClusterInstallation', '.']]] : [])];
  const [all, search] = compare(commands, many, 7);
  row(
    '20,000 files, 50 installations',
    `${all.toFixed(0)} ms${search === undefined ? ' (no ripgrep to compare with)' : `, ${(all / search).toFixed(2)} times ripgrep (${search.toFixed(0)} ms)`}`,
  );

  const names = Array.from({ length: 10_000 }, (_, index) => `chat-${index}`);
  const inOne = repository('in-one', [['all.yaml', names.map(installation).join('---\n')]]);
  const inMany = repository(
    'in-many',
    names.map((name, index) => [`team-${index % 100}/${name}.yaml`, installation(name)]),
  );
  for (const [what, folder] of [
    ['10,000 installations in one file', inOne],
    ['10,000 installations in 10,000 files', inMany],
  ]) {
    const { ms, mb } = peak(['convert', '.'], folder);
    row(what, `${(ms / 1000).toFixed(1)} s, ${Math.round((names.length * 1000) / ms)} documents a second, ${mb.toFixed(0)} MB at most`);
  }

  const kustomizations = [];
  for (let base = 0; base < 20; base += 1) {
    kustomizations.push(
      [`bases/${base}/kustomization.yaml`, 'resources: [mattermost.yaml]\n'],
      [`bases/${base}/mattermost.yaml`, installation(`chat-${base}`)],
    );
    for (let overlay = 0; overlay < 10; overlay += 1) {
      kustomizations.push([
        `overlays/${base}-${overlay}/kustomization.yaml`,
        `namespace: ns-${overlay}\nresources: [../../bases/${base}]\npatches:\n  - target: {kind: ClusterInstallation}\n    patch: |-\n      - {op: replace, path: /spec/replicas, value: ${overlay + 1}}\n`,
      ]);
    }
  }
  const families = repository('families', kustomizations);
  const kustomize = ['kustomize', 'kubectl'].find((name) => spawnSync(name, ['version']).error === undefined);
  if (kustomize !== undefined) {
    const build = (index) =>
      spawnSync(kustomize, [...(kustomize === 'kubectl' ? ['kustomize'] : ['build']), `overlays/${Math.floor(index / 10)}-${index % 10}`], {
        cwd: families,
        stdio: 'ignore',
      });
    const start = process.hrtime.bigint();
    for (let index = 0; index < 200; index += 1) build(index);
    const builds = Number(process.hrtime.bigint() - start) / 1e6;
    const whole = timed(process.execPath, [program, 'convert', '.'], families);
    row(
      '200 roots over 20 bases, proven',
      `${(whole / 1000).toFixed(1)} s, ${(whole / builds).toFixed(2)} times building each root once (${(builds / 1000).toFixed(1)} s)`,
    );
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
