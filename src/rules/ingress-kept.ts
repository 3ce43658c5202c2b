import { isMap, valueAt } from '../model/value.ts';
import { ingressObstacle } from '../operator/convert.ts';
import { MODERN_INGRESS } from '../operator/fields.ts';
import { installation } from './examples.ts';
import type { InstallationRule } from './rule.ts';
import { existing } from './written.ts';

export const ingressKept: InstallationRule = {
  id: 'ingress-kept',
  level: 'note',
  summary: 'The old ingress fields stay although spec.ingress was asked for.',
  remedy:
    'Write the fields literally, or write spec.ingress into the Mattermost after the conversion; the old fields work with every 1.x release of the operator.',
  explanation:
    '`--ingress modern` writes `spec.ingress` only where it is certain to mean the same: the host is a literal name, as the operator derives the TLS ' +
    'Secret from it; `useIngressTLS` is true or false; the annotations are a map. Once `spec.ingress` is present the operator ignores the three old ' +
    'fields, so a part of them is never moved alone.',
  before: installation(`
  ingressName: \${HOST}
  useIngressTLS: true
`),
  after: installation(`
  ingressName: chat.example.com
  useIngressTLS: true
`),
  example: 'manifest',
  exampleOptions: ['--ingress', 'modern'],
  check({ installation: { value }, ingress }) {
    const spec = valueAt(value, ['spec']);
    if (ingress === 'keep' || !isMap(spec) || !MODERN_INGRESS.some(({ from }) => spec.has(from))) return [];
    const obstacle = ingressObstacle(spec);
    return obstacle === null
      ? []
      : [{ path: existing(value, ['spec', obstacle]), message: `The old ingress fields stay, as ${REASONS[obstacle]}.` }];
  },
};

const REASONS = {
  ingressName: 'spec.ingressName is not a literal host name',
  useIngressTLS: 'spec.useIngressTLS is neither true nor false',
  ingressAnnotations: 'spec.ingressAnnotations is no map',
  '<<': 'a merge key may bring more of them',
} satisfies Record<NonNullable<ReturnType<typeof ingressObstacle>>, string>;
