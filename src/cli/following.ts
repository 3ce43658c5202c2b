import type { Report } from '../report/report.ts';
import { printable } from '../report/printable.ts';

/** What a run was asked for. */
export interface Asked {
  readonly paths: readonly string[];
  readonly wrote: boolean;
}

/** The command that comes next, for people at a terminal; null where nothing does. */
export function followingCommand(report: Report, { paths, wrote }: Asked): string | null {
  const { summary, stage, installations, findings } = report;
  if (summary.installations === summary.done) return null;
  const where = paths.length === 0 || (paths.length === 1 && paths[0] === '.') ? '' : ` ${paths.map(quoted).join(' ')}`;
  if (summary.blocked === summary.installations) {
    const rule = installations.flatMap(({ blockedBy }) => blockedBy)[0];
    return rule === undefined ? null : `ci2mm explain ${rule}`;
  }
  // Who has not set out yet would lose the installation by the conversion alone.
  const isPlanned = wrote || (stage === null && findings.some(({ rule }) => rule === 'direct-swap'));
  return isPlanned ? `ci2mm plan${where}` : `ci2mm ${stage ?? 'convert'} --write${where}`;
}

/** A path as a shell takes it. */
const quoted = (path: string): string => (/^[\w./@%+=:-]+$/.test(path) ? path : `'${printable(path).replaceAll("'", String.raw`'\''`)}'`);
