import type { Value } from '../model/value.ts';
import { applyMerges, parseDocument, splitDocuments } from '../yaml/document.ts';
import { decodeUtf8 } from '../yaml/text.ts';

/** The data of every readable document of a file. */
export function readValues(bytes: Uint8Array): Value[] {
  const text = decodeUtf8(bytes) ?? '';
  return splitDocuments(text).flatMap(({ start, end }) => {
    const { shape } = parseDocument(text.slice(start, end));
    return shape === null ? [] : [applyMerges(shape)];
  });
}
