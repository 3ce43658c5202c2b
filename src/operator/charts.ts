import { parseRelease } from './releases.ts';
import type { Release } from './releases.ts';

/** The name of the chart that deploys the operator. */
export const OPERATOR_CHART = 'mattermost-operator';

/** Where its values name the release. */
export const CHART_IMAGE = ['mattermostOperator', 'image'] as const;

/**
 * The operator that each version of the chart runs unless its values say otherwise, which is not always its `appVersion`. All of them bring the definition of Mattermost.
 * Source: `mattermostOperator.image.tag` in `charts/mattermost-operator/values.yaml` of mattermost-helm, tags mattermost-operator-0.1.0 to mattermost-operator-1.0.5.
 */
const OPERATORS: Readonly<Record<string, string>> = {
  '0.1.0': '1.14.0',
  '0.1.1': '1.14.0',
  '0.2.0': '1.16.0',
  '0.2.1': '1.16.0',
  '0.2.2': '1.16.0',
  '0.3.0': '1.16.0',
  '0.3.1': '1.18.0',
  '0.3.2': '1.18.0',
  '0.3.3': '1.18.0',
  '0.3.4': '1.20.0',
  '0.3.5': '1.20.1',
  '1.0.0': '1.20.1',
  '1.0.1': '1.21.0',
  '1.0.2': '1.22.0',
  '1.0.3': '1.23.0',
  '1.0.4': '1.24.0',
  '1.0.5': '1.25.4',
};

/** The release of the operator that a version of the chart runs; null for a range, and for what is not known. */
export function operatorOfChart(version: string | null): Release | null {
  const exact = (version ?? '').replace(/^v/, '');
  return Object.hasOwn(OPERATORS, exact) ? parseRelease(OPERATORS[exact] ?? '') : null;
}

/** Whether a version names one chart, and no range. Both engines read it as SemVer. */
export const isExactVersion = (version: string): boolean => /^v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/.test(version);
