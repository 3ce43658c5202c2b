import { writtenText } from '../manifests/read.ts';
import type { Manifest } from '../manifests/read.ts';
import type { Excerpt } from '../model/excerpt.ts';
import type { Finding } from '../rules/finding.ts';
import { excerptsFor } from '../report/excerpt.ts';
import type { LineRange } from '../report/excerpt.ts';
import { isSecretBearing } from '../secrets/index.ts';

/**
 * The lines around findings in manifests that were read with every resource that bears secrets. A manifest that can't be read to its end
 * is shown nothing of, for nobody can tell what in it is secret.
 */
export function excerptsOf(findings: readonly Finding[], manifests: readonly Manifest[]): Map<Finding, Excerpt> {
  const files = new Set(findings.map(({ file }) => file));
  const readable = manifests.filter(({ file, problems }) => files.has(file) && problems.length === 0);
  const texts = new Map(readable.map((manifest) => [manifest.file, writtenText(manifest)]));
  const secrets = new Map(readable.map((manifest) => [manifest.file, secretDocuments(manifest)]));
  return excerptsFor(findings, texts, secrets);
}

/**
 * The lines of every document that holds a Secret, even where it is but one item of a List: what an alias or a comment beside the item
 * gives away need not be worked out, and few Lists hold both.
 */
function secretDocuments({ text, documents, resources }: Manifest): LineRange[] {
  const secret = new Set(resources.filter(isSecretBearing).map(({ document }) => document));
  let line = 1;
  let counted = 0;
  const breaksUntil = (offset: number): number => {
    for (let at = text.indexOf('\n', counted); at !== -1 && at < offset; at = text.indexOf('\n', counted))
      [line, counted] = [line + 1, at + 1];
    return line;
  };
  return documents
    .map(({ start, end }) => ({ line: breaksUntil(start), endLine: breaksUntil(end) }))
    .filter((_, index) => secret.has(index));
}
