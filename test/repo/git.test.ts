import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Change } from '../../src/model/change.ts';
import { shown } from '../../src/repo/error.ts';
import { blobId } from '../../src/repo/blob-id.ts';
import { GitError, batches, git as shieldedGit, gitHeaders } from '../../src/repo/git.ts';
import { commitAll, failureOf, git, temporaryDirectory, temporaryRepository, writeAll } from './workspace.ts';

const changeOf = (file: string): Change => ({
  file,
  before: Buffer.from('before\r\n'),
  after: Buffer.from('after\r\n'),
  regions: [],
  secret: [],
});

describe('the header of a patch', () => {
  test('holds the ids that git computes', async () => {
    const root = temporaryRepository({ 'a.yaml': 'before\r\n' });
    const hash = (content: string): string => git(root, ['hash-object', '--stdin'], { input: content }).toString().trim();
    const header = (await gitHeaders({ root }, [changeOf('a.yaml')])).get('a.yaml');
    expect(header).toEqual({ oldId: hash('before\r\n'), newId: hash('after\r\n'), mode: '100644', lineEndings: 'kept' });
  });

  test('holds longer ids in a repository that uses them', async () => {
    const root = temporaryDirectory();
    git(root, ['init', '--quiet', '--object-format=sha256']);
    writeAll(root, { 'a.yaml': 'before\r\n' });
    const header = (await gitHeaders({ root }, [changeOf('a.yaml')])).get('a.yaml');
    expect(header?.oldId).toBe(git(root, ['hash-object', 'a.yaml']).toString().trim());
    expect(header?.oldId).toHaveLength(64);
  });

  test('needs neither repository nor git', async () => {
    const root = temporaryDirectory();
    writeAll(root, { 'a.yaml': 'before\r\n' });
    chmodSync(join(root, 'a.yaml'), 0o755);
    const expected = { oldId: blobId(Buffer.from('before\r\n')), mode: '100755', lineEndings: 'kept' };
    expect((await gitHeaders({ root }, [changeOf('a.yaml')])).get('a.yaml')).toMatchObject(expected);
    vi.stubEnv('PATH', '/nonexistent');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect((await gitHeaders({ root }, [changeOf('a.yaml')])).get('a.yaml')).toMatchObject(expected);
  });

  test('takes the mode of a stream that is no file for the usual one', async () => {
    expect((await gitHeaders({ root: temporaryDirectory() }, [changeOf('stdin')])).get('stdin')?.mode).toBe('100644');
  });
});

test('git speaks through its own error', async () => {
  const failure = await failureOf(shieldedGit(temporaryDirectory(), ['rev-parse', 'HEAD']));
  expect(failure).toBeInstanceOf(GitError);
  expect(failure?.message).toContain('not a git repository');
});

test('git takes names for names and not for patterns or options', async () => {
  const root = temporaryRepository({ '*.yaml': '', 'a.yaml': '', '-x.yaml': '', ':(top)b.yaml': '' });
  commitAll(root);
  const { stdout } = await shieldedGit(root, ['ls-files', '-z', '--', '*.yaml', '-x.yaml', ':(top)b.yaml']);
  expect(stdout.toString().split('\0').filter(Boolean)).toEqual(['*.yaml', '-x.yaml', ':(top)b.yaml']);
});

test('long lists are cut to fit on a command line', () => {
  const files = Array.from({ length: 3000 }, (_, index) => `directory/${index}.yaml`);
  expect(batches(files).flat()).toEqual(files);
  expect(batches(files).every((batch) => batch.join('   ').length <= 16_000)).toBe(true);
  expect(batches(['x'.repeat(20_000), 'y'])).toHaveLength(2);
  expect(batches([])).toEqual([]);
});

test('a path is shown so that it can not disturb a terminal', () => {
  expect(shown('a\u001b[31m\n\u0085\u202e\u2028ü🎉 b')).toBe(String.raw`a\u{1b}[31m\u{a}\u{85}\u{202e}\u{2028}ü🎉 b`);
});
