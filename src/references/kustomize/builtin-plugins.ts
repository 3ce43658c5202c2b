import { stringAt, valueAt } from '../../model/value.ts';
import type { Path, Value } from '../../model/value.ts';
import { OLD } from '../../operator/fields.ts';
import type { ReferenceContext, ReferencePlan } from '../referrer.ts';
import { moves, planFieldPath } from './field-paths.ts';
import { planFieldSpec } from './field-specs.ts';
import { itemsOf, withInstallations } from './kustomize-referrer.ts';
import { combined, obstacle } from './plan.ts';
import { planReplacement } from './replacement-plan.ts';
import { planTarget } from './selectors.ts';

type PluginPlan = (document: Value, path: Path, context: ReferenceContext) => ReferencePlan;

/** What of a plugin's configuration refers, and how it follows. */
interface Plugin {
  places(document: Value): readonly Path[];
  readonly plan: PluginPlan;
}

const TARGET: Plugin = { places: () => [['target']], plan: planTarget };

/** Plugins whose configuration holds field specs and nothing else that refers to a kind. */
const FIELD_SPECS: Plugin = {
  places: (document) => itemsOf(document, ['fieldSpecs']),
  plan: (document, path, context) => planFieldSpec(document, path, context, false),
};

const PLUGINS: ReadonlyMap<string, Plugin> = new Map<string, Plugin>([
  ['PatchTransformer', TARGET],
  ['PatchJson6902Transformer', TARGET],
  ['ReplacementTransformer', { places: (document) => itemsOf(document, ['replacements']), plan: planReplacement }],
  ['ValueAddTransformer', { places: (document) => itemsOf(document, ['targets']), plan: planValueTarget }],
  ...[
    'LabelTransformer',
    'AnnotationsTransformer',
    'NamespaceTransformer',
    'PrefixTransformer',
    'SuffixTransformer',
    'PrefixSuffixTransformer',
    'ImageTagTransformer',
    'ReplicaCountTransformer',
  ].map((kind) => [kind, FIELD_SPECS] as const),
]);

/** Others are opaque and reported where the graph is read. */
const pluginOf = (document: Value): Plugin | undefined =>
  stringAt(document, ['apiVersion']) === 'builtin' ? PLUGINS.get(stringAt(document, ['kind']) ?? '') : undefined;

/** The configurations of the transformers that kustomize brings along. */
export const builtinPlugins = withInstallations({
  id: 'kustomize-builtin-plugins',
  found: 'Targets, replacements and field specs of builtin transformers, in the files of `transformers` and the like.',
  example: `apiVersion: builtin
kind: PatchTransformer
metadata:
  name: replicas
path: replicas.yaml
target:
  kind: ClusterInstallation
`,
  places: ({ role, value }) => (role === 'plugin' ? (pluginOf(value)?.places(value) ?? []) : []),
  planAt: ({ value }, path, context) => (pluginOf(value) as Plugin).plan(value, path, context),
});

/** A value that is added to a field of what a selector chooses. */
function planValueTarget(document: Value, path: Path, context: ReferenceContext): ReferencePlan {
  const at = [...path, 'selector'];
  const selector = planTarget(document, at, context);
  const field = { document, path: [...path, 'fieldPath'], notation: 'slash', use: 'writes' } as const;
  if (selector.batches.length > 0) return combined([selector, planFieldPath(field, context)]);
  const written = stringAt(document, field.path) ?? '';
  const names = ['group', 'kind'].some((key) => stringAt(valueAt(document, at), [key]) !== null);
  return moves(written, 'slash', context.decision) && !names
    ? combined([selector, obstacle(path, `this target names no kind, and its path changes for ${OLD.kind} only; name the kind`)])
    : selector;
}
