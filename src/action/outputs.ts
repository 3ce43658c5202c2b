import { randomUUID } from 'node:crypto';
import type { Report } from '../report/report.ts';
import type { Files } from './place.ts';

/** The outputs that action.yml hands on. Counts, names and paths: GitHub takes 1 MB for all outputs of a job. */
export function outputsOf({ summary, changes }: Report, { patch, sarif, markdown }: Files): Record<string, string> {
  return {
    changed: String(changes.length > 0),
    'changed-files': JSON.stringify(changes.map(({ file }) => file)),
    'installation-count': String(summary.installations),
    'convertible-count': String(summary.convertible),
    'converted-count': String(summary.converted),
    'blocked-count': String(summary.blocked),
    'error-count': String(summary.findings.error),
    'warning-count': String(summary.findings.warning),
    'left-count': String(summary.left.references + summary.left.files),
    'patch-file': changes.length === 0 ? '' : (patch ?? ''),
    'sarif-file': sarif ?? '',
    'markdown-file': markdown ?? '',
  };
}

/** Outputs as the runner reads them from a file. Nobody can guess the word that ends a value. */
export function outputText(outputs: Readonly<Record<string, string>>): string {
  const word = `ci2mm_${randomUUID()}`;
  return Object.entries(outputs)
    .map(([name, value]) => `${name}<<${word}\n${value}\n${word}\n`)
    .join('');
}
