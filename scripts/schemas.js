/**
 * Writes src/operator/schemas/*.json from a folder of structural schemas, one file per kind and operator release:
 *
 *     node scripts/schemas.js FOLDER
 *
 * Each file holds {"kind", "operatorRelease": "v1.25.9", "openAPIV3Schema"}. The result is the union of all releases, names and types only.
 * A field carries `since` and `removed` where these differ from its parent's; `requiredUntil` names the release in which a field ceased to be
 * required. Anything else that changes between releases stops the script, for then the format no longer says enough.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const firstKnown = '1.12.0';

/** The snapshots are the last release of a minor; the schemas came with its first. Compared between the operator's tags. */
const sameSchemasAs = { '1.18.1': '1.18.0', '1.20.1': '1.20.0', '1.22.1': '1.22.0' };

/** Fields that arrived within the line 1.25, by the operator's tags v1.25.0 to v1.25.9. */
const arrivedInPatch = {
  'Mattermost.spec.database.readinessCheck': '1.25.8',
  'Mattermost.spec.fileStore.local.accessModes': '1.25.4',
};

const string = { type: 'string' };
const strings = { type: 'object', additionalProperties: string };
const int64 = { type: 'integer', format: 'int64' };
const boolean = { type: 'boolean' };
const time = {
  ...string,
  pattern:
    '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$',
};
const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** CRDs leave metadata to the API server, which has one type for all objects: these are the fields of which a manifest can get the type wrong. */
const metadata = {
  ...open,
  properties: {
    annotations: strings,
    creationTimestamp: time,
    deletionGracePeriodSeconds: int64,
    deletionTimestamp: time,
    finalizers: { type: 'array', items: string },
    generateName: string,
    generation: int64,
    labels: strings,
    managedFields: {
      type: 'array',
      items: {
        ...open,
        properties: { apiVersion: string, fieldsType: string, manager: string, operation: string, subresource: string, time },
      },
    },
    name: string,
    namespace: string,
    ownerReferences: {
      type: 'array',
      items: {
        ...open,
        properties: { apiVersion: string, blockOwnerDeletion: boolean, controller: boolean, kind: string, name: string, uid: string },
      },
    },
    resourceVersion: string,
    selfLink: string,
    uid: string,
  },
};

function main(folder) {
  if (folder === undefined) throw new Error('usage: node scripts/schemas.js FOLDER');
  for (const [kind, snapshots] of readSnapshots(folder)) {
    const root = merge(snapshots, kind, firstKnown);
    root.properties.metadata = asNode(metadata, firstKnown);
    shareDates(root);
    const file = join(fileURLToPath(new URL('../src/operator/schemas/', import.meta.url)), `${kind}.json`);
    writeFileSync(file, `${print(withDefinitions(root), 0)}\n`);
  }
}

/** Snapshots by kind, oldest first: {release, schema}. A preview counts as the release it prepares. */
function readSnapshots(folder) {
  const kinds = new Map();
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
    const { kind, operatorRelease, openAPIV3Schema } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const release = /\d+\.\d+\.\d+/.exec(operatorRelease)[0];
    kinds.set(kind, [...(kinds.get(kind) ?? []), { release, schema: openAPIV3Schema }]);
  }
  for (const snapshots of kinds.values()) snapshots.sort((a, b) => byRelease(a.release, b.release));
  return kinds;
}

const byName = (a, b) => (a < b ? -1 : 1);

const byRelease = (a, b) => a.localeCompare(b, 'en', { numeric: true });

/** The union of one field's schemas, with the release in which it came. */
function merge(snapshots, path, first) {
  const node = { ...sameInAll(snapshots, path), ...mergeRequired(snapshots, path), first };
  const names = [...new Set(snapshots.flatMap(({ schema }) => Object.keys(schema.properties ?? {})))].sort(byName);
  if (names.length > 0) {
    node.properties = Object.fromEntries(names.map((name) => [name, mergeField(snapshots, name, `${path}.${name}`, first)]));
  }
  for (const key of ['items', 'additionalProperties']) {
    const children = snapshots.map(({ release, schema }) => ({ release, schema: schema[key] }));
    if (children.every(({ schema }) => schema)) node[key] = merge(children, path, first);
    else if (children.some(({ schema }) => schema)) throw new Error(`${path} changed between releases`);
  }
  return node;
}

/** One property: when it came and, where its parent outlives it, when it was `removed`. */
function mergeField(snapshots, name, path, parentFirst) {
  const seen = snapshots.filter(({ schema }) => schema.properties?.[name] !== undefined);
  const from = snapshots.indexOf(seen[0]);
  if (seen.some((snapshot, index) => snapshots[from + index] !== snapshot)) throw new Error(`${path} went and came back`);
  const first = from === 0 ? parentFirst : firstRelease(seen[0].release, path);
  const node = merge(
    seen.map(({ release, schema }) => ({ release, schema: schema.properties[name] })),
    path,
    first,
  );
  const gone = snapshots[from + seen.length];
  if (gone !== undefined) node.removed = firstRelease(gone.release, path);
  return node;
}

/** The release that first had what a snapshot shows for the first time. */
function firstRelease(snapshot, path) {
  const first = arrivedInPatch[path] ?? sameSchemasAs[snapshot] ?? snapshot;
  if (first === '1.25.9') throw new Error(`${path} came with one of 1.25.0 to 1.25.9: which?`);
  return first;
}

/** Keywords that have never changed; int-or-string is written as a list of types. */
function sameInAll(snapshots, path) {
  const [first, ...others] = snapshots.map(({ schema }) => JSON.stringify(scalarKeywords(schema)));
  if (others.some((other) => other !== first)) throw new Error(`${path} changed between releases`);
  return JSON.parse(first);
}

function scalarKeywords(schema) {
  const preserve = schema['x-kubernetes-preserve-unknown-fields'];
  return {
    type: schema['x-kubernetes-int-or-string'] ? ['integer', 'string'] : schema.type,
    format: schema.format,
    pattern: schema.pattern,
    enum: schema.enum,
    ...(preserve && { 'x-kubernetes-preserve-unknown-fields': true }),
  };
}

function mergeRequired(snapshots, path) {
  const last = snapshots.at(-1).schema.required ?? [];
  const all = [...new Set(snapshots.flatMap(({ schema }) => schema.required ?? []))].sort(byName);
  const until = {};
  for (const name of all) {
    const defaulted = snapshots.some(({ schema }) => schema.properties[name]?.default !== undefined);
    const optionalFrom = snapshots.findIndex(({ schema }) => !schema.required?.includes(name));
    if (defaulted || (optionalFrom !== -1 && last.includes(name))) throw new Error(`${path}.${name} became required`);
    if (optionalFrom !== -1) until[name] = firstRelease(snapshots[optionalFrom].release, path);
  }
  return {
    required: last.length > 0 ? [...last].sort(byName) : undefined,
    requiredUntil: Object.keys(until).length > 0 ? until : undefined,
  };
}

/** A plain schema as a node that has always existed. */
function asNode(schema, first) {
  const node = { ...schema, first };
  for (const [key, child] of childrenOf(schema)) setChild(node, key, asNode(child, first));
  return node;
}

/** Children of a node as [key, child]; the key is a property's name behind a dot, or `items`, or `additionalProperties`. */
function childrenOf(node) {
  return [
    ...Object.entries(node.properties ?? {}).map(([name, child]) => [`.${name}`, child]),
    ...['items', 'additionalProperties'].flatMap((key) => (node[key] ? [[key, node[key]]] : [])),
  ];
}

function setChild(node, key, child) {
  if (key.startsWith('.')) node.properties = { ...node.properties, [key.slice(1)]: child };
  else node[key] = child;
}

/**
 * Sets `since` on every node. A field of a type that several fields share (a probe, say) gets the earliest release of all its places, so
 * that these stay equal; that is right as long as the later of the parent's release and `since` is the release in which the field came.
 */
function shareDates(root) {
  const places = new Map();
  const visit = (node) => {
    node.since = node.first;
    const key = shape(node);
    places.set(key, [...(places.get(key) ?? []), node]);
    for (const [, child] of childrenOf(node)) visit(child);
  };
  visit(root);
  const shared = [...places].filter(([, nodes]) => nodes.length > 1).sort(([a], [b]) => b.length - a.length);
  for (const [, nodes] of shared)
    unify(
      nodes,
      nodes.map(({ first }) => first),
    );
}

const shape = (node) => JSON.stringify(node, (key, value) => (['first', 'since', 'removed'].includes(key) ? undefined : value));

/** Gives the fields below nodes of one shape the same `since`, where that is right in each of their places. */
function unify(nodes, roots) {
  for (const [index, [, child]] of childrenOf(nodes[0]).entries()) {
    const same = [child, ...nodes.slice(1).map((node) => childrenOf(node)[index][1])];
    const earliest = same.map(({ first }) => first).sort(byRelease)[0];
    const right = same.every(({ first }, place) => [earliest, roots[place]].sort(byRelease)[1] === first);
    if (right) for (const node of same) node.since = earliest;
    unify(same, roots);
  }
}

/** The schema as written, with what occurs more than once moved to `$defs`. */
function withDefinitions(root) {
  const repeated = repeatedParts(root);
  const earliest = earliestByIdentity(root);
  const definitions = {};
  const write = (node, inherited) => {
    const dates = { since: byRelease(node.since, inherited) > 0 ? node.since : undefined, removed: node.removed };
    const name = repeated.get(identity(node));
    if (name === undefined) return { ...body(node, later(node.since, inherited)), ...dates };
    definitions[name] ??= body(node, earliest.get(identity(node)));
    return { $ref: `#/$defs/${name}`, ...dates };
  };
  const body = ({ properties, items, additionalProperties, first: _first, since: _since, removed: _removed, ...own }, inherited) => ({
    ...own,
    properties: properties && Object.fromEntries(Object.entries(properties).map(([name, child]) => [name, write(child, inherited)])),
    items: items && write(items, inherited),
    additionalProperties: additionalProperties && write(additionalProperties, inherited),
  });
  const written = write(root, firstKnown);
  return { ...written, $defs: Object.fromEntries(Object.entries(definitions).sort(([a], [b]) => byName(a, b))) };
}

const later = (a, b) => (byRelease(a, b) > 0 ? a : b);

/** What makes two nodes interchangeable: everything but the node's own dates. */
function identity(node) {
  const { first: _first, since: _since, removed: _removed, ...rest } = node;
  return JSON.stringify(rest, (key, value) => (key === 'first' ? undefined : value));
}

/** When the first of all interchangeable nodes came. */
function earliestByIdentity(root) {
  const earliest = new Map();
  const visit = (node) => {
    const key = identity(node);
    earliest.set(key, [earliest.get(key) ?? node.first, node.first].sort(byRelease)[0]);
    for (const [, child] of childrenOf(node)) visit(child);
  };
  visit(root);
  return earliest;
}

/** Names for the parts worth a definition: long, and met more than once when each is entered only the first time. */
function repeatedParts(root) {
  const met = new Map();
  const visit = (node, name) => {
    const key = identity(node);
    const known = met.get(key) ?? { count: 0, name };
    met.set(key, known);
    if (known.count++ > 0) return;
    for (const [step, child] of childrenOf(node)) visit(child, step.startsWith('.') ? step.slice(1) : `${name}-item`);
  };
  visit(root, 'root');
  const taken = new Set();
  const parts = [...met].filter(([key, { count }]) => count > 1 && key.length > 110);
  return new Map(parts.map(([key, { name }]) => [key, unusedName(name, taken)]));
}

function unusedName(name, taken) {
  let candidate = name;
  for (let number = 2; taken.has(candidate); number++) candidate = `${name}-${number}`;
  taken.add(candidate);
  return candidate;
}

/** JSON with everything that fits into 140 columns on one line. */
function print(value, indent) {
  const flat = JSON.stringify(value, null, 1).replace(/\n */g, ' ');
  if (flat.length + indent <= 140) return flat;
  const pad = ' '.repeat(indent + 2);
  const entries = Object.entries(value).filter(([, child]) => child !== undefined);
  return `{\n${entries.map(([key, child]) => `${pad}"${key}": ${print(child, indent + 2)}`).join(',\n')}\n${' '.repeat(indent)}}`;
}

main(process.argv[2]);
