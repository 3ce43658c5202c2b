import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classifyDatabaseSecret, readSecretSources } from '../../src/secrets/index.ts';
import { everything, resourceOf } from './resources.ts';
import { SAMPLES, sampled } from './samples.ts';
import type { Values } from './samples.ts';

/** Values as they come: passwords, base64 with its padding, a PEM block, anything; long enough to stand in no result by chance. */
const token = fc.stringMatching(/^[a-zA-Z0-9]{14,24}$/).filter((text) => /[a-z][0-9]|[0-9][a-z]/.test(text));
const base64 = fc.base64String({ minLength: 16, maxLength: 40 });
const anything = fc
  .tuple(
    token,
    fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !text.includes('=')),
  )
  .map((pair) => pair.join(''));
const block = fc
  .array(base64, { minLength: 1, maxLength: 3 })
  .map((lines) => ['-----BEGIN KEY-----', ...lines, '-----END KEY-----'].join('\n'));
const anyValue = fc.oneof(token, base64, anything, block);
const key = fc.constantFrom('DB_CONNECTION_STRING', 'ROOT_PASSWORD', 'USER', 'PASSWORD', 'DATABASE', 'A', 'license');
const data = fc.dictionary(key, anyValue, { minKeys: 1, maxKeys: 5 });

const assignments = (values: Values): string =>
  Object.entries(values)
    .map(([name, text]) => `${name}=${text}\n`)
    .join('');

/** What of a value must not be seen: its lines, without base64's padding, as JSON writes them. */
const piecesOf = (text: string): string[] =>
  text
    .split(/[\r\n=]+/)
    .filter((line) => line.length >= 12)
    .map((line) => JSON.stringify(line).slice(1, -1));

describe.each(sampled)('$name', ({ samples }) => {
  test('no value of it is in any result, alone or beside other sources', () => {
    const others = fc.array(fc.tuple(fc.constantFrom(...SAMPLES), data), { maxLength: 2 });
    fc.assert(
      fc.property(fc.constantFrom(...samples), data, others, data, anyValue, (sample, values, beside, env, loose) => {
        const drawn = [[sample, values] as const, ...beside];
        const file = `${assignments(env)}${loose}\n`;
        const resources = drawn.map(([draw, each]) => resourceOf(draw(each)));
        const sources = readSecretSources(resources, () => file);
        expect(sources.length).toBeGreaterThan(0);
        const text = everything([sources, classifyDatabaseSecret('db', null, sources), classifyDatabaseSecret('db', 'chat', sources)]);
        for (const piece of [loose, ...[env, ...drawn.map(([, each]) => each)].flatMap(Object.values)].flatMap(piecesOf)) {
          expect(text).not.toContain(piece);
        }
      }),
      { numRuns: 60 },
    );
  });
});

test('nor is a value that stands where a name belongs', () => {
  const sources = readSecretSources(
    [resourceOf({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, stringData: { 'postgres://user:hunter2@host/db': '' } })],
    () => null,
  );
  expect(everything(sources)).not.toContain('hunter2');
});
