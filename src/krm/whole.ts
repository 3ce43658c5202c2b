import { isList, isMap, valueAt } from '../model/value.ts';
import { parseDocument, positions, splitDocuments } from '../yaml/document.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { locate } from '../yaml/locate.ts';
import { describeItem, isResourceList } from './list.ts';
import type { ResourceList } from './list.ts';
import { withResults } from './results.ts';

/** Reads a text that is one ResourceList and nothing else; a word on why it is none otherwise. */
export function wholeList(text: string): ResourceList | { readonly problem: string } {
  const found = onlyDocument(text);
  if ('problem' in found) return found;
  const { document, start } = found;
  const list = document.shape;
  if (!isResourceList(list)) return { problem: 'it is no ResourceList of config.kubernetes.io/v1' };
  const items = valueAt(list, ['items']);
  const config = valueAt(list, ['functionConfig']);
  const at = positions(text);
  return {
    items: isList(items)
      ? items.map((item, index) => ({ ...at(start + locate(document, ['items', index]).start), ...describeItem(item) }))
      : [],
    functionConfig: isMap(config) ? config : null,
    stream: Buffer.from(text),
    text: null,
    textWith: (after, results) => withResults(after === null ? text : after.after.toString('utf8'), results),
  };
}

/** The one document of a text that holds a map. */
function onlyDocument(text: string): { readonly document: ParsedDocument; readonly start: number } | { readonly problem: string } {
  const documents = splitDocuments(text).map(({ start, end }) => ({ start, document: parseDocument(text.slice(start, end)) }));
  for (const { start, document } of documents) {
    const [problem] = document.problems;
    if (problem !== undefined)
      return { problem: `it can't be read: ${problem.message} (line ${positions(text)(start + problem.offset).line})` };
  }
  const [first, second] = documents.filter(({ document }) => isMap(document.shape));
  if (first === undefined) return { problem: 'it holds no resource' };
  return second === undefined ? first : { problem: 'it holds more than one document' };
}
