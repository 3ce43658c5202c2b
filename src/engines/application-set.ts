import { isList, isMap, isScalar, scalarAt, stringAt, valueAt } from '../model/value.ts';
import type { Value, ValueMap } from '../model/value.ts';

/** What a generator of an ApplicationSet fills into its template, by the names that expressions go by. */
export type Element = ReadonlyMap<string, string>;

/**
 * What the generators of an ApplicationSet fill in, as far as the repository tells: elements of lists, directories of git, and the two
 * multiplied. Every other generator fills in what only a cluster knows: an element without names.
 *
 * @param directories of the repository, relative to its root
 */
export function elementsOf(generators: Value | undefined, directories: readonly string[]): Element[] {
  return isList(generators) ? generators.flatMap((generator) => (isMap(generator) ? generatedBy(generator, directories) : [])) : [];
}

const UNKNOWN: Element = new Map();

function generatedBy(generator: ValueMap, directories: readonly string[]): Element[] {
  const elements = valueAt(generator, ['list', 'elements']);
  if (isList(elements)) return elements.map((element) => new Map(leavesOf(element, '')));
  const git = generator.get('git');
  const globs = valueAt(git, ['directories']);
  if (isMap(git) && isList(globs)) return gitDirectories(git, globs, directories);
  const factors = valueAt(generator, ['matrix', 'generators']);
  if (!isList(factors)) return [UNKNOWN];
  return factors
    .map((factor) => elementsOf([factor], directories))
    .reduce<Element[]>((all, next) => all.flatMap((one) => next.map((other) => new Map([...one, ...other]))), [UNKNOWN]);
}

function leavesOf(value: Value, name: string): [string, string][] {
  if (isMap(value)) return [...value].flatMap(([key, child]) => leavesOf(child, name === '' ? key : `${name}.${key}`));
  // What a matrix fills into its own generators is not followed.
  return isScalar(value) && !value.text.includes('{{') ? [[name, value.text]] : [];
}

/** Argo CD matches with Go's `path.Match`, in which `*` stops at a slash; more than that is only more to look at. */
function gitDirectories(git: ValueMap, globs: readonly Value[], directories: readonly string[]): Element[] {
  const patterns = globs.flatMap((each) => {
    const glob = stringAt(each, ['path']);
    return glob === null ? [] : [{ glob, isExcluded: scalarAt(each, ['exclude']) === true }];
  });
  if (patterns.some(({ glob }) => glob.includes('{{'))) return [UNKNOWN];
  const matching = (directory: string, wanted: boolean): boolean =>
    patterns.some(({ glob, isExcluded }) => isExcluded === wanted && patternOf(glob).test(directory));
  const prefix = stringAt(git, ['pathParamPrefix']);
  return directories
    .filter((directory) => matching(directory, false) && !matching(directory, true))
    .map((directory) => directoryElement(directory, prefix === null ? 'path' : `${prefix}.path`));
}

function directoryElement(directory: string, name: string): Element {
  const segments = directory.split('/');
  return new Map([
    [name, directory],
    [`${name}.path`, directory],
    [`${name}.basename`, segments.at(-1) ?? ''],
    ...segments.flatMap((segment, index): [string, string][] => [
      [`${name}[${index}]`, segment],
      [`index .${name}.segments ${index}`, segment],
    ]),
  ]);
}

function patternOf(glob: string): RegExp {
  const text = glob.replace(/^\.?\/+|\/+$/g, '');
  const source = text.replaceAll(/\*+|\?|[.+^${}()|[\]\\]/g, (part) =>
    part === '?' ? '[^/]' : part === '*' ? '[^/]*' : part.startsWith('*') ? '.*' : `\\${part}`,
  );
  return new RegExp(`^${source}$`);
}

/** A text of the template, filled in; null where that can't be told. */
export function filledIn(template: string, element: Element): string | null {
  let isKnown = true;
  const text = template.replaceAll(/\{\{-?\s*(.*?)\s*-?\}\}/g, (_, expression: string) => {
    const value = element.get(expression.replace(/^\./, ''));
    isKnown &&= value !== undefined;
    return value ?? '';
  });
  return isKnown && !text.includes('{{') ? text : null;
}
