import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

// What runs cost as whole processes, each against something else that takes turns with it, so that a busy machine slows both:
//   npm run build && npm run bench [-- OTHER_PROGRAM]
// CPU is user and system time of the process and its children, in ms; figures are medians. OTHER_PROGRAM is another build's dist/cli.cjs.

const root = new URL('..', import.meta.url).pathname;
const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const program = join(root, bin.ci2mm);
const [otherProgram] = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'ci2mm-bench-'));
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** CPU and wall time of a command, in ms. Throws when it fails. */
function timed([command, ...args], cwd) {
  const { status, stderr } = spawnSync('bash', ['-c', 'TIMEFORMAT="%R %U %S"; time "$0" "$@" >/dev/null 2>&1', command, ...args], {
    cwd,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ends with ${status}`);
  const [wall, user, system] = stderr.trim().split(' ').map(Number);
  return { cpu: (user + system) * 1000, wall: wall * 1000 };
}

/** Medians of what takes turns. */
function compare(runs, rounds) {
  const times = runs.map(() => []);
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, run] of runs.entries()) {
      const time = run();
      if (round >= 0) times[index].push(time);
    }
  }
  return times.map((own) => ({ cpu: median(own.map(({ cpu }) => cpu)), wall: median(own.map(({ wall }) => wall)) }));
}

const shown = ({ cpu, wall }) => `${cpu.toFixed(0)} CPU, ${wall.toFixed(0)} wall`;
const times = (own, limit) => `${(own.cpu / limit.cpu).toFixed(2)} and ${(own.wall / limit.wall).toFixed(2)} times`;

/** A row of the table: what the program needs, as a multiple of its limit, and of another build. */
function row(what, args, { cwd, limit, rounds }) {
  const own = () => timed([process.execPath, program, ...args], cwd);
  const other = otherProgram === undefined ? [] : [() => timed([process.execPath, otherProgram, ...args], cwd)];
  const [mine, bound, before] = compare([own, limit === null ? own : limit.run, ...other], rounds);
  const parts = [
    shown(mine),
    ...(limit === null ? [] : [`${times(mine, bound)} ${limit.name} (${shown(bound)})`]),
    ...(before === undefined ? [] : [`${times(mine, before)} the other build (${shown(before)})`]),
  ];
  console.log(`${what}: ${parts.join('; ')}`);
}

/** Peak resident memory in MB. */
function peak(args, cwd) {
  const watch =
    '"$0" "$@" > /dev/null 2>&1 & pid=$!; peak=0; while kill -0 $pid 2>/dev/null; do hwm=$(awk \'/VmHWM/{print $2}\' /proc/$pid/status 2>/dev/null); [ -n "$hwm" ] && peak=$hwm; sleep 0.02; done; echo $peak >&2';
  const { stderr } = spawnSync('bash', ['-c', watch, process.execPath, program, ...args], { cwd, encoding: 'utf8' });
  return Number(stderr.trim()) / 1024;
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

const isFound = (command, ...args) => spawnSync(command, args).error === undefined;
const numbered = (count, make) => Array.from({ length: count }, (_, index) => make(index));
const bare = { name: 'node -e 0', run: () => timed([process.execPath, '-e', '0'], scratch) };

/** `count` bases, and as many overlays over each. */
const families = (bases, overlays) =>
  numbered(bases, (base) => [
    [`bases/${base}/kustomization.yaml`, 'resources: [mattermost.yaml]\n'],
    [`bases/${base}/mattermost.yaml`, installation(`chat-${base}`)],
    ...numbered(overlays, (overlay) => [
      `overlays/${base}-${overlay}/kustomization.yaml`,
      `namespace: ns-${overlay}\nresources: [../../bases/${base}]\npatches:\n  - target: {kind: ClusterInstallation}\n    patch: |-\n      - {op: replace, path: /spec/replicas, value: ${overlay + 1}}\n`,
    ]),
  ]).flat();

/** Kustomizations that have nothing to do with installations. */
const strangers = (count) =>
  numbered(count, (index) => [
    [`apps/${index}/kustomization.yaml`, 'resources: [app.yaml]\ncommonLabels: {team: a}\n'],
    [`apps/${index}/app.yaml`, other(`app-${index}`)],
  ]).flat();

try {
  row('one small file', ['convert', 'mattermost.yaml'], {
    cwd: repository('one', [['mattermost.yaml', installation('chat')]]),
    limit: bare,
    rounds: 15,
  });

  const many = repository(
    'many',
    numbered(20_000, (index) => [
      `team-${index % 200}/app-${index}.yaml`,
      index % 400 === 0 ? installation(`chat-${index}`) : other(`app-${index}`),
    ]),
  );
  const search = { name: 'ripgrep', run: () => timed(['rg', '-l', 'ClusterInstallation', '.'], many) };
  row('20,000 files, 50 installations', ['convert', '.'], { cwd: many, limit: isFound('rg', '--version') ? search : null, rounds: 7 });

  const mixed = repository('mixed', [...strangers(2000), ...families(20, 4), ['chat/mattermost.yaml', installation('chat')]]);
  row('one file beside 2,100 kustomizations', ['convert', '--prove', 'never', 'chat'], { cwd: mixed, limit: bare, rounds: 7 });
  row('2,100 kustomizations, 20 families', ['convert', '--prove', 'never', '.'], { cwd: mixed, limit: bare, rounds: 5 });

  const names = numbered(10_000, (index) => `chat-${index}`);
  const inOne = repository('in-one', [['all.yaml', names.map(installation).join('---\n')]]);
  const inMany = repository(
    'in-many',
    names.map((name, index) => [`team-${index % 100}/${name}.yaml`, installation(name)]),
  );
  const library = new URL('../node_modules/yaml/dist/index.js', import.meta.url).pathname;
  const parse = `require(${JSON.stringify(library)}).parseAllDocuments(require('fs').readFileSync('all.yaml', 'utf8'))`;
  const parsing = { name: 'parsing alone', run: () => timed([process.execPath, '-e', parse], inOne) };
  row('10,000 installations in one file', ['convert', '.'], { cwd: inOne, limit: parsing, rounds: 3 });
  row('10,000 installations in 10,000 files', ['convert', '.'], { cwd: inMany, limit: parsing, rounds: 3 });
  console.log(`memory, at most: ${peak(['convert', '.'], inOne).toFixed(0)} and ${peak(['convert', '.'], inMany).toFixed(0)} MB`);

  const proven = repository('families', families(20, 10));
  const builder = isFound('kubectl', 'version', '--client')
    ? 'kubectl kustomize'
    : isFound('kustomize', 'version')
      ? 'kustomize build'
      : null;
  const every = `for root in overlays/*; do ${builder} "$root"; done`;
  const building = { name: 'building each root once', run: () => timed(['bash', '-c', every], proven) };
  row('200 roots over 20 bases, proven', ['convert', '.'], { cwd: proven, limit: builder === null ? null : building, rounds: 3 });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
