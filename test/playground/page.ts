import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { CHROMIUM_FLAGS, findChromium, openPage } from '../report/chromium.ts';

/** The browser that is here, or null. */
export const executablePath = findChromium();

/** For the name of what is skipped. */
export const where = `in Chromium${executablePath === null ? ' (none found: set CHROMIUM to its program)' : ''}`;

/** Opens the page. It may ask for nothing but itself, and nothing may be complained about. */
export type Open = (fragment?: string, settings?: BrowserContextOptions) => Promise<Page>;

/** Builds the page once for a test file, from the sources as they are, and opens it from a file. */
export function playground(): Open {
  let folder: string;
  let file: string;
  let browser: Browser;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ci2mm-playground-'));
    file = join(folder, 'playground.html');
    execFileSync(process.execPath, ['scripts/playground.js', file], { stdio: 'inherit' });
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: CHROMIUM_FLAGS });
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return (fragment = '', settings = {}) => openPage(browser, pathToFileURL(file).href + fragment, settings);
}

/** Waits until what was given last is shown. */
export const settled = (page: Page): Promise<void> => page.locator('body[data-state=shown]').waitFor();

/** Pastes a text and waits for what comes of it. */
export async function paste(page: Page, text: string): Promise<void> {
  await page.locator('#text').fill(text);
  await settled(page);
}
