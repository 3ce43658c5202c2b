import type { Value, ValueMap } from '../../src/model/value.ts';
import { asKustomizeReads } from '../../src/kustomize/patch/reading.ts';
import { applyMerges, parseDocument } from '../../src/yaml/document.ts';

/** The data of a document as Kubernetes reads it. */
export function fromYaml(text: string): Value {
  const { shape, problems } = parseDocument(text);
  if (shape === null) throw new Error(`${text} is no YAML: ${problems[0]?.message ?? 'empty'}`);
  return applyMerges(shape);
}

/** The data of an object as kustomize reads it. */
export const objectFromYaml = (text: string): ValueMap => asKustomizeReads(fromYaml(text) as ValueMap);
