import type { Excerpt } from '../model/excerpt.ts';
import type { Finding } from '../rules/finding.ts';
import type { Report } from './report.ts';
import type { Format } from './formats.ts';

/** Turns a report into what goes to standard output. One file per format, listed in index.ts. */
export interface Reporter {
  /** The word after `--format`. */
  readonly format: Format;
  readonly summary: string;
  /** Whether the format itself holds the findings, so that they need not be said again. */
  readonly showsFindings: boolean;
  render(report: Report, options: RenderOptions): string;
}

export interface RenderOptions {
  readonly color: boolean;
  readonly verbose: boolean;
  /** Lines around findings, made by `excerptsFor`; without them no code frame is shown. */
  readonly excerpts?: ReadonlyMap<Finding, Excerpt>;
  /** How whoever reads it has the changes made, such as `run with --write`; left out where nothing changes whatever is asked for. */
  readonly toApply?: string | undefined;
  /** The terminal that it is for, where it is for one: the last lines are what its reader sees first. */
  readonly terminal?: { readonly columns: number } | undefined;
  /** Address of the folder with a page for each rule; without it `ci2mm explain` is named. */
  readonly rulePages?: string | undefined;
}

/** Where a rule is explained, if that is a page. */
export const rulePage = (rule: string, { rulePages }: Pick<RenderOptions, 'rulePages'>): string | null =>
  rulePages === undefined ? null : `${rulePages}/${rule}.md`;
