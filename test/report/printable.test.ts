import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cut, printable } from '../../src/report/printable.ts';
import { HOSTILE } from './samples.ts';

test.each([
  ['plain: text', 'plain: text'],
  ['社内チャット 🙂 👩‍💻 é', '社内チャット 🙂 👩‍💻 é'],
  ['a\nb\r\tc', String.raw`a\nb\r\tc`],
  ['\u001b[31m\u0000\u007f', String.raw`\u001b[31m\u0000\u007f`],
  ['\u009b31m', String.raw`\u009b31m`],
  ['\u2028\u2029', String.raw`\u2028\u2029`],
  ['\u202egnp.exe\u2066', String.raw`\u202egnp.exe\u2066`],
  ['\u200b\ufeff\u{e0041}', String.raw`\u200b\ufeff\u{e0041}`],
  ['\ud83d', String.raw`\ud83d`],
])('%j is shown as %s', (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test('nothing unseen is left, and what is left is left alone', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...HOSTILE)), (text) => {
      const shown = printable(text);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200e\u200f]/u);
      expect(printable(shown)).toBe(shown);
    }),
  );
});

test('a cut text is no longer than asked for and ends with a whole character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 20 }), (text, length) => {
      const short = cut(text, length);
      expect(short.length).toBeLessThanOrEqual(length);
      expect(text.startsWith(short.replace(/…$/, ''))).toBe(true);
      expect(short).not.toMatch(/\p{Cs}/u);
    }),
  );
});
