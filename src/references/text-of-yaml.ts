import { rewriteFile } from '../edit/file.ts';
import { isScalar, valueAt } from '../model/value.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';
import { parseDocument, splitDocuments } from '../yaml/document.ts';
import { applyEdits } from '../yaml/text.ts';
import { batchesOf, extended, rewritten, withText } from './resource-plan.ts';
import type { ResourcePlan } from './resource-plan.ts';

/** Plans what is written in a string of YAML by what is planned for the value that it holds. Null where it is no YAML, or nothing is planned. */
export function planInText(
  resource: ValueMap,
  path: Path,
  planFor: (value: Value) => readonly (ResourcePlan | null)[],
): ResourcePlan | null {
  const scalar = valueAt(resource, path);
  const value = isScalar(scalar) ? valueOf(scalar.text) : null;
  if (!isScalar(scalar) || value === null) return null;
  const plans = planFor(value).filter((plan) => plan !== null);
  const text = plans.length === 0 ? null : afterPlans(scalar.text, plans);
  if (text === null) return null;
  const how = plans.some((plan) => plan.how === 'rewritten') ? rewritten : extended;
  return how({ op: 'replace', path, value: withText(scalar, text) });
}

function valueOf(text: string): Value | null {
  if (splitDocuments(text).length !== 1) return null;
  const { shape, problems } = parseDocument(text);
  return problems.length > 0 ? null : shape;
}

/** The one editor writes here as it does in files. */
function afterPlans(text: string, plans: readonly ResourcePlan[]): string | null {
  const task = { at: { file: '', document: 0, inline: null }, batches: batchesOf(plans) };
  const { regions, refused } = rewriteFile(text, [task], () => {
    throw new Error('no installation is part of a setting');
  });
  return refused.size > 0 ? null : applyEdits(text, regions);
}
