import { isMap, isScalar, stringAt, valueAt } from '../model/value.ts';
import type { Path, ValueMap } from '../model/value.ts';
import type { Operation } from '../yaml/primitives.ts';
import type { Mention } from './mentions.ts';
import type { ResourceContext } from './resource-context.ts';
import { besideItem, extended, extending, rewritten } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import type { ReferrerStage } from './referrer.ts';
import { renewedLabel } from './spelling.ts';
import { hasOldLabels, isColoured, isInSelector, jobRenamed, isNegative, planTwin, withLabelsRenewed } from './twins.ts';
import { written } from './written.ts';

/** What finds the pods, services and other objects of an installation by the labels that the operator gives them. */
export const labelSelectors = written(
  {
    id: 'label-selectors',
    found: 'Selectors by the labels that the operator gives to what belongs to a ClusterInstallation.',
    example: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: chat
spec:
  podSelector:
    matchLabels:
      v1alpha1.mattermost.com/installation: chat
`,
    written: {
      prepare:
        'whom a NetworkPolicy or CiliumNetworkPolicy lets in or out is let by the new labels too; a NetworkPolicy, PodDisruptionBudget, ServiceMonitor, PodMonitor, CiliumNetworkPolicy or policy of Istio for pods by the old labels gets a twin by the new ones behind it; monitors carry over the new labels too; a Service, a Server of Linkerd or a subset of a DestinationRule selects `app: mattermost`, where its namespace has one installation',
      cutover: 'affinity and topology spread go by the new labels, and so do the names of jobs',
      finish: 'peers of policies by the old labels go; what has a twin takes its place',
    },
  },
  { owns: ({ referent, form }) => referent === 'label' && form === 'label', plan: planLabel },
);

function planLabel({ resource, path }: Mention, stage: ReferrerStage, context: ResourceContext): ResourcePlan | null {
  const { kind, value } = resource;
  const peers = path.findIndex((step) => PEERS.get(kind)?.includes(String(step)) === true);
  if (peers > 0) return planPeer(value, path.slice(0, peers + 2), extending(stage));
  if (SHARED_PLACES.get(kind)?.test(path.join('.')) === true)
    return stage === 'prepare' || stage === 'convert' ? planShared(value, path, context) : null;
  if (isInSelector(resource, path)) return stage === 'cutover' ? null : planTwin(resource, stage, context);
  if (path.at(-1) === 'jobLabel') return isCut(stage) && !hasOldLabels(resource) ? planJob(value, context) : null;
  if (LABEL_LISTS.has(String(path.at(-2)))) return planWord(value, path, extending(stage));
  const places = path.some((step) => step === 'affinity' || step === 'topologySpreadConstraints');
  return places && isCut(stage) ? planRename(value, path, context) : null;
}

const isCut = (stage: ReferrerStage): boolean => stage === 'cutover' || stage === 'convert';

/** A job has one name: that of the Services that come. */
function planJob(value: ValueMap, { fateBeside }: ResourceContext): ResourcePlan | null {
  const renamed = jobRenamed(value);
  return renamed.length === 0 || fateBeside(null, value).converted !== 'all' ? null : rewritten(...renamed);
}

/** Lists of selectors of which one has to fit. */
const PEERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['NetworkPolicy', ['from', 'to']],
  ['CiliumNetworkPolicy', ['fromEndpoints', 'toEndpoints']],
  ['CiliumClusterwideNetworkPolicy', ['fromEndpoints', 'toEndpoints']],
]);

/** Labels that monitors carry over to what they measure, as far as they are there. */
const LABEL_LISTS: ReadonlySet<string> = new Set(['targetLabels', 'podTargetLabels']);

function planWord(value: ValueMap, path: Path, how: 'extend' | 'finish' | null): ResourcePlan | null {
  const word = valueAt(value, path);
  return how === null || !isScalar(word) ? null : besideItem(value, path, withLabelsRenewed(word), how);
}

/** The pods of both generations have this one. */
const SHARED = { key: 'app', text: 'mattermost' } as const;

/** What others know by one name selects pods here. */
const SHARED_PLACES: ReadonlyMap<string, RegExp> = new Map([
  ['Service', /^spec\.selector\./],
  ['Server', /^spec\.podSelector\.matchLabels\./],
  ['DestinationRule', /^spec\.subsets\.\d+\.labels\./],
]);

/** The pods of a host in another namespace are others. */
function hasOwnHost(value: ValueMap): boolean {
  const [, namespace = null] = stringAt(value, ['spec', 'host'])?.split('.') ?? [];
  return namespace === null || namespace === stringAt(value, ['metadata', 'namespace']);
}

/** A Service has one name that others know, so it selects by what the pods of both generations have, where no other installation has it there. */
function planShared(value: ValueMap, path: Path, { fateBeside }: ResourceContext): ResourcePlan | null {
  const at = path.slice(0, -1);
  const selector = valueAt(value, at);
  if (!isMap(selector)) return null;
  const old = [...selector].filter(([key]) => renewedLabel(key) !== null);
  const { names, converted } = fateBeside(null, value);
  const [only] = names ?? [];
  const isOnly =
    hasOwnHost(value) && names?.length === 1 && converted !== 'none' && old.every(([, label]) => isScalar(label) && label.text === only);
  const shared = stringAt(selector, [SHARED.key]);
  if (!isOnly || (shared ?? SHARED.text) !== SHARED.text) return null;
  const [first, ...rest] = old.map(([key]): Path => [...at, key]);
  if (first === undefined) return null;
  const gone = (shared === null ? rest : [first, ...rest]).map((each): Operation => ({ op: 'delete', path: each }));
  if (shared !== null) return extended(...gone);
  return extended({ op: 'set', path: first, text: SHARED.text, string: true }, { op: 'rename', path: first, key: SHARED.key }, ...gone);
}

/** Peers are alternatives, so one for each generation of labels can stand in the list. */
function planPeer(value: ValueMap, path: Path, how: 'extend' | 'finish' | null): ResourcePlan | null {
  const peer = valueAt(value, path);
  return how === null || !isMap(peer) || isColoured(peer) || isNegative(peer)
    ? null
    : besideItem(value, path, withLabelsRenewed(peer), how);
}

/** Where pods are placed is for those that come, and these have the new labels. */
function planRename(value: ValueMap, path: Path, { fateBeside }: ResourceContext): ResourcePlan | null {
  const key = String(path.at(-1));
  const selected = valueAt(value, path);
  const renewed = renewedLabel(key);
  if (renewed === null || !isScalar(selected) || isColoured(selected) || selected.text.includes('$')) return null;
  return fateBeside(selected.text, value).converted === 'all' ? rewritten({ op: 'rename', path, key: renewed }) : null;
}
