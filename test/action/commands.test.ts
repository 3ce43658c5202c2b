import { expect, test } from 'vitest';
import { Commands, readVariables } from './runner/commands.ts';
import { evaluate, holds, interpolate, valueOf } from './runner/expressions.ts';

// What the other tests of the Action stand on.

function obeyed(output: string): string[] {
  const commands = new Commands([]);
  commands.read(output);
  return commands.obeyed.map(({ name, message }) => `${name} ${message}`);
}

test.each([
  ['::error::a', ['error a']],
  ['  \t::error file=x,line=1::a%0Ab', ['error a\nb']],
  ['x ::error::a', []],
  ['x ##[error]a', ['error a']],
  ['::unknown::a', []],
  ['::stop-commands::word\n::error::a\n##[error]a\n::word::\n::error::b', ['stop-commands word', 'error b']],
  ['::stop-commands::word\n::other::\n::error::a', ['stop-commands word']],
  ['a\r::add-path::/x', ['add-path /x']],
])('the runner obeys in %j', (output, expected) => {
  expect(obeyed(output)).toEqual(expected);
});

test('secrets are hidden from where the runner knows them', () => {
  expect(new Commands(['one']).read('one two\n::add-mask::two\none two')).toBe('*** two\n*** ***');
});

test('variables are read in both forms, and nothing else is', () => {
  expect(readVariables('a=1=2\nb<<E\nx\n\na=3\nE\nc<<F\nF\n')).toEqual({ a: '1=2', b: 'x\n\na=3', c: '' });
  expect(() => readVariables('a<<E\nx\n')).toThrow('nothing ends');
  expect(() => readVariables('words\n')).toThrow("can't read");
});

test('expressions', () => {
  const contexts = { inputs: { a: "it's", empty: '' }, matrix: { list: [1, 2] } };
  expect(interpolate("x ${{ inputs.a }} ${{ format('}}{0}', inputs.empty || 'none') }}", contexts)).toBe("x it's }none");
  expect(valueOf('${{ matrix.list }}', contexts)).toEqual([1, 2]);
  expect(valueOf('${{ inputs.a }}/${{ inputs.a }}', contexts)).toBe("it's/it's");
  expect(evaluate('fromJSON(\'["a"]\')[0]', {})).toBe('a');
});

test.each([
  [undefined, false, true],
  [undefined, true, false],
  ['always()', true, true],
  ['failure()', true, true],
  ["inputs.a == 'x'", false, true],
  ["inputs.a == 'x'", true, false],
  ["${{ !cancelled() && inputs.a == 'x' }}", true, true],
])('whether a step runs: %s, after a failure: %s', (condition, failed, expected) => {
  expect(holds(condition, { inputs: { a: 'x' } }, { failed })).toBe(expected);
});
