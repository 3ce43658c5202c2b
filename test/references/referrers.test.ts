import type { Fate } from '../../src/references/resource-context.ts';
import { describe, expect, test } from 'vitest';
import { applyEdits } from '../../src/yaml/text.ts';
import { rewriteFile } from '../../src/edit/file.ts';
import { readDocuments, readStructures } from '../../src/kustomize/files.ts';
import { readManifest } from '../../src/manifests/read.ts';
import { sameValue } from '../../src/model/same.ts';
import { formatPath } from '../../src/model/value.ts';
import type { Value } from '../../src/model/value.ts';
import { afterOperations } from '../../src/yaml/meaning.ts';
import { referencesIn } from '../../src/references/find.ts';
import { referrers } from '../../src/references/index.ts';
import { UNKNOWN_CONTEXT } from '../../src/references/kustomize/context.ts';
import { kustomizeReferrers } from '../../src/references/kustomize/list.ts';
import { planReferences } from '../../src/references/kustomize/referrers.ts';
import type { ReferenceRole } from '../../src/references/kustomize/referrers.ts';
import { resourceReferrers } from '../../src/references/list.ts';
import type { ReferenceContext } from '../../src/references/referrer.ts';

/** A resource for each referrer, with where it finds something. No row can be left without its referrer, and no referrer without a row. */
const RESOURCES: readonly (readonly [referrer: string, resource: string, found: string])[] = [
  [
    'rbac',
    'rbac.authorization.k8s.io/v1 Role {rules: [{apiGroups: [mattermost.com], resources: [clusterinstallations/status]}]}',
    'kind rules[0].resources[0]',
  ],
  [
    'rbac',
    'rbac.authorization.k8s.io/v1 ClusterRole {rules: [{apiGroups: ["*"], resources: [clusterinstallations]}]}',
    'kind rules[0].resources[0]',
  ],
  [
    'admission',
    'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration {webhooks: [{rules: [{apiGroups: [mattermost.com], resources: [clusterinstallations]}]}]}',
    'kind webhooks[0].rules[0].resources[0]',
  ],
  [
    'admission',
    'constraints.gatekeeper.sh/v1beta1 Labels {spec: {match: {kinds: [{apiGroups: [mattermost.com], kinds: [ClusterInstallation]}]}}}',
    'kind spec.match.kinds[0].kinds[0]',
  ],
  [
    'admission',
    'policies.kyverno.io/v1 ValidatingPolicy {spec: {validations: [{expression: "object.kind == \'ClusterInstallation\'"}]}}',
    'kind spec.validations[0].expression',
  ],
  [
    'quotas',
    'v1 ResourceQuota {spec: {hard: {count/clusterinstallations.mattermost.com: 3}}}',
    'kind spec.hard["count/clusterinstallations.mattermost.com"]',
  ],
  [
    'argo-cd',
    'argoproj.io/v1alpha1 AppProject {spec: {namespaceResourceWhitelist: [{group: mattermost.com, kind: ClusterInstallation}]}}',
    'kind spec.namespaceResourceWhitelist[0].kind',
  ],
  [
    'argo-cd',
    'v1 ConfigMap {data: {resource.customizations.health.mattermost.com_ClusterInstallation: "return {}"}}',
    'kind data["resource.customizations.health.mattermost.com_ClusterInstallation"]',
  ],
  [
    'flux',
    'helm.toolkit.fluxcd.io/v2 HelmRelease {spec: {postRenderers: [{kustomize: {patches: [{target: {kind: ClusterInstallation}}]}}]}}',
    'kind spec.postRenderers[0].kustomize.patches[0].target.kind',
  ],
  [
    'flux',
    'fluxcd.controlplane.io/v1 ResourceSet {spec: {dependsOn: [{apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation, name: chat}]}}',
    'kind spec.dependsOn[0].kind',
  ],
  [
    'custom-metrics',
    'v1 ConfigMap {data: {a: "kind: CustomResourceStateMetrics\\nspec: {resources: [{groupVersionKind: {kind: ClusterInstallation}}]}"}}',
    'kind data.a',
  ],
  [
    'metric-labels',
    'apps/v1 Deployment {spec: {args: ["--metric-labels-allowlist=pods=[v1alpha1.mattermost.com/installation]"]}}',
    'label spec.args[0]',
  ],
  [
    'backups',
    'velero.io/v1 Schedule {spec: {template: {includedResources: [clusterinstallations.mattermost.com]}}}',
    'kind spec.template.includedResources[0]',
  ],
  [
    'distribution',
    'policy.karmada.io/v1alpha1 OverridePolicy {spec: {resourceSelectors: [{apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation}]}}',
    'kind spec.resourceSelectors[0].kind',
  ],
  ['calico', 'projectcalico.org/v3 NetworkPolicy {spec: {selector: "has(v1alpha1.mattermost.com/installation)"}}', 'label spec.selector'],
  [
    'backups',
    'velero.io/v1 Backup {spec: {labelSelector: {matchLabels: {v1alpha1.mattermost.com/resource: chat}}}}',
    'label spec.labelSelector.matchLabels["v1alpha1.mattermost.com/resource"]',
  ],
  [
    'label-selectors',
    'v1 Service {spec: {selector: {v1alpha1.mattermost.com/installation: chat}}}',
    'label spec.selector["v1alpha1.mattermost.com/installation"]',
  ],
  [
    'relabelings',
    'monitoring.coreos.com/v1 PodMonitor {spec: {relabelings: [{sourceLabels: [__meta_kubernetes_pod_label_v1alpha1_mattermost_com_installation]}]}}',
    'label spec.relabelings[0].sourceLabels[0]',
  ],
  [
    'queries',
    'monitoring.coreos.com/v1 PrometheusRule {spec: {groups: [{rules: [{expr: "up{v1alpha1_mattermost_com_installation=\\"chat\\"}"}]}]}}',
    'label spec.groups[0].rules[0].expr',
  ],
  ['expressions', 'batch/v1 CronJob {spec: {args: [kubectl, get, clusterinstallations]}}', 'kind spec.args[2]'],
  ['expressions', 'example.io/v1 Other {spec: {selector: "v1alpha1.mattermost.com/installation == \'chat\'"}}', 'label spec.selector'],
  [
    'other-kinds',
    'autoscaling/v2 HorizontalPodAutoscaler {spec: {scaleTargetRef: {apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation, name: chat}}}',
    'kind spec.scaleTargetRef.kind',
  ],
  ['other-kinds', 'v1 ConfigMap {data: {mattermost.com_ClusterInstallation: x}}', 'kind data["mattermost.com_ClusterInstallation"]'],
];

function resourceOf(text: string): Parameters<typeof referencesIn>[0] {
  const [resource] = readManifest('a.yaml', Buffer.from(text), { keep: () => true }).resources;
  if (resource === undefined) throw new Error(`no resource in ${text}`);
  return resource;
}

const written = (row: string): string => {
  const [, apiVersion, kind, rest = ''] = /^(\S+) (\S+) \{(.*)\}$/.exec(row) ?? [];
  return `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: a}, ${rest}}\n`;
};

const foundBy = (text: string, list = resourceReferrers): string[] =>
  referencesIn(resourceOf(text), list).map(({ referrer, referent, path }) => `${referrer.id}: ${referent} ${formatPath(path)}`);

describe('a referrer of resources', () => {
  test.each(RESOURCES)('%s finds %s', (id, row, place) => {
    expect(foundBy(written(row))).toEqual([`${id}: ${place}`]);
    const others = foundBy(
      written(row),
      resourceReferrers.filter((each) => each.id !== id),
    );
    expect(others).not.toContain(`${id}: ${place}`);
  });

  test.each(resourceReferrers.map((referrer) => [referrer.id, referrer] as const))('%s finds its example, and flags it', (id, referrer) => {
    expect(RESOURCES.map(([each]) => each)).toContain(id);
    const fateOf = (): Fate => ({ names: null, converted: 'all', decision: CONTEXT.decision });
    const own = referencesIn(resourceOf(referrer.example)).filter((each) => each.referrer === referrer);
    expect(own).toHaveLength(1);
    for (const reference of own) {
      if (Object.keys(referrer.written).length === 0)
        for (const stage of ['prepare', 'cutover', 'finish', 'convert'] as const)
          expect(referrer.plan(reference, stage, { fateOf, fateBeside: fateOf, prunesFirst: false })).toBeNull();
      const { message, remedy } = referrer.flag(reference);
      expect(message).toMatch(/^(?:names ClusterInstallation|goes by the labels of a ClusterInstallation)$/);
      expect(remedy).toContain('installation.mattermost.com');
    }
  });
});

const CONTEXT: ReferenceContext = {
  decision: { fileStore: 'external', database: 'external', ingress: 'keep' },
  hostNamesSecret: false,
  mattermosts: [],
};

/** What each referrer of kustomize's documents finds in one, and what it writes there. */
const DOCUMENTS: readonly (readonly [referrer: string, role: ReferenceRole, document: string, after: string])[] = [
  [
    'kustomize-patch-targets',
    'kustomization',
    'patches: [{target: {kind: ClusterInstallation}}]',
    'patches: [{target: {kind: Mattermost}}]',
  ],
  [
    'kustomize-patch-targets',
    'kustomization',
    'patchesJson6902: [{target: {group: mattermost.com, version: v1alpha1, kind: ClusterInstallation}}]',
    'patchesJson6902: [{target: {group: installation.mattermost.com, version: v1beta1, kind: Mattermost}}]',
  ],
  [
    'kustomize-replacements',
    'kustomization',
    'replacements: [{source: {kind: ClusterInstallation, fieldPath: spec.minio.secret}, targets: []}]',
    'replacements: [{source: {kind: Mattermost, fieldPath: spec.fileStore.external.secret}, targets: []}]',
  ],
  [
    'kustomize-replacements',
    'replacements',
    'source: {kind: ConfigMap}\ntargets: [{select: {kind: ClusterInstallation}, reject: [{kind: ClusterInstallation}], fieldPaths: [spec.nodeSelector.a]}]',
    'source: {kind: ConfigMap}\ntargets: [{select: {kind: Mattermost}, reject: [{kind: Mattermost}], fieldPaths: [spec.scheduling.nodeSelector.a]}]',
  ],
  [
    'kustomize-replacements',
    'replacements',
    '- {source: {kind: ClusterInstallation}, targets: []}\n- {source: {kind: ClusterInstallation}, targets: []}',
    '- {source: {kind: Mattermost}, targets: []}\n- {source: {kind: Mattermost}, targets: []}',
  ],
  [
    'kustomize-variables',
    'kustomization',
    'vars: [{objref: {apiVersion: mattermost.com/v1alpha1, kind: ClusterInstallation}, fieldref: {fieldpath: spec.resources.limits.cpu}}]',
    'vars: [{objref: {apiVersion: installation.mattermost.com/v1beta1, kind: Mattermost}, fieldref: {fieldpath: spec.scheduling.resources.limits.cpu}}]',
  ],
  [
    'kustomize-labels',
    'kustomization',
    'labels: [{pairs: {a: b}, fields: [{kind: ClusterInstallation, path: spec/nodeSelector}]}]',
    'labels: [{pairs: {a: b}, fields: [{kind: Mattermost, path: spec/scheduling/nodeSelector}]}]',
  ],
  [
    'kustomize-sort-options',
    'kustomization',
    'sortOptions: {legacySortOptions: {orderLast: [ClusterInstallation]}}',
    'sortOptions: {legacySortOptions: {orderLast: [Mattermost]}}',
  ],
  [
    'kustomize-configurations',
    'configuration',
    'nameReference: [{kind: ClusterInstallation, fieldSpecs: [{kind: ClusterInstallation, path: spec/mattermostLicenseSecret}]}]\nimages: [{kind: ClusterInstallation, path: spec/image}]',
    'nameReference: [{kind: Mattermost, fieldSpecs: [{kind: Mattermost, path: spec/licenseSecret}]}]\nimages: [{kind: Mattermost, path: spec/image}]',
  ],
  [
    'kustomize-builtin-plugins',
    'plugin',
    'apiVersion: builtin\nkind: LabelTransformer\nfieldSpecs: [{kind: ClusterInstallation, path: spec/nodeSelector}]',
    'apiVersion: builtin\nkind: LabelTransformer\nfieldSpecs: [{kind: Mattermost, path: spec/scheduling/nodeSelector}]',
  ],
  [
    'kustomize-openapi',
    'openapi',
    '{"definitions": {"a": {"x-kubernetes-group-version-kind": [{"group": "mattermost.com", "version": "v1alpha1", "kind": "ClusterInstallation"}], "properties": {"spec": {"properties": {"mattermostLicenseSecret": {"type": "string"}}}}}}}',
    '{"definitions": {"a": {"x-kubernetes-group-version-kind": [{"group": "installation.mattermost.com", "version": "v1beta1", "kind": "Mattermost"}], "properties": {"spec": {"properties": {"licenseSecret": {"type": "string"}}}}}}}',
  ],
  [
    'kustomize-crds',
    'crds',
    '{"a.ClusterInstallation": {"Schema": {"properties": {"spec": {"properties": {"nodeSelector": {"type": "object"}}}}}}}',
    '{"a.Mattermost": {"Schema": {"properties": {"spec": {"properties": {"scheduling": {"properties": {"nodeSelector": {"type": "object"}}}}}}}}}',
  ],
];

const ROLES: readonly ReferenceRole[] = ['kustomization', 'configuration', 'plugin', 'replacements', 'openapi', 'crds'];

const valueOf = (role: ReferenceRole, text: string): Value => {
  const [document] = role === 'openapi' || role === 'crds' ? readDocuments(text) : readStructures(text);
  if (document?.value == null) throw new Error(`no document in ${text}`);
  return document.value;
};

describe("a referrer of kustomize's documents", () => {
  test.each(DOCUMENTS)('%s finds what it rewrites in a %s', (id, role, text, after) => {
    const document = { role, value: valueOf(role, text) };
    const finders = kustomizeReferrers.filter((referrer) => referrer.find(document).length > 0);
    expect(finders.map((referrer) => referrer.id)).toEqual([id]);
    const plan = planReferences(document.value, role, CONTEXT);
    expect(plan.obstacles).toEqual([]);
    const result = rewriteFile(`${text}\n`, [{ at: { file: 'a', document: 0, inline: null }, batches: plan.batches }], () => {
      throw new Error('no installation is here');
    });
    expect([...result.refused.values()]).toEqual([]);
    expect(applyEdits(`${text}\n`, result.regions)).toBe(`${after}\n`);
    expect(sameValue(afterOperations(document.value, plan.batches), valueOf(role, after))).toBe(true);
  });

  test.each(kustomizeReferrers.map((referrer) => [referrer.id, referrer] as const))(
    '%s finds its example, and writes at the cutover only',
    (id, referrer) => {
      expect(DOCUMENTS.map(([each]) => each)).toContain(id);
      const found = ROLES.flatMap((role) => referrer.find({ role, value: valueOf(role, referrer.example) }));
      expect(found).toHaveLength(1);
      for (const reference of found) {
        for (const stage of ['prepare', 'finish'] as const) expect(referrer.plan(reference, stage, CONTEXT)).toBeNull();
        for (const stage of ['cutover', 'convert'] as const) expect(referrer.plan(reference, stage, CONTEXT)?.batches).not.toEqual([]);
        expect(referrer.flag(reference)).toMatchObject({
          message: 'names ClusterInstallation',
          remedy: expect.stringContaining('by hand'),
        });
      }
    },
  );

  test('of other kinds it finds nothing', () => {
    const others: readonly (readonly [ReferenceRole, string])[] = [
      ['kustomization', 'patches: [{target: {kind: Deployment}}]\nsortOptions: {legacySortOptions: {orderFirst: [Deployment]}}'],
      [
        'kustomization',
        'replacements: [{source: {kind: ConfigMap, fieldPath: data.a}, targets: [{select: {kind: Deployment}, fieldPaths: [spec.replicas]}]}]',
      ],
      [
        'kustomization',
        'replacements: [{source: {name: a, fieldPath: data.a}, targets: [{select: {name: web}, fieldPaths: [spec.template.spec.hostname]}]}]',
      ],
      ['kustomization', 'replacements: [{path: replacements.yaml}]\npatches: [{path: patch.yaml}]'],
      [
        'replacements',
        'source: {group: install.istio.io, kind: ClusterInstallation}\ntargets: [{select: {group: install.istio.io, kind: ClusterInstallation}}]',
      ],
      [
        'configuration',
        'commonLabels: [{path: spec/template/metadata/labels, create: true}]\nnameReference: [{kind: Secret, fieldSpecs: [{kind: Deployment, path: spec/a}]}]',
      ],
      ['plugin', 'apiVersion: example.io/v1\nkind: PatchTransformer\ntarget: {kind: ClusterInstallation}'],
      ['crds', 'a.Deployment: {Schema: {properties: {spec: {type: object}}}}'],
    ];
    for (const [role, text] of others) {
      expect(planReferences(valueOf(role, text), role, CONTEXT)).toEqual({ batches: [], obstacles: [] });
      expect(planReferences(valueOf(role, text), role, UNKNOWN_CONTEXT)).toEqual({ batches: [], obstacles: [] });
    }
  });
});

test('every referrer has an id of its own', () => {
  const ids = referrers.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual([...new Set([...RESOURCES, ...DOCUMENTS].map(([id]) => id))]);
});
