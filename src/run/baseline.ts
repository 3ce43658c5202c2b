import { readOutside } from '../repo/read.ts';
import { compareWith, readBaseline, renderBaseline } from '../report/baseline.ts';
import type { Compared } from '../report/baseline.ts';
import { count } from '../report/findings.ts';
import type { Report } from '../report/report.ts';
import { UsageError } from './usage-error.ts';

/** What a report has beyond the baseline of a file. Throws UsageError for what is none. */
export function comparedWith(file: string, report: Report, cwd: string): Compared {
  const baseline = readBaseline(readOutside(cwd, file).toString('utf8'));
  if ('wrong' in baseline)
    throw new UsageError(
      `${file} is no baseline of this version of ci2mm (line ${baseline.wrong}); ci2mm scan --write-baseline ${file} writes one`,
    );
  return compareWith(baseline, report);
}

/** Writes what a report has as the baseline. */
export async function writeBaseline(file: string, report: Report, cwd: string): Promise<void> {
  const { writeOutput } = await import('../repo/write.ts');
  await writeOutput(file, renderBaseline(report), { cwd });
}

const MOST = 10;

/** What a comparison comes to, in lines. What was not looked at is not gone. */
export function toldOfBaseline({ beyond, more, gone }: Compared, file: string): string[] {
  const rest = more.length - MOST;
  return [
    more.length === 0
      ? `nothing beyond the baseline ${file}`
      : `beyond the baseline ${file}: ${count(beyond.summary.installations, 'installation')}, ${count(beyond.findings.length, 'finding')}`,
    ...more.slice(0, MOST).map((line) => `not in the baseline: ${line}`),
    ...(rest > 0 ? [`not in the baseline: ${rest} more`] : []),
    ...(gone > 0 && beyond.summary.notChosen === 0
      ? [
          `${gone} of the baseline ${gone === 1 ? 'is' : 'are'} no longer found; ci2mm scan --write-baseline ${file} takes ${gone === 1 ? 'it' : 'them'} out`,
        ]
      : []),
  ];
}
