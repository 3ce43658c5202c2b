import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseRelease, release, releases, type Release } from '../../src/operator/releases.ts';
import { availabilityIn, propertyOf, resolveRef, schemaOf, type Kind, type SchemaNode } from '../../src/operator/schemas.ts';

const kinds: readonly Kind[] = ['ClusterInstallation', 'Mattermost'];

describe('the release in which a field came', () => {
  test.each([
    ['ClusterInstallation', 'spec.blueGreen.productionDeployment', '1.12.0'],
    ['ClusterInstallation', 'spec.livenessProbe.grpc', '1.18.0'],
    ['ClusterInstallation', 'spec.database.version', '1.21.0'],
    ['ClusterInstallation', 'spec.resources.claims', '1.21.0'],
    ['Mattermost', 'spec.ingressName', '1.12.0'],
    ['Mattermost', 'spec.imagePullSecrets', '1.14.0'],
    ['Mattermost', 'status.observedGeneration', '1.15.0'],
    ['Mattermost', 'spec.ingress', '1.16.0'],
    ['Mattermost', 'spec.ingress.annotations', '1.16.0'],
    ['Mattermost', 'spec.scheduling.tolerations', '1.16.0'],
    ['Mattermost', 'spec.database.disableReadinessCheck', '1.16.0'],
    ['Mattermost', 'spec.podExtensions.initContainers', '1.16.0'],
    ['Mattermost', 'spec.resourcePatch', '1.17.0'],
    ['Mattermost', 'spec.ingress.hosts', '1.18.0'],
    ['Mattermost', 'spec.dnsConfig', '1.18.0'],
    ['Mattermost', 'spec.podTemplate', '1.19.0'],
    ['Mattermost', 'spec.updateJob', '1.19.0'],
    ['Mattermost', 'spec.fileStore.local.enabled', '1.20.0'],
    ['Mattermost', 'spec.fileStore.external.useServiceAccount', '1.20.0'],
    ['Mattermost', 'spec.database.operatorManaged.version', '1.21.0'],
    ['Mattermost', 'spec.podExtensions.sidecarContainers', '1.21.0'],
    ['Mattermost', 'spec.jobServer', '1.23.0'],
    ['Mattermost', 'spec.podTemplate.command', '1.24.0'],
    ['Mattermost', 'spec.fileStore.local.accessModes', '1.25.4'],
    ['Mattermost', 'spec.database.readinessCheck', '1.25.8'],
  ] as const)('%s %s: %s', (kind, path, since) => {
    const fields = path.split('.');
    expect(hasField(kind, fields, release(since))).toBe(true);
    expect(hasField(kind, fields, before(since))).toBe(since === '1.12.0');
    expect(hasField(kind, fields, release('1.25.9'))).toBe(true);
  });

  test.each([['spec.database.operatorManaged'], ['spec.fileStore.operatorManaged.replicas']])('%s is gone in 2.0.0', (path) => {
    expect(hasField('Mattermost', path.split('.'), release('1.25.9'))).toBe(true);
    expect(hasField('Mattermost', path.split('.'), release('2.0.0'))).toBe(false);
  });

  test('a patch release of a known minor counts by its number', () => {
    const readinessCheck = ['spec', 'database', 'readinessCheck', 'mode'];
    expect(hasField('Mattermost', readinessCheck, parseRelease('1.25.7') as Release)).toBe(false);
    expect(hasField('Mattermost', readinessCheck, parseRelease('1.25.10') as Release)).toBe(true);
  });

  test('what no release knows is no field', () => {
    for (const name of ['externalSecret', 'constructor', '__proto__']) {
      expect(hasField('ClusterInstallation', ['spec', 'database', name], release('1.25.9'))).toBe(false);
    }
  });
});

/** Whether the schema has a field of maps in a release. */
function hasField(kind: Kind, fields: readonly string[], target: Release): boolean {
  let node = schemaOf(kind);
  for (const name of fields) {
    const child = propertyOf(node, name);
    if (child === undefined || !availabilityIn(target, child).in) return false;
    node = resolveRef(schemaOf(kind), child);
  }
  return true;
}

/** The release just before: the previous patch, or a high patch of the previous minor. */
function before(version: string): Release {
  const { major, minor, patch } = release(version);
  return patch > 0 ? release(`${major}.${minor}.${patch - 1}`) : release(`${major}.${minor - 1}.99`);
}

describe.each(kinds)('the schema of %s', (kind) => {
  const root = schemaOf(kind);

  test('uses every definition, and defines what it uses', () => {
    const used = new Set([...nodesOf(root)].flatMap(({ $ref }) => ($ref === undefined ? [] : [$ref.replace('#/$defs/', '')])));
    expect([...used].sort()).toEqual(Object.keys(root.$defs ?? {}).sort());
  });

  test('holds names, types and dates only', () => {
    const keywords = new Set([...nodesOf(root)].flatMap((node) => Object.keys(node)));
    expect([...keywords].filter((name) => !knownKeywords.has(name))).toEqual([]);
  });

  test('dates are releases that can be a target', () => {
    const dates = [...nodesOf(root)].flatMap(({ since, removed, requiredUntil }) => [
      since,
      removed,
      ...Object.values(requiredUntil ?? {}),
    ]);
    const written = dates.filter((date) => date !== undefined);
    expect(written.map((date) => parseRelease(date)?.version)).toEqual(written);
  });
});

const knownKeywords = new Set(
  `type format pattern enum required properties items additionalProperties $ref $defs
  since removed requiredUntil x-kubernetes-preserve-unknown-fields`.split(/\s+/),
);

function* nodesOf(node: SchemaNode): Generator<SchemaNode> {
  yield node;
  const { properties = {}, $defs = {}, items, additionalProperties: free } = node;
  const children = [...Object.values(properties), ...Object.values($defs), items, typeof free === 'object' ? free : undefined];
  for (const child of children) if (child !== undefined) yield* nodesOf(child);
}

const snapshots = process.env['CI2MM_CRDS'];

/** With the operator's schemas at hand, one JSON file per kind and release, the union must give back each of them. */
describe.skipIf(snapshots === undefined)('against the CRDs of every release', () => {
  const files = snapshots === undefined ? [] : readdirSync(snapshots).filter((name) => name.endsWith('.json'));

  test('there is one for every known release', () => {
    const found = files.filter((name) => name.startsWith('Mattermost.')).map((name) => /\d+\.\d+\.\d+/.exec(name)?.[0]);
    expect(found.sort((a, b) => String(a).localeCompare(String(b), 'en', { numeric: true }))).toEqual(
      releases.map(({ version }) => version),
    );
  });

  test.each(files)('%s', (file) => {
    const { kind, openAPIV3Schema } = JSON.parse(readFileSync(join(String(snapshots), file), 'utf8')) as {
      kind: Kind;
      openAPIV3Schema: Json;
    };
    const target = release(/\d+\.\d+\.\d+/.exec(file)?.[0] ?? '');
    const rebuilt = atRelease(schemaOf(kind), schemaOf(kind), target);
    expect(withoutMetadata(rebuilt)).toEqual(withoutMetadata(simplified(openAPIV3Schema)));
  });
});

type Json = Record<string, unknown>;

const withoutMetadata = (schema: Json): Json => ({ ...schema, properties: { ...(schema['properties'] as Json), metadata: null } });

/** A release's own schema, from the union. */
function atRelease(root: SchemaNode, written: SchemaNode, target: Release): Json {
  const node = resolveRef(root, written);
  const { properties, items, additionalProperties: free, requiredUntil = {} } = node;
  const until = Object.entries(requiredUntil).filter(([name]) => !isAtLeast(target, requiredUntil[name] as string));
  const required = [...(node.required ?? []), ...until.map(([name]) => name)].sort();
  return {
    type: node.type,
    format: node.format,
    pattern: node.pattern,
    enum: node.enum,
    required: required.length > 0 ? required : undefined,
    properties: properties && fieldsAt(root, properties, target),
    items: items && atRelease(root, items, target),
    additionalProperties: typeof free === 'object' ? atRelease(root, free, target) : undefined,
  };
}

function fieldsAt(root: SchemaNode, properties: Readonly<Record<string, SchemaNode>>, target: Release): Json {
  const present = Object.entries(properties).filter(([, node]) => availabilityIn(target, node).in);
  return Object.fromEntries(present.map(([name, node]) => [name, atRelease(root, node, target)]));
}

const isAtLeast = (target: Release, version: string): boolean => availabilityIn(target, { since: version }).in;

/** The operator's schema, reduced to what the union keeps. */
function simplified(schema: Json): Json {
  const { properties, items, additionalProperties: free } = schema as Record<string, Json | undefined>;
  return {
    type: schema['x-kubernetes-int-or-string'] === true ? ['integer', 'string'] : schema['type'],
    format: schema['format'],
    pattern: schema['pattern'],
    enum: schema['enum'],
    required: schema['required'] && (schema['required'] as string[]).toSorted(),
    properties: properties && Object.fromEntries(Object.entries(properties).map(([name, child]) => [name, simplified(child as Json)])),
    items: items && simplified(items),
    additionalProperties: free && simplified(free),
  };
}
