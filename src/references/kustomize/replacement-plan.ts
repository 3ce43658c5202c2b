import { valueAt } from '../../model/value.ts';
import type { Path, Value } from '../../model/value.ts';
import { OLD } from '../../operator/fields.ts';
import type { ReferenceContext, ReferencePlan } from '../referrer.ts';
import { movesOrGoes, planFieldPath } from './field-paths.ts';
import { gvkIn, meaningOf } from './gvk.ts';
import { itemsOf } from './kustomize-referrer.ts';
import { combined, NO_PLAN, obstacle } from './plan.ts';
import { planLiteral, planPartly } from './selectors.ts';

/** One replacement: where its value comes from, and where it goes. */
export function planReplacement(document: Value, path: Path, context: ReferenceContext): ReferencePlan {
  const planner = new ReplacementPlanner(document, context);
  return combined([
    planner.source([...path, 'source']),
    ...itemsOf(document, [...path, 'targets']).map((target) => planner.target(target)),
  ]);
}

class ReplacementPlanner {
  readonly #document: Value;
  readonly #context: ReferenceContext;

  constructor(document: Value, context: ReferenceContext) {
    this.#document = document;
    this.#context = context;
  }

  source(path: Path): ReferencePlan {
    const field = [...path, 'fieldPath'];
    return this.#selector(path, 'source', [field], () =>
      planFieldPath({ document: this.#document, path: field, notation: 'dotted', use: 'reads' }, this.#context),
    );
  }

  target(path: Path): ReferencePlan {
    const fields = itemsOf(this.#document, [...path, 'fieldPaths']);
    return combined([
      this.#selector([...path, 'select'], 'select', fields, () =>
        combined(
          fields.map((field) => planFieldPath({ document: this.#document, path: field, notation: 'dotted', use: 'writes' }, this.#context)),
        ),
      ),
      ...itemsOf(this.#document, [...path, 'reject']).map((entry) => this.#selector(entry, 'reject', [], () => NO_PLAN)),
    ]);
  }

  /** A selector, with the field paths that are meant for what it selects. */
  #selector(path: Path, what: 'source' | 'select' | 'reject', fields: readonly Path[], planFields: () => ReferencePlan): ReferencePlan {
    const selector = valueAt(this.#document, path);
    const whole = planLiteral(this.#document, path, this.#context, what);
    if (whole !== null) return combined([whole, planFields()]);
    const meaning = meaningOf(selector);
    if (meaning === 'part') return planPartly(path, gvkIn(selector), what);
    if (meaning === 'pattern' && what !== 'source')
      return obstacle(path, `the kind of this ${what} is a pattern, which kustomize reads differently from 5.8 on; write ${OLD.kind}`);
    if (meaning !== 'any' || !fields.some((field) => movesOrGoes(this.#document, field, 'dotted', this.#context.decision))) return NO_PLAN;
    const subject = what === 'source' ? 'its field path changes' : 'its field paths change';
    return obstacle(path, `this ${what} names no kind, and ${subject} for ${OLD.kind} only; name the kind`);
  }
}
