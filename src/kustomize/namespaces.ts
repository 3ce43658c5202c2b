import { groupBy } from '../model/group.ts';
import type { Graph, GraphNode } from './graph.ts';

/**
 * Finds the namespaces that kustomizations put the resources of a file into: of each way from the file to a kustomization that nothing includes,
 * the one that is set last. Null for a way on which none is set; nothing where no kustomization reads the file.
 */
export function namespaceFinder({ nodes }: Graph): (file: string) => ReadonlySet<string | null> {
  const reading = groupBy(
    [...nodes.values()].flatMap((node) => node.resources.flatMap(({ leadsTo, file }) => (leadsTo === 'file' ? [{ file, node }] : []))),
    ({ file }) => file,
  );
  const known = new Map<GraphNode, readonly (string | null)[]>();
  const outermost = (node: GraphNode): readonly (string | null)[] => {
    const found = known.get(node) ?? [...new Set(around(node))];
    known.set(node, found);
    return found;
  };
  const around = ({ kustomization, includedBy }: GraphNode): (string | null)[] => {
    const own = kustomization.namespace?.text ?? null;
    const above = includedBy.flatMap((id) => nodes.get(id) ?? []);
    return above.length === 0 ? [own] : above.flatMap((node) => outermost(node).map((each) => each ?? own));
  };
  return (file) => new Set((reading.get(file) ?? []).flatMap(({ node }) => outermost(node)));
}
