/** A test of labels, as `kubectl -l` takes it. */
export type LabelTest = (labels: ReadonlyMap<string, string>) => boolean;

/** Reads a label selector; null when Kubernetes would refuse it. An empty one matches everything. */
export function parseLabelSelector(text: string): LabelTest | null {
  if (text.trim() === '') return () => true;
  const tests = splitRequirements(text).map(parseRequirement);
  return tests.every((test) => test !== null) ? (labels) => tests.every((test) => test(labels)) : null;
}

/** At commas outside of parentheses. */
const splitRequirements = (text: string): string[] => text.split(/,(?![^(]*\))/);

const KEY = String.raw`([A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?)`;
const EXISTS = new RegExp(`^(!?)\\s*${KEY}$`);
const EQUALS = new RegExp(`^${KEY}\\s*(==|=|!=)\\s*([-A-Za-z0-9_.]*)$`);
const SET = new RegExp(String.raw`^${KEY}\s+(in|notin)\s*\(([-A-Za-z0-9_.,\s]*)\)$`);
const ORDER = new RegExp(String.raw`^${KEY}\s*([<>])\s*(-?\d+)$`);

function parseRequirement(text: string): LabelTest | null {
  const part = text.trim();
  return parseExists(part) ?? parseEquals(part) ?? parseSet(part) ?? parseOrder(part);
}

function parseExists(text: string): LabelTest | null {
  const [, not, key = ''] = EXISTS.exec(text) ?? [];
  return not === undefined ? null : (labels) => labels.has(key) === (not === '');
}

function parseEquals(text: string): LabelTest | null {
  const [, key = '', operator, value] = EQUALS.exec(text) ?? [];
  if (operator === undefined) return null;
  return (labels) => (labels.get(key) === value) === (operator !== '!=');
}

function parseSet(text: string): LabelTest | null {
  const [, key = '', operator, list = ''] = SET.exec(text) ?? [];
  if (operator === undefined) return null;
  const values = new Set(list.split(',').map((value) => value.trim()));
  return (labels) => {
    const value = labels.get(key);
    return (value !== undefined && values.has(value)) === (operator === 'in');
  };
}

function parseOrder(text: string): LabelTest | null {
  const [, key = '', operator, limit] = ORDER.exec(text) ?? [];
  if (operator === undefined) return null;
  return (labels) => {
    const value = labels.get(key) ?? '';
    if (!/^-?\d+$/.test(value)) return false;
    return operator === '<' ? Number(value) < Number(limit) : Number(value) > Number(limit);
  };
}
