import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { main } from '../src/cli/command.ts';
import { binaries, kustomize4, quickest } from './proof/harness.ts';
import type { KustomizeBinary } from '../src/repo/kustomize.ts';
import { reportOf, run } from './cli/harness.ts';
import { recordingIo } from './recording-io.ts';

/**
 * Every folder of examples/ and test/golden/ is a small repository: its files are converted, and what a user sees is compared with what is
 * kept in test/golden/<name>.txt, whichever kustomize proved it. `CI2MM_UPDATE=1` writes these files anew; read the difference before it is committed.
 */
const here = import.meta.dirname;
const expectations = join(here, 'golden');
const folders = [join(here, '..', 'examples'), join(here, 'repositories')].filter((folder) => existsSync(folder));
/** Examples of how ci2mm is run, which have tests of their own. */
const surfaces = new Set(['integrations', 'github', 'many-repositories']);
interface Case {
  readonly name: string;
  readonly folder: string;
}

const cases: readonly Case[] = folders.flatMap((folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !surfaces.has(entry.name))
    .map((entry) => ({ name: entry.name, folder: join(folder, entry.name) })),
);

const scratch = mkdtempSync(join(tmpdir(), 'ci2mm-examples-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd, encoding: 'utf8', env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' } });

function repositoryOf(folder: string, name: string): string {
  const copy = join(scratch, name);
  cpSync(folder, copy, { recursive: true });
  git(copy, 'init', '-q');
  return copy;
}

/** What is said by a proof, a refusal above all, depends on the release: these are proven by 4.5.4 on every machine. */
const BY_4 = new Set(['kustomize-sort', 'kustomize-patches-of-kustomize-2', 'kustomize-blocked-builds']);

const provenBy = (name: string): KustomizeBinary => (BY_4.has(name) ? kustomize4 : quickest);

const argumentsOf = (folder: string, { program }: KustomizeBinary): string[] => {
  const file = join(folder, '.ci2mm-args');
  const own = existsSync(file) ? readFileSync(file, 'utf8').trim().split(/\s+/) : [];
  return ['--kustomize', program, ...own];
};

function filesOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.parentPath.includes('.git'),
  );
  return Object.fromEntries(
    entries.map((entry) => [
      join(entry.parentPath, entry.name).slice(folder.length),
      readFileSync(join(entry.parentPath, entry.name), 'latin1'),
    ]),
  );
}

/** An own idea of an old name. */
const OLD_NAMES = String.raw`clusterinstallations?\b|mattermost\.com/v1alpha1|v1alpha1[._]mattermost[._]com`;

/** Another vendor's kind of the same name; what a comment says is to stay. */
const SILENT = /^(?:other\/nothing\.yaml:3|apps\/flux\.yaml:1[45])$/;

const kustomized = cases.filter(
  ({ folder, name }) =>
    readdirSync(folder, { recursive: true }).some((file) => String(file).endsWith('kustomization.yaml')) && !name.includes('blocked'),
);

/** What a release of kustomize rejects whatever is converted: `sortOptions` came with 5. */
const REJECTED: Readonly<Record<string, RegExp>> = { 'kustomize-sort': /^kustomize 4\./ };

/** What a release of kustomize builds without a field that it does not know: `patches` as a list of files went with 5. */
const PROVEN_IN_PART: Readonly<Record<string, RegExp>> = { 'kustomize-patches-of-kustomize-2': / 5\./ };

describe.each(kustomized)('$name', ({ name, folder }) => {
  const able = binaries.filter(({ description }) => REJECTED[name]?.test(description) !== true);

  test.each(binaries.filter((binary) => !able.includes(binary)).map((binary) => [binary.description, binary] as const))(
    'is rejected by %s as it is',
    async (description, { program }) => {
      const copy = repositoryOf(folder, `${name}-${description.replaceAll(' ', '-')}`);
      const io = recordingIo(copy);
      expect(await main(['convert', '--kustomize', program], io)).toBe(1);
      expect(io.err()).toMatch(/This kustomization does not build today: .*json: .*\[kustomize-build-fails\]$/m);
      expect(io.out()).toBe('');
    },
  );

  test.each(able.map((binary) => [binary.description, binary] as const))(
    'is proven by %s, and the same without a proof',
    async (description, { program }) => {
      const copy = repositoryOf(folder, `${name}-${description.replaceAll(' ', '-')}`);
      const proven = recordingIo(copy);
      const inPart = PROVEN_IN_PART[name]?.test(description) === true ? ', \\d+ of them in part' : '';
      expect(await main(['convert', '--kustomize', program], proven)).toBe(0);
      expect(proven.err()).toMatch(new RegExp(`^(\\d+) of \\1 kustomizations proven by ${description}${inPart}$`, 'm'));
      const unproven = recordingIo(copy);
      expect(await main(['convert', '--prove', 'never'], unproven)).toBe(0);
      expect(unproven.out()).toBe(proven.out());
      expect(unproven.err()).toContain('[kustomize-not-proven]');
    },
  );
});

describe.each(cases)('$name', ({ name, folder }) => {
  const options = argumentsOf(folder, quickest);

  test('prints what is expected', async () => {
    const copy = repositoryOf(folder, `${name}-diff`);
    const io = recordingIo(copy);
    const code = await main(['convert', ...argumentsOf(folder, provenBy(name))], io);
    const err = io.err().replaceAll(provenBy(name).description, kustomize4.description);
    const shown = `exit code ${code}\n--- standard output\n${io.out()}--- standard error\n${err}`;
    const file = join(expectations, `${name}.txt`);
    if (process.env['CI2MM_UPDATE'] === '1') writeFileSync(file, shown);
    expect(shown).toBe(readFileSync(file, 'utf8'));
  });

  // A line that nothing is said of by itself stands in a file that names both kinds now, or of which a finding tells.
  test('every name of the old kind that is left is accounted for', async () => {
    const copy = repositoryOf(folder, `${name}-left`);
    git(copy, 'add', '--all');
    const result = await run(['convert', '--write', '--verbose', '--format', 'json', ...options], { cwd: copy });
    const { findings, changes, summary } = reportOf(result);
    const told = new Set([...findings, ...changes].map(({ file }) => file));
    const listed = new Set(result.stderr.split('\n').flatMap((line) => /^names the old kind (.*)$/.exec(line)?.[1] ?? []));
    const found = spawnSync('git', ['grep', '-n', '-i', '-I', '--extended-regexp', OLD_NAMES], { cwd: copy, encoding: 'utf8' }).stdout;
    const left = found.split('\n').flatMap((line) => /^.*?:\d+(?=:)/.exec(line) ?? []);
    expect(left.filter((at) => !listed.has(at) && !SILENT.test(at) && !told.has(at.slice(0, at.lastIndexOf(':'))))).toEqual([]);
    expect(listed.size === 0).toBe(summary.left.files + summary.left.vendored === 0);
  });

  test('the diff, applied by git, equals what --write writes, and a second run changes nothing', async () => {
    const applied = repositoryOf(folder, `${name}-applied`);
    const written = repositoryOf(folder, `${name}-written`);
    const io = recordingIo(applied);
    await main(['convert', ...options], io);
    if (io.out() !== '') {
      const patch = join(scratch, `${name}.patch`);
      writeFileSync(patch, io.out());
      git(applied, 'apply', '--check', patch);
      git(applied, 'apply', patch);
    }
    await main(['convert', '--write', ...options], recordingIo(written));
    expect(filesOf(written)).toEqual(filesOf(applied));
    const again = recordingIo(written);
    await main(['convert', ...options], again);
    expect(again.out()).toBe('');
  });
});
