import { github } from './github.ts';
import { html } from './html.ts';
import { json } from './json.ts';
import { markdown } from './markdown.ts';
import { rdjson } from './rdjson.ts';
import type { Reporter } from './reporter.ts';
import { sarif } from './sarif.ts';
import { text } from './text.ts';

/** The diff of every file, as `git apply` takes it. */
const diff: Reporter = {
  format: 'diff',
  summary: 'a unified diff that `git apply` takes',
  showsFindings: false,
  render: (report) => report.changes.map((change) => change.diff).join(''),
};

/** A reporter for each word of formats.ts, in that order. */
export const reporters: readonly Reporter[] = [diff, text, json, markdown, html, sarif, github, rdjson];

export const reporterFor = (format: string): Reporter | undefined => reporters.find((reporter) => reporter.format === format);
