import type { Path, ValueMap } from '../model/value.ts';
import { compileGoRegExp } from './go-regexp.ts';
import { parseLabelSelector } from './label-selector.ts';
import { annotationsOf, effectiveNamespace, idsOf, labelsOf, typeOf } from './resource.ts';
import type { BuiltResource, ResourceId } from './resource.ts';
import { textAt } from './located.ts';
import type { Text } from './located.ts';

/** What a patch or replacement names its resources by. A field that is null leaves it open. */
export interface Selector {
  readonly path: Path;
  readonly group: Text | null;
  readonly version: Text | null;
  readonly kind: Text | null;
  readonly name: Text | null;
  readonly namespace: Text | null;
  readonly labelSelector: Text | null;
  readonly annotationSelector: Text | null;
}

const FIELDS = ['group', 'version', 'kind', 'name', 'namespace', 'labelSelector', 'annotationSelector'] as const;

/** A selector from the map that stands at a path of its document. */
export function readSelector(value: ValueMap, path: Path): Selector {
  const fields = FIELDS.map((field) => {
    const text = textAt(value, [field]);
    return [field, text === null ? null : { text: text.text, path: [...path, ...text.path] }] as const;
  });
  return { path, ...(Object.fromEntries(fields) as Record<(typeof FIELDS)[number], Text | null>) };
}

export type ResourceTest = (resource: BuiltResource) => boolean;

/** The field of a selector that kustomize, or this reading of it, can't take. */
export interface BadSelector {
  readonly bad: Text;
}

/**
 * The test of a patch's target: anchored regular expressions for group, version, kind, name and namespace. Name and namespace may be the
 * original or the current ones, each by itself.
 */
export function targetTest(selector: Selector): ResourceTest | BadSelector {
  const patterns = (['group', 'version', 'kind', 'name', 'namespace'] as const).map(
    (field) => [selector[field], pattern(selector[field])] as const,
  );
  const labels = (['labelSelector', 'annotationSelector'] as const).map(
    (field) => [selector[field], parseLabelSelector(selector[field]?.text ?? '')] as const,
  );
  const bad = [...patterns, ...labels].find(([, test]) => test === null)?.[0];
  if (bad != null) return { bad };
  const [group, version, kind, name, namespace] = patterns.map(([, test]) => test as TextTest) as [
    TextTest,
    TextTest,
    TextTest,
    TextTest,
    TextTest,
  ];
  const [labelTest, annotationTest] = labels.map(([, test]) => test);
  return (resource) => {
    const type = typeOf(resource);
    const ids = [idsOf(resource)[0], idsOf(resource).at(-1)] as ResourceId[];
    return (
      ids.some((id) => namespace(effectiveNamespace(type, id.namespace))) &&
      ids.some((id) => name(id.name)) &&
      group(type.group) &&
      version(type.version) &&
      kind(type.kind) &&
      labelTest?.(labelsOf(resource)) === true &&
      annotationTest?.(annotationsOf(resource)) === true
    );
  };
}

type TextTest = (text: string) => boolean;

function pattern(text: Text | null): TextTest | null {
  if (text === null) return () => true;
  const compiled = compileGoRegExp(text.text);
  return compiled === null ? null : (value) => compiled.test(value);
}

/** The test of a replacement's `select` and `reject`: literal, and against every name that the resource has had. */
export function literalTest(selector: Selector): ResourceTest {
  const labels = parseLabelSelector(selector.labelSelector?.text ?? '');
  const annotations = parseLabelSelector(selector.annotationSelector?.text ?? '');
  const fits = (wanted: Text | null, found: string): boolean => wanted === null || wanted.text === found;
  return (resource) => {
    const type = typeOf(resource);
    const named = idsOf(resource).some(
      (id) =>
        fits(selector.name, id.name) &&
        fits(selector.kind, id.kind) &&
        (selector.namespace === null || effectiveNamespace(type, selector.namespace.text) === effectiveNamespace(type, id.namespace)),
    );
    return (
      named &&
      fits(selector.group, type.group) &&
      fits(selector.version, type.version) &&
      labels?.(labelsOf(resource)) === true &&
      annotations?.(annotationsOf(resource)) === true
    );
  };
}
