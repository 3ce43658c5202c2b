import type { RefusalCode } from '../model/edit.ts';
import { formatPath, isMap } from '../model/value.ts';
import type { Path, ValueMap } from '../model/value.ts';
import { convert } from '../operator/convert.ts';
import type { ConversionOptions } from '../operator/convert.ts';
import type { ParsedDocument } from '../yaml/document.ts';
import { locate } from '../yaml/locate.ts';
import type { Operation } from '../yaml/primitives.ts';
import { EditRefused } from '../yaml/refused.ts';
import { finish, firstFinished, operated } from './draft.ts';
import type { Draft, Finished } from './draft.ts';
import { rewritePart } from './part.ts';
import type { PartOfDocument, Rewrite } from './part.ts';
import { kustomizeDirective, planOperations, unsafeMergeKey } from './plan.ts';

/**
 * Rewrites one installation of a document by text edits, and proves the result: read again it must equal the operator's conversion of what
 * was read before. Never throws; never guesses.
 */
export const rewriteInstallation = (document: ParsedDocument, part: PartOfDocument, options: ConversionOptions): Rewrite =>
  rewritePart(document, part, (draft) => converted(draft, requireInstallation(draft.before), options));

/** New parents stand where their first member stood; where that would change what an alias stands for, where the last stood. */
function converted(draft: Draft, installation: ValueMap, options: ConversionOptions): Finished {
  const batches = planOperations(installation, options);
  const expected = convert(installation, options);
  const attempt = (host: Host): Finished =>
    finish(
      batches.reduce((each, batch) => operated(each, withHost(batch, host)), draft),
      expected,
    );
  return firstFinished([() => attempt('first'), () => attempt('last')], ({ code }) => DEPENDS_ON_ORDER.has(code));
}

/** Where the new parent of entries is to stand. */
export type Host = Extract<Operation, { op: 'wrap' }>['host'];

export const withHost = (batch: readonly Operation[], host: Host): Operation[] =>
  batch.map((operation) => (operation.op === 'wrap' ? { ...operation, host } : operation));

const DEPENDS_ON_ORDER: ReadonlySet<RefusalCode> = new Set([
  'alias-before-anchor',
  'alias-target-changed',
  'keep-chomp-neighbour',
  'comment-becomes-text',
]);

/** A whole installation that can be edited. */
function requireInstallation(document: ParsedDocument): ValueMap {
  const { shape, text } = document;
  if (!isMap(shape)) throw new EditRefused('not-a-map', 'the installation is not a map', 0);
  requireSafeMerges(document, shape);
  const directive = text.includes('$') ? kustomizeDirective(shape) : null;
  if (directive !== null) throw refuse(document, 'kustomize-directive', directive, 'is a directive of kustomize');
  return shape;
}

/** What merge keys bring must be able to stay in place. Throws EditRefused. */
export function requireSafeMerges(document: ParsedDocument, shape: ValueMap): void {
  const merge = unsafeMergeKey(shape);
  if (merge !== null) throw refuse(document, 'merge-key', merge, 'is a merge key that brings fields which move');
}

const refuse = (document: ParsedDocument, code: RefusalCode, path: Path, message: string): EditRefused =>
  new EditRefused(code, `${formatPath(path)} ${message}`, locate(document, path).start);
