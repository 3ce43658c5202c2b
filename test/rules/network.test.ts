import { describe, expect, test } from 'vitest';
import { hitsInSpec } from './subject.ts';

describe('service-annotations-activated', () => {
  const annotations = 'serviceAnnotations: {a.example.com/x: "1", b: "2"}';

  test.each(['', 'useServiceLoadBalancer: false', 'useServiceLoadBalancer: off', 'useServiceLoadBalancer: ${LB}'])(
    'warns with %j',
    (balancer) => {
      const [hit] = hitsInSpec('service-annotations-activated', `${annotations}\n${balancer}`);
      expect(hit?.path).toEqual(['spec', 'serviceAnnotations']);
      expect(hit?.message).toContain('(a.example.com/x and b)');
    },
  );

  test('warns about annotations that are filled in later', () => {
    expect(hitsInSpec('service-annotations-activated', 'serviceAnnotations: ${ANNOTATIONS}')).toHaveLength(1);
  });

  test.each([
    `${annotations}\nuseServiceLoadBalancer: true`,
    `${annotations}\nuseServiceLoadBalancer: yes`,
    'serviceAnnotations: {}',
    'serviceAnnotations:',
    'size: x',
  ])('lets %j be', (spec) => {
    expect(hitsInSpec('service-annotations-activated', spec)).toEqual([]);
  });

  test.each([
    ['1.22.0', 1],
    ['1.21', 0],
  ])('operator %s', (target, hits) => {
    expect(hitsInSpec('service-annotations-activated', annotations, { target })).toHaveLength(hits);
  });
});

describe('ingress-annotation-dropped', () => {
  test('warns about snippets and line breaks', () => {
    const spec = 'ingressAnnotations:\n  nginx/Server-Snippet: x\n  lines: |\n    a\n    b\n  escaped: "a\\rb"\n  fine: x';
    const hits = hitsInSpec('ingress-annotation-dropped', spec);
    expect(hits.map(({ path }) => path.at(-1))).toEqual(['nginx/Server-Snippet', 'lines', 'escaped']);
    expect(hits[1]?.message).toContain('line break');
  });

  test.each(['ingressAnnotations: {a: b}', 'ingressAnnotations: {}', 'ingressAnnotations:', 'ingressAnnotations: ${A}'])(
    'lets %s be',
    (spec) => {
      expect(hitsInSpec('ingress-annotation-dropped', spec)).toEqual([]);
    },
  );

  test.each([
    ['1.25.5', 1],
    ['1.25.4', 0],
    ['2.0', 1],
  ])('operator %s', (target, hits) => {
    expect(hitsInSpec('ingress-annotation-dropped', 'ingressAnnotations: {auth-snippet: x}', { target })).toHaveLength(hits);
  });
});

describe('resource-labels-precedence', () => {
  test.each([
    ['app: chat', 'app', 'the operator overwrites it'],
    [
      'installation.mattermost.com/installation: other',
      'installation.mattermost.com/installation',
      'one more label in a ClusterInstallation',
    ],
    ['v1alpha1.mattermost.com/resource: other', 'v1alpha1.mattermost.com/resource', 'one more label in a Mattermost'],
  ])('warns about %s', (label, name, effect) => {
    const [hit] = hitsInSpec('resource-labels-precedence', `resourceLabels:\n  ${label}`);
    expect(hit?.path).toEqual(['spec', 'resourceLabels', name]);
    expect(hit?.message).toContain(effect);
  });

  test('knows that older operators let the user win', () => {
    const [hit] = hitsInSpec('resource-labels-precedence', 'resourceLabels: {app: chat}', { target: '1.18' });
    expect(hit?.message).toContain('breaks the selector');
  });

  test.each([
    'resourceLabels: {app: mattermost}',
    'resourceLabels: {v1alpha1.mattermost.com/installation: chat}',
    'resourceLabels: {team: a}',
    'resourceLabels: {}',
    'size: x',
  ])('lets %s be', (spec) => {
    expect(hitsInSpec('resource-labels-precedence', spec)).toEqual([]);
  });
});

describe('ingress-kept', () => {
  const hits = (spec: string, ingress: 'keep' | 'modern' = 'modern') => hitsInSpec('ingress-kept', spec, { ingress });

  test.each([
    ['ingressName: ${HOST}', ['spec', 'ingressName'], 'literal host name'],
    ['ingressName: ""\nuseIngressTLS: true', ['spec', 'ingressName'], 'literal host name'],
    ['useIngressTLS: true', ['spec'], 'literal host name'],
    ['ingressName: a.b\nuseIngressTLS: ${TLS}', ['spec', 'useIngressTLS'], 'neither true nor false'],
    ['ingressName: a.b\nuseIngressTLS:', ['spec', 'useIngressTLS'], 'neither true nor false'],
    ['ingressName: a.b\ningressAnnotations:', ['spec', 'ingressAnnotations'], 'no map'],
  ])('%j', (spec, path, reason) => {
    expect(hits(spec)).toEqual([{ path, message: expect.stringContaining(reason) as string }]);
    expect(hits(spec, 'keep')).toEqual([]);
  });

  test.each(['ingressName: a.b', 'ingressName: a.b\nuseIngressTLS: yes\ningressAnnotations: {}', 'size: x'])('lets %j be', (spec) => {
    expect(hits(spec)).toEqual([]);
  });
});

describe('old-label-selected', () => {
  const affinity = (selector: string): string =>
    `affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: zone, labelSelector: {${selector}}}}]}}`;

  test.each([
    [
      'matchLabels: {v1alpha1.mattermost.com/installation: chat}',
      'matchLabels["v1alpha1.mattermost.com/installation"]',
      'installation.mattermost.com/installation',
    ],
    [
      'matchExpressions: [{key: v1alpha1.mattermost.com/resource, operator: Exists}]',
      'matchExpressions[0].key',
      'installation.mattermost.com/resource',
    ],
  ])('warns about %s', (selector, field, label) => {
    const [hit, ...more] = hitsInSpec('old-label-selected', affinity(selector));
    expect(hit?.message).toContain(`${field} selects pods by v1alpha1.`);
    expect(hit?.message).toContain(`carry ${label} instead`);
    expect(more).toEqual([]);
  });

  test.each([affinity('matchLabels: {app: mattermost, installation.mattermost.com/installation: chat}'), 'affinity:', 'affinity: ${A}'])(
    'lets %j be',
    (spec) => {
      expect(hitsInSpec('old-label-selected', spec)).toEqual([]);
    },
  );
});
