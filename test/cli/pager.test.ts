import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory, temporaryRepository } from '../repo/workspace.ts';
import { builtProgram } from './built.ts';
import { installation } from './manifests.ts';

const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

interface World {
  readonly env?: Readonly<Record<string, string>>;
  readonly settings?: readonly string[];
  /** The user's own configuration. */
  readonly config?: string;
}

/** The program at a terminal of its own. */
function atTerminal(args: string, { env = {}, settings = [], config = '' }: World = {}) {
  const cwd = temporaryRepository({ 'a.yaml': installation('a') }, settings);
  const home = temporaryDirectory();
  writeFileSync(join(home, 'gitconfig'), config);
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/PAGER|^GIT_/.test(name)));
  const { status, stdout } = spawnSync(
    'script',
    ['--quiet', '--return', '--command', `${process.execPath} ${builtProgram().program} ${args}`, '/dev/null'],
    {
      cwd,
      encoding: 'utf8',
      env: { ...inherited, TERM: 'xterm', GIT_CONFIG_GLOBAL: join(home, 'gitconfig'), GIT_CONFIG_NOSYSTEM: '1', ...env },
    },
  );
  const paged = join(cwd, 'paged.txt');
  return { code: status, seen: stdout.replaceAll('\r\n', '\n'), paged: existsSync(paged) ? readFileSync(paged, 'utf8') : null, cwd };
}

describe.skipIf(!hasScript)('at a terminal the diff goes through', () => {
  test.each<[string, World]>([
    ['GIT_PAGER', { env: { GIT_PAGER: 'tee paged.txt', PAGER: 'false' } }],
    ['core.pager of the user', { config: '[core]\n\tpager = tee paged.txt\n', env: { PAGER: 'false' } }],
    ['PAGER', { env: { PAGER: 'tee paged.txt' } }],
  ])('%s', (_, world) => {
    const { code, seen, paged } = atTerminal('convert', world);
    expect(code).toBe(0);
    expect(paged).toContain('\u001b[32m+kind: Mattermost');
    expect(seen).toContain('+kind: Mattermost');
    expect(seen.indexOf('+kind: Mattermost')).toBeLessThan(seen.indexOf('direct-swap'));
  });

  test('no pager that the repository names', () => {
    const { seen, paged } = atTerminal('convert', { settings: ['core.pager=tee paged.txt'], env: { PAGER: 'cat' } });
    expect(paged).toBeNull();
    expect(seen).toContain('+kind: Mattermost');
  });

  test('a pager that shows as little as less does of a page, and ends', () => {
    const { code, seen } = atTerminal('convert', { env: { GIT_PAGER: 'less' } });
    expect(code).toBe(0);
    expect(seen).toContain('+kind: Mattermost');
  });

  test.each(['no-such-pager-anywhere', '', 'cat', '/dev/null'])('nothing, where the pager is %j', (pager) => {
    const { code, seen } = atTerminal('convert', { env: { GIT_PAGER: pager } });
    expect(code).toBe(0);
    expect(seen).toContain('+kind: Mattermost');
  });

  test('a pager that is left at once', () => {
    expect(atTerminal('convert', { env: { GIT_PAGER: 'true' } }).code).toBe(0);
  });

  test.each(['convert --no-pager', 'convert --stat', 'convert --format json', 'convert -o out.diff', 'scan', 'convert | cat'])(
    'not for %s',
    (args) => {
      expect(atTerminal(args, { env: { GIT_PAGER: 'tee paged.txt' } })).toMatchObject({ code: 0, paged: null });
    },
  );
});
