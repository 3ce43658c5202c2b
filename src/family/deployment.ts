import type { Applier } from '../engines/applier.ts';
import type { AppliedBy } from '../model/rollout.ts';
import type { Variant } from '../kustomize/model.ts';
import { directoryOf, fileOfKey, holds } from '../kustomize/paths.ts';
import type { Engine, Installation } from '../model/installation.ts';
import type { Settings } from '../rules/settings.ts';
import type { Inventory } from './inventory.ts';
import { ENGINES } from '../engines/standing.ts';

/** What is known of who applies what. */
export interface Deployment {
  readonly appliers: readonly Applier[];
  /** What the user says; null where nothing was said. */
  readonly engine: Engine | null;
  /** Whether a directory has a kustomization, so that the files in it are not applied by themselves. */
  readonly isKustomized: (directory: string) => boolean;
}

/** The engines that apply what a kustomization builds, or a manifest that stands alone; null where nothing tells. */
export function enginesOf(variant: Variant, lone: Installation | null, deployment: Deployment): readonly AppliedBy[] | null {
  const said = saidEngines(deployment.engine);
  if (said !== null) return said;
  const found = appliersOf(variant, lone, deployment);
  return found.length === 0 ? null : ENGINES.filter((each) => found.some((applier) => applier.engine === each));
}

/** The engines that a user says apply everything; null where nothing was said. */
export function saidEngines(engine: Engine | null): readonly AppliedBy[] | null {
  if (engine === null) return null;
  if (engine === 'other') return [];
  return engine === 'both' ? ENGINES : [engine];
}

/** The objects of engines that apply it. */
export function appliersOf(variant: Variant, lone: Installation | null, { appliers, isKustomized }: Deployment): readonly Applier[] {
  if (lone !== null) return appliers.filter((applier) => appliesFile(applier, lone.file, isKustomized));
  const file = fileOfKey(variant.kustomization);
  if (file !== variant.kustomization) {
    const document = Number(/^\d+/.exec(variant.kustomization.slice(file.length + 1))?.[0]);
    return appliers.filter((applier) => applier.file === file && applier.document === document);
  }
  return appliers.filter((applier) => applier.applies(directoryOf(file)) || appliesFile(applier, directoryOf(file), isKustomized));
}

/** Whether an engine comes by a file, or a folder, on its way through folders without a kustomization. */
function appliesFile(applier: Applier, path: string, isKustomized: Deployment['isKustomized']): boolean {
  const above = foldersAbove(path);
  const from = above.find((directory) => applier.applies(directory));
  if (from === undefined || isKustomized(from)) return false;
  const between = above.filter((directory) => directory !== from && holds(from, directory));
  return between.length === 0 ? true : applier.recurses && !between.some(isKustomized);
}

/** The folder of a path and all around it, the root last. */
function foldersAbove(path: string): string[] {
  const directory = directoryOf(path);
  return directory === '' ? [''] : [directory, ...foldersAbove(directory)];
}

/** What an inventory tells of who applies what. */
export function deploymentOf({ inventory, settings }: { readonly inventory: Inventory; readonly settings: Settings }): Deployment {
  const nodes = [...(inventory.kustomizations?.graph.nodes.values() ?? [])];
  const own = nodes.filter(({ kustomization }) => kustomization.base.length === 0);
  const kustomized = new Set(own.map(({ kustomization }) => kustomization.directory));
  return { appliers: inventory.appliers, engine: settings.engine, isKustomized: (directory) => kustomized.has(directory) };
}
