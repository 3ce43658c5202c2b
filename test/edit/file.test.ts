import { describe, expect, test } from 'vitest';
import { rewriteFile } from '../../src/edit/file.ts';
import type { FileRewrite, Task } from '../../src/edit/file.ts';
import type { FragmentUse, TextPlace, Variant } from '../../src/kustomize/model.ts';
import type { Path, ValueMap } from '../../src/model/value.ts';
import { valueAt } from '../../src/model/value.ts';
import { parseDocument, splitDocuments } from '../../src/yaml/document.ts';
import type { Operation } from '../../src/yaml/primitives.ts';
import { applyEdits } from '../../src/yaml/text.ts';
import { objectFrom, optionsFor, valueFrom } from './contexts.ts';

/** The writer of manifest text: what it does, what it refuses one by one, and where it says that stands. */

const at = (document: number, inline: Path | null = null): TextPlace => ({
  file: 'a.yaml',
  document,
  inline: inline === null ? null : { path: inline, document: 0 },
});

/** An installation that stands alone, or is an item of a list. */
function installation(text: string, document = 0, path: Path = []): Task {
  const { start, end } = splitDocuments(text)[document] ?? { start: 0, end: 0 };
  const value = valueAt(parseDocument(text.slice(start, end)).shape ?? undefined, path) as ValueMap;
  return fragment({ form: 'resource', at: at(document), path, value }, value, value);
}

function fragment(each: FragmentUse['fragment'], before: ValueMap, after: ValueMap): Task {
  const variant: Variant = {
    kustomization: 'kustomization.yaml',
    root: true,
    layers: [{ fragment: each, kustomization: 'kustomization.yaml', entry: [] }],
    inputs: [before],
    states: [after],
    built: after,
    deleted: null,
    unknownFields: [],
    name: 'chat',
    namespace: null,
    opaque: [],
    opaqueIfModern: [],
  };
  return { at: each.at, use: { fragment: each, uses: [{ variant, index: 0 }] } };
}

const items = (text: string, ...indexes: number[]): Task[] => indexes.map((index) => installation(text, 0, ['items', index]));

const rewrite = (text: string, tasks: readonly Task[]): FileRewrite =>
  rewriteFile(text, tasks, (_, state) => optionsFor(state, 'external'));

interface Seen {
  readonly text: string;
  /** By index of the task: the code, and the place as line:column. */
  readonly refused: Readonly<Record<number, string>>;
}

function seen(text: string, tasks: readonly Task[]): Seen {
  const { regions, refused } = rewrite(text, tasks);
  const placeOf = (offset: number): string => {
    const lines = text.slice(0, offset).split('\n');
    return `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
  };
  const told = tasks.flatMap((task, index) => {
    const found = refused.get(task);
    return found === undefined ? [] : [[index, `${found.refusal.code} ${placeOf(found.offset)}`]];
  });
  return { text: applyEdits(text, regions), refused: Object.fromEntries(told) };
}

const indented = (text: string, columns: number): string => text.replaceAll(/\n(?=.)/g, `\n${' '.repeat(columns)}`);
const head = (name: string): string => `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: ${name}\n`;
const converted = (text: string): string =>
  text.replaceAll('mattermost.com/v1alpha1', 'installation.mattermost.com/v1beta1').replaceAll('ClusterInstallation', 'Mattermost');
const item = (name: string, spec = '  image: a\n'): string => `- ${indented(`${head(name)}spec:\n${spec}`, 2)}`;
const plainList = (...each: string[]): string => `apiVersion: v1\nkind: List\nitems:\n${each.join('')}`;
const typedList = (...each: string[]): string =>
  `apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallationList\nitems:\n${each.join('')}`;

const BAD = '  <<: {replicas: 1}\n  image: a\n';

describe('items of a List', () => {
  const text = plainList(item('a'), item('b', BAD), item('c'));

  test('are converted one by one', () => {
    expect(seen(text, items(text, 0, 1, 2))).toEqual({
      text: plainList(converted(item('a')), item('b', BAD), converted(item('c'))),
      refused: { 1: 'merge-key 15:5' },
    });
  });

  test('stay where they are not among the tasks', () => {
    expect(seen(text, items(text, 2))).toEqual({ text: plainList(item('a'), item('b', BAD), converted(item('c'))), refused: {} });
  });

  test('one of which would capture an alias stays, and the others are converted', () => {
    const captured = `metadata: {annotations: {note: &x true}}\n${plainList(
      item('a'),
      `- &x\n  ${indented(`${head('b')}spec:\n  migrate: &x true\n  useServiceLoadBalancer: *x\n`, 2)}`,
      item('c'),
      item('d'),
    )}`;
    expect(seen(captured, items(captured, 0, 1, 2, 3))).toEqual({
      text: captured
        .split(/^(?=- )/m)
        .map((each) => (each.startsWith('- &x') ? each : converted(each)))
        .join(''),
      refused: { 1: 'alias-target-changed 12:3' },
    });
  });

  test('that hold together by an alias are refused together where it would come to stand for something else', () => {
    const anchored = plainList(item('a', '  resources: &r {}\n'), item('b', '  image: a\n  resources: *r\n'));
    expect(seen(anchored, items(anchored, 0, 1)).refused).toEqual({});
    const changed = plainList(item('a', '  minio: &m {secret: s}\n'), item('b', '  image: a\n  nodeSelector: *m\n'));
    expect(seen(changed, items(changed, 0, 1)).refused).toEqual({ 0: 'anchored-map-rewritten 9:15' });
  });
});

describe('a ClusterInstallationList', () => {
  const bare = '- metadata:\n    name: c\n';

  test.each([
    ['all items', [0, 1, 2], {}],
    ['all but one', [0, 2], { 0: 'list-partly-blocked 4:3', 1: 'list-partly-blocked 16:3' }],
    ['all but one that says nothing of itself', [0, 1], { 0: 'list-partly-blocked 4:3', 1: 'list-partly-blocked 10:3' }],
  ] as const)('is converted as a whole or not at all: %s', (_, indexes, refused) => {
    const text = typedList(item('a'), item('b'), bare);
    const isWhole = Object.keys(refused).length === 0;
    expect(seen(text, items(text, ...indexes))).toEqual({ text: isWhole ? converted(text) : text, refused });
  });

  test('stays as a whole where an item is refused', () => {
    const text = typedList(item('a'), item('b', BAD));
    expect(seen(text, items(text, 0, 1))).toEqual({ text, refused: { 0: 'list-partly-blocked 4:3', 1: 'merge-key 15:5' } });
  });

  test('is converted where an item is something else', () => {
    const other = '- kind: ConfigMap\n  apiVersion: v1\n';
    const text = typedList(item('a'), other);
    expect(seen(text, items(text, 0))).toEqual({ text: converted(text), refused: {} });
  });

  test('is a list of its own inside of a List', () => {
    const inner = (...each: string[]): string => `- ${indented(typedList(...each), 2)}`;
    const text = plainList(inner(bare), inner(bare, item('b')), item('d'));
    const tasks = [['items', 0, 'items', 0] as const, ['items', 1, 'items', 1] as const, ['items', 2] as const].map((path) =>
      installation(text, 0, path),
    );
    expect(seen(text, tasks)).toEqual({
      text: plainList(converted(inner(bare)), inner(bare, item('b')), converted(item('d'))),
      refused: { 1: 'list-partly-blocked 14:5' },
    });
  });
});

test('documents are told apart, and a refusal has its place in the file', () => {
  const text = `# first\n---\n${head('a')}spec:\n  image: a\n---\n# second\n${head('b')}spec:\n${BAD}---\nkind: Other\n`;
  const tasks = [installation(text, 1), installation(text, 2)];
  expect(seen(text, tasks)).toEqual({
    text: text.replace(head('a'), converted(head('a'))),
    refused: { 1: 'merge-key 16:3' },
  });
});

test.each([
  ['a task without a place of its own in the text', 'metadata: {}\n', 'list', 'not-a-map 2:1'],
  ['a document that can not be read', 'a: [1\nb: 2\n', 'map', 'parse-error 4:1'],
  ['an alias without an anchor', 'a: *b\n', 'map', 'unresolved-alias 3:4'],
])('the place of %s', (_, body, form, told) => {
  const text = `a: 1\n---\n${form === 'list' ? '- a\n' : body}`;
  expect(seen(text, [fragment({ form: 'resource', at: at(1), path: [], value: new Map() }, new Map(), new Map())])).toEqual({
    text,
    refused: { 0: told },
  });
});

describe('a string that holds documents', () => {
  const patch = `${head('chat')}spec:\n  nodeSelector: {a: b}\n`;
  const before = objectFrom(`${head('chat')}spec:\n  nodeSelector: {}\n`);
  const task = (inline: Path, document = 0): Task =>
    fragment(
      {
        form: 'strategic-merge',
        at: { file: 'a.yaml', document: 0, inline: { path: inline, document } },
        path: [],
        value: valueFrom(patch),
      },
      before,
      objectFrom(patch),
    );

  test('has those converted that can be', () => {
    const text = `patchesStrategicMerge:\n- |\n  ${indented(`${patch}---\n${patch.replace('spec:', 'spec:\n  <<: {minio: {}}')}`, 2)}x: y\n`;
    const rewritten = seen(text, [task(['patchesStrategicMerge', 0]), task(['patchesStrategicMerge', 0], 1)]);
    expect(rewritten.refused).toEqual({ 1: 'merge-key 2:3' });
    expect(rewritten.text).toContain(
      '  kind: Mattermost\n  metadata:\n    name: chat\n  spec:\n    scheduling:\n      nodeSelector: {a: b}\n  ---\n',
    );
    expect(rewritten.text).toContain('  kind: ClusterInstallation\n');
  });

  test('that can not take its new text stays, and the strings beside it are rewritten', () => {
    const folded = `"${patch.replaceAll('\n', '\\n')}"`;
    const text = `patchesStrategicMerge:\n- ${folded}\n- >-\n  ${indented(patch.replaceAll('\n', '\n\n'), 2)}x: y\n`;
    const { refused, text: after } = seen(text, [task(['patchesStrategicMerge', 1]), task(['patchesStrategicMerge', 0])]);
    expect(refused).toEqual({ 0: 'inline-style 3:3' });
    expect(after).toContain('"apiVersion: installation.mattermost.com/v1beta1\\nkind: Mattermost\\n');
  });

  test('with an anchor that is used elsewhere stays, and says why', () => {
    const text = `x: &p |\n  ${indented(patch, 2)}y: *p\n`;
    expect(seen(text, [task(['x'])])).toEqual({ text, refused: { 0: 'anchored-scalar 1:7' } });
  });
});

const set = (path: Path, text = 'Mattermost'): Operation => ({ op: 'set', path, text, string: true });
const reference = (...batches: Operation[][]): Task => ({ at: at(0), batches });

describe('references', () => {
  test.each<[string, string, string, Operation[]]>([
    ['an alias elsewhere', 'a: &k Old\nb: *k\n', 'a: &k Mattermost\nb: Old\n', [set(['a'])]],
    ['an alias that must change alike', 'a: &k Old\nb: *k\n', 'a: &k Mattermost\nb: *k\n', [set(['a']), set(['b'])]],
    ['an alias that must change otherwise', 'a: &k Old\nb: *k\n', 'a: &k Mattermost\nb: Other\n', [set(['a']), set(['b'], 'Other')]],
    ['an alias alone', 'a: &k Old\nb: *k\nc: *k\n', 'a: &k Old\nb: Mattermost\nc: *k\n', [set(['b'])]],
    ['some of several', 'a: &k Old\nb: *k\nc: *k\n', 'a: &k Mattermost\nb: *k\nc: Old\n', [set(['a']), set(['b'])]],
    ['quotes', 'a: &k "Old"\nb: *k\nc: {d: *k}\n', 'a: &k "Mattermost"\nb: "Old"\nc: {d: "Old"}\n', [set(['a'])]],
    ['an anchor around', 'a: &m {k: Old}\nb: *m\n', 'a: &m {k: Mattermost}\nb: {k: Old}\n', [set(['a', 'k'])]],
    ['a place below an alias', 'a: &m {k: Old}\nb: *m\n', 'a: &m {k: Old}\nb: {k: Mattermost}\n', [set(['b', 'k'])]],
    ['the same below both', 'a: &m\n  k: Old\nb: *m\n', 'a: &m\n  k: Mattermost\nb: *m\n', [set(['a', 'k']), set(['b', 'k'])]],
    ['a list', 'a: &l [x, Old]\nb: [*l, *l]\n', 'a: &l [x, Mattermost]\nb: [[x, Old], [x, Old]]\n', [set(['a', 1])]],
    ['an anchor of the same name in between', 'a: &k Old\nb: &k x\nc: *k\n', 'a: &k Mattermost\nb: &k x\nc: *k\n', [set(['a'])]],
    ['a key of the same name in between', 'a: &k Old\n&k b: x\nc: *k\n', 'a: &k Mattermost\n&k b: x\nc: *k\n', [set(['a'])]],
    ['a tag', 'a: &k !!str Old\nb: x\n', 'a: &k !!str Mattermost\nb: x\n', [set(['a'])]],
    ['no anchors at all, and no final newline', 'a: Old\nb: Old', 'a: Mattermost\nb: Old', [set(['a'])]],
    ['Windows line breaks', 'a: &k Old\r\nb: *k\r\n', 'a: &k Mattermost\r\nb: Old\r\n', [set(['a'])]],
    ['JSON', '{"a": "Old", "b": "Old"}', '{"a": "Mattermost", "b": "Old"}', [set(['a'])]],
  ])('keep what stands elsewhere: %s', (_, before, after, operations) => {
    expect(seen(before, [reference(operations)])).toEqual({ text: after, refused: {} });
  });

  test.each<[string, string, string, Operation[]]>([
    ['an alias of lines', 'a: &m\n  k: Old\nb: *m\n', 'anchored-map-rewritten 3:4', [set(['a', 'k'])]],
    ['a place below an alias of lines', 'a: &m\n  k: Old\nb: *m\n', 'anchored-map-rewritten 3:4', [set(['b', 'k'])]],
    ['an alias of a string of lines', 'a: &m "Old\n  x"\nb: *m\n', 'anchored-scalar 3:4', [set(['a'])]],
    ['an alias that is a key', 'a: &k Old\n*k : x\n', 'complex-key 2:1', [set(['a'])]],
    ['a text that needs quotes in braces', 'a: &k Old, x\nb: {c: *k}\n', 'anchored-scalar 1:7', [set(['a'])]],
    ['a merge key', 'a: &m {k: Old}\nb: {<<: *m}\n', 'merge-key 2:1', [set(['b', 'k'])]],
    ['a block scalar', 'a: |-\n  Old\n', 'not-plain-scalar 1:1', [set(['a'])]],
  ])('are refused where that can not be: %s', (_, before, refused, operations) => {
    expect(seen(before, [reference(operations)])).toEqual({ text: before, refused: { 0: refused } });
  });

  test.each<[string, string, string]>([
    ['a: Old', 'a.b\\.c', 'a: a.b\\.c'],
    ['a: "Old"', 'a.b\\.c', 'a: "a.b\\\\.c"'],
    ['a: "Old"', 'say "x"', 'a: "say \\"x\\""'],
    ["a: 'Old'", "it's \\ x", "a: 'it''s \\ x'"],
    ['a: Old', "it's", "a: it's"],
    ['a: Old', '(a|)b', 'a: (a|)b'],
    ['a: Old', 'a|b', 'a: a|b'],
    ['a: Old', 'a: b', 'a: "a: b"'],
    ['a: Old', 'a #b', 'a: "a #b"'],
    ['a: Old', '*', 'a: "*"'],
    ['a: Old', '[a]', 'a: "[a]"'],
    ['a: Old', 'x[a]', 'a: x[a]'],
    ['a: {b: Old}', 'x[a]', 'a: {b: "x[a]"}'],
    ['a: {b: Old}', 'x?', 'a: {b: "x?"}'],
    ['a: [Old]', 'a,b', 'a: ["a,b"]'],
    ['a: Old', '', 'a: ""'],
    ['a: Old', 'true', 'a: "true"'],
    ['a: Old', '012', 'a: "012"'],
    ['a: Old', '- a', 'a: "- a"'],
    ['a: Old', '-a', 'a: -a'],
    ["a: 'Old'", 'a\nb', 'a: "a\\nb"'],
    ['a: Old', 'a\tb', 'a: "a\\tb"'],
    ['{"a": "Old"}', 'b"\\', '{"a": "b\\"\\\\"}'],
  ])('are written so that they read as they should: %j with %j', (before, text, after) => {
    const document = parseDocument(before);
    const path = before.includes('{b') ? ['a', 'b'] : before.includes('[') ? ['a', 0] : ['a'];
    expect(document.problems).toEqual([]);
    expect(seen(`${before}\n`, [reference([set(path, text)])])).toEqual({ text: `${after}\n`, refused: {} });
  });

  test('of names, which become keys', () => {
    const rename = (key: string): Task => reference([{ op: 'rename', path: ['Old'], key }]);
    expect(seen('"Old": 1\n', [rename('a"b')]).text).toBe('"a\\"b": 1\n');
    expect(seen("'Old': 1\n", [rename("a'b")]).text).toBe("'a''b': 1\n");
    expect(seen('Old: 1\n', [rename('a: b')]).text).toBe('"a: b": 1\n');
  });

  test('in steps: new names, then new parents', () => {
    const text = 'p:\n  a: 1 # one\n  b: 2\n  c: 3\n';
    const batches: Operation[][] = [
      [
        { op: 'rename', path: ['p'], key: 'q' },
        { op: 'rename', path: ['p', 'a'], key: 'd' },
        { op: 'delete', path: ['p', 'c'] },
      ],
      [{ op: 'wrap', path: ['q'], keys: ['d'], parent: 'n', host: 'first' }],
      [{ op: 'insert', path: ['q', 'n'], key: 'e', text: 'true' }],
    ];
    expect(seen(text, [reference(...batches)])).toEqual({ text: 'q:\n  n:\n    e: true\n    d: 1 # one\n  b: 2\n', refused: {} });
  });

  test('that are refused leave the others', () => {
    const text = 'a: Old\nb: |-\n  Old\nc: Old\n';
    expect(seen(text, [reference([set(['a'])]), reference([set(['b'])]), reference([set(['c'])])])).toEqual({
      text: 'a: Mattermost\nb: |-\n  Old\nc: Mattermost\n',
      refused: { 1: 'not-plain-scalar 2:1' },
    });
  });
});
