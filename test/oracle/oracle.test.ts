import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawManifest } from '../engine/random/manifest.ts';
import { diceFor } from './dice.ts';
import { damaged, drawFile } from './draw.ts';
import type { Schema } from './draw.ts';
import { definitionsOf, obstacle, Operator, operatorRelease } from './operator.ts';
import { PLACES, SPELLINGS } from './scalars.ts';
import { judge } from './trial.ts';
import type { Outcome, Trial } from './trial.ts';

/**
 * The Mattermost Operator's own code as a second opinion: what it makes of an installation, read as kubectl reads and admitted as an API server
 * admits, ci2mm's result must mean when it is read and admitted in the same way.
 *
 * CI2MM_ORACLE_RUNS: random files, 500 by default and none for 0. With more than that, every spelling of a scalar is tried in every kind of
 * place, and a part of the files with an older target as well. CI2MM_SEED: other files.
 */
const RUNS = Number(process.env['CI2MM_ORACLE_RUNS'] ?? 500);
const SEED = Number(process.env['CI2MM_SEED'] ?? 20_261_126);
const isLong = RUNS > 500;

/** Of the scalars, what a short run tries: so many of them, spread evenly. */
const SHORT_SCALARS = 600;

/** A release whose ClusterInstallation lacks fields that later ones have. */
const OLDER = '1.12.0';

const missing = RUNS === 0 ? 'CI2MM_ORACLE_RUNS is 0' : obstacle();

describe.skipIf(missing !== null)(`the operator's own conversion${missing === null ? '' : ` (${missing})`}`, () => {
  let operator: Operator;
  let target: string;
  let schema: Schema;

  beforeAll(() => {
    const definitions = definitionsOf(null);
    operator = new Operator(definitions);
    target = minorOf(operatorRelease());
    schema = installationSchema(definitions);
  }, 1_800_000);

  afterAll(() => operator?.stop());

  test('knows a wrong result', async () => {
    const before = PLACES['a string that gets another name']?.('license') ?? '';
    const right = (await judge(trial('right', before), operator, target)).answer;
    expect(right).toMatchObject({ installations: [{ name: 'chat', state: 'converted' }], differences: [] });
    const wrong = before
      .replace('mattermost.com/v1alpha1', 'installation.mattermost.com/v1beta1')
      .replace('ClusterInstallation', 'Mattermost');
    const answer = await operator.ask({ before, after: wrong, database: '', modern: false });
    expect(answer.differences.join('\n')).toContain('spec.licenseSecret: the operator has "license", the result nothing');
    expect(answer.differences.join('\n')).toContain('Mattermost has no spec.mattermostLicenseSecret');
  });

  test(
    `${RUNS} random files, seed ${SEED}`,
    async () => {
      await compareAll(RUNS, (number) => drawTrial(number, schema, true), operator, target);
    },
    60_000 + RUNS * 500,
  );

  test(
    'spellings of scalars in all kinds of places',
    async () => {
      const all = Object.entries(PLACES).flatMap(([place, write]) =>
        SPELLINGS.map((scalar) => trial(`${place}: ${scalar}`, write(scalar))),
      );
      const step = isLong ? 1 : all.length / SHORT_SCALARS;
      const trials = all.filter((_, index) => Math.floor(index % step) === 0);
      await compareAll(trials.length, (number) => trials[number] ?? trial('', ''), operator, target);
    },
    isLong ? 7_200_000 : 300_000,
  );

  test.skipIf(!isLong)(
    `random files for operator ${OLDER}`,
    async () => {
      const older = new Operator(definitionsOf(OLDER));
      try {
        await compareAll(Math.ceil(RUNS / 10), (number) => drawTrial(number, schema, false), older, minorOf(OLDER));
      } finally {
        older.stop();
      }
    },
    1_800_000 + RUNS * 50,
  );
});

const minorOf = (release: string): string => release.split('.').slice(0, 2).join('.');

const trial = (name: string, text: string): Trial => ({ name, text, database: '', modern: false });

/** What a schema says of a ClusterInstallation. */
function installationSchema(definitions: string): Schema {
  const text = readFileSync(join(definitions, 'mattermost.com_clusterinstallations.yaml'), 'utf8');
  const { spec } = parse(text) as { spec: { versions: { name: string; schema: { openAPIV3Schema: Schema } }[] } };
  return spec.versions.find(({ name }) => name === 'v1alpha1')?.schema.openAPIV3Schema ?? {};
}

/** The random file of a number. Every third comes from the generator of the engine's tests, every fifth is damaged. */
function drawTrial(number: number, schema: Schema, mayBeModern: boolean): Trial {
  const dice = diceFor(SEED, number);
  const isEngines = number % 3 === 0;
  const whole = isEngines ? drawManifest(dice).text : drawFile(dice, schema);
  const text = dice.chance(20) ? damaged(dice, whole) : whole;
  return {
    name: `${number}`,
    text,
    database: isEngines ? dice.pick(['external', 'operator-managed']) : '',
    modern: mayBeModern && dice.chance(20),
  };
}

const AT_ONCE = 100;

/** Compares some trials, and says how they went. */
async function compareAll(count: number, trialOf: (number: number) => Trial, operator: Operator, target: string): Promise<void> {
  const tally = new Tally();
  for (let first = 0; first < count; first += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, index) => first + index);
    const outcomes = await Promise.all(numbers.map((number) => judge(trialOf(number), operator, target)));
    for (const outcome of outcomes) tally.add(outcome);
  }
  console.log(tally.summary());
  expect(tally.faults.slice(0, 3).join('\n\n')).toBe('');
}

class Tally {
  readonly faults: string[] = [];
  #converted = 0;
  #unreadable = 0;
  #rightly = 0;
  #needlessly = 0;
  #others = 0;

  add(outcome: Outcome): void {
    const { state, answer, trial, differences } = outcome;
    const isConvertible = answer.installations.length > 0 && answer.installations.every(({ state }) => state === 'converted');
    if (state === 'converted') this.#converted += 1;
    else if (state === 'unchanged') this.#others += 1;
    else if (answer.unreadable !== undefined) this.#unreadable += 1;
    else if (isConvertible) this.#needlessly += 1;
    else this.#rightly += 1;
    if (differences.length > 0)
      this.faults.push(
        `${trial.name} (CI2MM_SEED=${SEED}, ${trial.database}, ${trial.modern ? 'modern' : 'keep'}): ${differences.join('; ')}\n${trial.text}`,
      );
  }

  summary(): string {
    return (
      `${this.#converted} converted, ${this.#unreadable} that kubectl can not read blocked, ${this.#rightly} blocked that cluster or operator refuse, ` +
      `${this.#needlessly} blocked that the operator converts, ${this.#others} without an installation; ${this.faults.length} with a difference`
    );
  }
}
