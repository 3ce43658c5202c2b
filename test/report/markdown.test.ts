import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Excerpt } from '../../src/model/excerpt.ts';
import type { Finding } from '../../src/rules/finding.ts';
import type { Report } from '../../src/report/report.ts';
import { markdown } from '../../src/report/markdown.ts';
import type { RenderOptions } from '../../src/report/reporter.ts';
import { change, finding, HOSTILE, hostile, huge, hugeDiff, installation, OPTIONS, report } from './samples.ts';

const render = (sample: Report, options: RenderOptions = OPTIONS): string => markdown.render(sample, options);

const excerpt: Excerpt = { file: 'apps/chat.yaml', startLine: 6, lines: ['spec:', '  colour: `blue`'] };
const small = report({
  installations: [installation(), installation({ name: 'old', status: 'blocked', blockedBy: ['blue-green-enabled'], file: 'old.yaml' })],
  findings: [
    finding({ level: 'note' }),
    finding({ level: 'error', rule: 'blue-green-enabled', file: 'old.yaml', installation: 'mattermost/old' }),
    finding(),
  ],
  changes: [change('apps/chat.yaml', 'kind: ClusterInstallation\n', 'kind: Mattermost\n')],
});

describe('a page', () => {
  const page = render(small, { ...OPTIONS, excerpts: new Map([[small.findings[2]!, excerpt]]), rulePages: 'https://docs.example/rules' });

  test('begins with what it comes to and the numbers', () => {
    expect(page.split('\n').slice(0, 7)).toEqual([
      '## ClusterInstallation to Mattermost',
      '',
      '**1 of 2 installations is blocked.**',
      '',
      '| Installations | Convertible | Blocked | Errors | Warnings | Notes | Files changed |',
      '| ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
      '| 2 | 1 | 1 | 1 | 1 | 1 | 1 |',
    ]);
  });

  test('lists installations, the blocked ones first, with what blocks them', () => {
    expect(page).toContain(
      '| <code>mattermost/old</code> | <code>old.yaml&#58;1</code> | external | operator-managed | **blocked** <code>blue-green-enabled</code> |\n| <code>mattermost/chat</code> |',
    );
  });

  test('has findings worst first, with place, message, remedy, link and lines', () => {
    expect([...page.matchAll(/^### .*$/gm)].map(([heading]) => heading)).toEqual([
      '### Errors (1)',
      '### Installations',
      '### Warnings (1)',
      '### Changes',
      '### Notes (1)',
    ]);
    expect(page).toContain(
      '**[<code>unknown-field</code>](https://docs.example/rules/unknown-field.md)** at <code>apps/chat.yaml&#58;7&#58;3</code> in <code>mattermost/chat</code><br>spec.colour is not a field of ClusterInstallation; it is dropped.\n\n' +
        '```text\n6 | spec:\n7 |   colour: `blue`\n  |   ^^^^^^\n```\n\n*What to do:* Delete the field.',
    );
  });

  test('folds the diff of each file', () => {
    expect(page).toContain(
      '<details><summary><code>apps/chat.yaml</code> (+1 −1)</summary>\n\n```diff\n@@ -1,1 +1,1 @@\n-kind: ClusterInstallation\n+kind: Mattermost\n```\n\n</details>',
    );
  });
});

test('a report of nothing says so', () => {
  expect(render(report())).toContain('**No ClusterInstallation found.**');
});

describe('what happens when it is rolled out', () => {
  const swap = (index: number, roots = ''): Finding =>
    finding({
      rule: 'direct-swap',
      file: `apps/${index}.yaml`,
      message: `Rolled out in one step, this deletes it${roots}.`,
      remedy: 'Three steps.',
      installation: `mattermost/chat-${index}`,
    });
  const many = report({
    installations: Array.from({ length: 120 }, (_, index) => installation({ name: `chat-${index}` })),
    findings: [finding(), ...Array.from({ length: 120 }, (_, index) => swap(index, ` (as built by overlays/${index})`))],
    changes: [change('apps/chat.yaml', 'kind: ClusterInstallation\n', 'kind: Mattermost\n')],
  });

  test('comes first, once for all of which the same is to be said', () => {
    const page = render(many);
    expect(page).toContain('**120 installations can be converted; read first what rolling that out would do. The conversion is below.**');
    expect(page).not.toContain('nothing blocks');
    const [first = ''] = /### [^]*?(?=\n### )/.exec(page) ?? [];
    expect(first).toMatch(
      /^### Before this is rolled out\n\n\*\*<code>direct-swap<\/code>\*\*, 120 places: Rolled out in one step, this deletes it\.\n/,
    );
    expect(page.match(/Three steps/g)).toHaveLength(1);
    expect(first).toMatch(/ and 110 more\.$/m);
  });

  test.each([500, 5000])('is never cut for %i findings and changes that matter less', (amount) => {
    const page = render({ ...huge(amount), findings: [...huge(amount).findings, swap(1)] });
    expect(page).toContain('this deletes it');
    expect(page.length).toBeLessThanOrEqual(60_000);
    // Notes, which ask for nothing, leave their room to diffs.
    expect(page).toContain('### Changes');
    expect(page).not.toMatch(/^### Notes[^]*\*What to do:/m);
  });

  test('what stays as it is comes after what is wrong', () => {
    const page = render(report({ findings: [finding({ rule: 'reference-left', message: 'stays' }), finding({ message: 'wrong' })] }));
    expect(page.indexOf('<br>wrong')).toBeLessThan(page.indexOf('<br>stays'));
  });
});

describe('sizes', () => {
  const LIMIT = 60_000;

  test.each([
    ['5,000 of everything', huge(5000)],
    ['a diff of 200,000 lines', hugeDiff(200_000)],
    [
      'words without end',
      report({
        installations: [installation({ name: '*'.repeat(99_999), file: '_'.repeat(99_999) })],
        findings: Array.from({ length: 5000 }, () =>
          finding({
            message: '@'.repeat(99_999),
            remedy: '`'.repeat(99_999),
            file: '|'.repeat(9999),
            rule: '<'.repeat(999) as 'unknown-field',
          }),
        ),
        changes: Array.from({ length: 500 }, (_, at) => change(`${'~'.repeat(9999)}${at}`, '`'.repeat(99_999), 'x')),
      }),
    ],
  ])('%s fit into a comment', (_, sample) => {
    const page = render(sample);
    expect(page.length).toBeLessThanOrEqual(LIMIT);
    expect(Buffer.byteLength(page)).toBeLessThan(1024 * 1024);
    expect(page).toMatch(/<\/sub>\n$/);
    expect(page.split('<details>')).toHaveLength(page.split('</details>').length);
  });

  test('what is left out is counted and named', () => {
    const sample = huge(5000);
    const page = render(sample);
    const shown = page.match(/^\*What to do/gm)?.length ?? 0;
    expect(shown).toBeGreaterThan(20);
    const left = [...page.matchAll(/^\+(\d+) more findings: /gm)].map(([, amount]) => Number(amount));
    expect(left.reduce((sum, amount) => sum + amount, shown)).toBe(5000);
    expect(page).toMatch(/^\+\d+ more findings: unknown-field &#40;\d+&#41;, ignored-field &#40;\d+&#41;\.$/m);
    expect(page).toMatch(/^\+\d+ more: \d+ blocked, 2500 not\.$/m);
    expect(page).toMatch(/^\+\d+ more files: <code>apps\/\d+\.yaml<\/code>, .* and \d+ others\.$/m);
    expect(render(hugeDiff(200_000))).toMatch(/^\+\d+ more hunks; /m);
  });

  test('the worst are never left out for the sake of others', () => {
    const many = report({
      findings: [...Array.from({ length: 5000 }, () => finding({ level: 'note' })), finding({ level: 'error', message: 'the one' })],
    });
    expect(render(many)).toContain('the one');
  });
});

/** What GitHub's Markdown would make of text outside of fences: everything that is not ours must be entities or plain words. */
function outsideFences(page: string): string {
  let fence: string | null = null;
  return page
    .split('\n')
    .filter((line) => {
      const ticks = /^`{3,}/.exec(line)?.[0];
      if (fence === null && ticks !== undefined) fence = ticks;
      else if (fence === null) return true;
      else if (line === fence) fence = null;
      return false;
    })
    .join('\n');
}

describe('untrusted text', () => {
  const OURS = /<\/?(?:code|details|summary|sub|br)>/g;
  const skeleton = (page: string): string =>
    outsideFences(page)
      .replaceAll(/<code>.*?<\/code>/g, '')
      .replaceAll(OURS, '');

  test.each(HOSTILE)('is neither markup, mention, link nor command: %j', (text) => {
    const sample = hostile(text);
    const frames = new Map(sample.findings.map((each) => [each, { file: each.file, startLine: each.line, lines: text.split('\n') }]));
    const page = render(sample, { ...OPTIONS, excerpts: frames });
    expect(page).not.toMatch(/^\s*::/m);
    expect(page).not.toContain('##[');
    expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    const rest = skeleton(page);
    expect(rest).not.toMatch(/[<>@$~]|https?:|www\.|\]\(|!\[/);
    expect(rest.split('\n').filter((line) => line.startsWith('#')).length).toBe(
      skeleton(render(hostile('harmless')))
        .split('\n')
        .filter((line) => line.startsWith('#')).length,
    );
    for (const [, name = ''] of outsideFences(page).matchAll(/<code>(.*?)<\/code>/g)) {
      expect(name).not.toMatch(/[<>"'`|\\*_{}[\]()!~@$=^:]|#(?!\d+;)|&(?!#\d+;)/);
      expect(name).not.toMatch(/www\.|&#64;(?!&#8203;)|&#58;\/\//);
    }
  });

  test('closes no fence, however many backticks it has', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[`~ a]{0,12}$/), { minLength: 1, maxLength: 5 }), (lines) => {
        const page = render(
          report({ changes: [{ file: 'a', diff: `@@ -1,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}` }] }),
        );
        expect(outsideFences(page)).not.toContain('+`');
        expect(page.match(/^<details>/gm)).toHaveLength(1);
        expect(outsideFences(page)).toContain('</details>');
      }),
    );
  });

  test('keeps rows of a table whole', () => {
    const rows = render(hostile('a | b \\| c'))
      .split('\n')
      .filter((line) => line.startsWith('| <code>'));
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row.split('|')).toHaveLength(7);
  });
});
