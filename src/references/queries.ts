import { isScalar, valueAt } from '../model/value.ts';
import type { Path, ValueMap } from '../model/value.ts';
import { extendedAt, extending, toText } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import { renewedSpelling } from './spelling.ts';
import { written } from './written.ts';

/** What is asked of Prometheus by rules. */
export const queries = written(
  {
    id: 'queries',
    found: 'Queries of PrometheusRules and VMRules, by the labels of pods or by the kind that kube-state-metrics tells.',
    example: `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: chat
spec:
  groups:
    - name: chat
      rules:
        - alert: ChatDown
          expr: 'kube_customresource_state{customresource_kind="ClusterInstallation"} == 0'
`,
    written: {
      prepare:
        'what is selected by a label of the old kind, or the same by the new one; by the kind, both, but where all that is found is counted or summed up, for an installation and its Mattermost are both there for a while',
      finish: 'what selects the old ones goes',
    },
  },
  {
    owns: ({ form, resource, path }) => form === 'text' && /^(?:PrometheusRule|VMRule)$/.test(resource.kind) && path.at(-1) === 'expr',
    plan: ({ resource, path }, stage) => {
      const how = extending(stage);
      return how === null ? null : planQuery(resource.value, path, how);
    },
  },
);

function planQuery(value: ValueMap, path: Path, how: 'extend' | 'finish'): ResourcePlan | null {
  const query = valueAt(value, path);
  if (!isScalar(query)) return null;
  const text = (how === 'extend' ? ofBoth : ofNew)(query.text);
  return text === null ? null : extendedAt(how, toText(query, path, text));
}

/** How kube-state-metrics names the kind: what is asked for, and what is asked for of both. */
const KINDS: readonly (readonly [label: string, old: string, both: string, renewed: string])[] = [
  ['customresource_kind', 'ClusterInstallation', 'ClusterInstallation|Mattermost', 'Mattermost'],
  ['customresource_group', 'mattermost.com', '(installation[.])?mattermost[.]com', 'installation.mattermost.com'],
  ['customresource_version', 'v1alpha1', 'v1alpha1|v1beta1', 'v1beta1'],
];

/** A selector of series; what stands before them in time is another question. */
const SELECTOR = String.raw`[A-Za-z_:][\w:]*\{[^{}]*\}`;
/** Each function of one range gives a series for each series. */
const UNIT = String.raw`\b(?:rate|irate|increase|delta|idelta|deriv|changes|resets|(?:avg|min|max|sum|count|last|present|stddev|stdvar)_over_time)\(\s*${SELECTOR}\[[^\]]*\]\s*\)|${SELECTOR}(?!\s*(?:\[|@|offset\b))`;

function ofBoth(query: string): string | null {
  if (/\babsent|-(?:blue|green|canary)\b|\$/.test(query)) return null;
  const kinds = KINDS.reduce((text, [label, old, both]) => withMatcher(text, [label, old, both], ['=', '!='], ['=~', '!~']), query);
  const isCounted =
    /\b(?:sum|count|avg|std(?:dev|var)|count_values|topk|bottomk|quantile|limitk|limit_ratio|group_left|group_right)\b/.test(query);
  if (kinds !== query && isCounted) return null;
  const both = kinds.replaceAll(new RegExp(UNIT, 'g'), (unit) => (asksForLabel(unit) ? `(${unit} or ${renewedSpelling(unit)})` : unit));
  return both === query || isHalf(both) ? null : both;
}

/** A matcher that wants the label; one that may be empty finds what has none as well. */
const LABEL = /((?:[A-Za-z]\w*_)?v1alpha1_mattermost_com_(?:installation|resource))\s*=(~?)\s*(["'])((?:(?!\3).)+)\3/g;

function asksForLabel(unit: string): boolean {
  const matchers = [...unit.matchAll(LABEL)];
  const isPlain = renewedSpelling(unit.replaceAll(LABEL, '')) === null;
  return (
    matchers.length > 0 &&
    isPlain &&
    matchers.every(([, , isPattern, , text = '']) => isPattern === '' || /^[\w.|-]*\w[\w-]*$/.test(text.replaceAll('.+', 'a')))
  );
}

/** Whether something names the old kind, or its labels, without the new. */
function isHalf(query: string): boolean {
  const left = query.replaceAll(PAIR, '').replaceAll('"ClusterInstallation|Mattermost"', '');
  return /ClusterInstallation/.test(left) || renewedSpelling(left) !== null;
}

const PAIR = new RegExp(String.raw`\((?:${UNIT}) or (${UNIT})\)`, 'g');

function ofNew(query: string): string | null {
  const labels = query.replaceAll(PAIR, (pair, renewed: string) => {
    const old = pair.slice(1, -` or ${renewed})`.length);
    return renewedSpelling(old) === renewed ? renewed : pair;
  });
  const kinds = KINDS.reduce(
    (text, [label, , both, renewed]) => withMatcher(text, [label, both, renewed], ['=~', '!~'], ['=', '!=']),
    labels,
  );
  return kinds === query ? null : kinds;
}

function withMatcher(
  query: string,
  [label, from, to]: readonly [string, string, string],
  before: readonly string[],
  after: readonly string[],
): string {
  return before.reduce(
    (text, sign, index) =>
      [`"`, `'`].reduce(
        (each, quote) => each.replaceAll(`${label}${sign}${quote}${from}${quote}`, `${label}${after[index] ?? ''}${quote}${to}${quote}`),
        text,
      ),
    query,
  );
}
