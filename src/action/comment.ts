import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { ApiError } from './api.ts';
import type { Api } from './api.ts';
import type { PullRequest } from './pull-request.ts';

/** A comment that every run keeps up to date, in place of one comment for each run. */
export interface Sticky {
  /** The first line, by which the comment is found again: invisible, and equal in every run of the same job. */
  readonly marker: string;
  readonly body: string;
  /** Whether to make one where there is none yet. */
  readonly create: boolean;
}

export type Posted = 'created' | 'updated' | 'unchanged' | 'not needed';

/** GitHub takes 65,536 characters. */
const MAX_COMMENT = 60_000;

/** The marker of what runs in these words: workflow, job, inputs. Several in one pull request keep apart. */
export function markerOf(words: readonly string[]): string {
  const key = createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 16);
  return `<!-- ci2mm:sticky:${key} -->`;
}

/** The comment with its marker, within the limit whatever the page is like. */
export const stickyBody = (marker: string, page: string): string => `${marker}\n${page}`.slice(0, MAX_COMMENT);

/** Milliseconds between attempts. */
const PAUSES = [500, 2000, 5000];

/** Creates or updates the comment. Passing trouble is waited for; throws ApiError where it stays. */
export async function post(sticky: Sticky, pullRequest: PullRequest, api: Api, pauses: readonly number[] = PAUSES): Promise<Posted> {
  try {
    return await postOnce(sticky, pullRequest, api);
  } catch (error) {
    const [pause, ...others] = pauses;
    if (pause === undefined || !(error instanceof ApiError) || !error.isPassing) throw error;
    await wait(pause);
    // From the beginning: an attempt that failed may have made the comment.
    return post(sticky, pullRequest, api, others);
  }
}

async function postOnce({ marker, body, create }: Sticky, { repository, number }: PullRequest, api: Api): Promise<Posted> {
  const existing = await find(marker, `/repos/${repository}/issues/${number}/comments`, api);
  if (existing === null) {
    if (!create) return 'not needed';
    await api.request('POST', `/repos/${repository}/issues/${number}/comments`, { body });
    return 'created';
  }
  if (normal(existing.body) === normal(body)) return 'unchanged';
  await api.request('PATCH', `/repos/${repository}/issues/comments/${existing.id}`, { body });
  return 'updated';
}

/** GitHub may store other line breaks than it was given. */
const normal = (body: string): string => body.replaceAll('\r\n', '\n').trim();

interface PullRequestComment {
  readonly id: number;
  readonly body: string;
}

const PER_PAGE = 100;
/** A pull request with more comments than these gets a second one from us. */
const MAX_PAGES = 50;

async function find(marker: string, path: string, api: Api): Promise<PullRequestComment | null> {
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const answer = await api.request('GET', `${path}?per_page=${PER_PAGE}&page=${page}`);
    const comments: unknown[] = Array.isArray(answer) ? answer : [];
    const found = comments.find((comment) => isOurs(comment, marker));
    if (found !== undefined) return found;
    if (comments.length < PER_PAGE) return null;
  }
  return null;
}

/** Anybody may write the marker, but only an app writes as a bot. */
function isOurs(comment: unknown, marker: string): comment is PullRequestComment {
  const { id, body, user } = (comment ?? {}) as { id?: unknown; body?: unknown; user?: { type?: unknown } | null };
  return typeof id === 'number' && typeof body === 'string' && body.startsWith(marker) && user?.type === 'Bot';
}
