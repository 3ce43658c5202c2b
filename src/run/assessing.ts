import type { Template } from '../charts/mask.ts';
import type { Assessing } from '../family/assess-family.ts';
import { readInventory } from '../family/inventory.ts';
import type { FollowedKind } from '../family/followed-kind.ts';
import { DocumentPlaces } from '../manifests/places.ts';
import type { ReadOptions } from '../manifests/read.ts';
import type { Source } from '../manifests/source.ts';
import { Findings } from '../rules/finding.ts';
import type { Settings } from '../rules/settings.ts';
import { Contents } from './contents.ts';

/** What a source holds, and all that judging it takes. */
export interface Reading {
  readonly assessing: Assessing;
  readonly contents: Contents;
}

/** Reads what a source has of one kind. */
export async function readSource(
  source: Source,
  settings: Settings,
  kind: FollowedKind = 'installation',
  templates: ReadOptions['chartTemplate'] = 'told',
): Promise<Reading> {
  const inventory = await readInventory(source, kind, templates);
  const contents = new Contents(inventory, source);
  const templateOf = (file: string): Template | null => contents.manifest(file)?.template ?? null;
  const written = (text: string, file: string): string => templateOf(file)?.written(text) ?? text;
  const findings = new Findings(settings.levels, (file) => contents.textOrNull(file), written);
  const textOf = (file: string): string => contents.text(file);
  const isGiven = (file: string): boolean => source.isGiven(file);
  const leftOut = (file: string): string | null => source.leftOut(file);
  const exists = source.isStream ? null : (file: string): boolean => source.exists(file);
  return {
    assessing: { inventory, settings, findings, textOf, templateOf, isGiven, leftOut, exists, places: new DocumentPlaces(textOf) },
    contents,
  };
}
