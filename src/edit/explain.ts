import { isMap, isScalar } from '../model/value.ts';
import type { Path, Value } from '../model/value.ts';
import { CONTAINERS } from '../operator/fields.ts';
import { usedAnchorAt, usedAnchorOfKey } from '../yaml/document.ts';
import type { ParsedDocument, Problem } from '../yaml/document.ts';
import { firstAliasOf, keepScalar } from '../yaml/layout.ts';
import { locate } from '../yaml/locate.ts';
import type { Operation } from '../yaml/primitives.ts';
import { EditRefused } from '../yaml/refused.ts';

/** Which stable code stands for what went wrong: the proofs find that something did, this says why. */

/** A text that can't be read is not edited. */
export function explainUnreadable({ code, message, offset }: Problem): EditRefused {
  const known = code === 'unresolved-alias' || code === 'recursive-alias' || code === 'complex-key' ? code : 'parse-error';
  return new EditRefused(known, message, offset);
}

/** The edited text does not read any more. `problem` stands where it was before, `at` where it is in the edited text. */
export function explainBroken(before: ParsedDocument, text: string, problem: Problem, at: number): EditRefused {
  if (problem.code === 'recursive-alias')
    return new EditRefused('alias-target-changed', 'an alias would stand for another anchor of the same name', problem.offset);
  const name = /^(?:<<\s*:\s*)?\*([^\s,[\]{}]+)/.exec(text.slice(at, at + 1000))?.[1];
  const offset = before.anchors.find((each) => each.name === name && each.lastUse >= 0)?.lastUse ?? problem.offset;
  if (text.startsWith('<<', at))
    return new EditRefused('alias-target-changed', 'a merge key would stand for another anchor of the same name', offset);
  if (problem.code !== 'unresolved-alias')
    return new EditRefused('post-parse', `the edited text could not be read: ${problem.message}`, problem.offset);
  const remains = name !== undefined && anchorStands(text, name);
  const message = remains ? 'an alias would stand before its anchor' : 'a field that is dropped holds an anchor that is used elsewhere';
  return new EditRefused(remains ? 'alias-before-anchor' : 'dropped-anchor-in-use', message, offset);
}

const anchorStands = (text: string, name: string): boolean => text.split(/[\s,[\]{}]+/).includes(`&${name}`);

/** The edited text reads, but means something else: `difference` holds what was intended and what came out. */
export function explainDifference(
  before: ParsedDocument,
  operations: readonly Operation[],
  difference: readonly [Value, Value] | null,
): EditRefused {
  return (
    sharedPlace(before, operations) ??
    sharedKey(before, operations) ??
    swallowedComment(before, difference) ??
    keepNeighbour(before, difference) ??
    otherAlias(before) ??
    fault(before)
  );
}

/** The edited text reads, but does not serve: there is no one value that was intended. */
export const explainUseless = (before: ParsedDocument, operations: readonly Operation[]): EditRefused =>
  sharedPlace(before, operations) ?? sharedKey(before, operations) ?? fault(before);

/** Every place where the conversion changes something, under the names of the text before. */
function changedPlaces(operations: readonly Operation[]): Path[] {
  const paths = operations
    .filter(({ op }) => op !== 'wrap' && op !== 'insert')
    .map(({ op, path }) => (op === 'set' ? path : path.slice(0, -1)));
  const prefixes = paths.flatMap((path) => [...path, ''].map((_, length) => path.slice(0, length)));
  return [...prefixes, ['spec'], ...CONTAINERS.map(({ from }) => from)];
}

function sharedPlace(before: ParsedDocument, operations: readonly Operation[]): EditRefused | null {
  for (const path of changedPlaces(operations)) {
    const anchor = usedAnchorAt(before, path);
    if (anchor === null) continue;
    const code = isMap(anchor.value) ? 'anchored-map-rewritten' : 'anchored-scalar';
    return new EditRefused(
      code,
      `what the anchor ${anchor.name} stands on must change, and would change where its aliases stand`,
      anchor.offset,
    );
  }
  return null;
}

function sharedKey(before: ParsedDocument, operations: readonly Operation[]): EditRefused | null {
  const renamed = operations.filter(({ op }) => op === 'rename').map(({ path }) => usedAnchorOfKey(before, path));
  const anchor = renamed.find((each) => each !== null);
  return anchor === undefined
    ? null
    : new EditRefused('anchored-key', `a key that is renamed has the anchor ${anchor.name}, which is used elsewhere`, anchor.offset);
}

/** Most likely one whose name stands on another anchor as well, be it outside of what is rewritten. */
function otherAlias(before: ParsedDocument): EditRefused | null {
  const { anchors } = before;
  const used = anchors.filter(({ lastUse }) => lastUse >= 0);
  const unused = new Set(anchors.filter(({ lastUse }) => lastUse < 0).map(({ name }) => name));
  const twice = used.find(({ name }) => anchors.filter((each) => each.name === name).length > 1);
  const offset = twice?.lastUse ?? firstAliasOf(before, unused) ?? used[0]?.lastUse;
  return offset === undefined
    ? null
    : new EditRefused('alias-target-changed', `${aliasAt(before.text, offset)} would stand for something else`, offset);
}

const aliasAt = (text: string, offset: number): string => /^\*[^\s,[\]{}]+/.exec(text.slice(offset, offset + 100))?.[0] ?? 'an alias';

/** A block scalar that has got a comment as its last line. */
function swallowedComment({ text }: ParsedDocument, difference: readonly [Value, Value] | null): EditRefused | null {
  const [intended, found] = difference?.map((value) => (isScalar(value) ? value.text : null)) ?? [];
  if (intended == null || found == null || !found.startsWith(intended.trimEnd())) return null;
  const comment = /^\s*(#.*)/.exec(found.slice(intended.trimEnd().length))?.[1];
  return comment === undefined
    ? null
    : new EditRefused(
        'comment-becomes-text',
        'a comment would become a line of the block scalar above it',
        Math.max(0, text.indexOf(comment)),
      );
}

/** A scalar that differs in the line breaks at its end alone. */
function keepNeighbour(before: ParsedDocument, difference: readonly [Value, Value] | null): EditRefused | null {
  const [intended, found] = difference?.map((value) => (isScalar(value) ? value.text.replace(/\n+$/, '') : null)) ?? [];
  const offset = intended != null && intended === found ? keepScalar(before) : null;
  return offset === null
    ? null
    : new EditRefused('keep-chomp-neighbour', 'a block scalar that keeps the blank lines after it would get others', offset);
}

const fault = (before: ParsedDocument): EditRefused =>
  new EditRefused('post-value', 'the rewritten text would not mean what was intended', locate(before, []).start);
