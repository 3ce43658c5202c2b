import { readOutside } from '../repo/read.ts';
import type { Env } from './inputs.ts';

/** The pull request that a workflow runs for. */
export interface PullRequest {
  /** `owner/name` */
  readonly repository: string;
  readonly number: number;
  /** The branch lies in another repository, for which a workflow gets no token that can write. */
  readonly fromFork: boolean;
}

/** What the event tells of a pull request; null where it is about something else. */
export function pullRequestOf(env: Env): PullRequest | null {
  const { GITHUB_REPOSITORY: repository = '', GITHUB_EVENT_PATH: file = '' } = env;
  if (file === '' || !/^[\w.-]+\/[\w.-]+$/.test(repository)) return null;
  const event = JSON.parse(readOutside('/', file).toString('utf8')) as Event | null;
  const { number, head } = event?.pull_request ?? {};
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) return null;
  return { repository, number, fromFork: head?.repo?.full_name !== repository };
}

/** As much of an event as is looked at; a deleted fork has no repository. */
interface Event {
  readonly pull_request?: { readonly number?: unknown; readonly head?: { readonly repo?: { readonly full_name?: unknown } | null } };
}
