import { shownResource } from '../../kustomize/resource.ts';
import { isList, isScalar, scalarAt, valueAt } from '../../model/value.ts';
import type { Value } from '../../model/value.ts';
import { NEW, OLD } from '../../operator/fields.ts';
import { entriesOf, withInstallations } from './kustomize-referrer.ts';
import { combined, NO_PLAN, obstacle, operations, setText } from './plan.ts';

const LISTS = ['orderFirst', 'orderLast'].map((list) => ['sortOptions', 'legacySortOptions', list]);

/** The order in which objects are built. */
export const sortOptions = withInstallations({
  id: 'kustomize-sort-options',
  found: 'Kinds in `sortOptions`.',
  example: `resources: [chat.yaml]
sortOptions:
  order: legacy
  legacySortOptions:
    orderFirst: [Namespace, ClusterInstallation]
`,
  places: (document) => LISTS.flatMap((list) => entriesOf(document, ...list)),
  planAt: ({ value }, path, { mattermosts: [first] }) => {
    if (scalarAt(value, path) !== OLD.kind) return NO_PLAN;
    const plan = operations(setText(path, NEW.kind));
    if (namesNewKind(value)) return combined([plan, obstacle(path, `this order names ${NEW.kind} as well; leave one of the two`)]);
    return first === undefined
      ? plan
      : combined([plan, obstacle(path, `with this order ${shownResource(first)} would be built at another place as well`)]);
  },
});

const namesNewKind = (document: Value): boolean =>
  LISTS.some((path) => {
    const list = valueAt(document, path);
    return isList(list) && list.some((each) => isScalar(each) && each.text === NEW.kind);
  });
