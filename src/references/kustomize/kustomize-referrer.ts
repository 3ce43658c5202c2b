import type { Path, Value } from '../../model/value.ts';
import { isList, valueAt } from '../../model/value.ts';
import { kustomizeObstacle } from '../../rules/kustomize-obstacle.ts';
import type { Reference, ReferenceContext, ReferencePlan, Referrer, ReferrerText } from '../referrer.ts';
import { UNKNOWN_CONTEXT } from './context.ts';
import { refers } from './plan.ts';

/** What a document is to kustomize: it decides where references stand in it. */
export type ReferenceRole = 'kustomization' | 'configuration' | 'plugin' | 'replacements' | 'openapi' | 'crds';

/** A document of kustomize's own. */
export interface KustomizeDocument {
  readonly role: ReferenceRole;
  readonly value: Value;
}

/** A place of such a document that has to follow the installations which it is about. */
interface KustomizeReference extends Reference {
  readonly document: KustomizeDocument;
}

export type KustomizeReferrer = Referrer<KustomizeDocument, KustomizeReference>;

interface KustomizeDefinition extends Omit<ReferrerText, 'written'> {
  /** Where such references may stand. */
  readonly places: (document: KustomizeDocument) => readonly Path[];
  /** What has to change at one of them. */
  readonly planAt: (document: KustomizeDocument, path: Path, context: ReferenceContext) => ReferencePlan;
}

/** References that are rewritten together with the installations that they are about, and never without. */
export const withInstallations = ({ places, planAt, ...text }: KustomizeDefinition): KustomizeReferrer => ({
  ...text,
  written: { cutover: 'rewritten with the installations, or they are blocked with the reason' },
  find: (document) =>
    places(document)
      .filter((path) => refers(planAt(document, path, UNKNOWN_CONTEXT)))
      .map((path) => ({ referent: 'kind', path, document })),
  plan: ({ document, path }, stage, context) => (stage === 'cutover' || stage === 'convert' ? planAt(document, path, context) : null),
  flag: () => ({ message: 'names ClusterInstallation', remedy: kustomizeObstacle.remedy }),
});

/** The items of the list at a path. */
export function itemsOf(document: Value, path: Path): Path[] {
  const list = valueAt(document, path);
  return isList(list) ? list.map((_, index) => [...path, index]) : [];
}

/** The items of a list of kustomizations. */
export const entriesOf = ({ role, value }: KustomizeDocument, ...path: Path): Path[] =>
  role === 'kustomization' ? itemsOf(value, path) : [];
