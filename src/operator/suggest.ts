import type { ValueMap } from '../model/value.ts';
import { propertyOf, resolveRef, type SchemaNode } from './schemas.ts';

/** Names that people write for another field, beyond misspellings: from the operator's own examples, its old and new kind, and Helm habits. */
const nearMisses: Readonly<Record<string, readonly string[]>> = {
  annotations: ['ingressAnnotations'],
  bucket: ['externalBucket'],
  env: ['mattermostEnv'],
  externalsecret: ['secret'],
  externalbucket: ['bucket'],
  externalurl: ['url'],
  host: ['ingressName'],
  ingress: ['ingressName'],
  labels: ['resourceLabels'],
  license: ['mattermostLicenseSecret', 'licenseSecret'],
  licensesecret: ['mattermostLicenseSecret'],
  loadbalancer: ['useServiceLoadBalancer'],
  mattermostlicensesecret: ['licenseSecret'],
  minio: ['fileStore'],
  filestore: ['minio'],
  secretname: ['secret'],
  storage: ['storageSize'],
  tag: ['version'],
  tls: ['useIngressTLS'],
  url: ['externalURL'],
};

/** Where to look for the field that was meant. */
export interface FieldNames {
  /** The unknown field's own map: what it holds, and its schema. */
  readonly map: ValueMap;
  readonly node: SchemaNode;
  readonly root: SchemaNode;
  /** Whether the target has a field. */
  readonly isIn: (field: SchemaNode) => boolean;
}

/** The field beside it, not written yet, that an unknown name most likely means. */
export function suggestSibling(name: string, around: FieldNames): string | null {
  const free = siblingsOf(around).filter((key) => !around.map.has(key));
  return sameButForCase(name, free) ?? nearMiss(name, free) ?? misspelt(name, free);
}

/** The known name that another is a misspelling of, or null. */
export function nearest(name: string, known: readonly string[]): string | null {
  return sameButForCase(name, known) ?? misspelt(name, known);
}

/** The dotted path of the only field of that name near the top of the resource, for a name that none beside it has. */
export function findElsewhere(name: string, around: FieldNames): string | null {
  const spec = propertyOf(around.root, 'spec');
  if (spec === undefined || sameButForCase(name, siblingsOf(around)) !== null) return null;
  const places = placesOf(name, around, spec, 'spec');
  return places.length === 1 ? (places[0] ?? null) : null;
}

function siblingsOf({ node, isIn }: FieldNames): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, field]) => (isIn(field) ? [key] : []));
}

const bare = (name: string): string => name.toLowerCase().replaceAll(/[-_]/g, '');

function sameButForCase(name: string, free: readonly string[]): string | null {
  return free.find((other) => bare(other) === bare(name)) ?? null;
}

function nearMiss(name: string, free: readonly string[]): string | null {
  const meant = Object.hasOwn(nearMisses, bare(name)) ? (nearMisses[bare(name)] ?? []) : [];
  return meant.find((other) => free.includes(other)) ?? null;
}

/** One slip in four letters, at most two. */
function misspelt(name: string, free: readonly string[]): string | null {
  const allowed = Math.min(2, Math.floor(name.length / 4));
  const near = free
    .map((other) => ({ other, slips: editDistance(bare(name), bare(other), allowed) }))
    .filter(({ slips }) => slips <= allowed)
    .sort((a, b) => a.slips - b.slips);
  return near[0]?.other ?? null;
}

/** Letters to insert, delete, replace or swap with their neighbour; anything above `most` when it is more than that. */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replace = (last[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped = column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swap = swapped ? (before[column - 2] ?? 0) + 1 : Infinity;
      current.push(Math.min(replace, swap, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    before = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

/** Fields of a name in `spec` and in the maps right below. */
function placesOf(name: string, around: FieldNames, node: SchemaNode, path: string): string[] {
  return Object.entries(resolveRef(around.root, node).properties ?? {}).flatMap(([key, child]) => {
    if (!around.isIn(child)) return [];
    const here = bare(key) === bare(name) ? [`${path}.${key}`] : [];
    return path === 'spec' ? [...here, ...placesOf(name, around, child, `spec.${key}`)] : here;
  });
}
