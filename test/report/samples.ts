import { structuredPatch } from 'diff';
import * as fc from 'fast-check';
import type { Finding } from '../../src/rules/finding.ts';
import type { ChangeReport, InstallationReport, Report } from '../../src/report/report.ts';
import { buildReport } from '../../src/report/build.ts';

export const finding = (given: Partial<Finding> = {}): Finding => ({
  rule: 'unknown-field',
  level: 'warning',
  message: 'spec.colour is not a field of ClusterInstallation; it is dropped.',
  file: 'apps/chat.yaml',
  line: 7,
  column: 3,
  endLine: 7,
  endColumn: 9,
  field: 'spec.colour',
  installation: 'mattermost/chat',
  remedy: 'Delete the field.',
  ...given,
});

export const installation = (given: Partial<InstallationReport> = {}): InstallationReport => ({
  name: 'chat',
  namespace: 'mattermost',
  file: 'apps/chat.yaml',
  line: 1,
  builtBy: null,
  status: 'convertible',
  blockedBy: [],
  database: 'external',
  fileStore: 'operator-managed',
  ...given,
});

export const report = (parts: Partial<Pick<Report, 'installations' | 'findings' | 'changes'>> = {}): Report =>
  buildReport({
    version: '1.2.3',
    target: '1.25.9',
    stage: null,
    filesScanned: 3,
    filesSkipped: 0,
    notChosen: 0,
    installations: [],
    findings: [],
    changes: [],
    references: { rewritten: 0, extended: 0, both: 0 },
    namingFiles: { files: 0, vendored: 0 },
    ...parts,
  });

/** A diff as the program prints it, made by another program. */
export function change(file: string, before: string, after: string): ChangeReport {
  const { hunks } = structuredPatch(file, file, before, after, undefined, undefined, { context: 3 });
  const span = (start: number, count: number): string => `${start},${count}`;
  const bodies = hunks.map(
    (hunk) => `@@ -${span(hunk.oldStart, hunk.oldLines)} +${span(hunk.newStart, hunk.newLines)} @@\n${hunk.lines.join('\n')}\n`,
  );
  return { file, diff: `diff --git a/${file} b/${file}\nindex 0..1 100644\n--- a/${file}\n+++ b/${file}\n${bodies.join('')}` };
}

/** Two texts that have lines in common, with and without a line break at the end. */
export const twoTexts = fc
  .tuple(
    fc.array(fc.constantFrom('a: 1', 'b: 2', '  c: "x"', '', '-- d', '++ e', '@@ -1,2 +3,4 @@', '\\ No newline', 'é: 🙂', 'crlf\r'), {
      minLength: 1,
      maxLength: 12,
    }),
    fc.array(fc.tuple(fc.nat(12), fc.constantFrom('new: 1', 'f:', 'crlf\r', null)), { minLength: 1, maxLength: 5 }),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([lines, edits, oldEnds, newEnds]) => {
    const changed: string[] = [...lines];
    for (const [at, line] of edits) changed.splice(at % (changed.length + 1), at % 3, ...(line === null ? [] : [line]));
    const text = (all: readonly string[], ends: boolean): string => (all.length === 0 ? '' : all.join('\n') + (ends ? '\n' : ''));
    return [text(lines, oldEnds), text(changed, newEnds)] as const;
  })
  .filter(([before, after]) => before !== after && before !== '');

/** What a repository could hold to harm whoever reads or shows a report. */
export const HOSTILE = [
  '</script><script>window.pwned = 1</script>',
  '<img src=x onerror=window.pwned=1>',
  '"><svg onload=window.pwned=1>',
  "' onmouseover='window.pwned=1",
  '</details></style><!--',
  '&lt;b&gt; &amp;',
  '| a | b |\\| c `d` ``e`` ```',
  '```\n````\n~~~',
  '@octocat @org/team #12 owner/repo#3 GH-4 https://evil.example www.evil.example me@evil.example',
  '[click](https://evil.example) ![x](https://evil.example/x.png)',
  '*b* _i_ ~~s~~ $x^2$ :smile: # heading',
  '\n::error file=x::pwned\n##[error]pwned',
  '::add-mask::x',
  '##[add-mask]x',
  '100%0A::error::x',
  'line\u2028separator\u2029paragraph',
  'bidi \u202egnp.exe\u202c \u2066x\u2069',
  'nul \u0000 esc \u001b[31m c1 \u009b31m del \u007f bell \u0007',
  'invisible \u200b\u{e0041}\ufeff\u00ad',
  'half \ud83d pair',
  '--- a\n+++ b\n@@ -1 +1 @@',
  '- item\n1. item\n=====',
  '{{ .Values.x }} ${VAR} $(id) `id` {0}',
];

export const hostile = (text: string): Report =>
  report({
    installations: [
      installation({ name: text, namespace: text, file: text, status: 'blocked' }),
      installation({ name: text, file: `other ${text}` }),
    ],
    findings: [
      finding({ level: 'error', message: text, file: text, field: text, installation: `${text}/${text}`, remedy: text }),
      finding({ rule: 'blue-green-enabled', level: 'error', message: text, installation: null, field: null, file: text }),
      finding({ level: 'note', message: text, remedy: text }),
    ],
    changes: [
      change('apps/chat.yaml', `same\n${text}\nold ${text}\n`, `same\n${text}\nnew ${text}\n`),
      { file: text, diff: `@@ -1 +1 @@\n-${text.replaceAll('\n', '')}\n+b\n` },
    ],
  });

/** Many of everything; every tenth finding an error, every other installation blocked. */
export function huge(amount: number): Report {
  const numbers = Array.from({ length: amount }, (_, index) => index);
  const levels = ['error', 'warning', 'note'] as const;
  return report({
    installations: numbers.map((number) =>
      installation({ name: `chat-${number}`, file: `apps/${number}.yaml`, status: number % 2 === 0 ? 'blocked' : 'convertible' }),
    ),
    findings: numbers.map((number) =>
      finding({
        level: levels[Math.min(number % 10, 2)]!,
        rule: number % 3 === 0 ? 'ignored-field' : 'unknown-field',
        file: `apps/${number}.yaml`,
        line: number + 1,
        endLine: number + 1,
        installation: `mattermost/chat-${number}`,
      }),
    ),
    changes: numbers
      .filter((number) => number % 2 === 1)
      .map((number) =>
        change(`apps/${number}.yaml`, `kind: ClusterInstallation\nname: ${number}\n`, `kind: Mattermost\nname: ${number}\n`),
      ),
  });
}

/** One file with a very long diff. */
export function hugeDiff(lines: number): Report {
  const text = (word: string): string =>
    Array.from({ length: lines }, (_, index) => (index % 10 === 0 ? `${word}: ${index}` : `same: ${index}`)).join('\n');
  const body = Array.from(
    { length: lines / 10 },
    (_, index) => `@@ -${index * 10 + 1},2 +${index * 10 + 1},2 @@\n-old: ${index}\n+new: ${index}\n same: ${index}\n`,
  );
  return report({
    installations: [installation({ file: 'big.yaml' })],
    changes: [{ file: 'big.yaml', diff: `diff --git a/big.yaml b/big.yaml\n${body.join('')}` }],
    findings: [finding({ message: text('x') })],
  });
}

export const OPTIONS = { color: false, verbose: false } as const;
