import { isList, isMap, stringAt, valueAt } from '../../model/value.ts';
import type { Path, Value } from '../../model/value.ts';
import { sameValue } from '../../model/same.ts';
import { fold } from '../../model/structure.ts';
import type { ReferenceContext, ReferencePlan } from '../referrer.ts';
import { sparingAll } from './bystanders.ts';
import { planFieldSpec } from './field-specs.ts';
import { gvkIn, meaningOf, meansNewKind, renameGvk } from './gvk.ts';
import { itemsOf, withInstallations } from './kustomize-referrer.ts';
import type { KustomizeDocument } from './kustomize-referrer.ts';
import { NO_PLAN, operations } from './plan.ts';
import { planPartly } from './selectors.ts';

/** What kustomize's transformers change besides their defaults. Name references hold field specs of their own. */
export const configurations = withInstallations({
  id: 'kustomize-configurations',
  found: 'Field specs and name references in the files of `configurations`.',
  example: `nameReference:
  - kind: Secret
    fieldSpecs:
      - {kind: ClusterInstallation, path: spec/mattermostLicenseSecret}
`,
  places: ({ role, value }: KustomizeDocument) =>
    role !== 'configuration' || !isMap(value)
      ? []
      : [...value.keys()].flatMap((name) => {
          const entries = itemsOf(value, [name]);
          return isNameReference(name) ? [...entries, ...entries.flatMap((entry) => itemsOf(value, [...entry, 'fieldSpecs']))] : entries;
        }),
  planAt: ({ value }, path, context) =>
    path.length === 2 && isNameReference(String(path[0]))
      ? planNameReference(value, path, context)
      : planFieldSpec(value, path, context, true),
});

const isNameReference = (name: string): boolean => fold(name) === fold('nameReference');

/** The kind whose names are referred to. The kinds that refer stand below it. */
function planNameReference(document: Value, path: Path, context: ReferenceContext): ReferencePlan {
  const reference = valueAt(document, path);
  const meaning = meaningOf(reference);
  if (meaning === 'part') return planPartly(path, gvkIn(reference), 'reference');
  if (meaning !== 'whole') return NO_PLAN;
  const plan = operations(...renameGvk(reference, path));
  return hasTwin(document, path) ? plan : sparingAll(plan, path, context, 'reference names of');
}

/** Whether the same fields are said to hold names of the new kind already. */
function hasTwin(document: Value, path: Path): boolean {
  const list = valueAt(document, path.slice(0, -1));
  const own = valueAt(document, [...path, 'fieldSpecs']);
  return (
    isList(list) &&
    list.some((each) => {
      const fields = valueAt(each, ['fieldSpecs']);
      return (
        meansNewKind(each) && stringAt(each, ['group']) === null && own !== undefined && fields !== undefined && sameValue(own, fields)
      );
    })
  );
}
