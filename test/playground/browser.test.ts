import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { DESKTOP, executablePath, paste, PHONE, playground, settled, where } from './page.ts';

/** Programs for the page. */
const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const POOR_CONTRASTS = readFileSync('test/report/poor-contrasts.js', 'utf8');

const screenshots = process.env['CI2MM_SCREENSHOTS'];

const FAULTS = `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).slice(0, 5).join(', ')))`;

const MANIFEST = `apiVersion: mattermost.com/v1alpha1
kind: ClusterInstallation
metadata:
  name: chat
spec:
  ingressName: chat.example.com
  database:
    type: mysql
`;

async function photograph(page: Page, name: string): Promise<void> {
  if (screenshots === undefined) return;
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
}

describe.skipIf(executablePath === null)(`the playground ${where}`, () => {
  const open = playground();

  test('what is pasted is judged: findings, and both sides of the diff', async () => {
    const page = await open();
    await paste(page, MANIFEST);
    expect(await page.locator('#said').textContent()).toMatch(/^1 installation, \d+ findings?, 1 changed file\.$/);
    expect(await page.locator('#list .finding').count()).toBeGreaterThan(0);
    expect((await page.locator('del.line').allTextContents()).join('')).toContain('kind: ClusterInstallation');
    expect((await page.locator('ins.line').allTextContents()).join('')).toContain('kind: Mattermost');
    await paste(page, MANIFEST.replace('  database:', '  blueGreen:\n    enable: true\n  database:'));
    expect(await page.locator('#said').textContent()).toMatch(/^1 installation, 1 of them blocked, .* 0 changed files\.$/);
    expect(await page.locator('.line').count()).toBe(0);
  });

  describe.each([
    ['1280', DESKTOP],
    ['390', PHONE],
  ])('%s pixels', (name, viewport) => {
    test.each(['light', 'dark'] as const)('fits, can be read, and axe finds nothing: %s', async (colorScheme) => {
      const page = await open('', { viewport, colorScheme });
      await page.locator('#example').click();
      await settled(page);
      await page.locator('.finding').first().waitFor();
      await photograph(page, `${name}-${colorScheme}`);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(viewport.width);
      expect(await page.evaluate(POOR_CONTRASTS)).toEqual([]);
      await page.evaluate(AXE);
      expect(await page.evaluate(FAULTS)).toEqual([]);
    });
  });
});
