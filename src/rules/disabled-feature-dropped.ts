import { installation } from './examples.ts';
import { featureState } from './feature.ts';
import type { InstallationRule } from './rule.ts';

export const disabledFeatureDropped: InstallationRule = {
  id: 'disabled-feature-dropped',
  level: 'note',
  summary: 'A BlueGreen or Canary block that is switched off is dropped.',
  remedy: 'Nothing has to be done. Keep a copy if the images and versions in the block are still of use.',
  explanation:
    'Without `enable: true` the block has no effect, and Mattermost has no counterpart for it; the conversion of the operator leaves it out ' +
    '(`ConvertToMM`, the same in v1.12.0 to v1.25.9). Enabled, it is the matter of blue-green-enabled and canary-enabled.',
  before: installation(`
  ingressName: chat.example.com
  blueGreen:
    enable: false
`),
  after: installation(`
  ingressName: chat.example.com
`),
  example: 'manifest',
  check: ({ installation }) =>
    (['blueGreen', 'canary'] as const)
      .filter((feature) => featureState(installation, feature) === 'off')
      .map((feature) => ({ path: ['spec', feature], message: `spec.${feature} is switched off and is dropped.` })),
};
