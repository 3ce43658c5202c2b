import type { Report } from '../model/report.ts';

/** Turns a report into what goes to standard output. One file per format, listed in index.ts. */
export interface Reporter {
  /** The word after `--format`. */
  readonly format: string;
  readonly summary: string;
  /** Whether the format itself holds the findings, so that they need not be said again. */
  readonly showsFindings: boolean;
  render(report: Report, options: RenderOptions): string;
}

export interface RenderOptions {
  readonly color: boolean;
  readonly verbose: boolean;
}
