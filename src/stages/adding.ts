import type { Task } from '../edit/task.ts';
import type { Family } from '../family/family.ts';
import type { Variant } from '../kustomize/model.ts';
import { sameValue } from '../model/same.ts';
import { isMap, withKey } from '../model/value.ts';
import type { ValueMap } from '../model/value.ts';
import type { StageDecision, StageSubject } from './stage.ts';

/** What a stage brings beside the manifest of a family. */
export interface Added {
  readonly tasks: readonly Task[];
  /** What is built beside an installation then. */
  readonly beside: (built: ValueMap) => readonly ValueMap[];
  /** Whether the installation itself is built no more. */
  readonly gone: boolean;
  /** Why it can't be written; empty where it can, or where there is nothing to. */
  readonly obstacles: readonly { readonly variant: Variant; readonly message: string }[];
}

type Decided = StageDecision & { readonly subject: StageSubject };

/**
 * Documents behind a manifest that every installation of a family wants. What kustomizations make of an object tells what they will make of the ones
 * beside it as long as that is nothing but a namespace.
 *
 * @param all how many installations the family has, chosen or not
 */
export function adding({ variants, fragments }: Family, decisions: readonly Decided[], all: number): Added {
  const wanting = decisions.filter(({ beside }) => beside !== undefined);
  const [first] = wanting;
  const [use] = fragments;
  if (first?.beside === undefined || use === undefined) return NOTHING_ADDED;
  const { fragment } = use;
  const message = obstacleIn({ variants, fragments }, wanting.length < all);
  if (message !== null || !isMap(fragment.value))
    return { ...NOTHING_ADDED, obstacles: [{ variant: first.subject.variant, message: message ?? 'it is no manifest' }] };
  const { beside, goes = false } = first;
  return {
    tasks: [{ at: fragment.at, beside: beside(fragment.value) }, ...(goes ? [{ at: fragment.at, gone: true } as const] : [])],
    beside: (built) => beside(built).map(({ value }) => value),
    gone: goes,
    obstacles: [],
  };
}

const NOTHING_ADDED: Added = { tasks: [], beside: () => [], gone: false, obstacles: [] };

function obstacleIn({ variants, fragments }: Pick<Family, 'variants' | 'fragments'>, isPartly: boolean): string | null {
  const [use, ...others] = fragments;
  if (isPartly) return 'only some of the installations that share the manifest are to have it';
  if (use === undefined || others.length > 0) return 'patches make the installation what it is, and would not reach what stands beside it';
  const { at, path, value } = use.fragment;
  if (path.length > 0 || at.inline !== null) return 'the installation is part of another object';
  const changed = variants.find(({ built }) => !isMap(value) || !sameValue(withoutNamespace(built), withoutNamespace(value)));
  return changed === undefined
    ? null
    : `${changed.kustomization} changes the installation, and may change what stands beside it in another way`;
}

function withoutNamespace(object: ValueMap): ValueMap {
  const metadata = object.get('metadata');
  return isMap(metadata) ? withKey(object, 'metadata', withKey(metadata, 'namespace', undefined)) : object;
}
