import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sameValue } from '../../src/model/same.ts';
import { convert } from '../../src/operator/convert.ts';
import { PatchFailure } from '../../src/kustomize/patch/failure.ts';
import type { PatchContext } from '../../src/edit/expectation.ts';
import { rewriteJsonPatch } from '../../src/edit/json-patch.ts';
import { rewriteMergePatch } from '../../src/edit/merge-patch.ts';
import type { Rewrite } from '../../src/edit/part.ts';
import { commentsOf } from '../../src/yaml/comments.ts';
import { parseDocument } from '../../src/yaml/document.ts';
import { applied, contextsOf, valueFrom } from './contexts.ts';
import type { Base } from './contexts.ts';
import { bases, jsonPatch, mergePatch } from './random.ts';

/** Random patches over random bases: what is rewritten leads every variant to the conversion of what it was. */

const RUNS = Number(process.env['CI2MM_RUNS'] ?? 150);
const SEED = Number(process.env['CI2MM_SEED'] ?? 7);

type Rewriter = (document: ReturnType<typeof parseDocument>, path: [], contexts: readonly PatchContext[]) => Rewrite;

/** Undefined where kustomize refuses the patch today, or the patch deletes the object. */
function contextsIn(variants: readonly Base[], patch: string): PatchContext[] | undefined {
  try {
    return contextsOf(variants, patch);
  } catch (error) {
    if (error instanceof PatchFailure) return undefined;
    throw error;
  }
}

function rewrittenText(patch: string, rewrite: Extract<Rewrite, { ok: true }>): string {
  return patch.slice(0, rewrite.start) + rewrite.text + patch.slice(rewrite.end);
}

/** Null where the text leads each variant to what is wanted, else the first state that it leads to instead. */
function wrongState(text: string, contexts: readonly PatchContext[]): unknown {
  for (const { before, after, beforeOptions, afterOptions } of contexts) {
    const result = applied(convert(before, beforeOptions), valueFrom(text));
    const wanted = after === null ? null : convert(after, afterOptions);
    const isRight = result === null || wanted === null ? result === wanted : sameValue(result, wanted);
    if (!isRight) return { text, result, wanted };
  }
  return null;
}

const commentTexts = (source: string): string[] => commentsOf(parseDocument(source)).map(({ text }) => text);

/** Whether a text keeps the line breaks of another, and its end. */
function keepsLayout(patch: string, text: string): boolean {
  const foreign = patch.includes('\r\n') ? /(?<!\r)\n/.test(text) : text.includes('\r');
  return !foreign && text.endsWith('\n') === patch.endsWith('\n');
}

interface Judged {
  readonly outcome: string;
  readonly wrong: unknown;
  readonly comments: readonly string[];
  readonly keepsLayout: boolean;
}

/** What is checked of one rewrite; equal to `right` where all is well. */
function judge(patch: string, contexts: readonly PatchContext[], result: Rewrite): Judged {
  if (!result.ok) return { outcome: result.refusal.code, wrong: null, comments: commentTexts(patch).sort(), keepsLayout: true };
  const text = rewrittenText(patch, result);
  return {
    outcome: 'rewritten',
    wrong: wrongState(text, contexts),
    comments: [...commentTexts(text), ...result.droppedComments].sort(),
    keepsLayout: keepsLayout(patch, text),
  };
}

const right = (patch: string, outcome: string): Judged => ({
  outcome: outcome.replace(/^post-.*/, 'anything but a failed proof'),
  wrong: null,
  comments: commentTexts(patch).sort(),
  keepsLayout: true,
});

/** Runs a property, and returns how often each outcome was met. */
function outcomes(arbitrary: fc.Arbitrary<string>, rewrite: Rewriter, variants: fc.Arbitrary<readonly Base[]>): Map<string, number> {
  const counts = new Map<string, number>();
  const property = fc.property(variants, arbitrary, (each, patch) => {
    const contexts = contextsIn(each, patch);
    fc.pre(contexts !== undefined);
    const judged = judge(patch, contexts, rewrite(parseDocument(patch), [], contexts));
    counts.set(judged.outcome, (counts.get(judged.outcome) ?? 0) + 1);
    expect(judged).toEqual(right(patch, judged.outcome));
  });
  fc.assert(property, { numRuns: RUNS, seed: SEED, maxSkipsPerRun: 100 });
  return counts;
}

function refusedShare(counts: ReadonlyMap<string, number>): number {
  const total = [...counts.values()].reduce((sum, each) => sum + each, 0);
  return 1 - (counts.get('rewritten') ?? 0) / total;
}

const one = bases.map((all) => all.slice(0, 1));

describe.each<[string, fc.Arbitrary<string>, Rewriter]>([
  ['strategic-merge patches', mergePatch, (document, path, contexts) => rewriteMergePatch(document, { path }, contexts)],
  ['JSON6902 patches', jsonPatch, rewriteJsonPatch],
])('random %s', (name, arbitrary, rewrite) => {
  test('in one variant', () => {
    const counts = outcomes(arbitrary, rewrite, one);
    console.log(`${name}, one variant:`, Object.fromEntries(counts));
    expect(refusedShare(counts)).toBeLessThan(0.3);
  });

  test('in up to three', () => {
    const counts = outcomes(arbitrary, rewrite, bases);
    console.log(`${name}, up to three variants:`, Object.fromEntries(counts));
    expect(refusedShare(counts)).toBeLessThan(0.5);
  });
});
