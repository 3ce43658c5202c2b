import type { Place } from '../model/place.ts';
import { isMap, valueAt, withKey } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import type { Fragment, Layer } from './model.ts';
import { textOrEmpty, wordsOf } from './located.ts';
import type { KustomizeProblem } from './problem.ts';

/** One resource on its way through a build. Never changed: every step makes a new one. */
export interface BuiltResource {
  /** Null for what a generator makes. */
  readonly fragment: Fragment | null;
  /** Where it comes from. */
  readonly place: Place;
  /** Of a resource that is not followed only `apiVersion`, `kind` and `metadata`. */
  readonly value: ValueMap;
  /** Installations and Secrets are followed through every change; of others only the identity matters. */
  readonly followed: boolean;
  /** Names it has had, the first one first. */
  readonly previous: readonly ResourceId[];
  readonly layers: readonly Layer[];
  /** Before and after each layer. */
  readonly inputs: readonly ValueMap[];
  readonly states: readonly ValueMap[];
  readonly opaque: readonly KustomizeProblem[];
  /** Fields that get a value from elsewhere, which this reading does not know. */
  readonly unknownFields: readonly Path[];
}

export interface ResourceId {
  readonly kind: string;
  readonly name: string;
  /** Empty where none is given. */
  readonly namespace: string;
}

export interface ResourceType {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export function typeOf({ value }: Pick<BuiltResource, 'value'>): ResourceType {
  const apiVersion = textOrEmpty(value, ['apiVersion']);
  const slash = apiVersion.indexOf('/');
  return {
    group: slash === -1 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind: textOrEmpty(value, ['kind']),
  };
}

export const nameOf = ({ value }: Pick<BuiltResource, 'value'>): string => textOrEmpty(value, ['metadata', 'name']);
export const namespaceOf = ({ value }: Pick<BuiltResource, 'value'>): string => textOrEmpty(value, ['metadata', 'namespace']);
export const labelsOf = ({ value }: BuiltResource): ReadonlyMap<string, string> => wordsOf(valueAt(value, ['metadata', 'labels']));
export const annotationsOf = ({ value }: BuiltResource): ReadonlyMap<string, string> =>
  wordsOf(valueAt(value, ['metadata', 'annotations']));

const currentId = (resource: BuiltResource): ResourceId => ({
  kind: typeOf(resource).kind,
  name: nameOf(resource),
  namespace: namespaceOf(resource),
});

/** Every identity that the resource has had: the original first, the current last. */
export const idsOf = (resource: BuiltResource): ResourceId[] => [...resource.previous, currentId(resource)];

/** The resource with its identity of the moment put on record, before it changes. */
export const remembered = (resource: BuiltResource): BuiltResource => ({ ...resource, previous: idsOf(resource) });

/** No namespace means `default` to kustomize, and a cluster-scoped resource has none whatever it says. */
export function effectiveNamespace(type: Pick<ResourceType, 'group' | 'kind'>, namespace: string): string {
  if (isClusterScoped(type)) return '_non_namespaceable_';
  return namespace === '' ? 'default' : namespace;
}

const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  '/Namespace',
  '/Node',
  '/PersistentVolume',
  'admissionregistration.k8s.io/MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
  'apiextensions.k8s.io/CustomResourceDefinition',
  'apiregistration.k8s.io/APIService',
  'authentication.k8s.io/TokenReview',
  'authorization.k8s.io/SelfSubjectAccessReview',
  'authorization.k8s.io/SelfSubjectRulesReview',
  'authorization.k8s.io/SubjectAccessReview',
  'certificates.k8s.io/CertificateSigningRequest',
  'flowcontrol.apiserver.k8s.io/FlowSchema',
  'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration',
  'networking.k8s.io/IngressClass',
  'node.k8s.io/RuntimeClass',
  'policy/PodSecurityPolicy',
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'scheduling.k8s.io/PriorityClass',
  'storage.k8s.io/CSIDriver',
  'storage.k8s.io/CSINode',
  'storage.k8s.io/StorageClass',
  'storage.k8s.io/VolumeAttachment',
]);

export const isClusterScoped = ({ group, kind }: Pick<ResourceType, 'group' | 'kind'>): boolean => CLUSTER_SCOPED.has(`${group}/${kind}`);

/** The resources that a strategic-merge patch without a target stands for: the same type and name now or before, in the same namespace. */
export function resourcesWithIdOf(patch: ValueMap, resources: readonly BuiltResource[]): BuiltResource[] {
  const type = typeOf({ value: patch });
  const [name, namespace] = [nameOf({ value: patch }), effectiveNamespace(type, namespaceOf({ value: patch }))];
  return resources.filter((resource) => {
    const { group, version } = typeOf(resource);
    if (group !== type.group || version !== type.version) return false;
    return idsOf(resource).some(
      (id) => id.kind === type.kind && id.name === name && effectiveNamespace({ group, kind: id.kind }, id.namespace) === namespace,
    );
  });
}

/** Whether a resource has, or had, an identity. Empty parts of it stand for any, a namespace that is left out too. */
export function hadId(resource: BuiltResource, wanted: ResourceType & { readonly name: string; readonly namespace?: string }): boolean {
  const { group, version } = typeOf(resource);
  if ((wanted.group !== '' && wanted.group !== group) || (wanted.version !== '' && wanted.version !== version)) return false;
  return idsOf(resource).some(
    (id) =>
      id.name === wanted.name &&
      (wanted.kind === '' || wanted.kind === id.kind) &&
      (wanted.namespace === undefined ||
        effectiveNamespace({ group, kind: id.kind }, wanted.namespace) === effectiveNamespace({ group, kind: id.kind }, id.namespace)),
  );
}

/** The resource with something about it that can't be followed. */
export const opaque = (resource: BuiltResource, problem: KustomizeProblem): BuiltResource =>
  resource.followed ? { ...resource, opaque: [...resource.opaque, problem] } : resource;

/** A resource with another value in its metadata. */
export function withMetadata(value: ValueMap, key: string, content: Value | undefined): ValueMap {
  const metadata = value.get('metadata');
  return withKey(value, 'metadata', withKey(isMap(metadata) ? metadata : new Map(), key, content));
}

/** What of a resource decides which selectors and patches apply to it. */
export function identityOf(value: ValueMap): ValueMap {
  return new Map(['apiVersion', 'kind', 'metadata'].flatMap((key) => (value.has(key) ? [[key, value.get(key) as Value]] : [])));
}

/** For people: `ClusterInstallation chat`. */
export const shownResource = (resource: Pick<BuiltResource, 'value'>): string => `${typeOf(resource).kind} ${nameOf(resource)}`;
