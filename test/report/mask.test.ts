import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Document, isMap, isScalar, visit } from 'yaml';
import { maskLines } from '../../src/report/mask.ts';

const shown = (text: string): string =>
  maskLines(text.split('\n'))
    .map((line) => line ?? '(hidden)')
    .join('\n');

describe('values that may be secrets', () => {
  test.each([
    ['plain', 'env:\n- name: A\n  value: hunter2\n- name: B', 'env:\n- name: A\n  value: ***\n- name: B'],
    ['quoted', 'password: "hunter2"  # hunter2\nhost: x', 'password: ***\nhost: x'],
    ['in JSON', '{"name": "A",\n "value": "hunter2",\n "b": 1}', '{"name": "A",\n "value": ***\n "b": 1}'],
    ['in JSON without blanks', '{"env":[{"name":"A","value":"hunter2"},{"name":"B"}]}', '{"env":[{"name":"A","value": ***'],
    ['in braces', '- {name: A, value: hunter2}\n- {name: B}', '- {name: A, value: ***\n- {name: B}'],
    ['a block scalar', '- value: |\n    hunter2\n\n    hunter2\n  name: A', '- value: ***\n(hidden)\n\n(hidden)\n  name: A'],
    ['plain, over lines', 'value: a\n  hunter2\nname: A', 'value: ***\n(hidden)\nname: A'],
    ['quoted, over lines', "value: 'a\n  hunter2'\nname: A", 'value: ***\n(hidden)\nname: A'],
    ['on the line below', 'value:\n  hunter2\nname: A', 'value:\n(hidden)\nname: A'],
    ['empty', 'value:\nname: A', 'value:\nname: A'],
    ['from elsewhere', 'valueFrom: {secretKeyRef: {name: a}}', 'valueFrom: {secretKeyRef: {name: a}}'],
    ['in another case', 'Value: hunter2\nrootPassword: hunter2', 'Value: ***\nrootPassword: ***'],
    ['in a comment', '# value: hunter2\nname: A', '# value: ***\nname: A'],
    ['behind an alias', 'x: &pw hunter2\ny: 1\npassword: *pw', 'x: &pw ***\n(hidden)\n(hidden)'],
  ])('%s', (_, text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  test.each([
    ['a quoted value within braces', '{value: "hunter2\nhunter2", name: A}\nb: 1'],
    ['a plain value within braces', '{value: x\nhunter2, name: A}'],
    ['a value below its key within braces', '{"value":\n"hunter2"}'],
    ['a value within braces at the start of a line', '{name: A,\n  value: x\nhunter2\n}'],
  ])('where the end can not be told, the rest is hidden: %s', (_, text) => {
    expect(shown(text)).not.toContain('hunter2');
  });
});

const word = fc.stringMatching(/^[a-z]{3}[0-9]{4}[a-z]{3}$/);
const secret = fc.oneof(
  word,
  fc.array(word, { minLength: 2, maxLength: 4 }).map((words) => words.join('\n')),
  fc.array(word, { minLength: 2, maxLength: 30 }).map((words) => words.join(' ')),
  fc
    .tuple(word, fc.constantFrom(': ', ' #', '"', "'", ', ', '{', '\\', '\n\n', '\n  ', '- '))
    .map(([text, mark]) => `${mark}${text}${mark}${text}`),
);
const style = fc.record({
  type: fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'),
  flow: fc.boolean(),
  indent: fc.constantFrom(2, 4),
  indentSeq: fc.boolean(),
  lineWidth: fc.constantFrom(0, 40, 80),
});

test('no word of an environment value or password is shown, in any style', () => {
  fc.assert(
    fc.property(fc.array(secret, { minLength: 1, maxLength: 3 }), secret, style, (values, password, { type, flow, ...options }) => {
      const spec = {
        mattermostEnv: values.map((value, index) => ({ name: `A${index}`, value })),
        elasticSearch: { password, host: 'x' },
        size: '1',
      };
      const document = new Document({ kind: 'ClusterInstallation', spec });
      visit(document, {
        Pair: (_, { key, value }) => {
          if (isScalar(key) && isScalar(value) && ['value', 'password'].includes(String(key.value))) value.type = type as never;
        },
        Map: (_, map, path) => {
          if (flow && path.length > 4 && isMap(map)) map.flow = true;
        },
      });
      const visible = shown(document.toString(options));
      for (const piece of [...values, password].flatMap((text) => text.match(/[a-z]{3}[0-9]{4}[a-z]{3}/g) ?? []))
        expect(visible).not.toContain(piece);
      expect(visible).toContain('ClusterInstallation');
    }),
    { numRuns: 1000 },
  );
});
