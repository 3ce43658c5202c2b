import { formatPath } from '../model/value.ts';
import type { SchemaProblem } from '../operator/schema-problem.ts';
import { installation } from './examples.ts';
import type { Hit, InstallationRule } from './rule.ts';

export const unknownField: InstallationRule = {
  id: 'unknown-field',
  level: 'warning',
  summary: 'A field does not exist in ClusterInstallation, or not yet in the target release, and is dropped.',
  remedy: 'Correct the name of the field if it is misspelt; delete the field if it is not.',
  explanation:
    'The API server prunes fields that the CustomResourceDefinition does not know, so the field never had an effect, and the conversion drops ' +
    "it. The operator's own published example carried one: `spec.database.externalSecret`. If the intention was another field, correct the " +
    'name before converting, and mind that its value takes effect then. The schemas are those of operator v1.12.0 to v1.25.9; a field that came ' +
    'later than the release of `--target` is pruned there as well: `spec.database.version` before v1.21.0, `grpc` of a probe before v1.18.0.',
  before: installation(`
  ingressName: chat.example.com
  imagepullpolicy: Always
`),
  after: installation(`
  ingressName: chat.example.com
  imagePullPolicy: Always
`),
  example: 'manifest',
  check: ({ problems }) => problems.filter(({ code, path }) => PRUNED.has(code) && path[0] !== 'status').map(toHit),
};

const PRUNED: ReadonlySet<SchemaProblem['code']> = new Set(['unknown-field', 'not-yet-in-target']);

function toHit({ path, code, message, suggestion }: SchemaProblem): Hit {
  const said = `${formatPath(path)} ${message}; it is dropped`;
  if (code === 'not-yet-in-target') return { path, message: `${said}.`, remedy: OTHER_TARGET };
  if (suggestion === null) return { path, message: `${said}.` };
  const meant = formatPath([...path.slice(0, -1), suggestion]);
  return { path, message: `${said}. Did you mean ${meant}?`, remedy: `Write ${meant} if that is meant, else delete the field.` };
}

const OTHER_TARGET = 'Give the release that you run with --target if it knows the field, else delete the field.';
