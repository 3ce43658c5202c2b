import { expect, test } from 'vitest';
import { nearest } from '../../src/operator/suggest.ts';

const rules = ['blue-green-enabled', 'canary-enabled', 'unknown-field', 'url'];

test.each([
  ['blueGreenEnabled', 'blue-green-enabled'],
  ['canary-enable', 'canary-enabled'],
  ['unknwon-field', 'unknown-field'],
  ['url', 'url'],
  ['uri', null],
  ['', null],
  ['something-else', null],
])('%j is nearest to %j', (name, expected) => {
  expect(nearest(name, rules)).toBe(expected);
});
