import type { RenderOptions } from '../report/reporter.ts';
import type { Env } from './inputs.ts';

/** Where the runner puts an action: `_actions/<owner>/<name>/<ref>`. */
const ACTION = /[\\/]_actions[\\/]([\w.-]+)[\\/]([\w.-]+)[\\/]([\w.-]+)[\\/]?$/;

/**
 * The pages that explain the rules of just this version of the Action. The runner's variables for its repository are not filled in for
 * the steps of a composite action, so its folder has to tell; one that a workflow uses from its own checkout has none.
 */
export function rulePagesOf({ GITHUB_ACTION_PATH: folder = '', GITHUB_SERVER_URL: server = '' }: Env): Pick<RenderOptions, 'rulePages'> {
  const [, owner, name, ref] = ACTION.exec(folder) ?? [];
  if (owner === undefined || !server.startsWith('https://')) return {};
  return { rulePages: `${server}/${owner}/${name}/blob/${ref}/docs/rules` };
}
