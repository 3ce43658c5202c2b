import { describe, expect, test } from 'vitest';
import type { ScalarValue } from '../../src/model/value.ts';
import { parseDocument } from '../../src/yaml/document.ts';
import { makeScalar } from '../../src/yaml/scalar.ts';

/** Values as `sigs.k8s.io/yaml` v1.6 reads them, tried there. */
const PLAIN: readonly (readonly [ScalarValue, ...string[]])[] = [
  [true, 'y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'],
  [false, 'n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'],
  [null, '', '~', 'null', 'Null', 'NULL'],
  [0, '0', '-0', '+0', '00', '0x0', '0b0', '0_0', '0.0', '-0.0', '0e0', '.0', '1e-400'],
  [1, '1', '+1', '01', '0b1', '0x1', '1_', '1.', '1.0', '1e0', '0b+1'],
  [-1, '-1', '-01', '-0x1', '-0b1', '0b-1'],
  [8, '010', '0o10', '8', '0x8', '08', '8_'],
  [511, '0777', '0o777', '0x1FF', '0X1ff'],
  [1000, '1_000', '1e3', '1E3', '1e+3', '1_0_0_0'],
  [1.5, '1.5', '+1.5', '1.5e0', '15e-1', '1_.5'],
  [0.01, '.01', '.0_1', '1e-2'],
  [9223372036854775807n, '9223372036854775807', '0x7FFFFFFFFFFFFFFF'],
  [18446744073709551615n, '18446744073709551615', '0xFFFFFFFFFFFFFFFF'],
  [1e20, '100000000000000000000'],
  [Number.POSITIVE_INFINITY, '.inf', '.Inf', '.INF', '+.inf'],
  [Number.NEGATIVE_INFINITY, '-.inf', '-.Inf', '-.INF'],
];
const STRINGS = [
  'yEs',
  'oN',
  'nULL',
  'none',
  'nan',
  'inf',
  '.nAn',
  '0xg',
  '0b2',
  '0o8',
  '1e',
  'e1',
  '1e400',
  '.',
  '-',
  '..',
  '1.2.3',
  '1:30',
  '190:20:30',
  '2001-01-01',
  '1x',
  '5Gi',
  '100m',
  '._1',
  '.1_',
  '0x',
  '0b',
  '--1',
  '+-1',
  '+0xFFFFFFFFFFFFFFFF',
  '1,000',
  '=',
];

describe('a plain scalar', () => {
  test.each(PLAIN.flatMap(([value, ...texts]) => texts.map((text) => [text, value] as const)))('%j is %s', (text, value) => {
    const read = makeScalar(text, true).value;
    expect(Object.is(read, -0) ? 0 : read).toBe(value);
  });

  test.each(STRINGS)('%j is a string', (text) => {
    expect(makeScalar(text, true).value).toBe(text);
  });

  test.each(['.nan', '.NaN', '.NAN'])('%j is no number', (text) => {
    expect(makeScalar(text, true).value).toBeNaN();
  });
});

describe('quotes and tags', () => {
  test.each([
    ['"yes"', 'yes'],
    ["'1'", '1'],
    ['""', ''],
    ['!!str 1', '1'],
    ['!!str yes', 'yes'],
    ['! 12', '12'],
    ['!custom 12', '12'],
    ['!!int "0x2"', 2],
    ['!!float 1', 1],
    ["!!bool 'yes'", true],
    ['!!null ""', null],
    ['!!timestamp 2001-01-01', '2001-01-01'],
    ['|-\n  yes', 'yes'],
    ['>-\n  1', '1'],
    ['&x yes', true],
  ])('%j is %j', (text, value) => {
    const { shape } = parseDocument(`a: ${text}\n`);
    expect(shape instanceof Map && shape.get('a')).toMatchObject({ value });
  });

  test('two tagged values that the reader would resolve stay apart', () => {
    const { shape } = parseDocument('a: !!binary aGk=\nb: !!binary aGV5\n');
    expect(shape instanceof Map && [shape.get('a'), shape.get('b')]).toMatchObject([{ text: 'aGk=' }, { text: 'aGV5' }]);
  });
});
