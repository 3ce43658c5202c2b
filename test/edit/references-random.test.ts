import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { rewriteFile } from '../../src/edit/file.ts';
import type { Operation } from '../../src/yaml/primitives.ts';
import { parseDocument } from '../../src/yaml/document.ts';
import { applyEdits } from '../../src/yaml/text.ts';

/**
 * Random documents full of anchors, in which random scalars are set: what is written means, to the YAML library itself, the document with
 * these and no other scalars changed.
 */

const RUNS = Number(process.env['CI2MM_RUNS'] ?? 300);
const SEED = Number(process.env['CI2MM_SEED'] ?? 11);

const NAMES = ['a', 'b', 'c'] as const;
const scalar = fc.constantFrom('Old', '"Old"', "'O''d'", 'x.y\\z', '"x\\\\y"', 'a|b', '1');
const alias = fc.constantFrom(...NAMES).map((name) => `*${name}`);
const anchor = fc.constantFrom('', '', ...NAMES.map((name) => `&${name} `));
const anchored = (value: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.tuple(anchor, value).map(([name, text]) => name + text);
const leaf = fc.oneof({ weight: 3, arbitrary: anchored(scalar) }, { weight: 2, arbitrary: alias });
const flow = anchored(
  fc.oneof(
    fc.array(leaf, { minLength: 1, maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc.array(leaf, { minLength: 1, maxLength: 3 }).map((items) => `{${items.map((item, index) => `k${index}: ${item} `).join(', ')}}`),
  ),
);
const block = fc
  .tuple(anchor, fc.array(fc.oneof(leaf, flow), { minLength: 1, maxLength: 3 }))
  .map(([name, items]) => `${name.trimEnd()}\n${items.map((item, index) => `  k${index}: ${item} # ${index}\n`).join('')}`.trimEnd());
const document = fc
  .array(fc.oneof(leaf, flow, block), { minLength: 2, maxLength: 6 })
  .map((values) => values.map((value, index) => `v${index}: ${value}\n`).join(''));

type Data = string | readonly Data[] | { readonly [key: string]: Data };
type Steps = readonly (string | number)[];

const read = (text: string): Data => parse(text, { schema: 'failsafe' }) as Data;

function scalarsIn(data: Data, path: Steps = []): Steps[] {
  if (typeof data === 'string') return [path];
  const entries: [string | number, Data][] = Array.isArray(data) ? [...(data as readonly Data[]).entries()] : Object.entries(data);
  return entries.flatMap(([step, child]) => scalarsIn(child, [...path, step]));
}

function withText(data: Data, [step, ...rest]: Steps, text: string): Data {
  if (step === undefined) return text;
  if (Array.isArray(data)) return (data as readonly Data[]).map((item, index) => (index === step ? withText(item, rest, text) : item));
  return Object.fromEntries(Object.entries(data).map(([key, child]) => [key, key === step ? withText(child, rest, text) : child]));
}

test('references are written as they are meant', () => {
  const tally = new Map<string, number>();
  const property = fc.property(
    document,
    fc.infiniteStream(fc.nat()),
    fc.constantFrom('New', 'n: w', 'say "n"', 'a\\.b', 'x[y]'),
    (text, picks, to) => {
      fc.pre(parseDocument(text).problems.length === 0);
      const before = read(text);
      const places = scalarsIn(before);
      const chosen = new Map(
        Array.from({ length: 3 }, () => places[(picks.next().value as number) % places.length] as Steps).map((path) => [
          path.join('/'),
          path,
        ]),
      );
      const operations = [...chosen.values()].map((path): Operation => ({ op: 'set', path, text: to, string: true }));
      const task = { at: { file: 'a.yaml', document: 0, inline: null }, batches: [operations] };
      const { regions, refused } = rewriteFile(text, [task], () => {
        throw new Error('no variants');
      });
      const code = refused.get(task)?.refusal.code ?? 'written';
      tally.set(code, (tally.get(code) ?? 0) + 1);
      const after = code === 'written' ? [...chosen.values()].reduce((data, path) => withText(data, path, to), before) : before;
      expect(read(applyEdits(text, regions))).toEqual(after);
      expect(code).not.toMatch(/^post-/);
    },
  );
  fc.assert(property, { numRuns: RUNS, seed: SEED });
  console.log(`references: ${[...tally].map(([code, times]) => `${code} ${times}`).join(', ')}`);
  expect((tally.get('written') ?? 0) / RUNS).toBeGreaterThan(0.8);
});
