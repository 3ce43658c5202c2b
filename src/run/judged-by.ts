import type { Config } from '../config/config.ts';
import type { Source } from '../manifests/source.ts';
import type { Release } from '../operator/releases.ts';
import type { Settings } from '../rules/settings.ts';
import { settingsFrom } from './settings.ts';
import type { Choices } from './settings.ts';

/** How a repository is judged. */
export interface JudgedBy {
  readonly settings: Settings;
  /** The release that the repository deploys, where that decides. */
  readonly target: { readonly release: Release; readonly file: string } | null;
}

/** Choices and configuration as settings; where neither names a release, the one that the repository deploys is the target. */
export async function judgedBy(choices: Choices, config: Config, source: Source): Promise<JudgedBy> {
  const [settings, target] = [await settingsFrom(choices, config), await deployedTarget(choices, config, source)];
  return { settings: target === null ? settings : { ...settings, target: target.release }, target };
}

/** The release that the repository deploys, where nobody has asked for another and it is one that can be a target. */
async function deployedTarget(choices: Choices, config: Config, source: Source): Promise<JudgedBy['target']> {
  if (choices.target !== undefined || choices.crd !== undefined || config.target !== null || source.find('operator').length === 0)
    return null;
  const { onlyRelease } = await import('../family/operators.ts');
  return onlyRelease(source);
}
