import { createHash } from 'node:crypto';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { html } from '../../src/report/html/html.ts';
import { pageFiles } from '../../src/report/html/page-files.ts';
import { change, finding, HOSTILE, hostile, huge, hugeDiff, installation, OPTIONS, report } from './samples.ts';

const { text: STYLE, hash: STYLE_HASH } = pageFiles().style;
const { text: SCRIPT, hash: SCRIPT_HASH } = pageFiles().script;
const sha256 = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

describe('the content security policy', () => {
  test('names the hashes of style and script as they are', () => {
    expect(STYLE_HASH).toBe(sha256(STYLE));
    expect(SCRIPT_HASH).toBe(sha256(SCRIPT));
  });

  test('allows these and nothing else', () => {
    const page = html.render(report(), OPTIONS);
    expect(page).toContain(`<style>${STYLE}</style>`);
    expect(page).toContain(`<script>${SCRIPT}</script>`);
    expect(page).toContain(
      `content="default-src 'none'; style-src '${STYLE_HASH}'; script-src '${SCRIPT_HASH}'; base-uri 'none'; form-action 'none'"`,
    );
  });
});

/** The page without its own style and script. */
const bodyOf = (page: string): string => page.replace(`<style>${STYLE}</style>`, '').replace(`<script>${SCRIPT}</script>`, '');
const tagsOf = (page: string): string[] => [...bodyOf(page).matchAll(/<[^>]*>/g)].map(([tag]) => tag);

describe('untrusted text', () => {
  const shape = (page: string): string[] => tagsOf(page).map((tag) => /^<\/?[\w!]+/.exec(tag)?.[0] ?? tag);

  test.each(HOSTILE)('is text: %j', (text) => {
    const page = html.render(hostile(text), OPTIONS);
    const allowed = shape(html.render(hostile('harmless'), OPTIONS));
    expect(new Set(shape(page))).toEqual(
      new Set(
        [...shape(page)].filter(
          (tag) => allowed.includes(tag) || ['<mark', '</mark', '<i', '</i', '<del', '</del', '<ins', '</ins'].includes(tag),
        ),
      ),
    );
    for (const tag of tagsOf(page)) expect(tag).toMatch(/^<(?:!doctype html|\/?\w+(?: [\w-]+(?:="[^"<>`]*")?)*)>$/);
    expect(tagsOf(page).join('')).not.toMatch(/ (?:on\w+|style|src|srcdoc|formaction)=|href="(?!#)/i);
    expect(bodyOf(page).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    expect(page).not.toMatch(/##\[|^\s*::/m);
  });
});

/** A page with all that a page can have. */
const everything = (): string => {
  const findings = [
    ...(['error', 'warning', 'note'] as const).map((level) => finding({ level, rule: 'blue-green-enabled' })),
    finding({ installation: null, field: null }),
  ];
  const excerpt = { file: 'apps/chat.yaml', startLine: 6, lines: ['spec:', '  colour: blue'] };
  const shown = report({
    installations: (['converted', 'convertible', 'blocked'] as const).map((status) =>
      installation({ status, blockedBy: status === 'blocked' ? ['blue-green-enabled'] : [], builtBy: 'apps/kustomization.yaml' }),
    ),
    findings: [...findings, ...huge(300).findings],
    changes: [change('a', 'same\nkind: ClusterInstallation\n', 'same\nkind: Mattermost'), ...huge(6).changes, ...hugeDiff(200_000).changes],
  });
  return html.render(shown, { ...OPTIONS, excerpts: new Map(findings.map((each) => [each, excerpt])) });
};

describe('the style', () => {
  test('is one that a reader of CSS has nothing to say about', async () => {
    expect((await transform(STYLE, { loader: 'css' })).warnings).toEqual([]);
    expect((await transform('a { colour: red', { loader: 'css' })).warnings).not.toEqual([]);
  });

  test('dresses what is on the page and nothing else', () => {
    const worn = new Set([...everything().matchAll(/ class="([^"]*)"/g)].flatMap(([, names = '']) => names.split(' ')));
    const dressed = new Set([...STYLE.replaceAll(/\{[^{}]*\}/g, '{}').matchAll(/\.([a-z][\w-]*)/g)].map(([, name = '']) => name));
    expect([...dressed].filter((name) => !worn.has(name))).toEqual([]);
  });
});

test('nothing is loaded from anywhere', () => {
  const page = html.render(
    report({
      installations: [installation()],
      findings: [finding({ rule: 'blue-green-enabled', level: 'error' })],
      changes: [change('a', 'b\n', 'c\n')],
    }),
    OPTIONS,
  );
  expect(tagsOf(page).join('')).not.toMatch(/<(?:link|img|iframe|object|embed|base|form)\b/);
  expect(STYLE).not.toMatch(/url\(|@import/);
  expect(SCRIPT).not.toMatch(/fetch|XMLHttpRequest|import\(|innerHTML|eval/);
});

test('every id is there once, and every link within the page leads somewhere', () => {
  const page = html.render(
    { ...huge(40), findings: [...huge(40).findings, finding({ rule: 'blue-green-enabled', level: 'error' })] },
    OPTIONS,
  );
  const ids = [...bodyOf(page).matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, target] of bodyOf(page).matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
});

describe('sizes', () => {
  test('more findings than anybody reads are counted and named', () => {
    const page = html.render(huge(6000), OPTIONS);
    expect(page.match(/<article class="finding/g)).toHaveLength(5000);
    expect(page).toContain('+1000 more findings: unknown-field (667), ignored-field (333); ci2mm scan --format json lists all.');
    expect(page).toContain('+1000 more installations; ci2mm scan --format json lists all.');
    expect(page.length).toBeLessThan(12_000_000);
  });

  test('a diff that would choke a browser is left to the command', () => {
    const page = html.render(hugeDiff(200_000), OPTIONS);
    expect(page).toContain('+1 more file of a size that is better read with ci2mm convert.');
    expect(page.length).toBeLessThan(1_000_000);
  });
});

test('a side by side diff pairs lines and marks the words that differ', () => {
  const page = html.render(
    report({ changes: [change('a', 'same\nkind: ClusterInstallation\ngone\n', 'same\nkind: Mattermost\n')] }),
    OPTIONS,
  );
  expect(page).toContain(
    '<div class="run same"><div class="side old"><div class="line" data-n="1">same\n</div></div><div class="side new" aria-hidden="true"><div class="line" data-n="1">same\n</div></div></div>',
  );
  expect(html.render(report({ changes: [change('a', 'kind: ClusterInstallation\n', 'kind: Mattermost\n')] }), OPTIONS)).toContain(
    '<del class="line" data-n="1">kind: <mark>ClusterInstallation</mark>\n</del></div><div class="side new"><ins class="line" data-n="1">kind: <mark>Mattermost</mark>\n</ins>',
  );
});
