import type { Reporter } from './reporter.ts';

/** The report as one JSON object, described by schema/report.schema.json. */
export const json: Reporter = {
  format: 'json',
  summary: 'one JSON object for programs (schema/report.schema.json)',
  showsFindings: false,
  render: (report) => `${JSON.stringify(report, null, 2)}\n`,
};
