import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Change, Region } from '../../src/model/change.ts';
import type { Range } from '../../src/model/range.ts';
import { gitHeaders } from '../../src/repo/git.ts';
import { UnsafeDiffError, unifiedDiff } from '../../src/report/diff.ts';
import { bytesOf, commitAll, git, temporaryDirectory, temporaryRepository, writeAll } from '../repo/workspace.ts';

/** A change with one region, the whole file or just the bytes that differ. */
function changeOf(file: string, before: string | Buffer, after: string | Buffer, width: 'file' | 'bytes' = 'file'): Change {
  const [old, now] = [Buffer.from(before), Buffer.from(after)];
  return {
    file,
    before: old,
    after: now,
    regions: [width === 'file' ? { start: 0, end: old.length, newLength: now.length } : differing(old, now)],
    secret: [],
  };
}

function differing(before: Buffer, after: Buffer): Region {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let same = 0;
  while (same < shorter - start && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  return { start, end: before.length - same, newLength: after.length - same - start };
}

async function patchOf(root: string, changes: readonly Change[]): Promise<Buffer> {
  const headers = await gitHeaders({ root }, changes);
  return Buffer.concat(changes.map((change) => Buffer.from(unifiedDiff(change, headers.get(change.file)!), 'latin1')));
}

const apply = (root: string, patch: Buffer, ...options: string[]): void =>
  void git(root, ['apply', '--whitespace=nowarn', ...options], { input: patch });

const latin1 = (bytes: Buffer): string => bytes.toString('latin1');

/** Contents of files, with one character for each byte, by name. */
type Contents = Readonly<Record<string, string>>;

interface Outcome {
  readonly applied: Contents;
  readonly reversed: Contents;
  readonly appliedToIndex: Contents;
  readonly notInIndex: string;
}

/** What comes of the patch applied forwards and backwards, and to files and index at once. */
async function outcomeOf(root: string, changes: readonly Change[]): Promise<Outcome> {
  const contents = (): Contents => Object.fromEntries(changes.map(({ file }) => [file, bytesOf(root, file)]));
  const patch = await patchOf(root, changes);
  apply(root, patch, '--check');
  apply(root, patch);
  const applied = contents();
  apply(root, patch, '-R');
  const reversed = contents();
  commitAll(root);
  apply(root, patch, '--index');
  return { applied, reversed, appliedToIndex: contents(), notInIndex: git(root, ['diff', '--name-only']).toString() };
}

/** The outcome of a patch that fits: exactly the bytes of the changes. */
function fitting(changes: readonly Change[]): Outcome {
  const before = Object.fromEntries(changes.map((change) => [change.file, latin1(change.before)]));
  const after = Object.fromEntries(changes.map((change) => [change.file, latin1(change.after)]));
  return { applied: after, reversed: before, appliedToIndex: after, notInIndex: '' };
}

const LINES = Array.from({ length: 30 }, (_, index) => `line ${index}`);
const LF = `${LINES.join('\n')}\n`;
const CRLF = `${LINES.join('\r\n')}\r\n`;
const edited = (text: string): string =>
  text
    .replace('line 4', 'line four')
    .replace(/line 17\r?\n/, '')
    .replace(/(line 25)(\r?\n)/, '$1$2new$2');

const CONTENTS: Readonly<Record<string, readonly [string | Buffer, string | Buffer]>> = {
  LF: [LF, edited(LF)],
  CRLF: [CRLF, edited(CRLF)],
  'CRLF with a line in LF': [CRLF, CRLF.replace('line 4\r\n', 'line 4\nnew\r\n')],
  'mixed line endings': ['a\r\nb\nc\r\nd\n', 'a\r\nB\nc\r\nD\n'],
  'no final newline, changed in the middle': ['a\nb\nc', 'a\nB\nc'],
  'no final newline, changed at the end': ['a\nb\nc', 'a\nb\nC'],
  'final newline added': ['a\nb', 'a\nb\n'],
  'final newline removed': ['a\nb\n', 'a\nb'],
  'CRLF without final newline': ['a\r\nb', 'A\r\nb'],
  'byte order mark': [`\u{FEFF}${LF}`, `\u{FEFF}${edited(LF)}`],
  'changed next to a byte order mark': ['\u{FEFF}a\nb\n', '\u{FEFF}A\nb\n'],
  'bytes that are no UTF-8': [Buffer.from('k: \xe9\n\xff\xfe\nz\n', 'latin1'), Buffer.from('k: \xe8\n\xff\xfe\nz\n', 'latin1')],
  'lone carriage returns': ['a\rb\nc\rd\n', 'a\rB\nc\rd\n'],
  'other line breaks': ['a\u2028b\nc\u0085d\ne\ff\n', 'a\u2028B\nc\u0085d\ne\ff\n'],
  'trailing blanks': ['a  \n\t\nb\n', 'a  \n\t\nB \t\n'],
  'lines like a patch': ['--- b\n+++ b\n@@ -1 +1 @@\ndiff --git a/x b/x\n-- \n', '--- b\n+++ c\n@@ -1 +1 @@\ndiff --git a/x b/y\n-- \n'],
  'blank context': ['\n\n\na\n\n\n\n', '\n\n\nb\n\n\n\n'],
  'to empty': ['a\nb\n', ''],
  'from empty': ['', 'a\nb\n'],
  'one character': ['a', 'b'],
  emoji: ['a: 🎉\nb\n', 'a: 🎊\nb\n'],
  'last line gone': ['a\nb\nc\n', 'a\nb\n'],
  'line added at the end': ['a\nb\n', 'a\nb\nc\n'],
  'first line gone': ['a\nb\nc\n', 'b\nc\n'],
  'line added at the beginning': ['a\nb\n', 'z\na\nb\n'],
};

const PATHS = [
  'plain.yaml',
  'with space.yaml',
  'trailing space ',
  'ünïcode.yaml',
  'quo"te.yaml',
  'back\\slash.yaml',
  'new\nline.yaml',
  'tab\tstop.yaml',
  '-leading.yaml',
  'a/b/a b/b.yaml',
  '\u0001control.yaml',
  "$'`.yaml",
  '🎉.yaml',
  'space and ü.yaml',
  '\u007f.yaml',
];

describe.each(['file', 'bytes'] as const)('git applies a patch made from regions as wide as the %s', (width) => {
  test.each(PATHS)('in files named %j', async (path) => {
    const changes = Object.values(CONTENTS).map(([before, after], index) => changeOf(`content-${index}/${path}`, before, after, width));
    const root = temporaryRepository(Object.fromEntries(changes.map(({ file, before }) => [file, before])));
    expect(await outcomeOf(root, changes)).toEqual(fitting(changes));
  });
});

test('outside a repository a patch is applied as well', async () => {
  const root = temporaryDirectory();
  const change = changeOf('a b/c.yaml', LF, edited(LF));
  writeAll(root, { [change.file]: change.before });
  apply(root, await patchOf(root, [change]));
  expect(bytesOf(root, change.file)).toBe(latin1(change.after));
});

test('the patch of an executable file says so and holds the ids that git would give', async () => {
  const root = temporaryRepository({ 'run.yaml': LF });
  chmodSync(join(root, 'run.yaml'), 0o755);
  commitAll(root);
  const [header, ...lines] = (await patchOf(root, [changeOf('run.yaml', LF, edited(LF))])).toString().split('\n');
  writeAll(root, { 'run.yaml': edited(LF) });
  const [gitHeader, ...gitLines] = git(root, ['diff', '--full-index', '--no-color']).toString().split('\n');
  expect(header).toBe(gitHeader);
  expect(lines.slice(0, 3)).toEqual(gitLines.slice(0, 3));
  // git adds the text of an earlier line behind the hunk's numbers; that line might hold a Secret.
  expect(lines.slice(3)).toEqual(gitLines.slice(3).map((line) => line.replace(/^(@@.*@@).*/, '$1')));
});

test('a drifted file is merged in three ways', async () => {
  const root = temporaryRepository({ 'a.yaml': LF });
  commitAll(root);
  const patch = await patchOf(root, [changeOf('a.yaml', LF, LF.replace('line 4\n', 'line four\n'))]);
  writeAll(root, { 'a.yaml': LF.replace('line 5\n', 'line five\n') });
  commitAll(root);
  expect(() => apply(root, patch)).toThrow('patch does not apply');
  expect(() => apply(root, patch, '--3way')).toThrow('with conflicts');
});

test('no difference makes no patch', async () => {
  const root = temporaryRepository({ 'a.yaml': LF });
  expect(await patchOf(root, [changeOf('a.yaml', LF, LF)])).toHaveLength(0);
});

test('regions that leave out a difference are refused', async () => {
  const change: Change = { ...changeOf('a.yaml', 'a\nb\nc\n', 'A\nb\nC\n'), regions: [{ start: 0, end: 1, newLength: 1 }] };
  await expect(patchOf(temporaryRepository(), [change])).rejects.toThrow('do not cover');
});

describe('line endings that git converts', () => {
  const REPOSITORIES: readonly { name: string; settings: string[]; attributes: string; lineEndings: 'lf' | 'kept' }[] = [
    { name: 'core.autocrlf', settings: ['core.autocrlf=true'], attributes: '', lineEndings: 'lf' },
    { name: 'the attribute eol=crlf', settings: [], attributes: '*.yaml eol=crlf\n', lineEndings: 'lf' },
    { name: 'the attributes text=auto and eol=crlf', settings: [], attributes: '* text=auto eol=crlf\n', lineEndings: 'lf' },
    { name: 'the attribute text and core.autocrlf', settings: ['core.autocrlf=true'], attributes: '*.yaml text\n', lineEndings: 'lf' },
    { name: 'the attribute text and core.eol', settings: ['core.eol=crlf'], attributes: '*.yaml text\n', lineEndings: 'lf' },
    { name: 'nothing', settings: ['core.autocrlf=false'], attributes: '', lineEndings: 'kept' },
    { name: 'the attribute -text', settings: ['core.autocrlf=true'], attributes: '*.yaml -text\n', lineEndings: 'kept' },
  ];

  test.each(REPOSITORIES)('a CRLF file stays one where git converts by $name', async ({ settings, attributes, lineEndings }) => {
    const name = 'dir/a b.yaml';
    const root = temporaryRepository({ '.gitattributes': attributes, [name]: CRLF }, settings);
    commitAll(root);
    const change = changeOf(name, CRLF, edited(CRLF));
    expect((await gitHeaders({ root }, [change])).get(name)?.lineEndings).toBe(lineEndings);
    expect(await outcomeOf(root, [change])).toEqual(fitting([change]));
    apply(root, await patchOf(root, [change]), '-R', '--index');
    apply(root, await patchOf(root, [change]), '--3way');
    expect(bytesOf(root, name)).toBe(edited(CRLF));
  });

  test('a CRLF file stays one where git would check it out with LF', async () => {
    const root = temporaryRepository({ '.gitattributes': '*.yaml text eol=lf\n', 'a.yaml': CRLF });
    commitAll(root);
    const change = changeOf('a.yaml', CRLF, edited(CRLF));
    apply(root, await patchOf(root, [change]));
    expect(bytesOf(root, 'a.yaml')).toBe(edited(CRLF));
  });

  test('a file with both line ends is patched in the index', async () => {
    const mixed = CRLF.replace('line 20\r\n', 'line 20\n');
    const root = temporaryRepository({ 'a.yaml': LF }, ['core.autocrlf=true']);
    commitAll(root);
    writeAll(root, { 'a.yaml': mixed });
    git(root, ['add', '--renormalize', '.']);
    apply(root, await patchOf(root, [changeOf('a.yaml', mixed, edited(mixed))]), '--index');
    expect(bytesOf(root, 'a.yaml')).toBe(edited(CRLF));
  });

  test('a file without git keeps its own', async () => {
    const change = changeOf('untracked.yaml', CRLF, edited(CRLF));
    const root = temporaryRepository({ 'untracked.yaml': CRLF }, ['core.autocrlf=true']);
    expect((await gitHeaders({ root }, [change])).get('untracked.yaml')?.lineEndings).toBe('kept');
    apply(root, await patchOf(root, [change]));
    expect(bytesOf(root, 'untracked.yaml')).toBe(edited(CRLF));
  });

  test('a file stored with CRLF is not converted by core.autocrlf', async () => {
    const root = temporaryRepository({ 'a.yaml': CRLF });
    commitAll(root);
    git(root, ['config', 'core.autocrlf', 'true']);
    const change = changeOf('a.yaml', CRLF, edited(CRLF));
    expect(await outcomeOf(root, [change])).toEqual(fitting([change]));
  });

  test('many files at once', async () => {
    const files = Object.fromEntries(Array.from({ length: 450 }, (_, index) => [`directory-${index}/some-manifest-${index}.yaml`, CRLF]));
    const root = temporaryRepository(files, ['core.autocrlf=true']);
    commitAll(root);
    const changes = Object.keys(files).map((file) => changeOf(file, CRLF, edited(CRLF)));
    expect(await outcomeOf(root, changes)).toEqual(fitting(changes));
  });
});

/** A change from pieces of a file: text, a replacement, or a Secret. */
type Piece = string | { readonly from: string; readonly to: string } | { readonly secret: string };

function changeFrom(file: string, pieces: readonly Piece[]): Change {
  const [before, after]: [Buffer[], Buffer[]] = [[], []];
  let start = 0;
  const regions: Region[] = [];
  const secret: Range[] = [];
  for (const piece of pieces) {
    const [from, to] =
      typeof piece === 'string' ? [piece, piece] : 'secret' in piece ? [piece.secret, piece.secret] : [piece.from, piece.to];
    const range = { start, end: start + Buffer.byteLength(from) };
    if (typeof piece !== 'string' && 'secret' in piece) secret.push(range);
    if (typeof piece !== 'string' && 'from' in piece) regions.push({ ...range, newLength: Buffer.byteLength(to) });
    before.push(Buffer.from(from));
    after.push(Buffer.from(to));
    start = range.end;
  }
  return { file, before: Buffer.concat(before), after: Buffer.concat(after), regions, secret };
}

describe('Secrets', () => {
  const SECRET = { secret: 'kind: Secret\nstringData:\n  password: hunter2\n' };
  const EDIT = { from: 'kind: ClusterInstallation\nspec: {}\n', to: 'kind: Mattermost\nspec: {}\n' };
  const LAST_LINE_EDITED = { from: 'kind: ClusterInstallation\n', to: 'kind: Mattermost\n' };

  const LAYOUTS: Readonly<Record<string, readonly Piece[]>> = {
    before: [SECRET, '---\n', EDIT],
    'before, and much after': [SECRET, '---\n', EDIT, LF],
    'directly before': [SECRET, EDIT, LF],
    'directly before, up to the end of the file': [SECRET, LAST_LINE_EDITED],
    'in one line before': [{ secret: 'password: hunter2\n' }, EDIT],
    after: [EDIT, '---\n', SECRET],
    'after, with an edit of the last line': [LAST_LINE_EDITED, '---\n', SECRET],
    'before and after': [SECRET, '---\n', EDIT, '---\n', SECRET],
    'between two edits': [EDIT, '---\n', SECRET, '---\n', EDIT],
    'of one line between two edits': [EDIT, { secret: 'password: hunter2\n' }, EDIT],
    'and lines that repeat': [EDIT, SECRET, '---\n', EDIT, SECRET, '---\n', EDIT, SECRET],
    'at the end without a newline': [EDIT, '---\n', { secret: 'password: hunter2' }],
    'in the middle of lines': [EDIT, '- ', { secret: 'hunter2\n- hunter2' }, ' # end\n', 'a\n', EDIT],
    'behind inserted lines': [LF, { from: '', to: 'new\n' }, '---\n', SECRET],
    'behind removed lines': [LF, { from: 'old\n', to: '' }, '---\n', SECRET],
    'before lines added at the end of the file': ['a\n', SECRET, 'b\n', { from: '', to: 'new\n' }],
    'in a file that begins with the edit': [{ from: 'a\n', to: '' }, '---\n', SECRET],
  };

  test.each(Object.entries(LAYOUTS))('%s the change stay out of the patch', async (_, pieces) => {
    const change = changeFrom('a.yaml', pieces);
    const root = temporaryRepository({ 'a.yaml': change.before });
    expect((await patchOf(root, [change])).toString()).not.toMatch(/hunter2|stringData/);
    expect(await outcomeOf(root, [change])).toEqual(fitting([change]));
  });

  const REFUSED: Readonly<Record<string, readonly [readonly Piece[], UnsafeDiffError['code'], number]>> = {
    'follows the changed line': [[LAST_LINE_EDITED, SECRET], 'secret-next-to-change', 1],
    'follows inserted lines': [['a\n', { from: '', to: 'new\n' }, SECRET], 'secret-next-to-change', 2],
    'precedes lines added at the end of the file': [[SECRET, { from: '', to: 'new\n' }], 'secret-next-to-change', 4],
    'precedes lines removed at the end of the file': [[SECRET, { from: 'old\n', to: '' }], 'secret-next-to-change', 4],
    'stands in the changed line': [['a: 1\n', { from: 'b', to: 'c' }, ': ', { secret: 'hunter2' }, '\nd: 2\n'], 'secret-changed', 2],
  };

  test.each(Object.entries(REFUSED))('a change is refused when a Secret %s', async (_, [pieces, code, line]) => {
    const change = changeFrom('dir/a.yaml', pieces);
    const failure = await patchOf(temporaryRepository(), [change]).then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(UnsafeDiffError);
    expect(failure).toMatchObject({ code, line, file: 'dir/a.yaml' });
    expect((failure as Error).message).not.toContain('hunter2');
  });

  test('a region that reaches a Secret without changing it is no obstacle', async () => {
    const change = { ...changeFrom('a.yaml', [EDIT, '---\n', SECRET]), regions: [{ start: 0, end: 84, newLength: 75 }] };
    expect(change.before).toHaveLength(84);
    const root = temporaryRepository({ 'a.yaml': change.before });
    expect((await patchOf(root, [change])).toString()).not.toContain('hunter2');
    expect(await outcomeOf(root, [change])).toEqual(fitting([change]));
  });
});

describe('any change', () => {
  const eol = fc.constantFrom('\n', '\n', '\r\n');
  // Few different lines, so that git could mistake one place for another.
  const text = fc.array(fc.tuple(fc.constantFrom('a', 'b', '', '  c', '---'), eol), { maxLength: 8 }).map((lines) => lines.flat().join(''));
  const bits = fc.constantFrom('', 'x', 'a', 'b\n', '\n', 'x\ny\n', '\r\n', 'a\nb\na\n');
  const replacement = fc.oneof(fc.record({ from: bits, to: bits }), fc.record({ from: text, to: text }));
  const secret = fc
    .array(fc.constantFrom('hunter2\n', '  key: hunter2\r\n', 'hunter2'), { minLength: 1, maxLength: 5 })
    .map((lines) => ({ secret: lines.join('') }));
  const pieces = fc.array(
    fc.oneof({ weight: 3, arbitrary: text }, { weight: 2, arbitrary: replacement }, { weight: 1, arbitrary: secret }),
    { maxLength: 9 },
  );

  /** Only `--3way` reads the ids, so any will do. */
  const HEADER = { oldId: '0'.repeat(40), newId: '1'.repeat(40), mode: '100644', lineEndings: 'kept' } as const;

  function patchOrNone(change: Change): Buffer {
    try {
      return Buffer.from(unifiedDiff(change, HEADER), 'latin1');
    } catch (error) {
      if (error instanceof UnsafeDiffError) return Buffer.alloc(0);
      throw error;
    }
  }

  /** More for a long run. */
  const RUNS = Number(process.env['CI2MM_RUNS'] ?? 100);

  test(
    'is applied by git to the byte and shows no Secret, or is refused',
    async () => {
      const root = temporaryRepository();
      let refused = 0;
      await fc.assert(
        fc.asyncProperty(pieces, async (drawn) => {
          const change = changeFrom('any.yaml', drawn);
          writeAll(root, { 'any.yaml': change.before });
          const patch = patchOrNone(change);
          if (patch.length === 0) {
            refused += change.before.equals(change.after) ? 0 : 1;
            return;
          }
          expect(patch.toString()).not.toContain('hunter2');
          apply(root, patch);
          expect(bytesOf(root, 'any.yaml')).toBe(latin1(change.after));
          apply(root, patch, '-R');
          expect(bytesOf(root, 'any.yaml')).toBe(latin1(change.before));
        }),
        { numRuns: RUNS },
      );
      expect(refused).toBeGreaterThan(0);
    },
    60_000 + RUNS * 100,
  );
});

describe('large files', () => {
  const document = (index: number): [string, string] => {
    const same = Array.from({ length: 9 }, (_, line) => `  field${line}: value\n`).join('');
    return [
      `---\nkind: ClusterInstallation\nmetadata: {name: mm-${index}}\n${same}`,
      `---\nkind: Mattermost\nmetadata: {name: mm-${index}}\n${same.replace('field7', 'renamed')}`,
    ];
  };
  const documents = Array.from({ length: 10_000 }, (_, index) => document(index));

  test('10,000 edited documents take little time', async () => {
    const change = changeFrom(
      'many.yaml',
      documents.map(([from, to]) => ({ from, to })),
    );
    const root = temporaryRepository({ 'many.yaml': change.before });
    const header = (await gitHeaders({ root }, [change])).get('many.yaml')!;
    const patch = unifiedDiff(change, header);
    apply(root, Buffer.from(patch, 'latin1'));
    expect(bytesOf(root, 'many.yaml') === latin1(change.after)).toBe(true);
  }, 30_000);

  test('one edited document with 10,000 changes takes little time', async () => {
    const change = changeFrom('one.yaml', [{ from: documents.map(([from]) => from).join(''), to: documents.map(([, to]) => to).join('') }]);
    const root = temporaryRepository({ 'one.yaml': change.before });
    const header = (await gitHeaders({ root }, [change])).get('one.yaml')!;
    const patch = unifiedDiff(change, header);
    expect(patch.split('\n').filter((line) => /^[-+] /.test(line))).toHaveLength(20_000);
    apply(root, Buffer.from(patch, 'latin1'));
    expect(bytesOf(root, 'one.yaml') === latin1(change.after)).toBe(true);
  }, 30_000);

  test('thousands of lines without anything in common are replaced as a whole', async () => {
    const lines = (mark: string): string => Array.from({ length: 20_000 }, (_, index) => `${mark}${index % 7}\n`).join('');
    const change = changeOf('other.yaml', lines('a'), lines('b'));
    const root = temporaryRepository({ 'other.yaml': change.before });
    expect(await outcomeOf(root, [change])).toEqual(fitting([change]));
  }, 30_000);

  test('a line of 10 MB', async () => {
    const long = 'x'.repeat(10_000_000);
    const root = temporaryRepository({ 'long.yaml': `a\n${long}\nb` });
    apply(root, await patchOf(root, [changeOf('long.yaml', `a\n${long}\nb`, `a\n${long}y\nb`)]));
    expect(bytesOf(root, 'long.yaml') === `a\n${long}y\nb`).toBe(true);
  });
});

test('patches of several files follow each other', async () => {
  const files = { 'a.yaml': LF, 'b c.yaml': CRLF, 'd.json': '{"a": 1}' };
  const root = temporaryRepository(files);
  const changes = [
    changeOf('a.yaml', LF, edited(LF)),
    changeOf('b c.yaml', CRLF, edited(CRLF)),
    changeOf('d.json', '{"a": 1}', '{"a": 2}'),
  ];
  expect(await outcomeOf(root, changes)).toEqual(fitting(changes));
});
