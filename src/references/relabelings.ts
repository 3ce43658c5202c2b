import { isList, isMap, isScalar, stringAt, valueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import type { Operation } from '../yaml/primitives.ts';
import { makeScalar } from '../yaml/scalar.ts';
import type { Mention } from './mentions.ts';
import { besideItem, extendedAt, extending, withText } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';
import { eitherSpelling, renewedEither, renewedSpelling } from './spelling.ts';
import { written } from './written.ts';

/** How what is measured comes to have its labels. */
export const relabelings = written(
  {
    id: 'relabelings',
    found:
      'Rules by which monitors, probes and scrape configurations make labels of the labels that the operator gives to pods and services.',
    example: `apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata:
  name: chat
spec:
  podMetricsEndpoints:
    - relabelings:
        - sourceLabels: [__meta_kubernetes_pod_label_v1alpha1_mattermost_com_installation]
          targetLabel: installation
`,
    written: {
      prepare:
        'a rule that keeps, drops or copies by one such label does the same by whichever of both is there; one that maps or drops labels by their names does so with both',
      finish: 'it goes by the new label alone',
    },
  },
  {
    owns: ({ referent, form, resource, path }) =>
      referent === 'label' &&
      form === 'text' &&
      /^(?:monitoring\.coreos\.com|operator\.victoriametrics\.com)\//.test(resource.apiVersion) &&
      path.some((step) => /relabel/i.test(String(step))),
    plan: ({ resource, path }, stage) => {
      const how = extending(stage);
      return how === null ? null : planRule(resource.value, path, how);
    },
  },
);

/** The fields of a rule, as the operators and as Prometheus itself spell them. */
const SOURCES: ReadonlySet<string> = new Set(['sourceLabels', 'source_labels']);

function planRule(value: ValueMap, path: Mention['path'], how: 'extend' | 'finish'): ResourcePlan | null {
  if (path.at(-1) === 'regex') return planNames(value, path, how);
  const [list, at] = [path.at(-2), path.slice(0, -2)];
  const rule = valueAt(value, at);
  return SOURCES.has(String(list)) && isMap(rule) ? planSource(rule, [at, path], how) : null;
}

/** Actions that go by the names of labels. */
const BY_NAME: ReadonlySet<string> = new Set(['labelmap', 'labeldrop', 'labelkeep']);

function planNames(value: ValueMap, path: Path, how: 'extend' | 'finish'): ResourcePlan | null {
  const pattern = stringAt(value, path);
  if (pattern === null || !BY_NAME.has(actionOf(valueAt(value, path.slice(0, -1))))) return null;
  const text = how === 'extend' ? eitherSpelling(pattern) : renewedEither(pattern);
  return text === null ? null : extendedAt(how, { op: 'set', path, text, string: true });
}

const actionOf = (rule: Value | undefined): string => textOf(rule, 'action', 'replace').toLowerCase();

function textOf(rule: Value | undefined, key: string, otherwise: string): string {
  const value = valueAt(rule, [key]);
  return isScalar(value) ? value.text : otherwise;
}

/** A rule's pattern, and what it writes of what that finds. */
interface Matching {
  readonly regex: string;
  readonly replacement: string;
}

const DEFAULT: Matching = { regex: '(.*)', replacement: '$1' };
const SEPARATOR = ';';

/** A pod has the label of one generation only, so that the other one is empty, on its side of the separator. */
function planSource(rule: ValueMap, [at, path]: readonly [rule: Path, source: Path], how: 'extend' | 'finish'): ResourcePlan | null {
  const [source, sources] = [valueAt(rule, path.slice(-2)), valueAt(rule, path.slice(-2, -1))];
  const isPlain = /^(?:replace|keep|drop)$/.test(actionOf(rule)) && textOf(rule, 'separator', SEPARATOR) === SEPARATOR;
  const renewed = isScalar(source) ? renewedSpelling(source.text) : null;
  if (!isPlain || renewed === null || !isScalar(source) || !isList(sources) || sources.length !== (how === 'extend' ? 1 : 2)) return null;
  const before = matchingOf(rule);
  const after = how === 'extend' ? ofEither(before) : ofOne(before);
  const word = besideItem(rule, path.slice(-2), withText(source, renewed), how);
  if (after === null || word === null) return null;
  const sides = word.operations.map((operation): Operation => ({ ...operation, path: [...at, ...operation.path] }));
  const fields = (['regex', 'replacement'] as const).flatMap((key) =>
    after[key] === before[key] ? [] : settingOf(rule, [...at, key], after),
  );
  return { operations: [...sides, ...fields], how: word.how };
}

/** What is kept or dropped is not written. */
function matchingOf(rule: ValueMap): Matching {
  const writes = actionOf(rule) === 'replace';
  return { regex: textOf(rule, 'regex', DEFAULT.regex), replacement: writes ? textOf(rule, 'replacement', DEFAULT.replacement) : '' };
}

/** A field of a rule as it is to be; left out where the default says the same. */
function settingOf(rule: ValueMap, path: Path, after: Matching): Operation {
  const key = path.at(-1) as keyof Matching;
  const text = after[key];
  if (!rule.has(key)) return { op: 'add', path: path.slice(0, -1), key, value: makeScalar(text, true) };
  return text === DEFAULT[key] ? { op: 'delete', path } : { op: 'set', path, text, string: true };
}

function ofEither({ regex, replacement }: Matching): Matching | null {
  const groups = groupsIn(regex);
  if (groups === null) return null;
  const own = regex.includes('|') ? `(?:${regex})` : regex;
  const text = replacement.replaceAll(GROUP, (_, bare?: string, braced?: string) =>
    bare === undefined ? `\${${braced}}\${${Number(braced) + groups}}` : `$${bare}$${Number(bare) + groups}`,
  );
  // What is left is the whole of what was found, a group by its name, or a sign that is escaped.
  return text.replaceAll(GROUP, '').includes('$') ? null : { regex: `${own}${SEPARATOR}|${SEPARATOR}${own}`, replacement: text };
}

/** A group of a pattern, as Go reads it in a replacement. */
const GROUP = /\$(?:([1-9]\d*)(?!\w)|\{([1-9]\d*)\})/g;

/** How many groups a pattern has; null where it can't be told, or where something else is filled in first. */
function groupsIn(regex: string): number | null {
  if (regex === '' || /[;$]|\(\?(?!:)/.test(regex)) return null;
  try {
    return (new RegExp(`${regex}|`).exec('')?.length ?? 1) - 1;
  } catch {
    return null;
  }
}

/** What became one of either, back again. */
function ofOne(both: Matching): Matching | null {
  const half = both.regex.slice(0, (both.regex.length - `${SEPARATOR}|${SEPARATOR}`.length) / 2);
  const regex = half.replace(/^\(\?:(.*\|.*)\)$/, '$1');
  const replacement = both.replacement.replaceAll(/(\$[1-9]\d*|\$\{[1-9]\d*\})(?:\$[1-9]\d*|\$\{[1-9]\d*\})/g, '$1');
  const again = ofEither({ regex, replacement });
  return again?.regex === both.regex && again.replacement === both.replacement ? { regex, replacement } : null;
}
