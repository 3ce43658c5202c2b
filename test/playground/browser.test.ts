import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { fragmentOf } from '../../src/playground/link.ts';
import { HOSTILE } from '../report/samples.ts';
import { DESKTOP, PHONE } from '../report/chromium.ts';
import { executablePath, paste, playground, settled, where } from './page.ts';

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

/** A text in double quotes, with escapes for what may not stand in a file. */
const asYaml = (text: string): string =>
  JSON.stringify(text).replaceAll(/[^ -~]/gu, (character) => `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`);

/** Drops a folder, as the browser would hand it over. */
const DROPS = `(() => {
  const manifest = ${JSON.stringify(MANIFEST)};
  const file = (name, text) => ({ name, isFile: true, isDirectory: false, file: (done) => done(new File([text], name)) });
  const folder = (name, entries) => ({ name, isFile: false, isDirectory: true, createReader: () => {
    const batches = [entries.slice(0, 1), entries.slice(1), []];
    return { readEntries: (done) => done(batches.shift()) };
  } });
  const root = folder('repository', [
    file('z.yaml', manifest),
    file('.ci2mm.yaml', 'ignore: [apps/old.yaml, z.yaml]'),
    folder('apps', [file('chat.yaml', manifest), file('old.yaml', manifest)]),
    folder('.git', [file('config', 'secret')]),
    folder('node_modules', [file('a.yaml', manifest)]),
  ]);
  const event = new Event('drop', { cancelable: true });
  event.dataTransfer = { items: [{ kind: 'file', webkitGetAsEntry: () => root }] };
  document.dispatchEvent(event);
})()`;

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

  test('a link opens what it carries, in another page, and is made of nothing secret', async () => {
    const page = await open('', { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.locator('#ingress').selectOption('modern');
    await paste(page, MANIFEST);
    await page.locator('#link').click();
    await expect.poll(() => page.locator('#said').textContent()).toMatch(/^The link is copied/);
    const fragment = new URL(page.url()).hash;
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(page.url());
    const other = await open(fragment);
    await settled(other);
    expect(await other.locator('#text').inputValue()).toBe(MANIFEST);
    expect(await other.locator('#ingress').inputValue()).toBe('modern');
    expect(await other.locator('#numbers').textContent()).toBe(await page.locator('#numbers').textContent());
    await paste(page, `${MANIFEST}---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nstringData:\n  key: c4n4ry\n`);
    await page.locator('#link').click();
    await expect.poll(() => page.locator('#said').textContent()).toMatch(/holds a Secret/);
    expect(new URL(page.url()).hash).toBe(fragment);
    expect(await page.locator('#rest, #list').allTextContents()).not.toContain('c4n4ry');
  });

  test('a link that was cut off is told', async () => {
    const page = await open('#m=AAAA');
    await expect.poll(() => page.locator('#said').textContent()).toMatch(/can’t be read/);
  });

  test('hostile text does nothing, pasted or from a link', async () => {
    const quoted = HOSTILE.filter((text) => !/\p{Surrogate}/u.test(text)).map(asYaml);
    const text = [
      ...quoted.map((each, index) =>
        MANIFEST.replace('name: chat', `name: ${each}`).replace('  database:', `  strange${index}: ${each}\n  ${each}: 1\n  database:`),
      ),
      `${MANIFEST}  mattermostLicenseSecret: ${quoted[0]}\n`,
    ].join('---\n');
    const page = await open(`#${await fragmentOf({ text, choices: {} })}`);
    await settled(page);
    expect(await page.locator('.finding').count()).toBeGreaterThan(quoted.length);
    await paste(page, text.replaceAll('---\n', '--- # <img src=x onerror=window.pwned=1>\n'));
    expect(await page.evaluate("'pwned' in window")).toBe(false);
    expect(await page.locator('a[href]:not([href^="#"]), img, svg, iframe, [onerror], [onload], [onmouseover]').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(1);
  });

  test('the policy lets the page connect to nothing, and run and show nothing of others', async () => {
    const page = await open();
    page.removeAllListeners('console');
    page.removeAllListeners('request');
    expect(await page.evaluate("fetch('https://example.com').then(() => 'sent', () => 'refused')")).toBe('refused');
    expect(
      await page.evaluate(
        "new Promise((r) => { const i = new Image(); i.onload = () => r('loaded'); i.onerror = () => r('refused'); i.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw='; })",
      ),
    ).toBe('refused');
    expect(
      await page.evaluate(
        "(() => { const s = document.createElement('script'); try { s.text = 'window.pwned = 1'; document.body.append(s); } catch {} return 'pwned' in window; })()",
      ),
    ).toBe(false);
    expect(await page.evaluate("(() => { try { document.body.innerHTML = 'x'; return 'set'; } catch { return 'refused'; } })()")).toBe(
      'refused',
    );
  });

  test('a folder is dropped: its configuration counts, and what belongs to tools is passed over', async () => {
    const page = await open();
    await page.evaluate(DROPS);
    await settled(page);
    expect(await page.locator('#dropped-title').textContent()).toBe('4 files of repository');
    expect(await page.locator('#files li').allTextContents()).toEqual(['.ci2mm.yaml', 'apps/chat.yaml', 'apps/old.yaml', 'z.yaml']);
    expect(await page.locator('#said').textContent()).toMatch(/^1 installation, /);
    await page.locator('#clear').click();
    expect(await page.locator('#text').isVisible()).toBe(true);
    expect(await page.locator('.finding').count()).toBe(0);
  });

  test('a configuration that can’t be used is told', async () => {
    const page = await open();
    await page.evaluate(DROPS.replace('ignore:', 'ignored:'));
    await settled(page);
    expect(await page.locator('.trouble:visible').textContent()).toMatch(/^\.ci2mm\.yaml.*ignored/);
  });

  test('the result and the patch are to be had', async () => {
    const page = await open('', { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.locator('#assumeDatabase').selectOption('external');
    await paste(page, MANIFEST);
    await page.locator('#copy').click();
    await expect.poll(() => page.locator('#said').textContent()).toMatch(/are copied/);
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain('kind: Mattermost');
    page.removeAllListeners('request');
    const download = page.waitForEvent('download');
    await page.locator('#patch').click();
    const patch = readFileSync(await (await download).path(), 'utf8');
    expect(patch).toMatch(/^diff --git a\/manifests\.yaml b\/manifests\.yaml\nindex [0-9a-f]{40}\.\.[0-9a-f]{40} 100644\n/);
  });

  test('the keyboard is enough: what has the focus is seen, and all of it can be reached', async () => {
    const page = await open();
    await page.keyboard.press('Tab');
    expect(await page.locator('.skip').boundingBox()).toMatchObject({ x: 8, y: 8 });
    await page.locator('#example').focus();
    await page.keyboard.press('Enter');
    await page.locator('.finding').first().waitFor();
    const seen = new Set<string>();
    await page.locator('#target').focus();
    for (let presses = 0; presses < 12; presses++) {
      seen.add(await page.evaluate('document.activeElement.id || document.activeElement.localName'));
      expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle !== 'none'")).toBe(true);
      await page.keyboard.press('Tab');
    }
    expect([...seen]).toEqual(
      expect.arrayContaining(['ingress', 'assumeDatabase', 'text', 'example', 'pick', 'link', 'patch', 'clear', 'list', 'a']),
    );
  });

  test('axe finds what is wrong', async () => {
    const page = await open();
    await page.evaluate("document.querySelector('label[for=text]').remove(); document.getElementById('text').placeholder = ''");
    await page.evaluate(AXE);
    expect(await page.evaluate(FAULTS)).toEqual([expect.stringMatching(/^label: #text/)]);
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
