import type { FieldDecision } from '../edit/field-path.ts';
import type { ValueMap } from '../model/value.ts';

/** Which installations a reference means, by their name and namespace; null for any. */
export interface Meant {
  readonly name: string | null;
  readonly namespace: string | null;
}

/** What is known of the installations that a reference means. */
export interface Fate {
  /** `all`: each of them becomes a Mattermost now, and there is one. */
  readonly converted: 'all' | 'some' | 'none';
  /** The names of all that may be meant; null where there may be others. */
  readonly names: readonly string[] | null;
  /** Where their fields go. */
  readonly decision: FieldDecision;
}

/** What the plan of a reference draws on besides its resource. */
export interface ResourceContext {
  readonly fateOf: (meant: Meant) => Fate;
  /** The same for installations of a name, or of any where it is null, in the namespace of the resource itself. */
  readonly fateBeside: (name: string | null, resource: ValueMap) => Fate;
  /** Whether the resource may be applied by Argo CD, which prunes before it applies. */
  readonly prunesFirst: boolean;
}
