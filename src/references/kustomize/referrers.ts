import type { Decision } from '../../model/installation.ts';
import { isList, isMap, isScalar, scalarAt, stringAt, valueAt } from '../../model/value.ts';
import type { Path, Value } from '../../model/value.ts';
import { NEW, OLD } from '../../operator/fields.ts';
import { mapFieldPath } from '../../edit/field-path.ts';
import type { PathNotation } from '../../edit/field-path.ts';
import { planSchemas } from './schemas.ts';
import { combined, matches, NOTHING, obstacle, operations, planExactGvk, planRegexSelector, setText } from './plan.ts';
import type { ReferencePlan } from './plan.ts';

/** What a document is to kustomize: it decides where references stand in it. */
export type ReferenceRole = 'kustomization' | 'configuration' | 'plugin' | 'replacements' | 'openapi' | 'crds';

/** Where the conditional fields of the installations that a document is about go; `undecided` where they differ. */
export type SharedDecision = Decision | 'undecided';

/** The references of one document to installations, and how they follow. */
export function planReferences(document: Value, role: ReferenceRole, decision: SharedDecision): ReferencePlan {
  const planner = new Planner(document, decision);
  switch (role) {
    case 'kustomization':
      return planner.kustomization();
    case 'configuration':
      return planner.configuration();
    case 'plugin':
      return planner.plugin();
    case 'replacements':
      return isList(document) ? planner.replacements([]) : planner.replacement([]);
    case 'openapi':
    case 'crds':
      return planSchemas(document, role, decision);
  }
}

/** Plugins whose configuration holds field specs and nothing else that refers to a kind. */
const FIELD_SPEC_PLUGINS: ReadonlySet<string> = new Set([
  'LabelTransformer',
  'AnnotationsTransformer',
  'NamespaceTransformer',
  'PrefixTransformer',
  'SuffixTransformer',
  'PrefixSuffixTransformer',
  'ImageTagTransformer',
  'ReplicaCountTransformer',
]);

const EITHER: readonly Decision[] = [
  { fileStore: 'external', database: 'external' },
  { fileStore: 'operator-managed', database: 'operator-managed' },
];

/** No field path can be kept true to these: what they hold is what a conversion changes. */
const TYPE_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind']);

class Planner {
  readonly #document: Value;
  readonly #decision: SharedDecision;

  constructor(document: Value, decision: SharedDecision) {
    this.#document = document;
    this.#decision = decision;
  }

  kustomization(): ReferencePlan {
    return combined([
      this.#each(['patches'], (path) => planRegexSelector(this.#at([...path, 'target']), [...path, 'target'])),
      this.#each(['patchesJson6902'], (path) => planRegexSelector(this.#at([...path, 'target']), [...path, 'target'])),
      this.replacements(['replacements']),
      this.#each(['vars'], (path) => this.#variable(path)),
      this.#each(['labels'], (path) => this.#fieldSpecs([...path, 'fields'])),
      ...['orderFirst', 'orderLast'].map((name) => this.#each(['sortOptions', 'legacySortOptions', name], (path) => this.#kindName(path))),
    ]);
  }

  /** A transformer configuration: lists of field specs by what they configure; name references hold their own. */
  configuration(): ReferencePlan {
    const names = isMap(this.#document) ? [...this.#document.keys()] : [];
    return combined(
      names.map((name) => (name === 'nameReference' ? this.#each([name], (path) => this.#nameReference(path)) : this.#fieldSpecs([name]))),
    );
  }

  /** The configuration of a builtin plugin. Others are opaque and reported where the graph is read. */
  plugin(): ReferencePlan {
    const kind = stringAt(this.#document, ['kind']) ?? '';
    if (stringAt(this.#document, ['apiVersion']) !== 'builtin') return NOTHING;
    if (kind === 'PatchTransformer' || kind === 'PatchJson6902Transformer') return planRegexSelector(this.#at(['target']), ['target']);
    if (kind === 'ReplacementTransformer') return this.replacements(['replacements']);
    if (kind === 'ValueAddTransformer') return this.#each(['targets'], (path) => this.#valueTarget(path));
    return FIELD_SPEC_PLUGINS.has(kind) ? this.#fieldSpecs(['fieldSpecs']) : NOTHING;
  }

  replacements(path: Path): ReferencePlan {
    return this.#each(path, (entry) => this.replacement(entry));
  }

  replacement(path: Path): ReferencePlan {
    const source = [...path, 'source'];
    const gvk = planExactGvk(this.#at(source), source);
    const sourcePlan = gvk === null ? NOTHING : combined([operations(...gvk), this.#fieldPath([...source, 'fieldPath'], 'dotted')]);
    return combined([sourcePlan, this.#each([...path, 'targets'], (target) => this.#replacementTarget(target))]);
  }

  #replacementTarget(path: Path): ReferencePlan {
    const select = [...path, 'select'];
    const gvk = planExactGvk(this.#at(select), select);
    const rejects = this.#each([...path, 'reject'], (entry) => operations(...(planExactGvk(this.#at(entry), entry) ?? [])));
    const paths = this.#each([...path, 'fieldPaths'], (entry) => this.#fieldPath(entry, 'dotted'));
    if (gvk !== null) return combined([operations(...gvk), paths, rejects]);
    return combined([this.#looseSelect(select, paths), rejects]);
  }

  /** A select without our exact kind: harmless unless it may choose an installation and its paths would have to change. */
  #looseSelect(path: Path, paths: ReferencePlan): ReferencePlan {
    const kind = stringAt(this.#at(path), ['kind']);
    const mayChoose = matches(kind, OLD.kind) !== false;
    if (!mayChoose) return NOTHING;
    if (kind !== null)
      return obstacle(path, `the kind of this select is a pattern, which kustomize reads differently from 5.8 on; write ${OLD.kind}`);
    const moves = paths.batches.length > 0 || paths.obstacles.length > 0;
    return moves ? obstacle(path, `this select names no kind, and its field paths change for ${OLD.kind} only; name the kind`) : NOTHING;
  }

  #variable(path: Path): ReferencePlan {
    const gvk = planExactGvk(this.#at([...path, 'objref']), [...path, 'objref']);
    if (gvk === null) return NOTHING;
    return combined([operations(...gvk), this.#fieldPath([...path, 'fieldref', 'fieldpath'], 'dotted')]);
  }

  /** The referred kind may be ours, and so may the kinds that refer. */
  #nameReference(path: Path): ReferencePlan {
    const gvk = planExactGvk(this.#at(path), path);
    return combined([operations(...(gvk ?? [])), this.#fieldSpecs([...path, 'fieldSpecs'])]);
  }

  #fieldSpecs(path: Path): ReferencePlan {
    return this.#each(path, (entry) => this.#fieldSpec(entry));
  }

  #fieldSpec(path: Path): ReferencePlan {
    const spec = this.#at(path);
    const gvk = planExactGvk(spec, path);
    if (gvk === null) return this.#looseFieldSpec(path);
    const written = stringAt(spec, ['path']) ?? '';
    const place = scalarAt(spec, ['create']) === true ? null : this.#onlyPlace(written);
    if (place === null) return combined([operations(...gvk), this.#fieldPath([...path, 'path'], 'slash')]);
    return operations(...gvk, ...(place === written ? [] : [setText([...path, 'path'], place)]));
  }

  /**
   * Where a field spec that creates nothing leads: it passes over installations that drop the field, so those that keep it decide even where
   * they differ. Null where it can't be told.
   */
  #onlyPlace(path: string): string | null {
    const decisions = this.#decision === 'undecided' ? EITHER : [this.#decision];
    const mapped = decisions.map((decision) => mapFieldPath(path, 'slash', decision));
    const places = new Set(mapped.flatMap((each) => ('path' in each ? [each.path] : [])));
    return places.size > 1 || mapped.some((each) => 'undecidable' in each) ? null : ([...places][0] ?? path);
  }

  /** Without a kind it also serves other kinds, so its path must not change. */
  #looseFieldSpec(path: Path): ReferencePlan {
    const spec = this.#at(path);
    const group = stringAt(spec, ['group']);
    if (stringAt(spec, ['kind']) !== null || (group !== null && group !== OLD.group)) return NOTHING;
    const written = stringAt(spec, ['path']) ?? '';
    const mapped = mapFieldPath(written, 'slash', this.#decision);
    const moves = ('path' in mapped && mapped.path !== written) || 'undecidable' in mapped;
    if (group === null && !moves) return NOTHING;
    if (!written.startsWith('spec/') && !written.startsWith('/spec/') && group === null) return NOTHING;
    return obstacle(path, `this field spec names no kind, and its ${moves ? 'path' : 'group'} changes for ${OLD.kind} only; name the kind`);
  }

  #valueTarget(path: Path): ReferencePlan {
    const selector = planRegexSelector(this.#at([...path, 'selector']), [...path, 'selector']);
    const chosen = selector.batches.length > 0;
    if (chosen) return combined([selector, this.#fieldPath([...path, 'fieldPath'], 'slash')]);
    const written = stringAt(this.#at(path), ['fieldPath']) ?? '';
    const mapped = mapFieldPath(written, 'slash', this.#decision);
    const moves = ('path' in mapped && mapped.path !== written) || 'undecidable' in mapped;
    const names = ['group', 'kind'].some((key) => stringAt(this.#at([...path, 'selector']), [key]) !== null);
    return moves && !names
      ? combined([selector, obstacle(path, `this target names no kind, and its path changes for ${OLD.kind} only; name the kind`)])
      : selector;
  }

  #kindName(path: Path): ReferencePlan {
    return scalarAt(this.#document, path) === OLD.kind ? operations(setText(path, NEW.kind)) : NOTHING;
  }

  /** The scalar at a path is the path of a field of an installation. */
  #fieldPath(path: Path, notation: PathNotation): ReferencePlan {
    const scalar = this.#at(path);
    if (!isScalar(scalar) || scalar.text === '') return NOTHING;
    if (TYPE_FIELDS.has(scalar.text))
      return obstacle(path, `${scalar.text} of an installation changes with the conversion, and this reads or writes it`);
    const mapped = mapFieldPath(scalar.text, notation, this.#decision);
    if ('undecidable' in mapped) return obstacle(path, `${scalar.text} can't be carried over: ${mapped.undecidable}`);
    if ('dropped' in mapped) return obstacle(path, `${scalar.text} has no counterpart: ${mapped.dropped}`);
    return mapped.path === scalar.text ? NOTHING : operations(setText(path, mapped.path));
  }

  #each(path: Path, plan: (entry: Path) => ReferencePlan): ReferencePlan {
    const list = this.#at(path);
    return isList(list) ? combined(list.map((_, index) => plan([...path, index]))) : NOTHING;
  }

  #at(path: Path): Value | undefined {
    return valueAt(this.#document, path);
  }
}
