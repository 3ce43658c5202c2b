import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { html } from '../../src/report/html/html.ts';
import { CHROMIUM_FLAGS, DESKTOP, findChromium, openPage, PHONE } from './chromium.ts';
import { change, finding, HOSTILE, hostile, huge, installation, OPTIONS, report } from './samples.ts';

/**
 * The page in a real Chromium, found through CHROMIUM or the PATH; without one these tests are skipped. Screenshots go to the folder that
 * CI2MM_SCREENSHOTS names, if it does.
 */
const executablePath = findChromium();
const screenshots = process.env['CI2MM_SCREENSHOTS'];

/** Programs for the page. */
const POOR_CONTRASTS = readFileSync(join(import.meta.dirname, 'poor-contrasts.js'), 'utf8');
const SHOWS_FOCUS = `[document.activeElement, document.activeElement.closest('.pills label')].some((element) =>
  element === document.body || (element !== null && (getComputedStyle(element).outlineStyle !== 'none' || getComputedStyle(element).boxShadow !== 'none')))`;

const SMALL_PHONE = { width: 320, height: 640 };

const BEFORE =
  'apiVersion: mattermost.com/v1alpha1\nkind: ClusterInstallation\nmetadata:\n  name: chat\nspec:\n  ingressName: chat.example.com\n  image: registry.example.com/a/very/long/name/of/an/image/mattermost-enterprise-edition\n  mattermostLicenseSecret: license\n';
const AFTER = BEFORE.replace('mattermost.com/v1alpha1', 'installation.mattermost.com/v1beta1')
  .replace('ClusterInstallation', 'Mattermost')
  .replace('mattermostLicenseSecret', 'licenseSecret');
const blocked = finding({
  rule: 'blue-green-enabled',
  level: 'error',
  file: 'apps/old.yaml',
  installation: 'mattermost/old',
  field: 'spec.blueGreen.enable',
  message: 'spec.blueGreen.enable is true.',
});
const sample = report({
  installations: [
    installation(),
    installation({ name: 'old', file: 'apps/old.yaml', status: 'blocked' }),
    installation({ name: 'x'.repeat(60), file: `apps/${'long-'.repeat(20)}.yaml` }),
  ],
  findings: [blocked, finding(), finding({ level: 'note', rule: 'replicas-unset' })],
  changes: [change('apps/chat.yaml', BEFORE, AFTER), change('apps/patch.yaml', 'a: 1\n', 'b: 1\nc: 2\n')],
});
const excerpts = new Map([
  [blocked, { file: blocked.file, startLine: 6, lines: ['  blueGreen:', '    enable: true', '    productionDeployment: blue'] }],
]);

describe.skipIf(executablePath === null)(
  `in Chromium${executablePath === null ? ' (none found: set CHROMIUM to its program)' : ''}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'ci2mm-html-'));
    let browser: Browser;

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: executablePath ?? '', args: CHROMIUM_FLAGS });
    });
    afterAll(async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** Opens a report. */
    function open(shown: Report, settings: BrowserContextOptions = {}): Promise<Page> {
      const file = join(folder, 'report.html');
      writeFileSync(file, html.render(shown, { ...OPTIONS, excerpts }));
      return openPage(browser, pathToFileURL(file).href, settings);
    }

    const visible = (page: Page, selector: string): Promise<number> => page.locator(`${selector}:visible`).count();
    const shownText = (page: Page): Promise<string | null> => page.locator('#shown').textContent();

    async function photograph(page: Page, name: string): Promise<void> {
      if (screenshots === undefined) return;
      mkdirSync(screenshots, { recursive: true });
      await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
    }

    describe.each([
      ['desktop', DESKTOP],
      ['phone', PHONE],
      ['small phone', SMALL_PHONE],
    ])('%s', (name, viewport) => {
      test.each(['light', 'dark'] as const)('fits its width and can be read: %s', async (colorScheme) => {
        const page = await open(sample, { viewport, colorScheme });
        await photograph(page, `${name.replace(' ', '-')}-${colorScheme}`);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(viewport.width);
        expect(await page.evaluate(POOR_CONTRASTS)).toEqual([]);
      });
    });

    test('the measure of contrast finds what is poor', async () => {
      const page = await open(sample);
      await page.evaluate("document.documentElement.style.setProperty('--quiet', '#999')");
      const poor = await page.evaluate<string[]>(POOR_CONTRASTS);
      for (const element of ['input.', 'small.', 'p.place', 'ins.line', 'span.'])
        expect(poor.join('\n')).toContain(`${element}: rgb(153, 153, 153)`);
    });

    test('the two sides stand beside each other where there is room, below each other where not', async () => {
      const boxes = async (viewport: typeof DESKTOP): Promise<boolean> => {
        const page = await open(sample, { viewport });
        const [old, now] = await Promise.all(['old', 'new'].map((side) => page.locator(`.changed .side.${side}`).first().boundingBox()));
        return old?.y === now?.y;
      };
      expect(await boxes(DESKTOP)).toBe(true);
      expect(await boxes(PHONE)).toBe(false);
    });

    describe('filters', () => {
      test('by level, rule, status and words, together', async () => {
        const page = await open(sample);
        expect(await shownText(page)).toBe('3 of 3 installations, 3 of 3 findings, 2 of 2 files');
        await page.locator('input[value=note]').uncheck();
        expect(await visible(page, '.finding')).toBe(2);
        await page.locator('#rule').selectOption('blue-green-enabled');
        expect(await visible(page, '.finding')).toBe(1);
        expect(await visible(page, 'tbody tr')).toBe(1);
        await page.locator('#clear').click();
        await page.locator('#status').selectOption('blocked');
        expect(await shownText(page)).toBe('1 of 3 installations, 1 of 3 findings, 2 of 2 files');
        await page.locator('#clear').click();
        await page.locator('#search').fill('PATCH.yaml');
        expect(await shownText(page)).toBe('0 of 3 installations, 0 of 3 findings, 1 of 2 files');
        expect(await visible(page, '.empty')).toBe(2);
        await page.locator('#search').fill('bluegreen true');
        expect(await shownText(page)).toBe('0 of 3 installations, 1 of 3 findings, 0 of 2 files');
      });

      test('answer at once, with 5,000 findings', async () => {
        const page = await open(huge(5000));
        await page.locator('#search').fill('chat-4999');
        expect(await shownText(page)).toBe('1 of 5000 installations, 1 of 5000 findings, 0 of 2500 files');
      }, 30_000);
    });

    test('the keyboard is enough: the focus is seen, / searches, blank and arrows choose, enter folds', async () => {
      const page = await open(sample);
      const focused = (): Promise<string> => page.evaluate('document.activeElement.id || document.activeElement.localName');
      await page.keyboard.press('Tab');
      expect(await page.locator('.skip').boundingBox()).toMatchObject({ x: 8, y: 8 });
      await page.keyboard.press('/');
      expect(await focused()).toBe('search');
      await page.keyboard.type('a/b');
      expect(await page.locator('#search').inputValue()).toBe('a/b');
      await page.locator('#search').fill('');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      expect(await visible(page, '.finding.error')).toBe(0);
      const seen = new Set<string>();
      for (let presses = 0; presses < 30; presses++) {
        await page.keyboard.press('Tab');
        seen.add(await focused());
        expect(await page.evaluate(SHOWS_FOCUS)).toBe(true);
      }
      expect([...seen]).toEqual(expect.arrayContaining(['rule', 'status', 'clear', 'a', 'summary']));
      await page.locator('summary').first().focus();
      await page.keyboard.press('Enter');
      expect(await page.locator('details').first().getAttribute('open')).toBeNull();
    });

    test('everything has a name, and headings go down one level at a time', async () => {
      const page = await open(sample);
      const names = await page.evaluate<string[]>(
        "[...document.querySelectorAll('input, select, button')].map((control) => control.labels[0]?.textContent ?? control.textContent)",
      );
      expect(names).toHaveLength(7);
      for (const name of names) expect(name).toMatch(/\w/);
      const levels = await page.evaluate<number[]>(
        "[...document.querySelectorAll('h1, h2, h3, h4')].map(({ tagName }) => Number(tagName[1]))",
      );
      for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    });

    test('without JavaScript everything is there but the filter', async () => {
      const page = await open(sample, { javaScriptEnabled: false });
      expect(await visible(page, '#filters')).toBe(0);
      expect(await visible(page, '.finding')).toBe(3);
      expect(await visible(page, 'tbody tr')).toBe(3);
      expect(await visible(page, '.line')).toBeGreaterThan(10);
      expect(await visible(page, '.rule')).toBe(3);
    });

    test('hostile text does nothing and is shown', async () => {
      const all = HOSTILE.map(hostile);
      const page = await open(
        report({
          installations: all.flatMap((each) => each.installations),
          findings: all.flatMap((each) => each.findings),
          changes: all.flatMap((each) => each.changes),
        }),
      );
      expect(await page.evaluate("'pwned' in window")).toBe(false);
      const messages = (await page.locator('.finding .message').allTextContents()).join('\n');
      for (const word of HOSTILE.flatMap((text) => text.match(/[a-z]{3,}/g) ?? [])) expect(messages).toContain(word);
      expect(await page.locator('a[href]:not([href^="#"]), img, svg, iframe').count()).toBe(0);
      expect(await page.locator('script').count()).toBe(1);
    });

    test('a report of nothing is a page', async () => {
      const page = await open(report());
      expect(await page.locator('.verdict').textContent()).toBe('No ClusterInstallation found.');
      expect(await visible(page, '.empty')).toBe(2);
    });
  },
);
