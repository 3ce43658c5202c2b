import type { KustomizeProblem } from './problem.ts';
import type { Path, Value, ValueMap } from '../model/value.ts';

/** Where a text of YAML stands: a document of a file, or a document inside a string of one (an inline patch). */
export interface TextPlace {
  /** Relative to the root, `/` between segments. */
  readonly file: string;
  /** Index of the document in the file, from 0. */
  readonly document: number;
  /** For an inline patch: the string's path in that document, and the index of the document inside the string. */
  readonly inline: { readonly path: Path; readonly document: number } | null;
}

/** What a kustomization makes of a piece of YAML. */
export type FragmentForm = 'resource' | 'strategic-merge' | 'json6902';

/** One piece of YAML that an installation is built from. A fragment that several kustomizations use is one fragment. */
export interface Fragment {
  readonly form: FragmentForm;
  readonly at: TextPlace;
  /** Steps from the (inner) document's root: `[]`, or an item of a List; for json6902 `[]`, the list of operations. */
  readonly path: Path;
  /** The data, merge keys applied. */
  readonly value: Value;
  /** The field of the object of which the text is the map, as in values of a chart; `value` has the rest of the object around it. */
  readonly holds?: Path;
}

/** Identity of a fragment: equal for equal places. */
export const fragmentId = ({ at, path }: Pick<Fragment, 'at' | 'path'>): string => JSON.stringify([at.file, at.document, at.inline, path]);

/** A fragment at work: applied by one kustomization. */
export interface Layer {
  readonly fragment: Fragment;
  /** The kustomization file that applies it, and the path of the entry in its document that names it. */
  readonly kustomization: string;
  readonly entry: Path;
}

/** One installation as one kustomization builds it. */
export interface Variant {
  /** The kustomization file that is built. */
  readonly kustomization: string;
  /** No other kustomization includes it. */
  readonly root: boolean;
  /** The resource first, then the patches, in the order in which kustomize applies them. */
  readonly layers: readonly Layer[];
  /** The installation before each layer: what `layers[i]` works on; between layers a kustomization may change names and labels. Same length as `layers`. */
  readonly inputs: readonly ValueMap[];
  /** The installation after each layer: `states[i]` is what `layers[i]` left, null where it deletes the installation. Same length as `layers`. */
  readonly states: readonly (ValueMap | null)[];
  /** As it leaves the kustomization; as it was last where a patch deletes it. */
  readonly built: ValueMap;
  /** The patch that deletes the installation, so that the root builds none. */
  readonly deleted: KustomizeProblem | null;
  /** Fields of it that get a value from elsewhere, which this reading does not know: by replacements and variables. */
  readonly unknownFields: readonly Path[];
  /** As built: with prefixes, suffixes and namespace. */
  readonly name: string;
  readonly namespace: string | null;
  /** What else changes the installation in a way that this reading can't follow: replacements into its fields, vars, custom transformers, remote parts. */
  readonly opaque: readonly KustomizeProblem[];
  /** The same, where `spec.ingress` is to take the place of the old ingress fields. */
  readonly opaqueIfModern: readonly KustomizeProblem[];
}

/** A fragment with every place where it is at work in a variant. */
export interface FragmentUse {
  readonly fragment: Fragment;
  readonly uses: readonly { readonly variant: Variant; readonly index: number }[];
}
