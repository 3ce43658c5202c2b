import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { sameValue } from '../../src/model/same.ts';
import { isList, isMap, isScalar, valueAt } from '../../src/model/value.ts';
import type { Path, Value } from '../../src/model/value.ts';
import { convert } from '../../src/operator/convert.ts';
import { commentsLostElsewhere, commentsOf, extentsOf, newTrailingBlanks, unexplainedLines, unexplainedWords } from './audit.ts';
import { convertByDescription, without } from './oracle.ts';
import type { Choice } from './oracle.ts';
import { applyParts, convertDocument, documentsOf, installationsIn, isTypedList } from './pipeline.ts';
import type { Outcome } from './pipeline.ts';
import type { Request } from './tasks.ts';
import { canonical, dataOf } from './random/data.ts';
import { Dice } from './random/dice.ts';
import { drawManifest } from './random/manifest.ts';
import type { RandomManifest } from './random/manifest.ts';

const RUNS = Number(process.env['CI2MM_RUNS'] ?? 500);
const SEED = Number(process.env['CI2MM_SEED'] ?? 20_261_123);

const tally = { draws: 0, easy: 0, easyRefused: 0, installations: 0, converted: 0, codes: new Map<string, number>() };

describe(`random manifests, seed ${SEED}`, () => {
  test(
    'a conversion means what the operator means, and changes nothing else',
    () => {
      let smallest = '';
      const property = fc.property(fc.gen(), (draw) => {
        const dice = new Dice(draw);
        const choice: Choice = { database: dice.pick(['external', 'operator-managed']), ingress: dice.pick(['keep', 'keep', 'modern']) };
        const manifest = drawManifest(dice);
        smallest = `${JSON.stringify(choice)}\n${manifest.text}`;
        check(manifest, choice);
      });
      const { failed, counterexamplePath, errorInstance } = fc.check(property, {
        numRuns: RUNS,
        seed: SEED,
        endOnFailure: process.env['CI2MM_SHRINK'] !== '1',
      });
      if (failed)
        throw new Error(`CI2MM_SEED=${SEED}, path ${counterexamplePath}: ${String(errorInstance)}\n${smallest}`, { cause: errorInstance });
    },
    60_000 + RUNS * 100,
  );

  afterAll(() => {
    const codes = [...tally.codes].sort(([, a], [, b]) => b - a).map(([code, count]) => `${code} ${count}`);
    console.log(
      `${tally.draws} draws, ${tally.installations} installations: ${tally.converted} converted, ${tally.installations - tally.converted} refused (${codes.join(', ')}); ` +
        `of ${tally.easy} without anchors, merge keys, comments in braces and open block scalars ${tally.easyRefused} refused`,
    );
    expect(tally.easyRefused).toBeLessThanOrEqual(tally.easy * 0.02);
    expect([...tally.codes.keys()].filter((code) => code.startsWith('post-'))).toEqual([]);
  });
});

function check(manifest: RandomManifest, choice: Choice): void {
  const documents = documentsOf(manifest.text);
  expect(documents.flatMap(({ problems }) => problems)).toEqual([]);
  if (!manifest.hard.openBlockScalar)
    expect(meaningOf(documents.map(({ shape }) => shape))).toEqual(manifest.documents.map(({ data }) => canonical(data)));
  const outcomes = documents.map((document) => convertDocument(document, choice));
  for (const outcome of outcomes) {
    checkMeaning(outcome, choice);
    checkTouchedText(outcome, choice);
  }
  count(manifest, outcomes);
  checkWholeFile(manifest.text, outcomes.map(({ text }) => text).join(''), outcomes, choice);
}

const meaningOf = (shapes: readonly (Value | null)[]): string[] =>
  shapes.flatMap((shape) => (shape === null ? [] : [canonical(dataOf(shape))]));

function count({ hard }: RandomManifest, outcomes: readonly Outcome[]): void {
  const isEasy = !Object.values(hard).some(Boolean);
  tally.draws += 1;
  for (const { converted, refused } of outcomes) {
    tally.installations += converted.length + refused.length;
    tally.converted += converted.length;
    for (const { code } of refused) tally.codes.set(code, (tally.codes.get(code) ?? 0) + 1);
    if (isEasy) tally.easy += converted.length + refused.length;
    if (isEasy) tally.easyRefused += refused.length;
  }
}

/** The result means the conversion of what was there: by the field map, and by the description. */
function checkMeaning({ before, text, converted }: Outcome, choice: Choice): void {
  const [after] = documentsOf(text);
  if (before.shape === null || after?.shape == null) return expect(text).toBe(before.text);
  expect(after.problems).toEqual([]);
  const header = converted.length > 0 && isTypedList(before);
  const expected = replaceAll(before.shape, converted);
  const relabelled = header ? relabel(expected) : expected;
  if (!sameValue(after.shape, relabelled)) expect(canonical(dataOf(after.shape))).toBe(canonical(dataOf(relabelled)));
  expect(sameValue(after.shape, relabelled)).toBe(true);
  for (const { path, options } of converted) {
    const old = dataOf(valueAt(before.shape, path) as Value);
    const described = convertByDescription(without(old, options.unknown), { ...choice, database: options.database as Choice['database'] });
    expect(canonical(dataOf(valueAt(after.shape, path) as Value))).toBe(canonical(described.data));
  }
}

function replaceAll(value: Value, converted: readonly Request[], path: Path = []): Value {
  const own = converted.find((each) => each.path.join() === path.join());
  if (own !== undefined && isMap(value)) return convert(value, own.options);
  const items = isMap(value) ? value.get('items') : undefined;
  if (!isMap(value) || !isList(items)) return value;
  return new Map(value).set(
    'items',
    items.map((item, index) => replaceAll(item, converted, ['items', index])),
  );
}

function relabel(list: Value): Value {
  const texts = new Map([
    ['apiVersion', 'installation.mattermost.com/v1beta1'],
    ['kind', 'MattermostList'],
  ]);
  return isMap(list)
    ? new Map([...list].map(([key, child]) => [key, texts.has(key) && isScalar(child) ? { ...child, text: texts.get(key) ?? '' } : child]))
    : list;
}

/** Only what the operations name has changed in the text. */
function checkTouchedText({ before, text, converted, refused, droppedComments }: Outcome, choice: Choice): void {
  if (!isTypedList(before) && refused.length === 0) expect(applyParts(before, converted)).toBe(text);
  const dropped = converted.flatMap(({ path, options }) => [
    ...options.unknown.map((each) => [...path, ...each]),
    ...convertByDescription(without(dataOf(valueAt(before.shape ?? undefined, path) as Value), options.unknown), {
      ...choice,
      database: options.database as Choice['database'],
    }).dropped.map((each) => [...path, ...each]),
  ]);
  const extents = extentsOf(before.root, before.text, dropped);
  const [lost, gained] = differences(commentsOf(before.text), commentsOf(text));
  expect(gained).toEqual([]);
  expect([...lost].sort()).toEqual([...droppedComments].sort());
  expect(commentsLostElsewhere(before.text, lost, extents)).toEqual([]);
  expect(unexplainedLines(before.text, text, extents)).toEqual([]);
  expect(unexplainedWords(before.text, text, extents)).toEqual([]);
  expect(newTrailingBlanks(before.text, text)).toEqual([]);
  if (readsAsJson(before.text)) expect(readsAsJson(text)).toBe(true);
}

function differences(before: readonly { text: string }[], after: readonly { text: string }[]): [string[], string[]] {
  const counts = new Map<string, number>();
  for (const { text } of before) counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const { text } of after) counts.set(text, (counts.get(text) ?? 0) - 1);
  const more = (sign: number): string[] =>
    [...counts].flatMap(([text, left]) => Array.from({ length: Math.max(0, left * sign) }, () => text));
  return [more(1), more(-1)];
}

function readsAsJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return true;
  } catch {
    return false;
  }
}

/** Marks of the file stay, and a second run finds nothing but what was refused. */
function checkWholeFile(before: string, after: string, outcomes: readonly Outcome[], choice: Choice): void {
  expect(after.startsWith('\uFEFF')).toBe(before.startsWith('\uFEFF'));
  expect(after.endsWith('\n')).toBe(before.endsWith('\n'));
  if (!/(?<!\r)\n/.test(before)) expect(after).not.toMatch(/(?<!\r)\n/);
  if (!before.includes('\r')) expect(after).not.toContain('\r');
  const again = documentsOf(after).map((document) => convertDocument(document, choice));
  // What was refused for the sake of an anchor in another item may go through once that item is converted.
  if (outcomes.every(({ refused }) => refused.length === 0)) expect(again.map(({ text }) => text).join('')).toBe(after);
  expect(again.flatMap(({ before: document }) => installationsIn(document))).toHaveLength(
    outcomes.flatMap(({ refused }) => refused).length,
  );
}
