/** GitHub's REST API, as far as comments need it. */
export interface Api {
  request(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<unknown>;
}

/** The API did not do what it was asked for. The message holds nothing of an answer, which nobody vouches for. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** Null where there was no answer. */
  readonly status: number | null;

  constructor(message: string, status: number | null = null) {
    super(message);
    this.status = status;
  }

  /** Whether asking again may help: no answer, too many requests, or trouble on the other side. */
  get isPassing(): boolean {
    return this.status === null || this.status === 429 || this.status >= 500;
  }
}

const TIMEOUT_MS = 15_000;

/** The API below an address. Redirects are not followed: they could take the token elsewhere. */
export function apiAt(address: string, token: string): Api {
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'user-agent': 'ci2mm',
    'x-github-api-version': '2022-11-28',
  };
  return {
    async request(method, path, body) {
      const text = body === undefined ? {} : { body: JSON.stringify(body) };
      const { ok, status, answer } = await send(`${address}${path}`, {
        method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...text,
      });
      if (!ok) throw new ApiError(`GitHub answered with ${status}`, status);
      return parse(answer);
    },
  };
}

/** The whole answer is read here, for it may also break off on the way. */
async function send(
  address: string,
  request: RequestInit,
): Promise<{ readonly ok: boolean; readonly status: number; readonly answer: string }> {
  try {
    const response = await fetch(address, request);
    return { ok: response.ok, status: response.status, answer: await response.text() };
  } catch {
    throw new ApiError('GitHub did not answer');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ApiError('GitHub did not answer in JSON');
  }
}
