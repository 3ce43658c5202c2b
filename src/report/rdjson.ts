import type { Level } from '../model/place.ts';
import type { Finding } from '../rules/finding.ts';
import type { ChangeReport } from './report.ts';
import { CONVERTIBLE } from './convertible.ts';
import { lastLineOf, worstFirst } from './findings.ts';
import { mayAddCredentials, replacementsOf } from './hunks.ts';
import type { LineReplacement } from './hunks.ts';
import { MASK } from '../model/excerpt.ts';
import { printable } from './printable.ts';
import { rulePage } from './reporter.ts';
import type { RenderOptions, Reporter } from './reporter.ts';

/** Reviewdog's Diagnostic Format, as far as it is used here. */
interface Diagnostic {
  readonly message: string;
  readonly location: { readonly path: string; readonly range: RdjsonRange };
  readonly severity: 'ERROR' | 'WARNING' | 'INFO';
  readonly code: { readonly value: string; readonly url?: string };
  readonly suggestions?: readonly { readonly range: RdjsonRange; readonly text: string }[];
}

/** Without columns whole lines, both ends included; with columns the end is exclusive. Columns count bytes of UTF-8. */
interface RdjsonRange {
  readonly start: Position;
  readonly end: Position;
}
interface Position {
  readonly line: number;
  readonly column?: number;
}

const SEVERITY: Record<Level, Diagnostic['severity']> = { error: 'ERROR', warning: 'WARNING', note: 'INFO' };

/** Findings for reviewdog, and every replaced stretch of lines as a suggestion of its own: it takes none that is larger than its place. */
export const rdjson: Reporter = {
  format: 'rdjson',
  summary: "findings and suggestions in reviewdog's Diagnostic Format",
  showsFindings: false,
  render: (report, options) => {
    const findings = worstFirst(report.findings).map((finding) => findingDiagnostic(finding, options));
    const diagnostics = [...findings, ...report.changes.flatMap(suggestionsOf)];
    return `${JSON.stringify({ source: { name: report.tool.name }, diagnostics }, null, 2)}\n`;
  },
};

function findingDiagnostic(finding: Finding, options: RenderOptions): Diagnostic {
  const { rule, level, file, message, remedy } = finding;
  const url = rulePage(rule, options);
  return {
    message: `${printable(message)}\nWhat to do: ${printable(remedy)}`,
    location: { path: file, range: rangeOf(finding, options) },
    severity: SEVERITY[level],
    code: url === null ? { value: rule } : { value: rule, url },
  };
}

/** To the column where the line is at hand to count bytes, else whole lines. */
function rangeOf(finding: Finding, { excerpts }: RenderOptions): RdjsonRange {
  const { line, endLine, column, endColumn } = finding;
  const lines = { start: { line }, end: { line: lastLineOf(finding) } };
  const excerpt = excerpts?.get(finding);
  const text = excerpt?.lines[line - excerpt.startLine];
  if (text === undefined || line !== endLine || text.includes(MASK) || text.length < endColumn - 1) return lines;
  const bytes = (columns: number): number => Buffer.byteLength(text.slice(0, columns - 1)) + 1;
  return { start: { line, column: bytes(column) }, end: { line, column: bytes(endColumn) } };
}

function suggestionsOf({ file, diff }: ChangeReport): Diagnostic[] {
  const replacements = replacementsOf(diff);
  if (!mayAddCredentials(diff)) return replacements.map((replacement) => suggestion(file, replacement));
  return [
    {
      message: 'The conversion of this file moves lines that may hold credentials, and is not suggested here; ci2mm convert shows it.',
      location: { path: file, range: linesOf(replacements[0] ?? NOTHING) },
      severity: 'INFO',
      code: { value: CONVERTIBLE.id },
    },
  ];
}

const NOTHING: LineReplacement = { line: 1, removed: [], added: [] };

/** An insertion stands before its line. */
const linesOf = ({ line, removed }: LineReplacement): RdjsonRange =>
  removed.length === 0
    ? { start: { line, column: 1 }, end: { line, column: 1 } }
    : { start: { line }, end: { line: line + removed.length - 1 } };

function suggestion(path: string, replacement: LineReplacement): Diagnostic {
  const { removed, added } = replacement;
  const inserts = removed.length === 0;
  const range = linesOf(replacement);
  const text = added.map((each) => each.text).join('\n');
  return {
    message: 'Part of the conversion of this file from ClusterInstallation to Mattermost; apply all parts or none.',
    location: { path, range },
    severity: 'INFO',
    code: { value: CONVERTIBLE.id },
    // Whole lines are given without their line break, which includes a carriage return.
    suggestions: [{ range, text: inserts ? `${text}${added.at(-1)?.ended === true ? '\n' : ''}` : text.replace(/\r$/, '') }],
  };
}
