import { expect, test } from 'vitest';
import { ofBothKinds, ofNewKind } from '../../src/references/policy-fields.ts';
import { evaluate } from './health-languages.ts';

/** What a policy of CEL says of an installation it says of the Mattermost that it becomes. */

const request = (kind: string): object => ({ kind: { kind } });
const judged = (expression: string | null, kind: string, spec: object): unknown =>
  evaluate(expression ?? '', { request: request(kind), object: { kind, spec } });

test.each([
  ['has(object.spec.resources) && object.spec.resources.limits.cpu == "1"', { resources: { limits: { cpu: '1' } } }],
  ['has(object.spec.resources) && object.spec.resources.limits.cpu == "1"', { resources: { limits: { cpu: '2' } } }],
  ['has(object.spec.resources) && object.spec.resources.limits.cpu == "1"', {}],
  ['!has(object.spec.resources)', {}],
  ['!has(object.spec.resources) || object.spec.replicas > 1', { resources: {}, replicas: 2 }],
])('%s of %j', (expression, spec) => {
  const { resources, ...others } = spec as { resources?: object };
  const renewed = resources === undefined ? others : { ...others, scheduling: { resources } };
  const meant = judged(expression, 'ClusterInstallation', spec);
  for (const kindAt of ['request.kind.kind', 'object.kind'] as const) {
    const both = ofBothKinds(expression, kindAt);
    expect(judged(both, 'ClusterInstallation', spec)).toBe(meant);
    expect(judged(both, 'Mattermost', renewed)).toBe(meant);
    expect(judged(ofNewKind(both ?? '', kindAt), 'Mattermost', renewed)).toBe(meant);
  }
});

test('where there may be no object, its kind is not asked for', () => {
  const expression = 'object == null || has(object.spec.resources)';
  expect(ofBothKinds(expression, 'object.kind')).toBeNull();
  expect(ofBothKinds(expression, 'request.kind.kind')).toContain('request.kind.kind');
});
