import { withBlueGreen } from './examples.ts';
import type { ReportedRule } from './rule.ts';

export const stageEffect: ReportedRule = {
  id: 'stage-effect',
  level: 'warning',
  isHazard: true,
  summary: 'What a stage writes has an effect in the cluster that somebody should know of before it is merged.',
  remedy: 'Choose the time of the merge, and do what the finding says beside it.',
  explanation:
    'BlueGreen and Canary have to be off before the operator migrates. Turning BlueGreen off, the operator deletes both colours and starts the Deployment named after the installation, ' +
    'from spec.image and spec.version; turning Canary off, it deletes nothing (v1.12.0 to v1.25.9).',
  before: `# ci2mm prepare --blue-green production
${withBlueGreen(true)}`,
  after: withBlueGreen(
    false,
    `  image: mattermost/mattermost-enterprise-edition
  version: 9.11.3
`,
  ),
  example: 'none',
};
