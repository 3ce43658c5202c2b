import { inclusions } from './graph.ts';
import type { Graph, GraphNode } from './graph.ts';
import { directoryOf } from './paths.ts';

const known = new WeakMap<Graph, Map<string, ReadonlySet<string>>>();

/** The kustomizations that are built by themselves and lead to this one, which may be one of them. */
export function rootsAbove(graph: Graph, kustomization: string): string[] {
  const above = new Set([kustomization]);
  for (const file of above) for (const user of graph.nodes.get(file)?.includedBy ?? []) above.add(user);
  return [...above].filter((file) => graph.nodes.get(file)?.root === true);
}

/** A kustomization and all that it includes, however far down. Computed once for each graph and start. */
export function reachableFrom(graph: Graph, kustomization: string): ReadonlySet<string> {
  const results = known.get(graph) ?? new Map<string, ReadonlySet<string>>();
  known.set(graph, results);
  const before = results.get(kustomization);
  if (before !== undefined) return before;
  const reached = new Set([kustomization]);
  for (const file of reached) for (const input of inclusions(graph.nodes.get(file))) reached.add(input.file);
  results.set(kustomization, reached);
  return reached;
}

/**
 * The kustomization that an engine adds its part to before it builds, which makes one of the two; null for what is no part of an engine, or stands over
 * manifests alone.
 */
export function extendedBy(node: GraphNode, { nodes }: Graph): GraphNode | null {
  const file = node.kustomization.base.length === 0 ? null : extendedFile(node);
  const extended = file === null ? undefined : nodes.get(file);
  return extended === undefined || extended.kustomization.kind === 'Component' ? null : extended;
}

/** The kustomization file of the directory that an engine builds; null where it has none. */
export const extendedFile = ({ kustomization: { directory }, resources }: Pick<GraphNode, 'kustomization' | 'resources'>): string | null =>
  resources.find(({ leadsTo, file }) => leadsTo === 'kustomization' && directoryOf(file) === directory)?.file ?? null;
