import { codequality } from './codequality.ts';
import { github } from './github.ts';
import { html } from './html/html.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import { diff } from './git-diff.ts';
import { rdjson } from './rdjson.ts';
import type { Reporter } from './reporter.ts';
import { sarif } from './sarif.ts';
import { stat } from './stat.ts';
import { text } from './text.ts';

/** A reporter for each word of formats.ts, in that order. */
export const reporters: readonly Reporter[] = [diff, stat, text, json, markdown, html, sarif, github, rdjson, codequality, junit];

export const reporterFor = (format: string): Reporter | undefined => reporters.find((reporter) => reporter.format === format);
