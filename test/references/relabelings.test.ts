import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { at, whole } from './edits.ts';

/** What a rule makes of a pod of the old kind it makes of one of the new kind, at each stage. Prometheus anchors patterns, and joins labels by `;`. */

interface Rule {
  readonly sourceLabels: readonly string[];
  readonly regex?: string;
  readonly replacement?: string;
  readonly action?: string;
}

const LABEL = (group: string): string => `__meta_kubernetes_pod_label_${group}_mattermost_com_installation`;
const [OLD, NEW] = [LABEL('v1alpha1'), LABEL('installation')];

/** What is written, whether the target is kept, or nothing where the pattern does not fit. */
function madeBy({ sourceLabels, regex = '(.*)', replacement = '$1', action = 'replace' }: Rule, labels: Record<string, string>): unknown {
  const found = new RegExp(`^(?:${regex})$`).exec(sourceLabels.map((label) => labels[label] ?? '').join(';'));
  if (action !== 'replace') return (found !== null) === (action === 'keep');
  return found && replacement.replaceAll(/\$(?:(\d+)|\{(\d+)\})/g, (_, a?: string, b?: string) => found[Number(a ?? b)] ?? '');
}

const ruleIn = (text: string): Rule =>
  (parse(text) as { spec: { podMetricsEndpoints: { relabelings: [Rule] }[] } }).spec.podMetricsEndpoints[0]?.relabelings[0] ?? {
    sourceLabels: [],
  };

test.each([
  {},
  { regex: '(.+)' },
  { regex: 'chat|talk', replacement: 'a' },
  { regex: '(ch|ta)(.*)', replacement: '$2-${1}' },
  { regex: '(?:ch|t)a(t|lk)?' },
  { action: 'keep', regex: 'chat|' },
  { action: 'drop', regex: 'chat' },
])('%j', (rest) => {
  const before: Rule = { sourceLabels: [OLD], ...rest };
  const text = whole(
    'monitoring.coreos.com/v1 PodMonitor',
    `spec:\n  podMetricsEndpoints:\n    - relabelings: [${JSON.stringify(before)}]\n`,
  );
  const prepared = at('prepare', text);
  const [both, end] = [ruleIn(prepared), ruleIn(at('finish', prepared))];
  expect(both.sourceLabels).toEqual([OLD, NEW]);
  expect(end).toEqual({ ...before, sourceLabels: [NEW] });
  for (const name of ['chat', 'talk', 'other', '']) {
    const meant = madeBy(before, { [OLD]: name });
    expect([name, madeBy(both, { [OLD]: name })]).toEqual([name, meant]);
    expect([name, madeBy(both, { [NEW]: name })]).toEqual([name, meant]);
    expect([name, madeBy(end, { [NEW]: name })]).toEqual([name, meant]);
  }
});
