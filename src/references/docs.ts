import { referrers } from './index.ts';
import type { ReferrerText } from './referrer.ts';

/** docs/references.md. */
export const renderReferences = (): string => `${[HEADER, renderIndex(), ...referrers.map(renderReferrer)].join('\n\n')}\n`;

const HEADER = `<!-- Written by scripts/docs.js from src/references. Do not edit. -->

# References

What else in a repository names ClusterInstallation, its fields, or the labels of what the operator makes of one, and what becomes of it.
References in kustomize's own documents follow the installations that they are about. All others are flagged: they stay as they are, and a finding
of rule [reference-left](rules.md#reference-left) says what to do. A resource that names the new kind or label too is taken to be ready. Not looked
at are Secrets, texts in ConfigMaps, scripts, and templates.`;

const renderIndex = (): string =>
  [
    '| Referrer | What is found | What is done |',
    '| --- | --- | --- |',
    ...referrers.map((referrer) => `| [${referrer.id}](#${referrer.id}) | ${referrer.found} | ${doneWith(referrer)} |`),
  ].join('\n');

const renderReferrer = ({ id, found, example }: ReferrerText): string => [`## ${id}`, found, `\`\`\`yaml\n${example}\`\`\``].join('\n\n');

function doneWith({ written }: ReferrerText): string {
  const stages = (['prepare', 'cutover', 'finish'] as const).flatMap((stage) =>
    written[stage] === undefined ? [] : [`${stage}: ${written[stage]}`],
  );
  return stages.length === 0 ? 'flagged' : stages.join('; ');
}
