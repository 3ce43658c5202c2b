import * as fc from 'fast-check';
import type { Log } from 'sarif';
import { describe, expect, test } from 'vitest';
import { LEVELS } from '../../src/report/findings.ts';
import { FORMATS } from '../../src/report/formats.ts';
import type { Format } from '../../src/report/formats.ts';
import { printable } from '../../src/report/printable.ts';
import { rules } from '../../src/rules/index.ts';
import type { RuleId } from '../../src/rules/index.ts';
import { publish } from '../../src/run/publish.ts';
import type { Excerpt } from '../../src/model/excerpt.ts';
import type { Finding } from '../../src/rules/finding.ts';
import { installationId } from '../../src/model/installation.ts';
import type { Report } from '../../src/report/report.ts';
import { recordingIo } from '../recording-io.ts';
import { change, finding, HOSTILE, installation, report } from './samples.ts';

// Whatever is found stands in every format, with its rule, its level and its place, and installations name what blocks them.

/** What a reader of an output learns of a finding. */
interface Shown {
  readonly rule: string;
  readonly level: string;
  readonly file: string;
  readonly line: number;
}

interface Said {
  readonly out: string;
  readonly err: string;
}

/** How an output is read; written without the program's own code, but for how it writes names. */
interface Reading {
  readonly findings: (said: Said) => Shown[];
  /** `file: rule rule` of every blocked installation, in a format that lists them with their rules. */
  readonly blocked: ((said: Said) => string[]) | null;
  /** What becomes of a file's name. */
  readonly name: (file: string) => string;
}

const wellFormed = (file: string): string => file.replaceAll(/\p{Cs}/gu, '\ufffd');
const asIs = (file: string): string => file;

/** All groups of all matches. */
const groupsOf = (text: string, pattern: RegExp): Record<string, string>[] => [...text.matchAll(pattern)].map(({ groups = {} }) => groups);

const shown = ({ rule = '', level = '', file = '', line }: Record<string, string | number>): Shown => ({
  rule: String(rule),
  level: String(level).toLowerCase(),
  file: String(file),
  line: Number(line),
});

/** Text that HTML and GitHub's Markdown show for a source without tags. */
const unescaped = (source: string): string =>
  source.replaceAll('&#8203;', '').replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));

const decodedFile = ({ file = '', ...groups }: Record<string, string>): Record<string, string> => ({ ...groups, file: unescaped(file) });

const plainXml = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** `file: rule rule`, from what stands between a file's name and the end of the line. */
const blockedLine = ({ file = '', because = '' }: Record<string, string>): string =>
  `${file}: ${ids(because.replaceAll(/<[^>]*>/g, ' ').split(/[\s,]+/))}`;

const ids = (names: Iterable<string>): string => [...new Set(names)].filter(Boolean).sort().join(' ');

/** As compilers print them. */
const inText = (text: string): Shown[] =>
  groupsOf(text, /^(?<file>\S.*?):(?<line>\d+):\d+: (?<level>error|warning|note): .*\[(?<rule>[\da-z-]+)\]$/gmu).map(shown);

const READINGS = {
  diff: { name: printable, findings: ({ err }) => inText(err), blocked: null },
  stat: { name: printable, findings: ({ err }) => inText(err), blocked: null },
  text: {
    name: printable,
    findings: ({ out }) => inText(out),
    blocked: ({ out }) => groupsOf(out, /^(?<file>\S.*?):\d+: .*: blocked by (?<because>.*)$/gmu).map(blockedLine),
  },
  json: {
    name: asIs,
    findings: ({ out }) => (JSON.parse(out) as Report).findings.map(({ rule, level, file, line }) => ({ rule, level, file, line })),
    blocked: ({ out }) => blockedOf(JSON.parse(out) as Report, asIs),
  },
  markdown: {
    name: printable,
    findings: ({ out }) => {
      const headings = out.split(/^### (?=Before|Errors|Warnings|Notes)/m).slice(1);
      const block =
        /^\*\*\[<code>(?<rule>[\da-z-]+)<\/code>\]\(https:\S+\/\k<rule>\.md\)\*\* at <code>(?<file>.*?)&#58;(?<line>\d+)&#58;\d+<\/code>/gmu;
      const grouped =
        /^\*\*\[<code>(?<rule>[\da-z-]+)<\/code>\]\(https:\S+\/\k<rule>\.md\)\*\*, \d+ places?: .*\n\n.*\n\n(?<level>\w+)s at (?<places>.*)\.$/gmu;
      const hazards = groupsOf(headings.find((section) => section.startsWith('Before')) ?? '', grouped).flatMap(
        ({ places = '', ...group }) =>
          groupsOf(places, /<code>(?<file>(?:(?!<\/code>).)*?)&#58;(?<line>\d+)&#58;\d+<\/code>/gu).map((place) =>
            shown({ ...group, ...decodedFile(place) }),
          ),
      );
      const others = headings.filter((section) => !section.startsWith('Before'));
      return hazards.concat(
        others.flatMap((section) =>
          groupsOf(section, block).map((groups) => shown({ ...decodedFile(groups), level: /^[A-Z][a-z]+(?=s)/.exec(section)?.[0] ?? '' })),
        ),
      );
    },
    blocked: ({ out }) =>
      groupsOf(out, /^\| .*? \| <code>(?<file>.*?)&#58;\d+<\/code> \|.*\*\*blocked\*\* (?<because>.*) \|$/gmu).map((groups) =>
        blockedLine(decodedFile(groups)),
      ),
  },
  html: {
    name: printable,
    findings: ({ out }) =>
      groupsOf(
        out,
        /<article class="finding (?<level>\w+)" .*\n<h4>.*<a href="#rule-(?<rule>[\da-z-]+)">.*\n<p class="message">.*\n<p class="place"><code>(?<file>.*?):(?<line>\d+):\d+<\/code>/gu,
      ).map((groups) => shown(decodedFile(groups))),
    blocked: ({ out }) =>
      groupsOf(
        out,
        /^<th scope="row">.*<td><code>(?<file>.*?):\d+<\/code><\/td>\n.*<span class="because">by (?<because>.*?)<\/span>/gmu,
      ).map((groups) => blockedLine(decodedFile(groups))),
  },
  sarif: {
    name: wellFormed,
    findings: ({ out }) =>
      ((JSON.parse(out) as Log).runs[0]?.results ?? [])
        .filter(({ ruleId }) => ruleId !== 'convertible-installation')
        .map(({ ruleId = '', level = '', locations }) => {
          const { artifactLocation, region } = locations?.[0]?.physicalLocation ?? {};
          return shown({ rule: ruleId, level, file: decodeURIComponent(artifactLocation?.uri ?? ''), line: region?.startLine ?? 0 });
        }),
    blocked: null,
  },
  github: {
    name: printable,
    findings: ({ out }) =>
      groupsOf(out, /^::(?<level>error|warning|notice) file=(?<file>[^,]*),line=(?<line>\d+),.*title=(?<rule>[\da-z-]+)(?:%3A|::)/gmu).map(
        ({ level = '', file = '', ...groups }) => {
          const name = file.replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%25', '%');
          return shown({ ...groups, level: level === 'notice' ? 'note' : level, file: name });
        },
      ),
    blocked: null,
  },
  rdjson: {
    name: asIs,
    findings: ({ out }) => {
      const { diagnostics } = JSON.parse(out) as {
        diagnostics: readonly {
          code: { value: string };
          severity: string;
          location: { path: string; range: { start: { line: number } } };
        }[];
      };
      return diagnostics
        .filter(({ code }) => code.value !== 'convertible-installation')
        .map(({ code, severity, location }) =>
          shown({ rule: code.value, level: severity === 'INFO' ? 'note' : severity, file: location.path, line: location.range.start.line }),
        );
    },
    blocked: null,
  },
  codequality: {
    name: asIs,
    findings: ({ out }) =>
      (JSON.parse(out) as { check_name: string; severity: string; location: { path: string; lines: { begin: number } } }[]).map(
        ({ check_name: rule, severity, location }) =>
          shown({
            rule,
            level: { blocker: 'error', major: 'warning', info: 'note' }[severity] ?? severity,
            file: location.path,
            line: location.lines.begin,
          }),
      ),
    blocked: null,
  },
  junit: {
    name: (file) => printable(file).replaceAll(/[\ufffe\uffff]/g, '\ufffd'),
    findings: ({ out }) =>
      groupsOf(
        out,
        /<testcase classname="(?<rule>[\da-z-]+)" name="[^"]*" file="(?<file>[^"]*)" line="(?<line>\d+)">(?:<failure type="(?<bad>error)"|<system-out>(?<level>warning|note):)/gu,
      ).map(({ bad, level = bad, file = '', ...groups }) => shown({ ...groups, level: level ?? '', file: plainXml(file) })),
    blocked: ({ out }) =>
      groupsOf(
        out,
        /classname="installation" name="[^"]*" file="(?<file>[^"]*)" line="\d+"><failure type="blocked" message="blocked by (?<because>[^"]*)"/gu,
      ).map(({ file = '', ...groups }) => blockedLine({ ...groups, file: plainXml(file) })),
  },
} satisfies Record<Format, Reading>;

/** What the program prints, on both streams. */
async function said(sample: Report, excerpts: ReadonlyMap<Finding, Excerpt>, format: Format): Promise<Said> {
  const io = recordingIo('/');
  await publish({ report: sample, excerpts }, format, { database: [] }, io);
  return { out: io.out(), err: io.err() };
}

/** Names that are short enough to be shown whole, so that they can be compared. */
const name = fc
  .oneof(
    fc.constantFrom(...HOSTILE),
    fc.constantFrom('chat.yaml', 'apps/chat.yaml', 'a b/ü.yaml', 'x:7:1.yaml', '100%.yaml'),
    fc.string({ unit: 'binary' }),
  )
  .map((text) => `f${text.slice(0, 25)}`);

const oddText = fc.oneof(fc.constant('spec.colour is no field.'), fc.constantFrom(...HOSTILE), fc.string());

interface Drawn {
  readonly sample: Report;
  readonly excerpts: ReadonlyMap<Finding, Excerpt>;
}

/** Reports of up to nine findings, which every format has room for, with lines of their own. */
const drawn: fc.Arbitrary<Drawn> = fc
  .uniqueArray(name, { minLength: 1, maxLength: 3, selector: wellFormed })
  .chain((files) =>
    fc.record({
      installations: fc.array(
        fc.record({
          name: oddText,
          namespace: fc.option(oddText),
          file: fc.constantFrom(...files),
          status: fc.constantFrom('blocked', 'converted', 'convertible'),
          blockedBy: fc.uniqueArray(fc.constantFrom(...rules.map(({ id }) => id as RuleId)), { maxLength: 4 }),
          builtBy: fc.option(oddText),
        }),
        { maxLength: 4 },
      ),
      findings: fc.array(
        fc.record({
          rule: fc.constantFrom(...rules.map(({ id }) => id as RuleId)),
          level: fc.constantFrom(...LEVELS),
          file: fc.constantFrom(...files),
          whose: fc.oneof(fc.constant('file'), fc.constant('other'), fc.nat(3)),
          field: fc.option(oddText),
          message: oddText,
          remedy: oddText,
          lines: fc.nat(2),
          excerpt: fc.option(oddText),
        }),
        { maxLength: 9 },
      ),
      changed: fc.subarray(files),
    }),
  )
  .map(({ installations, findings, changed }) => {
    const known = installations.map((each, index) =>
      installation({ ...each, blockedBy: each.status === 'blocked' ? each.blockedBy : [], line: index + 1 }),
    );
    const excerpts = new Map<Finding, Excerpt>();
    const made = findings.map(({ whose, lines, excerpt, ...given }, index) => {
      const owner = typeof whose === 'number' ? known[whose] : undefined;
      const line = 100 + 10 * index;
      const each = finding({
        ...given,
        ...(owner !== undefined && { file: owner.file }),
        installation: whose === 'other' ? 'elsewhere/other' : owner === undefined ? null : installationId(owner),
        line,
        endLine: line + lines,
        endColumn: lines === 0 ? 9 : 1,
      });
      if (excerpt !== null) excerpts.set(each, { file: each.file, startLine: line, lines: [excerpt.replaceAll(/[\r\n]/g, ' ')] });
      return each;
    });
    const changes = changed.map((file) => change(file, 'kind: ClusterInstallation\n', 'kind: Mattermost\n'));
    return { sample: report({ installations: known, findings: made, changes }), excerpts };
  });

const sorted = <T>(items: readonly T[]): T[] => [...items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** Every blocked installation with what blocks it. */
const blockedOf = ({ installations }: Report, nameOf: (file: string) => string): string[] =>
  installations.filter(({ status }) => status === 'blocked').map((each) => `${nameOf(each.file)}: ${ids(each.blockedBy)}`);

/** Where an installation is blocked by nothing that stands in the report, a format may leave it at that. */
const withRules = (lines: readonly string[]): string[] => lines.filter((line) => !line.endsWith(': '));

describe.each(FORMATS)('%s', (format) => {
  const reading: Reading = READINGS[format];

  test('every finding stands in it, with rule, level and place', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, async ({ sample, excerpts }) => {
        const found = reading.findings(await said(sample, excerpts, format));
        const expected = sample.findings.map(({ rule, level, file, line }) => ({ rule, level, file: reading.name(file), line }));
        expect(sorted(found)).toEqual(sorted(expected));
      }),
    );
  });

  test.skipIf(reading.blocked === null)('every blocked installation stands in it, with the errors of its own and of its file', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, async ({ sample, excerpts }) => {
        const found = reading.blocked?.(await said(sample, excerpts, format)) ?? [];
        expect(sorted(withRules(found))).toEqual(sorted(withRules(blockedOf(sample, reading.name))));
      }),
    );
  });
});
