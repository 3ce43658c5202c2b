import type { Refusal } from '../../src/model/edit.ts';
import { isList, stringAt, valueAt } from '../../src/model/value.ts';
import type { Path, Value, ValueMap } from '../../src/model/value.ts';
import { fileStoreAsWritten } from '../../src/operator/convert.ts';
import { rewriteInstallation } from '../../src/edit/installation.ts';
import { applyMerges, parseDocument, splitDocuments } from '../../src/yaml/document.ts';
import type { ParsedDocument } from '../../src/yaml/document.ts';
import { applyEdits } from '../../src/yaml/text.ts';
import type { Choice } from './oracle.ts';
import { INSTALLATION, unknownFields } from './random/kinds.ts';
import { rewriteRequests } from './tasks.ts';
import type { Request } from './tasks.ts';

export interface Outcome {
  readonly before: ParsedDocument;
  readonly text: string;
  readonly droppedComments: readonly string[];
  readonly converted: readonly Request[];
  readonly refused: readonly Refusal[];
}

export const documentsOf = (text: string): ParsedDocument[] =>
  splitDocuments(text).map(({ start, end }) => parseDocument(text.slice(start, end)));

const isInstallation = (value: Value | undefined): value is ValueMap =>
  stringAt(value, ['apiVersion']) === 'mattermost.com/v1alpha1' && stringAt(value, ['kind']) === 'ClusterInstallation';

/** The paths of the installations in a document. */
export function installationsIn({ shape }: ParsedDocument): Path[] {
  if (isInstallation(shape ?? undefined)) return [[]];
  const items = valueAt(shape ?? undefined, ['items']);
  return isList(items) ? items.flatMap((item, index) => (isInstallation(item) ? [['items', index]] : [])) : [];
}

function requestsFor(document: ParsedDocument, choice: Choice): Request[] {
  return installationsIn(document).map((path) => {
    const installation = applyMerges(valueAt(document.shape ?? undefined, path) as Value) as ValueMap;
    const secret = stringAt(installation, ['spec', 'database', 'secret']);
    const unknown = unknownFields(INSTALLATION, installation);
    return {
      path,
      options: {
        fileStore: fileStoreAsWritten(installation),
        database: secret === null ? 'operator-managed' : choice.database,
        ingress: choice.ingress,
        unknown,
      },
    };
  });
}

/** Converts what can be converted in one document. */
export function convertDocument(document: ParsedDocument, choice: Choice): Outcome {
  const requests = requestsFor(document, choice);
  if (requests.length === 0) return { before: document, text: document.text, droppedComments: [], converted: [], refused: [] };
  const { text, refused, droppedComments } = rewriteRequests(document, requests);
  return {
    before: document,
    text,
    droppedComments,
    converted: requests.filter((_, index) => !refused.has(index)),
    refused: [...refused.values()],
  };
}

/** The parts alone, put into the document by their ranges: bytes outside them can't change. */
export function applyParts(document: ParsedDocument, requests: readonly Request[]): string {
  const parts = requests.map(({ path, options }) => rewriteInstallation(document, { path }, options));
  return applyEdits(
    document.text,
    parts.flatMap((part) => (part.ok ? [{ start: part.start, end: part.end, text: part.text }] : [])),
  );
}

export const isTypedList = ({ shape }: ParsedDocument): boolean =>
  stringAt(shape ?? undefined, ['kind']) === 'ClusterInstallationList' &&
  stringAt(shape ?? undefined, ['apiVersion']) === 'mattermost.com/v1alpha1';
