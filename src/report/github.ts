import type { Level } from '../model/place.ts';
import type { Finding } from '../rules/finding.ts';
import type { Report } from './report.ts';
import { count, countByLevel, lastLineOf, LEVELS } from './findings.ts';
import { cut, printable } from './printable.ts';
import type { Reporter } from './reporter.ts';

/** The runner keeps the first ten of each kind in a step, whatever prints them. */
const PER_LEVEL = 10;
/** The runner cuts longer messages. */
const MESSAGE = 4096;

const COMMAND: Record<Level, string> = { error: 'error', warning: 'warning', note: 'notice' };

/** Workflow commands, which GitHub's runner shows as annotations on the lines of a pull request. */
export const github: Reporter = {
  format: 'github',
  summary: "annotations on a pull request's lines, as GitHub's runner reads them",
  showsFindings: true,
  render: (report) => {
    const shown = shownFindings(report);
    const closing = closingMessage(report, shown);
    return [...shown.map(annotation), ...(closing === null ? [] : [command('notice', { title: 'ci2mm' }, closing)])].join('');
  },
};

/** Worst first; one notice is kept free for the closing words. */
function shownFindings({ findings }: Report): Finding[] {
  return LEVELS.flatMap((level) =>
    findings.filter((finding) => finding.level === level).slice(0, level === 'note' ? PER_LEVEL - 1 : PER_LEVEL),
  );
}

function closingMessage({ findings, changes }: Report, shown: readonly Finding[]): string | null {
  const kept = new Set(shown);
  const more = findings.filter((finding) => !kept.has(finding));
  const sentences = [
    ...(changes.length === 0 ? [] : [`ci2mm convert --write would change ${count(changes.length, 'file')}.`]),
    ...(more.length === 0
      ? []
      : [`${count(more.length, 'more finding')} (${countByLevel(more)}) found no room here; ci2mm scan lists all.`]),
  ];
  return sentences.length === 0 ? null : sentences.join(' ');
}

function annotation(finding: Finding): string {
  const { rule, level, file, line, column, endColumn, installation, message, remedy } = finding;
  const endLine = lastLineOf(finding);
  const title = installation === null ? rule : `${rule}: ${installation}`;
  // The runner drops columns of a range that spans lines.
  const columns = line === finding.endLine ? { col: column, endColumn } : {};
  const place = { file: printable(file), line, endLine, ...columns };
  return command(
    COMMAND[level],
    { ...place, title: cut(printable(title), 200) },
    `${printable(message)}\n\nWhat to do: ${printable(remedy)}`,
  );
}

/** A line that GitHub's runner obeys, with nothing in it that could end it early. */
export function command(name: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const pairs = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${[name, pairs.join(',')].join(' ').trimEnd()}::${escapeData(cut(message, MESSAGE))}\n`;
}

const escapeData = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
