import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { parseDocument, positions, splitDocuments } from '../../src/yaml/document.ts';
import { applyEdits, blankEnd, blankStart, decodeUtf8, dominantEol, offsetBefore } from '../../src/yaml/text.ts';

const pieces = (text: string): string[] => splitDocuments(text).map(({ start, end }) => text.slice(start, end));

describe('splitting a stream', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['a: 1\n', ['a: 1\n']],
    ['a: 1\n---\nb: 2\n', ['a: 1\n', '---\nb: 2\n']],
    ['---\na: 1\n---\n', ['---\na: 1\n', '---\n']],
    ['# head\n---\na: 1\n', ['# head\n', '---\na: 1\n']],
    ['\n\n---\na: 1', ['\n\n', '---\na: 1']],
    ['--- # c\na: 1\n--- \t\nb: 2\n', ['--- # c\na: 1\n', '--- \t\nb: 2\n']],
    ['--- {a: 1}\n---\r\nb: 2\r\n', ['--- {a: 1}\n', '---\r\nb: 2\r\n']],
    ['a: 1\n...\nb: 2\n', ['a: 1\n...\n', 'b: 2\n']],
    ['a: 1\n... # end\n---\nb: 2\n...', ['a: 1\n... # end\n', '---\nb: 2\n...']],
    ['a: 1\n---', ['a: 1\n', '---']],
    ['----\n---x\n ---\na: "\n  ---\n  "\n', ['----\n---x\n ---\na: "\n  ---\n  "\n']],
    ['a: |\n  ---\n  ...\nb: 1\n', ['a: |\n  ---\n  ...\nb: 1\n']],
    ['\uFEFF---\na: 1\n---\nb: 2\n', ['\uFEFF---\na: 1\n', '---\nb: 2\n']],
    ['%YAML 1.1\n---\na: 1\n', ['%YAML 1.1\n---\na: 1\n']],
    [
      '\uFEFF# c\n\n%TAG !e! tag:e,2000:\n---\na: !e!x 1\n---\nb: 1\n',
      ['\uFEFF# c\n\n%TAG !e! tag:e,2000:\n---\na: !e!x 1\n', '---\nb: 1\n'],
    ],
    ['a: 1\n...\n%YAML 1.1\n---\nb: 1\n', ['a: 1\n...\n', '%YAML 1.1\n---\nb: 1\n']],
    ['a: b\n%c\n---\nd: 1\n', ['a: b\n%c\n', '---\nd: 1\n']],
  ])('%j', (text, expected) => {
    expect(pieces(text)).toEqual(expected);
  });

  const PIECE = fc.constantFrom(
    '---\n',
    '--- # c\n',
    '--- x\n',
    '...\n',
    '... # c\n',
    'a: 1\n',
    'b: "x\n  ---"\n',
    'c: |\n  ---\n',
    '# c\n',
    '\n',
    '%YAML 1.1\n',
    '---x: 1\n',
    '----\n',
    '---\t\n',
    '- ---\n',
    '\uFEFF',
    '[a,\n b]\n',
    '---\r\n',
  );

  test('loses nothing, and finds the documents that the parser finds', () => {
    fc.assert(
      fc.property(fc.array(PIECE, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        expect(pieces(text).join('')).toBe(text);
        if (text.lastIndexOf('\uFEFF') > 0) return; // refused before
        const whole = parseAllDocuments(text, { schema: 'failsafe', prettyErrors: false });
        if (whole.length === 0 || 'empty' in whole || whole.some(({ errors }) => errors.length > 0)) return;
        const found = pieces(text).map((piece) => parseDocument(piece));
        const refused = found.flatMap(({ problems }) => problems.map(({ code }) => code));
        expect(refused.filter((code) => code !== 'REFUSED_BY_KUBERNETES')).toEqual([]);
        if (refused.length > 0) return;
        const contents = whole.filter(({ contents: node }) => node !== null && node.range[0] < node.range[1]);
        expect(found.filter(({ root }) => root !== null)).toHaveLength(contents.length);
      }),
      { numRuns: 3000, seed: 7 },
    );
  });
});

describe('what kubectl reads a document with', () => {
  const J = '{"kind": "{\\"}"}';
  test.each<[string, [string, string][]]>([
    [
      'a: 1\n---\nb: 2\n',
      [
        ['a: 1\n', 'yaml'],
        ['---\nb: 2\n', 'yaml'],
      ],
    ],
    [
      'a: 1\n...\n---\nb: 2\n',
      [
        ['a: 1\n...\n', 'yaml'],
        ['---\nb: 2\n', 'yaml'],
      ],
    ],
    [
      'a: 1\n...\nb: 2\n---\nc: 3\n',
      [
        ['a: 1\n...\n', 'yaml'],
        ['b: 2\n', 'passed-over'],
        ['---\nc: 3\n', 'yaml'],
      ],
    ],
    [`${J}\n`, [[`${J}\n`, 'json']]],
    [`\n ${J} \n\n# c\n`, [[`\n ${J} \n\n# c\n`, 'json']]],
    [
      `${J}\n${J}\n`,
      [
        [`${J}\n`, 'json'],
        [`${J}\n`, 'json'],
      ],
    ],
    [
      `${J}${J} ${J}`,
      [
        [J, 'json'],
        [`${J} `, 'json'],
        [J, 'json'],
      ],
    ],
    [
      `${J}\n---\n${J}\n`,
      [
        [`${J}\n`, 'json'],
        [`---\n${J}\n`, 'yaml'],
      ],
    ],
    [
      `${J}\n---\n${J}\n---\n${J}\n`,
      [
        [`${J}\n`, 'json'],
        [`---\n${J}\n`, 'yaml'],
        [`---\n${J}\n`, 'yaml'],
      ],
    ],
    [
      `${J} # c\n---\na: 1\n`,
      [
        [`${J} # c\n`, 'json'],
        ['---\na: 1\n', 'yaml'],
      ],
    ],
    [
      `${J}\na: 1\n`,
      [
        [`${J}\n`, 'json'],
        ['a: 1\n', 'yaml'],
      ],
    ],
    [
      `${J}\n{a: 1}\n`,
      [
        [`${J}\n`, 'json'],
        ['{a: 1}\n', 'yaml'],
      ],
    ],
    [
      `${J}\n${J}\n---\n${J}\n`,
      [
        [`${J}\n`, 'json'],
        [`${J}\n`, 'json'],
        [`---\n${J}\n`, 'refused'],
      ],
    ],
    [
      `${J}\n${J}\n# c\n`,
      [
        [`${J}\n`, 'json'],
        [`${J}\n`, 'json'],
        ['# c\n', 'refused'],
      ],
    ],
    [`---\n${J}\n`, [[`---\n${J}\n`, 'yaml']]],
    [`\uFEFF${J}\n`, [[`\uFEFF${J}\n`, 'yaml']]],
    ['{a: 1}\n', [['{a: 1}\n', 'yaml']]],
    ['{"a": 1,}\n', [['{"a": 1,}\n', 'yaml']]],
    ['{"a": "x\n"}\n', [['{"a": "x\n"}\n', 'yaml']]],
    ['{"a": 1', [['{"a": 1', 'yaml']]],
  ])('%j', (text, expected) => {
    expect(splitDocuments(text).map(({ start, end, reader }) => [text.slice(start, end), reader])).toEqual(expected);
  });
});

describe('a part without content', () => {
  test.each(['', '\n', '# c\n', '\uFEFF# c\n', '---\n', '--- # c\n\n'])('%j has neither data nor problems', (text) => {
    expect(parseDocument(text)).toMatchObject({ root: null, problems: [] });
  });
});

describe('a document that can not be read', () => {
  test.each<[string, string, number]>([
    ['a: 1\na: 2\n', 'DUPLICATE_KEY', 5],
    ['a: 1\n"a": 2\n', 'DUPLICATE_KEY', 5],
    ['a: [1, 2\nb: 3\n', 'BAD_INDENT', 9],
    ['a: "x\n', 'MISSING_CHAR', 6],
    ['a:\n\tb: 1\n', 'TAB_AS_INDENT', 3],
    ['a: &x &y 1\n', 'MULTIPLE_ANCHORS', 6],
    ['a: *x\n', 'unresolved-alias', 3],
    ['a: &x [*x]\n', 'recursive-alias', 7],
    ['? [a]\n: 1\n', 'complex-key', 2],
    ['a: 1\n--- \nb: 2\n', 'MULTIPLE_DOCS', 5],
  ])('%j', (text, code, offset) => {
    const { root, shape, problems } = parseDocument(text);
    expect({ root, shape }).toEqual({ root: null, shape: null });
    expect(problems[0]).toMatchObject({ code, offset });
  });

  test('is described without a word of its text', () => {
    const { problems } = parseDocument('password: "hunter2\nhunter2: [hunter2\n');
    expect(problems.map(({ message }) => message).join()).not.toMatch(/hunter2|password/);
  });
});

describe('anchors', () => {
  test('a name stands for the last anchor that begins before', () => {
    const { shape } = parseDocument('a: &x {b: &x 1}\nc: *x\n&x d: *x\n');
    expect(shape instanceof Map && [shape.get('c'), shape.get('d')]).toMatchObject([{ text: '1' }, { text: 'd' }]);
  });
});

test('positions count lines and UTF-16 columns from 1', () => {
  const at = positions('\uFEFFa\r\n😀b\n\nc');
  expect([0, 1, 2, 4, 6, 8, 9, 10].map((offset) => Object.values(at(offset)).join(':'))).toEqual([
    '1:1',
    '1:2',
    '1:3',
    '2:1',
    '2:3',
    '3:1',
    '4:1',
    '4:2',
  ]);
});

describe('text', () => {
  const EDITS = fc.uniqueArray(fc.nat({ max: 30 }), { minLength: 2, maxLength: 10 }).chain((cuts) => {
    const sorted = [...cuts].sort((a, b) => a - b);
    const ranges = sorted.flatMap((start, index) =>
      index % 2 === 0 && sorted[index + 1] !== undefined ? [{ start, end: sorted[index + 1] as number }] : [],
    );
    return fc.tuple(...ranges.map((range) => fc.string({ maxLength: 5 }).map((text) => ({ ...range, text })))) as fc.Arbitrary<
      { start: number; end: number; text: string }[]
    >;
  });
  const TEXT = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJ';

  test('what an edit leaves keeps its character, and its place is known', () => {
    fc.assert(
      fc.property(EDITS, fc.nat({ max: 40 }), (edits, at) => {
        const after = applyEdits(TEXT, [...edits].reverse());
        const origin = offsetBefore(edits, Math.min(at, after.length));
        const written = edits.find(({ start, text }) => origin === start && text !== '');
        if (written === undefined && at < after.length) expect(TEXT[origin]).toBe(after[at]);
        expect(origin).toBeLessThanOrEqual(TEXT.length);
      }),
      { seed: 7 },
    );
  });

  test.each([
    ['a\nb\n', '\n'],
    ['a\r\nb\r\n', '\r\n'],
    ['a\r\nb\nc\r\n', '\r\n'],
    ['a', '\n'],
  ])('the line break of %j', (text, eol) => {
    expect(dominantEol(text)).toBe(eol);
  });

  test('blank lines are those that YAML takes for blank', () => {
    const text = 'a\n \t\n\r\nb\n\u00a0\n';
    expect([blankEnd(text, 2), blankStart(text, 7), blankEnd(text, 9)]).toEqual([7, 2, 9]);
  });

  test('UTF-8 is decoded with its mark, or not at all', () => {
    expect(decodeUtf8(new TextEncoder().encode('\uFEFFä😀'))).toBe('\uFEFFä😀');
    expect(decodeUtf8(Uint8Array.of(0x61, 0xff))).toBeNull();
    expect(decodeUtf8(Uint8Array.of(0xff, 0xfe, 0x61, 0x00))).toBeNull();
  });
});
