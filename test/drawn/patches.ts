import type { Dice } from '../engine/random/dice.ts';
import { NAME, OLD, WAYS } from '../families/draw.ts';
import type { Body, Fields, Patch, Way } from '../families/draw.ts';
import type { Style } from '../families/text.ts';

/** Fields and values of patches that nearly always fit. */
const TAME: readonly Fields[] = [
  { mattermostLicenseSecret: 'other-license' },
  { replicas: 3 },
  { nodeSelector: { disk: 'ssd' } },
  { nodeSelector: { pool: 'apps', zone: 'b' } },
  { resources: { limits: { cpu: 2 } } },
  { image: 'mattermost/enterprise', version: '7.9' },
  { mattermostEnv: [{ name: 'K', value: 'v' }] },
  { minio: { storageSize: '40Gi' } },
  { minio: { externalURL: 's3.example.com', externalBucket: 'b', secret: 's3' } },
  { ingressAnnotations: { 'a/b': 'c' } },
  { serviceAnnotations: { 'x/y': 'w' } },
  { useServiceLoadBalancer: true },
  { elasticSearch: { host: 'es2' } },
  { livenessProbe: { timeoutSeconds: 4 } },
  { size: '1000users' },
];

export const TARGETS: readonly Fields[] = [
  { kind: OLD.kind },
  { kind: OLD.kind },
  { kind: OLD.kind, name: NAME },
  { group: 'mattermost.com', kind: OLD.kind },
  { group: 'mattermost.com', version: 'v1alpha1', kind: OLD.kind },
  { name: NAME },
  { kind: OLD.kind, labelSelector: 'app=chat' },
  { kind: `${OLD.kind}|Worker` },
  { name: '.*' },
];

/** A patch of what nearly every installation may have. */
export function tamePatch(dice: Dice, base: Fields, targets: readonly Fields[] = TARGETS.slice(0, 7)): Patch {
  const isJson = dice.chance(45);
  const way: Way = dice.pick<Way>(isJson ? WAYS.json : WAYS.merge);
  return {
    body: isJson ? { form: 'json', operations: [tameOperation(dice, base)] } : tameMerge(dice),
    way,
    style: dice.pick<Style>(['block', 'block', 'flow', 'json']),
    target: dice.pick(targets),
  };
}

const tameMerge = (dice: Dice): Body => ({ form: 'merge', spec: { ...dice.pick(TAME), ...(dice.chance(30) ? dice.pick(TAME) : {}) } });

type Operation = Extract<Body, { form: 'json' }>['operations'][number];

function tameOperation(dice: Dice, base: Fields): Operation {
  if (dice.chance(25) && base['nodeSelector'] !== undefined) return { op: 'add', path: '/spec/nodeSelector/tier', value: 'x' };
  if (dice.chance(25)) return { op: 'replace', path: '/spec/ingressName', value: 'new.example.com' };
  const [name = '', value] = Object.entries(dice.pick(TAME))[0] ?? [];
  return { op: 'add', path: `/spec/${name}`, value };
}
