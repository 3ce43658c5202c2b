import { formatPath } from '../model/value.ts';
import { installation } from './examples.ts';
import { isInvalid } from './invalid-installation.ts';
import { originOf } from './origin.ts';
import type { InstallationRule, InstallationSubject } from './rule.ts';
import { existing } from './written.ts';

export const invalidTarget: InstallationRule = {
  id: 'invalid-target',
  level: 'error',
  aboutTypes: true,
  summary: "The converted manifest would not fit the target's Mattermost schema.",
  remedy:
    'Correct the field in the ClusterInstallation. If you gave --crd, check that the file is the CustomResourceDefinition that your cluster runs.',
  explanation:
    'A valid ClusterInstallation converts to a valid Mattermost with the schemas of operator v1.12.0 to v1.25.9. A CustomResourceDefinition of ' +
    'your own may be stricter, or lack a field: the API server would then reject the result, or drop the field without a word. Fields that the ' +
    'known schemas of the target lack are the matter of target-removed-field.',
  before:
    '# converted with --crd of a CustomResourceDefinition in which spec.size is an integer\n' +
    installation(`
  ingressName: chat.example.com
  size: 5000users
`),
  after: installation(`
  ingressName: chat.example.com
`),
  example: 'none',
  check(subject) {
    if (subject.problems.some(isInvalid)) return []; // these come first, and most of them come again in the result
    return unfit(subject).map(({ path, message }) => ({
      path: existing(subject.installation.value, originOf(path)),
      message: `${formatPath(path)} of the converted manifest ${message}.`,
    }));
  },
};

const unfit = ({ targetProblems }: InstallationSubject): InstallationSubject['targetProblems'] =>
  targetProblems.filter((problem) => problem.code === 'unknown-field' || isInvalid(problem));
