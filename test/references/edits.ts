import { expect } from 'vitest';
import { rewriteFile } from '../../src/edit/file.ts';
import { readManifest } from '../../src/manifests/read.ts';
import type { Resource } from '../../src/model/installation.ts';
import { editsIn } from '../../src/references/edits.ts';
import type { Fate, ResourceContext } from '../../src/references/resource-context.ts';
import type { ReferrerStage } from '../../src/references/referrer.ts';
import { applyEdits } from '../../src/yaml/text.ts';

/** The only installation is `chat` in `mm`, which is converted; `other` stays. */
const fateOf = (name: string | null): Fate => ({
  names: ['chat'],
  converted: name === 'other' ? 'none' : name === null ? 'some' : 'all',
  decision: { fileStore: 'external', database: 'undecided', ingress: 'keep' },
});
const context: ResourceContext = { fateOf: ({ name }) => fateOf(name), fateBeside: fateOf, prunesFirst: false };

function resourceOf(text: string): Resource {
  const { resources, problems } = readManifest('a.yaml', Buffer.from(text), { keep: () => true });
  expect(problems).toEqual([]);
  const [resource] = resources;
  if (resource === undefined) throw new Error(`no resource in ${text}`);
  return resource;
}

/** The text after a stage. */
export function at(stage: ReferrerStage, text: string, more: Partial<ResourceContext> = {}): string {
  const edits = editsIn(resourceOf(text), {
    stage,
    context: { ...context, ...more },
    twin: () => 'possible' as const,
    isKept: () => false,
  });
  if (edits === null) return text;
  const place = { file: 'a.yaml', document: 0, inline: null };
  const tasks = [
    ...(edits.batches.length === 0 ? [] : [{ at: place, batches: edits.batches }]),
    ...(edits.twin === null ? [] : [{ at: place, twin: edits.twin, why: 'the twin' }]),
  ];
  const { regions, refused } = rewriteFile(text, tasks, () => {
    throw new Error('no installation is converted');
  });
  expect([...refused.values()]).toEqual([]);
  return applyEdits(text, regions);
}

/** A resource called `a` in `mm`, with the text of its fields. */
export const whole = (kind: string, text: string): string =>
  `apiVersion: ${kind.replace(' ', '\nkind: ')}\nmetadata:\n  name: a\n  namespace: mm\n${text}`;
