import { describe, expect, test } from 'vitest';
import { convertText } from '../../src/index.ts';
import { parseDocument } from '../../src/yaml/document.ts';

/** What `kubectl` can read, tried with apimachinery 0.33 and `sigs.k8s.io/yaml` 1.4. What it can't must never be converted. */

const HEAD = 'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n  ingressName: a\n';
const JSON_OBJECT =
  '{"apiVersion":"mattermost.com/v1alpha1","kind":"ClusterInstallation","metadata":{"name":"chat"},"spec":{"ingressName":"a"}}';

const problemsOf = (text: string): string[] => parseDocument(text).problems.map(({ code }) => code);
const unreadable = async (text: string): Promise<boolean> => {
  const { text: after, report } = await convertText(text);
  const isTold = report.findings.some(({ rule, level }) => rule === 'unparsable-manifest' && level === 'error');
  expect(after === null).toBe(isTold);
  return isTold;
};

describe('scalars that fail a document', () => {
  test.each(
    [
      ['.inf', '-.INF', '+.Inf', '.nan', '.NaN', '[.inf]', '{a: .NAN}', '!!float .inf'],
      [
        '!!int x',
        '!!int 1.0',
        '!!int 1e3',
        '!!int "x"',
        '!!int ""',
        '!!float x',
        '!!float 18446744073709551615',
        '!!bool 1',
        '!!bool x',
        '!!bool "tRUE"',
      ],
      ['!!null x', '!!null 0', '!!timestamp 2021-13-01', '!!timestamp 2021-02-30', '!!binary x', '!!binary "a b="'],
    ].flat(),
  )('%s', (scalar) => {
    expect(problemsOf(`a: ${scalar}\n`)).toEqual(['REFUSED_BY_KUBERNETES']);
  });

  test.each(
    [
      [
        '".inf"',
        "'.nan'",
        '.iNF',
        'inf',
        '1e400',
        '!!str .inf',
        '! .inf',
        '!x .nan',
        '!!float 1',
        '!!float 9223372036854775807',
        '!!int 18446744073709551615',
      ],
      [
        '!!int "0x1F"',
        '!!bool "yes"',
        '!!null ""',
        '!!null',
        '!!timestamp 2021-2-28',
        '!!binary aGk=',
        '!!binary ""',
        '!!set x',
        '!!merge x',
        '!!str',
      ],
    ].flat(),
  )('but not %s', (scalar) => {
    expect(problemsOf(`a: ${scalar}\n`)).toEqual([]);
  });

  test('a tag decides what the value is', () => {
    const { shape } = parseDocument('a: !!binary aGk=\nb: !!set 1\nc: !!float 1\nd: !!binary w6Q=\n');
    const values = shape instanceof Map ? [...shape.values()].map((each) => (each as { value: unknown }).value) : [];
    expect(values).toEqual(['hi', '1', 1, 'ä']);
  });
});

describe('keys', () => {
  test.each([
    'null',
    '~',
    'Null',
    '',
    '!!null x',
    '!!null ""',
    '18446744073709551615',
    '9223372036854775808',
    '!!binary aGk=',
    '!!int x',
    '[a]',
    '{a: b}',
  ])('%s is none', (key) => {
    expect(problemsOf(`a:\n  ? ${key}\n  : x\n`)).toEqual(['complex-key']);
  });

  test.each(['"null"', "'~'", '""', '9223372036854775807', 'true', '1.5', '.inf', '!!str null', '2021-01-01'])('%s is one', (key) => {
    expect(problemsOf(`a:\n  ${key}: x\n`)).toEqual([]);
  });

  test.each([
    ['1', '"1"'],
    ['yes', 'true'],
    ['on', '"true"'],
    ['1.0', '1'],
    ['0x10', '16'],
    ['1_0', '"10"'],
  ])('%s and %s are the same', (one, other) => {
    expect(problemsOf(`a: {${one}: x, ${other}: y}\n`)).toEqual(['DUPLICATE_KEY']);
  });

  test.each(['"<<"', "'<<'", '!!str <<', '!!merge <<', '! <<'])('%s is no plain merge key', (key) => {
    expect(problemsOf(`x: &x {a: 1}\ny:\n  ${key}: *x\n`)).toEqual(['REFUSED_BY_KUBERNETES']);
  });

  test.each(['a', '[a]', '~', '*list', '[*x, a]', '[[*x]]'])('<<: %s merges nothing', (value) => {
    expect(problemsOf(`x: &x {a: 1}\nlist: &list [*x]\ny:\n  <<: ${value}\n`)).toEqual(['REFUSED_BY_KUBERNETES']);
  });

  test.each(['*x', '{a: 1}', '[*x]', '[*x, {b: 1}]', '[]'])('<<: %s merges', (value) => {
    expect(problemsOf(`x: &x {a: 1}\ny:\n  <<: ${value}\n`)).toEqual([]);
  });
});

describe('aliases', () => {
  const expanding = (times: number): string =>
    `a: &a [${'x, '.repeat(99)}x]\nb: [${Array.from({ length: times }, () => '*a').join(', ')}]\n`;

  test('may not make more than 99 of a hundred values', () => {
    expect(problemsOf(expanding(9))).toEqual([]);
    const layers = Array.from({ length: 12 }, (_, n) => `l${n + 1}: &l${n + 1} [*l${n}, *l${n}]`).join('\n');
    expect(problemsOf(`l0: &l0 [x]\n${layers}\n`)).toEqual(['excessive-aliasing']);
  });
});

describe('constructs', () => {
  test.each([
    ['? in braces', 'a: {u: http://x/y?z=1 }\n'],
    ['? in brackets', 'a: [b?]\n'],
    ['? at the start', 'a: {?b: c}\n'],
    [': at the start', 'a: [:b]\n'],
    [': before a comma', 'a: {b:, c: d}\n'],
    [': before a bracket', 'a: {b:[c]}\n'],
    ['a key and its colon on two lines', 'a: {b\n  : c}\n'],
    ['a quoted key over two lines', 'a: {"b\n  c": d}\n'],
    ['a long key in braces', `a: {${'b'.repeat(1025)}: c}\n`],
    ['an escaped slash', 'a: "b\\/c"\n'],
    ['surrogates', 'a: "\\ud83d\\ude00"\n'],
    ['an anchor with a dot', 'a: &b.c d\n'],
    ['an anchor with a letter of another script', 'a: &ü d\n'],
    ['an alias with a dot', 'a: &b.c d\ne: *b.c\n'],
    ['a tag before a comma', 'a: [!!str, b]\n'],
    ['a tab before an entry', 'a: 1\n\t\nb: 2\n'],
    ['a tab before a comment', 'a: 1\n\t# c\nb: 2\n'],
    ['a tab behind a dash', 'a:\n-\tb\n'],
    ['a tab behind a question mark', '?\ta\n: b\n'],
    ['a tab behind the colon of such a key', '? a\n:\tb\n'],
    ['a tab first in a block scalar', 'a: |\n  \tb\n'],
    ['a tab in a value of several lines', 'a: b\n  \t\n  c\n'],
    ['a directive', '%YAML 1.1\n---\na: 1\n'],
    ['a directive of YAML 1.2', '%YAML 1.2\n---\na: 1\n'],
    ['a directive for tags', '%TAG !e! tag:e,2000:\n---\na: 1\n'],
    ['content beside the marker', '--- {a: 1}\n'],
    ['a scalar beside the marker', '--- |\n  a\n'],
    ['an anchor beside the marker', '--- &a\nb: 1\n'],
    ['dashes at the start of a key', '---a: 1\n'],
  ])('%s', (_, text) => {
    expect(problemsOf(text)).toEqual(['REFUSED_BY_KUBERNETES']);
  });

  test.each([
    ['? outside', 'a: http://x/y?z=1\n'],
    ['? in quotes', 'a: {u: "http://x/y?z=1"}\n'],
    ['an explicit key', 'a: {? b : c}\n'],
    [': inside', 'a: {b: c:d}\n'],
    ['a quoted key beside its value', 'a: {"b":c}\n'],
    ['a value on the next line', 'a: {b:\n  c}\n'],
    ['escapes', 'a: "\\0\\a\\b\\t\\n\\v\\f\\r\\e\\ \\"\\\\\\N\\_\\L\\P\\x41\\u0041\\U0001f600\\\n  b"\n'],
    ['an escaped backslash before a slash', 'a: "b\\\\/c"\n'],
    ['anchors', 'a: &b-c_1 d\ne: *b-c_1\n'],
    ['tags', 'a: !b c\nd: !!str e\nf: ! g\nh: !<tag:yaml.org,2002:str> i\nj: !!map {k: l}\n'],
    ['a tab behind a colon', 'a:\tb\n'],
    ['a tab before a comment', 'a: b\t# c\n'],
    ['tabs in braces', '{\n\ta: b,\n\tc: d\n}\n'],
    ['tabs in a block scalar', 'a: |\n  b\tc\n   \td\n'],
    ['tabs in quotes', 'a:\n  - "b\n    \t\n    c"\n'],
    ['a comment beside the marker', '--- # c\na: 1\n'],
    ['a comment beside the end', 'a: 1\n... # c\n'],
    ['dashes elsewhere', 'a: ---b\nc:\n- ---\n'],
  ])('but not %s', (_, text) => {
    expect(problemsOf(text)).toEqual([]);
  });
});

describe('JSON', () => {
  test.each(['{"a": "b\\/c"}', '{"a": "\\ud83d\\ude00"}', '{"a"\n: 1}', `{"${'b'.repeat(2000)}": 1}`, '{"a": 1E5, "b": -0.5e-3}'])(
    '%s',
    (text) => {
      expect(problemsOf(text)).toEqual([]);
      expect(problemsOf(`${text} # c`)).toEqual(text.includes('1E5') ? [] : ['REFUSED_BY_KUBERNETES']);
    },
  );

  test('holds no number beyond what a float holds', () => {
    expect(problemsOf('{"a": 1e400}')).toEqual(['REFUSED_BY_KUBERNETES']);
    expect(problemsOf('{a: 1e400}')).toEqual([]);
    expect(problemsOf('{"a": 1e18}')).toEqual(['REFUSED_BY_KUBERNETES']);
    expect(problemsOf('{"a": -9007199254740994.0}')).toEqual(['REFUSED_BY_KUBERNETES']);
    expect(problemsOf('{"a": 1e15, "b": 9007199254740992.0, "c": 9223372036854775807, "d": "1e400"}')).toEqual([]);
    expect(problemsOf('{a: 1e18}')).toEqual([]);
  });

  test.each([
    ['objects one after another', `${JSON_OBJECT}\n${JSON_OBJECT.replace('chat', 'two')}\n`],
    ['without a blank between', `${JSON_OBJECT}${JSON_OBJECT.replace('chat', 'two')}`],
    ['YAML behind an object', `${JSON_OBJECT}\n${HEAD}`],
    ['an escaped slash', JSON_OBJECT.replace('"a"', '"a\\/b"')],
  ])('%s', async (_, text) => {
    const { text: after } = await convertText(text);
    expect(after).toBe(
      text.replaceAll('mattermost.com/v1alpha1', 'installation.mattermost.com/v1beta1').replaceAll('ClusterInstallation', 'Mattermost'),
    );
  });

  test.each([
    ['a marker behind several objects', `${JSON_OBJECT}\n${JSON_OBJECT}\n---\n${JSON_OBJECT}\n`],
    ['a comment behind several objects', `${JSON_OBJECT}\n${JSON_OBJECT}\n# c\n`],
    ['an escaped slash in an object behind a marker', `${JSON_OBJECT}\n---\n${JSON_OBJECT.replace('"a"', '"a\\/b"')}\n`],
    ['an escaped slash behind the first marker', `---\n${JSON_OBJECT.replace('"a"', '"a\\/b"')}\n`],
    ['an escaped slash behind a byte order mark', `\uFEFF${JSON_OBJECT.replace('"a"', '"a\\/b"')}\n`],
    ['an object on the line of a marker', `--- ${JSON_OBJECT}\n`],
  ])('%s can not be read', async (_, text) => {
    expect(await unreadable(text)).toBe(true);
  });
});

test.each(['!e!b c', '!! b', '"\\U00110000"', '!!timestamp x'])('the library itself has no use for %s', (value) => {
  expect(problemsOf(`a: ${value}\n`)).not.toEqual([]);
});

describe('three dots', () => {
  test.each([
    ['an installation', `${HEAD}...\n${HEAD}`],
    ['nothing before, and something', `...\n---\n${HEAD}`],
    ['a marker before, and something', `${HEAD}---\n...\n---\n${HEAD}`],
    ['fields that were meant to go on', `${HEAD}...\n  size: 100users\n`],
    ['something else', `${HEAD}...\na: b\n---\n${HEAD}`],
  ])('%s behind them is nothing that kubectl reads', async (_, text) => {
    expect(await unreadable(text)).toBe(true);
  });

  test.each([
    ['nothing', `${HEAD}...\n`],
    ['another such line', `${HEAD}...\n...\n... # c\n`],
    ['a comment', `${HEAD}... # end\n# the end\n\n`],
    ['a marker', `${HEAD}...\n# next\n---\n${HEAD.replace('chat', 'two')}`],
  ])('%s behind them is fine', async (_, text) => {
    expect(await unreadable(text)).toBe(false);
  });
});

test.each(['a: |2\n    b\n ... \nc: d\n', 'a: [b\n...\n', 'a: "b\n...\n', 'a:\n  ... b\n  c: d\n'])('%j is told apart from it', (text) => {
  expect(problemsOf(text)).not.toEqual([]);
});

describe('characters that YAML does not have', () => {
  test.each(['\u0080', '\u009f', '\ufffe', '\uffff', '\u007f'])('%j', async (char) => {
    expect(await unreadable(`${HEAD}  size: a${char}b\n`)).toBe(true);
  });
});

describe('a string of several lines', () => {
  const data = (text: string): string => `data:\n  a: ${text}\n`;

  test.each([`"so\n      \\"x\\"\n  b: "y"`, `"so\n      \\\\\\"\n  b: "y"`, `'so\n      ''x''\n  b: 'y'`, `'so''\n  b: 'y'`])(
    '%j does not end with an escaped quote',
    (text) => {
      expect(problemsOf(data(text))).toEqual(['REFUSED_BY_KUBERNETES']);
    },
  );

  test.each([`"so\n    \\"x\\""`, `"so\n    \\\\"`, `'so\n    ''x'''`, `''`, `''''`, `"\\""`])('but %j is one', (text) => {
    expect(problemsOf(data(text))).toEqual([]);
  });
});

test.each(['kind: ClusterInstallation', 'apiVersion: mattermost.com/v1alpha1'])(
  'an item of a typed list with its %s alone is no installation',
  async (line) => {
    const text = `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallationList\nitems:\n- ${line}\n  metadata: {name: chat}\n  spec: {ingressName: a}\n`;
    const { text: after, report } = await convertText(text);
    expect(after).toBeNull();
    expect(report.summary.installations).toBe(0);
    expect(report.findings.map(({ rule, line: at }) => [rule, at])).toEqual([['invalid-installation', 4]]);
  },
);
