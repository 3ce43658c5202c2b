import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A text within the page, and what the content security policy calls it. */
export interface PageFile {
  readonly text: string;
  readonly hash: string;
}

/** The page's style and script. The build asks once and puts the answer in this module's place, so that the program reads no files of its own. */
export const pageFiles = (): { readonly style: PageFile; readonly script: PageFile } => ({
  style: pageFile('./report.css'),
  script: pageFile('./report.js'),
});

function pageFile(name: string): PageFile {
  // Line breaks as a browser reads them, for it hashes what it has read.
  const text = readFileSync(new URL(name, import.meta.url), 'utf8').replaceAll('\r\n', '\n');
  return { text, hash: `sha256-${createHash('sha256').update(text).digest('base64')}` };
}
