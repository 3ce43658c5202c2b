import type { Installation } from '../model/installation.ts';
import { formatPath, isMap, isScalar, valueAt } from '../model/value.ts';
import type { SchemaProblem } from '../operator/schema-problem.ts';
import { installation } from './examples.ts';
import type { Hit, InstallationRule, InstallationSubject } from './rule.ts';
import { existing, isOpen, isUnset } from './written.ts';

const NAME = ['metadata', 'name'];
const SPEC = ['spec'];
const INGRESS_NAME = ['spec', 'ingressName'];

export const invalidInstallation: InstallationRule = {
  id: 'invalid-installation',
  level: 'error',
  aboutTypes: true,
  fixed: true,
  summary: 'The manifest is not a valid ClusterInstallation: the API server would reject it.',
  remedy:
    'Correct the field as the message says. A number or a word such as yes, on or null that is meant as text must be quoted: version: "5.30".',
  explanation:
    'The API server checks a ClusterInstallation against the schema of its CustomResourceDefinition and rejects wrong types and missing fields. ' +
    'A manifest that it would not take has no certain meaning, so there is nothing to convert faithfully. Types are decided as Kubernetes reads ' +
    'YAML: `version: 5.30` is the number 5.3, `yes` is true, `"true"` is a string. The schemas are those of operator v1.12.0 to v1.25.9.\n\n' +
    'A value with a variable such as `${VERSION}` may turn into any type and is not checked. Fields that do not exist are the matter of ' +
    'unknown-field, and a missing `spec.ingressName` that of missing-ingress-name.',
  before: installation(`
  ingressName: chat.example.com
  version: 5.30
`),
  after: installation(`
  ingressName: chat.example.com
  version: "5.30"
`),
  example: 'manifest',
  check: (subject) => [...nameHits(subject.installation), ...specHits(subject.installation), ...schemaHits(subject)],
};

function nameHits({ value }: Installation): Hit[] {
  const name = valueAt(value, NAME);
  if (isScalar(name) && typeof name.value === 'string' && name.value !== '') return [];
  const path = existing(value, NAME);
  if (!isUnset(name)) return [{ path, message: 'metadata.name must be a string.', remedy: 'Write the name in quotes.' }];
  return [{ path, message: 'metadata.name is missing.', remedy: 'Write metadata.name; generateName cannot be converted.' }];
}

function specHits({ value }: Installation): Hit[] {
  const spec = valueAt(value, SPEC);
  if (isMap(spec) || isOpen(spec)) return [];
  return [{ path: existing(value, SPEC), message: isUnset(spec) ? 'spec is missing.' : 'spec must be a map.' }];
}

const schemaHits = ({ installation, problems }: InstallationSubject): Hit[] =>
  problems.filter(isInvalid).map(({ path, message }) => ({
    path: existing(installation.value, path),
    message: `${path.length === 0 ? 'The manifest' : formatPath(path)} ${message}.`,
  }));

/** What the API server would reject, without what this rule looks at itself and what missing-ingress-name owns. A status it does not look at. */
export function isInvalid({ code, path }: SchemaProblem): boolean {
  const owned = code === 'missing-field' ? [NAME, SPEC, INGRESS_NAME] : [NAME, SPEC];
  return INVALID.has(code) && path[0] !== 'status' && !owned.some((each) => formatPath(each) === formatPath(path));
}

const INVALID: ReadonlySet<SchemaProblem['code']> = new Set(['wrong-type', 'invalid-value', 'missing-field']);
