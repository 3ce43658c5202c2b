import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { reportOf, run } from '../cli/harness.ts';
import { Dice } from '../engine/random/dice.ts';
import { drawManifest } from '../engine/random/manifest.ts';
import { temporaryDirectory } from '../repo/workspace.ts';
import { executablePath, playground, where } from './page.ts';

const RUNS = Number(process.env['CI2MM_RUNS'] ?? 200);
const SEED = Number(process.env['CI2MM_SEED'] ?? 20_261_127);

interface Drawn {
  readonly text: string;
  readonly choices: Readonly<Record<'target' | 'ingress' | 'assumeDatabase', string>>;
}

/** Text as a text area keeps it: every line break is the same. */
const drawn = (draw: fc.GeneratorValue): Drawn => {
  const dice = new Dice(draw);
  const choices = {
    target: dice.pick(['', '', '1.12', '1.25', '2.0']),
    ingress: dice.pick(['', '', 'modern']),
    assumeDatabase: dice.pick(['', 'external', 'operator-managed']),
  };
  return { text: drawManifest(dice).text.replaceAll(/\r\n?/g, '\n'), choices };
};

const OPTIONS = { target: '--target', ingress: '--ingress', assumeDatabase: '--assume-database' } as const;

async function byCommandLine(cwd: string, choices: Partial<Drawn['choices']> = {}): Promise<Report | null> {
  const options = Object.entries(choices).flatMap(([name, value]) => (value === '' ? [] : [OPTIONS[name as keyof typeof OPTIONS], value]));
  const result = await run(['convert', '.', '--format', 'json', '--prove', 'never', ...options], { cwd });
  return result.stdout.length === 0 ? null : reportOf(result);
}

/** The choices are set and the text judged at once, in place of a wait for more keys. */
const byPage = (page: Page, given: Drawn): Promise<Report | null> =>
  page.evaluate(
    `new Promise((resolve) => {
      const { text, choices } = ${JSON.stringify(given)};
      document.addEventListener('judged', ({ detail }) => resolve(detail), { once: true });
      for (const [id, value] of Object.entries(choices)) document.getElementById(id).value = value;
      document.getElementById('text').value = text;
      document.getElementById('target').dispatchEvent(new Event('change'));
    })`,
  );

/** Why nothing was built is another reason here and there. */
const withoutReasons = (report: Report | null): unknown =>
  JSON.parse(
    JSON.stringify(report).replaceAll(
      /Not proven by (building|rendering): (?:proofs are switched off|a page runs no programs, the command line does)/g,
      'Not proven by $1',
    ),
  );

async function byFolder(page: Page, folder: string): Promise<Report | null> {
  const judged = page.evaluate<Report | null>(
    "new Promise((resolve) => document.addEventListener('judged', ({ detail }) => resolve(detail), { once: true }))",
  );
  await page.locator('#folder').setInputFiles(folder);
  return judged;
}

describe.skipIf(executablePath === null)(`the page and the command line say the same ${where}, seed ${SEED}`, () => {
  const open = playground();

  test(`of ${RUNS} random manifests`, async () => {
    const page = await open();
    const cwd = temporaryDirectory();
    let changed = 0;
    const property = fc.asyncProperty(fc.gen(), async (draw) => {
      const given = drawn(draw);
      writeFileSync(join(cwd, 'manifests.yaml'), given.text);
      const [here, there] = [await byPage(page, given), await byCommandLine(cwd, given.choices)];
      expect(here).toEqual(there);
      changed += here?.changes.length ?? 0;
    });
    await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });
    expect(changed).toBeGreaterThan(RUNS / 10);
  }, 300_000);

  test.each(['plain', 'kustomize', 'helm', 'argo-cd-platform', 'flux-platform', 'secrets', 'json-and-lists'])(
    'of the folder examples/%s',
    async (name) => {
      const folder = join(temporaryDirectory(), 'repository');
      mkdirSync(folder);
      cpSync(join('examples', name), folder, { recursive: true });
      const page = await open();
      const [here, there] = [await byFolder(page, folder), await byCommandLine(folder)];
      expect(withoutReasons(here)).toEqual(withoutReasons(there));
      expect(here?.summary.installations).toBeGreaterThan(0);
    },
    60_000,
  );
});
