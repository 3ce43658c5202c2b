import { isList, isMap } from '../model/value.ts';
import type { Value } from '../model/value.ts';
import { OLD } from '../operator/fields.ts';
import type { Graph } from './graph.ts';

/**
 * Whether an OpenAPI schema makes kustomize merge lists of an installation by a key. kustomize has one schema for the whole build, so that of
 * a base reaches the overlays above it.
 */
export function mergesLists({ nodes, files }: Graph): boolean {
  return [...nodes.values()].some(({ kustomization: { openapi, directory } }) => {
    const file = openapi === null ? null : files.resolve(directory, openapi.text);
    const text = file === null || !files.exists(file) ? '' : (files.text(file)?.text ?? '');
    return text.includes(OLD.kind) && text.includes('x-kubernetes-patch-merge-key');
  });
}

/** Whether a strategic-merge patch tells what is to become of items of a list; without such a schema, that is an ordinary key. */
export function directsItems(patch: Value): boolean {
  if (isList(patch)) return patch.some((item) => (isMap(item) && item.has('$patch')) || directsItems(item));
  if (!isMap(patch)) return false;
  return [...patch].some(
    ([key, child]) => /^\$(?:retainKeys$|setElementOrder\/|deleteFromPrimitiveList\/)/.test(key) || directsItems(child),
  );
}
