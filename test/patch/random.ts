import * as fc from 'fast-check';

/** Few keys and small trees, so that targets and patches meet often. */
const KEYS = ['a', 'b', 'c', 'd', 'k/s', 't~t'];
const SCALARS = [
  'x',
  '"x"',
  "'y z'",
  '5',
  '"5"',
  '-3',
  '1.5',
  'true',
  '"true"',
  'false',
  'null',
  '~',
  'yes',
  'off',
  '"yes"',
  '""',
  '!!str 7',
  '0x1F',
  '010',
  '1e3',
  '2024-05-06',
  'http://h/p',
  '"a: b"',
  '10Gi',
  '$(X)',
  '"null"',
  '.5',
  '1_000',
  'word-1',
];

const scalar = fc.constantFrom(...SCALARS);
const key = fc.constantFrom(...KEYS);

export interface TreeOptions {
  readonly nulls?: boolean;
  readonly directives?: boolean;
}

/** A map in flow style. */
export function yamlMap({ nulls = true, directives = false }: TreeOptions = {}): fc.Arbitrary<string> {
  const scalars = nulls ? scalar : scalar.filter((text) => text !== 'null' && text !== '~');
  const entry = (value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.tuple(key, value).map(([name, text]) => `${JSON.stringify(name)}: ${text}`);
  const inLists = scalar.filter((text) => text !== 'null' && text !== '~');
  const { map } = fc.letrec<{ map: string; value: string; list: string }>((tie) => ({
    value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalars, scalars, tie('map'), tie('list')),
    list: fc.array(fc.oneof({ depthSize: 'small' }, inLists, tie('map')), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    map: fc
      .tuple(
        fc.uniqueArray(entry(tie('value')), { maxLength: 4, selector: (text) => text.slice(0, text.indexOf(':')) }),
        directive(directives),
      )
      .map(([entries, extra]) => `{${[...extra, ...entries].join(', ')}}`),
  }));
  return map;
}

const directive = (enabled: boolean): fc.Arbitrary<string[]> =>
  enabled
    ? fc.constantFrom<string[]>(
        [],
        [],
        [],
        [],
        [],
        ['$patch: delete'],
        ['$patch: replace'],
        ['$patch: merge'],
        ['$patch: other'],
        ['$retainKeys: [a]'],
      )
    : fc.constant([]);

/** JSON6902 operations, most of which fit a tree of `yamlMap` under `/spec`. */
export function yamlOperations(): fc.Arbitrary<string> {
  const step = fc.constantFrom('a', 'b', 'c', 'd', 'k~1s', 't~0t', '0', '1', '-', '-1', '2');
  const pointer = fc.array(step, { minLength: 1, maxLength: 3 }).map((steps) => `/spec/${steps.join('/')}`);
  const value = fc.oneof(scalar, yamlMap(), fc.constant('[x, 5]'));
  const operation = fc
    .record({
      op: fc.constantFrom('add', 'add', 'add', 'replace', 'replace', 'remove', 'move', 'copy', 'test'),
      path: pointer,
      from: pointer,
      value,
    })
    .map(({ op, path, from, value }) => {
      const rest = op === 'move' || op === 'copy' ? `, from: "${from}"` : op === 'remove' ? '' : `, value: ${value}`;
      return `{op: ${op}, path: "${path}"${rest}}`;
    });
  return fc.array(operation, { minLength: 1, maxLength: 3 }).map((operations) => operations.map((text) => `- ${text}`).join('\n'));
}
