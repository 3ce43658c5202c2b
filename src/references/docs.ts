import { referrers } from './index.ts';
import type { ReferrerText } from './referrer.ts';

/** docs/references.md. */
export const renderReferences = (): string => `${[HEADER, renderIndex(), ...referrers.map(renderReferrer)].join('\n\n')}\n`;

const HEADER = `<!-- Written by scripts/docs.js from src/references. Do not edit. -->

# References

What else in a repository names ClusterInstallation, its fields, or the labels of what the operator makes of one, and what becomes of it.
References in kustomize's own documents follow the installations that they are about. Of the others, some are written at the stages of a rollout: *prepare*
has both kinds admitted, *cutover* replaces what can name one kind only, *finish* takes the old name away once no ClusterInstallation is left.
\`ci2mm convert\` is prepare and cutover in one. What would not be exact stays as it is, and a finding of rule
[reference-left](rules/reference-left.md) says what to do; so does a reference with a comment that suppresses this rule, and one that kustomizations build
to something else than was meant. A list, or a part of a spec, that names the new kind or label too is
taken to be ready. Not looked at are Secrets, texts in ConfigMaps but for settings of Argo CD and of kube-state-metrics,
scripts, and templates.`;

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
