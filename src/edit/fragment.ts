import type { Refusal } from '../model/edit.ts';
import { sameValue } from '../model/same.ts';
import type { ValueMap } from '../model/value.ts';
import { convert } from '../operator/convert.ts';
import type { ConversionOptions } from '../operator/convert.ts';
import type { FragmentUse, Variant } from '../kustomize/model.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import type { PatchContext } from './expectation.ts';
import { rewriteInstallation } from './installation.ts';
import { rewriteJsonPatch } from './json-patch.ts';
import { rewriteMergePatch } from './merge-patch.ts';
import type { PartOfDocument, Rewrite } from './part.ts';

/** How the conversion of a state of a variant is decided. */
export type OptionsFor = (variant: Variant, state: ValueMap) => ConversionOptions;

/** Rewrites one fragment for all variants that use it. Never throws. */
export function rewriteFragment(document: ParsedDocument, { fragment, uses }: FragmentUse, optionsFor: OptionsFor): Rewrite {
  if (fragment.form === 'resource') return rewriteResource(document, fragment, uses, optionsFor);
  const contexts = uses.flatMap(({ variant, index }): PatchContext[] => {
    const before = variant.inputs[index];
    const after = variant.states[index];
    if (before === undefined || after === undefined) return [];
    const beforeOptions = optionsFor(variant, before);
    return [{ before, after, beforeOptions, afterOptions: after === null ? beforeOptions : optionsFor(variant, after) }];
  });
  return fragment.form === 'json6902'
    ? rewriteJsonPatch(document, fragment.path, contexts)
    : rewriteMergePatch(document, fragment, contexts);
}

/** A whole installation must be converted in the same way wherever it is used. */
function rewriteResource(document: ParsedDocument, fragment: PartOfDocument, uses: FragmentUse['uses'], optionsFor: OptionsFor): Rewrite {
  const states = uses.flatMap(({ variant, index }) => {
    const state = variant.states[index];
    return state == null ? [] : [{ state, options: optionsFor(variant, state) }];
  });
  const [first, ...others] = states;
  if (first === undefined) return refused('applies-nowhere', 'no kustomization builds this installation');
  const agree = others.length === 0 || allConvertTo(convert(first.state, first.options), others);
  if (!agree)
    return refused(
      'variants-disagree',
      'overlays disagree on how this installation is converted: what decides it stands in some of them only',
    );
  return rewriteInstallation(document, fragment, first.options);
}

const allConvertTo = (expected: ValueMap, states: readonly { readonly state: ValueMap; readonly options: ConversionOptions }[]): boolean =>
  states.every(({ state, options }) => sameValue(convert(state, options), expected));

const refused = (code: Refusal['code'], message: string): Rewrite => ({ ok: false, refusal: { code, message, offset: 0 } });
